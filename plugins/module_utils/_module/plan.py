# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What iperf_plan does: a node's part of a fleet's plan is prepared, started, and taken away. PRIVATE to the collection.

The part is a process of its own that outlives the module, kept by the same supervisors as a server, with the engine's archive and its plan in state_dir.
"""

import contextlib
import json
import os
import signal
import sys
import tempfile
import time

from . import plans, ports, process, servers, statedir, supervisor
from .guard import Failure

POLL_SECONDS = 0.05
SCHEMA = "nfv.iperf/plan-v1"

# Keyword arguments of AnsibleModule for iperf_plan
ARGUMENTS = {
    "argument_spec": {
        "state": {"type": "str", "default": "started", "choices": ["prepared", "started", "absent"]},
        "run": {"type": "str"},
        "node": {"type": "str"},
        "plan": {"type": "dict"},
        "supervisor": {"type": "str", "default": "auto", "choices": ["auto", "systemd", "daemon"]},
        "timeout": {"type": "int", "default": 30},
        "state_dir": {"type": "path"},
    },
    "required_if": [("state", "prepared", ("run", "node", "plan")), ("state", "started", ("run", "node"))],
    "supports_check_mode": True,
}


def work(module):
    """Bring the part into the wanted state; the dict for exit_json."""
    return _Run(module).run()


class _Run(object):
    """One call of the module."""

    def __init__(self, module):
        params = module.params
        self.check_mode = module.check_mode
        self.state = params["state"]
        self.timeout = params["timeout"]
        if self.timeout < 1:
            raise Failure("timeout is %d, allowed are 1 second and more" % self.timeout)
        self.run_id = plans.check_run(params["run"]) if params["run"] else ""
        self.node = params["node"] or ""
        self.folder = os.path.abspath(params["state_dir"] or plans.default_folder())
        self.supervisor = params["supervisor"]
        self.plan = params["plan"]

    def run(self):
        exists = statedir.check(self.folder)
        with contextlib.ExitStack() as stack:
            if not self.check_mode and (exists or self.state == "prepared"):
                stack.enter_context(statedir.locked(self.folder, self.timeout))
            return {"prepared": self._prepared, "started": self._started, "absent": self._absent}[self.state]()

    def _part(self):
        return plans.find(plans.path_of(self.folder, self.run_id, self.node))

    # -- prepared --------------------------------------------------------------------------------------------------------

    def _prepared(self):
        self._check_plan()
        part = self._part()
        if part.identity is not None:
            return self._result(False, part)
        if os.path.exists(part.path + ".results") or self.check_mode:
            return self._result(not os.path.exists(part.path), part)  # it has ended already: a run is not repeated by its name
        self._check_port()
        return self._result(True, self._start(part.path))

    def _check_plan(self):
        if not self.plan:
            raise Failure("state=prepared needs the plan; make it with the filter nfv.iperf.iperf_node_plan")
        if self.plan.get("schema") != SCHEMA:
            raise Failure("plan has the schema %r, allowed is %s" % (self.plan.get("schema"), SCHEMA))
        if self.plan.get("run") != self.run_id or self.plan.get("node") != self.node:
            raise Failure("the plan is of run %r and node %r, not of run %r and node %r"
                          % (self.plan.get("run"), self.plan.get("node"), self.run_id, self.node))

    def _check_port(self):
        """Raises Failure naming whoever holds the port on an address of the plan."""
        addresses = []
        for address in self.plan["addresses"].values():
            try:
                addresses += ports.resolve(address)
            except OSError as error:
                raise Failure("the node's own address %s cannot be looked up: %s" % (address, error.strerror))
        found = ports.overlapping(ports.listeners(self.plan["port"]), addresses)
        held = ports.holders(found)
        for one in found:
            pids = held[one.inode]
            who = process.describe(process.oldest(pids) or pids[0]) if pids else "a process that this user may not look at, use become to see it"
            raise Failure("port %d is taken: %s holds %s port %d on %s; stop it, choose another iperf_port, or run nfv.iperf.cleanup if it is a node's "
                          "part of an earlier run" % (one.port, who, one.protocol.upper(), one.port, one.address))

    def _start(self, path):
        from . import archive  # here, because it imports the whole engine, which only this state needs
        program = archive.install(archive.build(), self.folder)
        handle, temporary = tempfile.mkstemp(prefix=".plan-", dir=self.folder)
        with os.fdopen(handle, "w") as stream:
            json.dump(self.plan, stream)
        os.rename(temporary, path)
        kind = supervisor.choose(self.supervisor)
        if kind == "systemd":
            backend = supervisor.Systemd("nfv-iperf-%s.service" % os.path.basename(path)[:-len(".json")])
        else:
            backend = supervisor.Daemon(path + ".log")
        backend.start([sys.executable, "-I", program, "--plan", path])
        deadline = time.monotonic() + self.timeout
        while True:
            facts = plans.progress(path)
            pid = facts.get("pid")
            identity = process.identify(pid) if isinstance(pid, int) else None
            if identity is not None:
                break
            ended = backend.ended()
            if ended or time.monotonic() >= deadline:
                said = backend.said()
                if not ended:
                    lost = process.identify(backend.pid())
                    if lost is not None:
                        backend.stop(lost, self.timeout)
                self._forget(path)
                raise Failure("the node's part of the plan did not start, its process %s%s"
                              % (ended or "does not serve after %d s" % self.timeout, ": " + said if said else ""))
            time.sleep(POLL_SECONDS)
        servers.save(path + ".record", {"pid": identity.pid, "start": identity.start, "boot": identity.boot, "unit": backend.unit, "program": program})
        return plans.find(path)

    # -- started, absent -------------------------------------------------------------------------------------------------

    def _started(self):
        part = self._part()
        facts = plans.progress(part.path)
        if part.identity is None and not facts.get("ended"):
            raise Failure("the node's part of run %s is not there, prepare it first" % self.run_id)
        begin = facts.get("state") == "prepared" and part.identity is not None
        if begin and not self.check_mode:
            process.send(part.identity, signal.SIGUSR1)
        return self._result(begin, part)

    def _absent(self):
        found = plans.find_all(self.folder, self.run_id, self.node, True)
        if not self.check_mode:
            for part in found:
                self._stop(part)
                self._forget(part.path)
        return {"changed": bool(found), "state": "absent", "ended": [
            {"run": part.run, "node": part.node, "pid": part.identity.pid if part.identity else None} for part in found]}

    def _stop(self, part):
        if part.identity is None:
            return
        unit = process.unit_of(part.identity.pid)
        backend = supervisor.Systemd(unit) if unit.startswith("nfv-iperf-plan-") else supervisor.Daemon(None)
        left = backend.stop(part.identity, self.timeout)
        if left:
            raise Failure("the node's part of run %s did not end: %s" % (part.run, process.describe(left[0].pid)))

    def _forget(self, path):
        plans.remove_files(path)
        plans.prune(self.folder)

    def _result(self, changed, part):
        return {"changed": changed, "state": self.state, "run": self.run_id, "node": self.node, "pid": part.identity.pid if part.identity else None,
                "progress_file": part.path + ".progress"}
