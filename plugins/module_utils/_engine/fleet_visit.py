# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""One visit of a node at another: wait for the turn, then every test of the plan, there and back.

PRIVATE to the collection. Runs in a process of its own that the node forks (fleet_node.py), so that a test never holds up the node's own server. It tells
what happens in messages on a pipe, one JSON object a line. Whatever goes wrong becomes a message too: every test of the step gets a result or a reason.
"""

import json
import os
import time

from .._iperf3 import errors, settings as settings_
from . import client, fleet_turn, signals

# A host that does not come to the visit's round in this many seconds of asking in vain is given up (scout).
PROBE_SECONDS = 2.0
PROBE_PAUSE = 1.0
PROBE_FAILURES = 3


def literal(address):
    """Whether text is a numeric address, and not a name whose meaning depends on who looks it up."""
    return ":" in address or address.replace(".", "").isdigit()


def own_address(plan, step):
    """What to bind to, so that a test uses the network that it is about; None where the node's own address is not its own (NAT)."""
    address = plan["addresses"].get(step["network"])
    return address if address and literal(address) and address in plan.get("local", ()) else None


def client_settings(plan, step, test=None):
    """Settings for a test, or without one for a connection that only talks about turns."""
    given = {} if test is None else dict(test["options"])
    if test is not None and test["direction"] == "reverse":
        given["reverse"] = True
    return settings_.Settings("client", client=step["address"], port=step.get("port") or plan["port"], bind=own_address(plan, step), **given)


class Teller(object):
    """Writes messages to the node; a node that is gone ends the visit."""

    def __init__(self, descriptor):
        self._descriptor = descriptor

    def __call__(self, **message):
        data = (json.dumps(message) + "\n").encode("utf-8")
        while data:
            data = data[os.write(self._descriptor, data):]


def visit(plan, step, descriptor):
    """The whole visit. descriptor: write end of the pipe. Returns the process's exit status."""
    signals.default()
    stop = signals.Catcher()
    tell = Teller(descriptor)
    parent = os.getppid()
    waiting = list(step["tests"])
    try:
        sock = fleet_turn.call(client_settings(plan, step), fleet_turn.word(
            fleet_turn.TURN, plan["run"], step["network"], plan["node"], step["peer"]), plan["limits"]["connect"])
        try:
            answer = fleet_turn.listen(sock)
            if not answer.get("go"):
                raise errors.IperfError(errors.PEER_SILENT, "the node has given this visit up: %s" % answer.get("reason", "no reason"))
            tell(event="begin", at=time.time())
            while waiting and stop() is None and fleet_turn.parent_is(parent):
                fleet_turn.still_there(sock)
                name = waiting[0]
                tell(event="result", **_test(plan, step, name, stop))
                waiting.pop(0)
        finally:
            sock.close()
        error = errors.IperfError(errors.INTERRUPTED, "the node's part of the plan was stopped")
    except errors.IperfError as exc:
        error = exc
    for name in waiting:
        tell(event="result", **failed(name, error))
    return 0


def _test(plan, step, name, stop):
    began = time.time()
    try:
        outcome = client.run(client_settings(plan, step, plan["tests"][name]), stop=stop)
    except errors.IperfError as exc:
        return dict(failed(name, exc), began=began, ended=time.time())
    result = {"test": name, "began": began, "ended": time.time(), "status": "ok", "error": None, "summary": outcome.summary,
              "transcript": outcome.control["transcript"], "intervals": _rates(outcome.document)}
    if outcome.error is not None:
        result.update(status="failed", error=describe(outcome.error))
    return result


def _rates(document):
    """Bits per second of each interval, None where it was not measured."""
    return [(interval.get("sum") or {}).get("bits_per_second") for interval in document.get("intervals") or []]


def failed(name, error):
    """The result of a test that did not come to measuring anything."""
    return {"test": name, "status": "failed", "error": describe(error), "summary": None, "transcript": [], "intervals": []}


def describe(error):
    """An IperfError as a dict from which it can be made again."""
    return {"number": error.number, "detail": error.detail, "os_errno": error.os_errno, "text": str(error)}


def scout(plan, step, descriptor):
    """Find out whether the visitor that a host waits for will still come. Ends with one message when it will not.

    A visitor that is behind us or in our round is waited for: its own waits are bounded. One that is past our round, has finished, or cannot be reached
    has given us up.
    """
    signals.default()
    tell = Teller(descriptor)
    parent = os.getppid()
    failures = 0
    patience = time.monotonic() + plan["limits"]["patience"]
    while fleet_turn.parent_is(parent):
        try:
            place = fleet_turn.probe(client_settings(plan, step), plan["run"], step["peer"], PROBE_SECONDS)
            failures = 0
            if place.get("round") is None or place["round"] > step["round"]:
                tell(event="gone", reason="it went on without this visit")
                return 0
            patience = time.monotonic() + plan["limits"]["patience"]
        except errors.IperfError as exc:
            failures += 1
            refused = exc.number == 103 and failures >= PROBE_FAILURES and exc.os_errno in fleet_turn.DEFINITE
            if refused or (failures >= PROBE_FAILURES and time.monotonic() >= patience):
                tell(event="gone", reason=str(exc))
                return 0
        time.sleep(PROBE_PAUSE)
    return 0
