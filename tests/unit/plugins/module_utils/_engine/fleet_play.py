# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of fleets share: nodes on loopback addresses, each a forked process that works through its plan."""

import json
import os
import signal
import time

from ansible_collections.nfv.iperf.plugins.module_utils._engine import fleet_node

DEADLINE = 30.0
BLOCK = {"blockcount": 1, "connect_timeout": 3000}
TESTS = {
    "tcp-forward": {"protocol": "TCP", "direction": "forward", "options": BLOCK},
    "tcp-reverse": {"protocol": "TCP", "direction": "reverse", "options": BLOCK},
}
UDP_TESTS = {"udp-forward": {"protocol": "UDP", "direction": "forward", "options": dict(BLOCK, udp=True)}}
LIMITS = {"connect": 1, "grace": 0.1, "visit": 20, "prepared": 20, "total": 25}


class Part(object):
    """A node's part of a plan. steps: [round, peer's number, 1 for a visit, ...]. number: of the node, which has 127.0.0.(number + 1)."""

    def __init__(self, folder, port, number, steps, tests=None, limits=None):
        self.number = number
        self.path = str(folder.join("plan-r1-n%d.json" % number))
        peers = sorted({step[1] for step in steps})
        plan = {
            "schema": "nfv.iperf/plan-v1", "run": "r1", "node": "n%d" % number, "port": port, "rounds": 3, "tests": tests or TESTS,
            "networks": [{"name": "net", "peers": [["n%d" % peer, "127.0.0.%d" % (peer + 1)] for peer in peers]}],
            "steps": [[step[0], 0, peers.index(step[1])] + list(step[2:]) for step in steps], "addresses": {"net": "127.0.0.%d" % (number + 1)},
            "limits": dict(LIMITS, **(limits or {})),
        }
        with open(self.path, "w") as target:
            json.dump(plan, target)
        self.pid = os.fork()
        if self.pid == 0:
            status = 2
            try:
                status = fleet_node.main(self.path)
            finally:
                os._exit(status)
        self.code = None

    def progress(self):
        try:
            with open(self.path + ".progress") as source:
                return json.load(source)
        except OSError:
            return {}

    def results(self):
        with open(self.path + ".results") as source:
            return [json.loads(line) for line in source]

    def begin(self):
        """Wait until it serves, and let it begin."""
        wait_for(self.progress, "node %d to be prepared" % self.number)
        os.kill(self.pid, signal.SIGUSR1)

    def wait(self):
        """Its exit code."""
        wait_for(self._gone, "the end of node %d, which told %s" % (self.number, self.progress()))
        return self.code

    def _gone(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        return self.code is not None

    def kill(self):
        if not self._gone():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.code = -9


def wait_for(condition, what):
    limit = time.time() + DEADLINE
    while not condition():
        assert time.time() < limit, "waited in vain for %s" % what
        time.sleep(0.01)
