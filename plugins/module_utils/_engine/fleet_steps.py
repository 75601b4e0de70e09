# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""A node's steps through a plan: which are next, what came of them, and the files that tell it.

PRIVATE to the collection. No socket and no process here. A plan (JSON, made by plugin_utils/plan.py) has

* `steps`: [round, network, peer, visit] with the network as an index into `networks`, the peer as an index into that network's `peers` ([host, address]),
  and visit 1 where this node visits the peer, 0 where it is visited; a fifth entry, [names], leaves out all other tests of this visit;
* `tests`: {name: {"protocol", "direction", "options"}}, in the order of a visit;
* `run`, `node`, `port`, `rounds`, `addresses` ({network: this node's address}) and `limits` (seconds): connect (to a host), grace (before a
  late visitor is asked), visit (of one that is served), prepared (until the plan begins), total (of the plan).

Written next to the plan are PLAN.progress, one JSON object that is replaced whole, and PLAN.results, one JSON object a line.
"""

import json
import os
import time

from .._iperf3 import errors

PLANNED = "planned"
OPEN = "open"
OVER = "over"


class Step(object):
    """One visit as this node sees it. state: PLANNED, OPEN (begun or waited for) or OVER."""

    def __init__(self, plan, entry):
        self.round, network, peer, visit = entry[:4]
        self.tests = list(entry[4] if len(entry) > 4 else plan["tests"])
        self.network = plan["networks"][network]["name"]
        self.peer, self.address = plan["networks"][network]["peers"][peer]
        self.visiting = bool(visit)
        self.state = PLANNED
        self.since = None  # when a host began to wait, and then to serve; time.monotonic()
        self.guest = None
        self.scout = None
        self.results = {}


class Account(object):
    """All steps of a plan. path: the plan's file, next to which results and progress are written. Raises OSError, ValueError, KeyError."""

    def __init__(self, path):
        self.path = path
        with open(path) as source:
            self.plan = json.load(source)
        self.steps = [Step(self.plan, entry) for entry in self.plan["steps"]]
        self._results = open(path + ".results", "a")
        self._slowest = None
        self._failed = 0
        self.state = "prepared"
        self.started = self.ended = None

    @property
    def round(self):
        """The lowest round with a step that is not over, None when all are."""
        return min([step.round for step in self.steps if step.state != OVER] or [None])

    def current(self):
        """The steps of that round that are not over."""
        number = self.round
        return [step for step in self.steps if step.round == number and step.state != OVER]

    def begin(self):
        """The plan begins."""
        self.state = "running"
        self.started = time.time()
        self.save()

    def finish(self, end):
        """The plan is over; end: "done", "stopped" or "expired". Steps that are not over get a reason."""
        reason = {"stopped": "the node's part of the plan was stopped", "expired": "the time of the whole plan was over"}.get(end, "it never began")
        for step in self.steps:
            self.abandon(step, reason)
        self.state = end
        self.ended = time.time()
        self.save()

    def open(self, step, since):
        """A step begins. since: time.monotonic() for one that waits for a visitor."""
        step.state = OPEN
        step.since = since
        self.save()

    def result(self, step, result):
        """A test of a visit is over: keep its result. The step is over with the last one."""
        step.results[result["test"]] = result["status"]
        self._failed += result["status"] != "ok"
        rate = (result.get("summary") or {}).get("received_bps")
        # Only of the protocol that comes first: UDP beside TCP sends what it is told to, and would always be the slowest.
        first = next(iter(self.plan["tests"].values()))["protocol"]
        counts = result["status"] == "ok" and self.plan["tests"][result["test"]]["protocol"] == first
        if counts and rate is not None and (self._slowest is None or rate < self._slowest["bps"]):
            ends = [self.plan["node"], step.peer]
            if self.plan["tests"][result["test"]]["direction"] == "reverse":
                ends.reverse()
            self._slowest = {"from": ends[0], "to": ends[1], "network": step.network, "bps": rate}
        self._write(dict(result, network=step.network, visitor=self.plan["node"], peer=step.peer, round=step.round))
        if len(step.results) == len(step.tests):
            self.over(step)
        else:
            self.save()

    def abandon(self, step, reason):
        """A step ends early: every test without a result gets the reason, and so does a visitor that did not come."""
        if step.state == OVER:
            return
        if step.visiting:
            for name in step.tests:
                if name not in step.results:
                    self.result(step, failed(name, errors.IperfError(errors.INTERRUPTED, reason)))
        else:
            self._write({"status": "absent", "host": self.plan["node"], "peer": step.peer, "network": step.network, "round": step.round, "reason": reason})
            self.over(step)

    def over(self, step):
        """A step is over."""
        step.state = OVER
        step.since = None
        self.save()

    def save(self):
        """Write the progress."""
        visits = [step for step in self.steps if step.visiting]
        facts = {
            "run": self.plan["run"], "node": self.plan["node"], "pid": os.getpid(), "state": self.state, "started": self.started, "ended": self.ended,
            "round": self.round, "rounds": self.plan["rounds"], "steps": len(self.steps), "steps_done": sum(step.state == OVER for step in self.steps),
            "visits": len(visits), "visits_done": sum(step.state == OVER for step in visits),
            "tests": sum(len(step.tests) for step in visits), "tests_done": sum(len(step.results) for step in visits), "tests_failed": self._failed,
            "current": [{"peer": step.peer, "network": step.network, "visiting": step.visiting} for step in self.steps if step.state == OPEN],
            "slowest": self._slowest,
        }
        temporary = self.path + ".progress.new"
        with open(temporary, "w") as target:
            json.dump(facts, target)
        os.rename(temporary, self.path + ".progress")

    def _write(self, record):
        self._results.write(json.dumps(record) + "\n")
        self._results.flush()


def failed(name, error):
    """The result of a test that did not come to measuring anything."""
    return {"test": name, "status": "failed", "error": describe(error), "summary": None, "transcript": [], "intervals": [], "diagnosis": None}


def describe(error):
    """An IperfError as a dict from which it can be made again."""
    return {"number": error.number, "detail": error.detail, "os_errno": error.os_errno, "text": str(error)}
