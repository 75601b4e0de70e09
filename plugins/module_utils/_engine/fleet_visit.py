# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""One visit of a node at another: wait for the turn, then every test of the plan, there and back.

PRIVATE to the collection. Runs in a process of its own (fleet_child.py), so that a test never holds up the node's own server. Whatever goes wrong becomes a
message too: every test of the step gets a result or a reason.
"""

import time

from .._iperf3 import diagnosis, errors, settings as settings_
from . import client, fleet_turn, preflight, signals
from .fleet_steps import describe, failed

# Errors after which another test of the same protocol in the same visit is a waste of everybody's time: the same packets would be blocked.
HOPELESS = (103, 203, errors.UDP_BLOCKED)
# How a scout asks
PROBE_SECONDS = 1.0
PROBE_PAUSE = 0.5
PROBE_FAILURES = 2


class Visits(object):
    """What all visits of a node have in common. plan: the node's plan. local: the node's own numeric addresses, which its tests are bound to."""

    def __init__(self, plan, local):
        self.plan = plan
        self.local = local

    def settings(self, step, test=None):
        """Settings for a test, or without one for a connection that only talks about turns. Raises IperfError."""
        given = {} if test is None else dict(test["options"])
        if test is not None and test["direction"] == "reverse":
            given["reverse"] = True
        address = self.plan["addresses"].get(step.network)
        return settings_.Settings("client", client=step.address, port=self.plan["port"], bind=address if address in self.local else None, **given)

    def visit(self, step, tell):
        """The whole visit: messages {"event": "result", ...} for each test."""
        signals.default()
        stop = signals.Catcher()
        waiting = list(step.tests)
        try:
            sock = fleet_turn.call(self.settings(step), fleet_turn.word(
                fleet_turn.TURN, self.plan["run"], step.network, self.plan["node"], step.peer), self.plan["limits"]["connect"])
            try:
                answer = fleet_turn.listen(sock)
                if not answer.get("go"):
                    raise errors.IperfError(errors.PEER_SILENT, "the node has given this visit up: %s" % answer.get("reason", "no reason told"))
                while waiting and stop() is None and tell.heard():
                    fleet_turn.still_there(sock)
                    result = self._test(step, waiting[0], stop)
                    tell(event="result", **result)
                    waiting.pop(0)
                    if result["error"] is not None and result["error"]["number"] in HOPELESS:
                        waiting = self._give_up(waiting, result, tell)
            finally:
                sock.close()
            error = errors.IperfError(errors.INTERRUPTED, "the node's part of the plan was stopped")
        except errors.IperfError as exc:
            error = exc
        found = diagnosis.classify(error, dict(error.facts, **self._facts(step)))
        for name in waiting:
            tell(event="result", **dict(failed(name, error), diagnosis=found))

    def _facts(self, step):
        """What is known of a host that could not be visited, by the names of diagnosis.py."""
        facts = {"host": step.peer, "address": step.address, "port": self.plan["port"], "protocol": "TCP", "phase": ""}
        local = self.plan["addresses"].get(step.network)
        return dict(facts, local=local) if local in self.local else facts

    def _give_up(self, waiting, result, tell):
        """After data could not even begin to flow, the other tests of the protocol have the same result; returns what is left to do."""
        protocol = self.plan["tests"][result["test"]]["protocol"]
        same = [name for name in waiting if self.plan["tests"][name]["protocol"] == protocol]
        for name in same:
            tell(event="result", **dict(result, test=name))
        return [name for name in waiting if name not in same]

    def _test(self, step, name, stop):
        test = self.plan["tests"][name]
        began = time.time()
        try:
            if test.get("look"):
                result = _looked(*preflight.check(self.settings(step, test).check(), stop))
            else:
                result = _measured(client.run(self.settings(step, test), stop=stop))
        except errors.IperfError as exc:
            result = failed(name, exc)
        return dict(result, test=name, began=began, ended=time.time())

    def scout(self, step, tell):
        """Find out whether the visitor that a host waits for will still come; ends with one message when it will not.

        A visitor that is behind us or in our round is waited for: its own waits are bounded. One that is past our round, has finished, or cannot be
        reached has given us up.
        """
        signals.default()
        failures = 0
        while tell.heard():
            try:
                place = fleet_turn.probe(self.settings(step), self.plan["run"], step.peer, PROBE_SECONDS)
                failures = 0
                if place.get("round") is None or place["round"] > step.round:
                    tell(event="gone", reason="it went on without this visit")
                    return
            except errors.IperfError as exc:
                failures += 1
                if failures >= PROBE_FAILURES:
                    tell(event="gone", reason=str(exc))
                    return
            time.sleep(PROBE_PAUSE)


def _looked(checks, outcome):
    """The result of a look: its checks, and what the one that failed tells. outcome: None if none did."""
    if outcome is None:
        return {"status": "ok", "error": None, "checks": checks}
    return {"status": "failed", "error": describe(outcome.error), "checks": checks, "diagnosis": outcome.diagnosis}


def _measured(outcome):
    """The result of a test."""
    return {
        "status": "ok" if outcome.error is None else "failed", "error": None if outcome.error is None else describe(outcome.error),
        "summary": outcome.summary, "transcript": outcome.control["transcript"], "diagnosis": outcome.diagnosis,
        "intervals": [(interval.get("sum") or {}).get("bits_per_second") for interval in outcome.document.get("intervals") or []],
    }
