# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a namespace by test_conntrack.py: find the sockets of a running iperf3 test, watch its entries, print the report.

Arguments: the client's port of the data flow, the data's protocol, what to wait for, the planned seconds of silence.
"""
import json
import subprocess
import sys
import time

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import match, watch

DEADLINE = 30
# What to wait for: a function of the evidence of the control and of the data flow.
CONDITIONS = {
    "entries": lambda control, data: control["entry"] and data["entry"],
    "silence": lambda control, data: (control["idle"] or 0.0) >= 1.0,
    "expiry": lambda control, data: "entry_expired" in [note["code"] for note in control["notes"]],
}


def sockets(protocol):
    """(local, remote) of all connected sockets of a protocol, which ss prints as the last two words of a line."""
    out = subprocess.check_output(["ss", "-Hn", "--" + protocol, "state", "established"], universal_newlines=True)
    for line in out.splitlines():
        ends = [word.rsplit(":", 1) for word in line.split()[-2:]]
        yield [(host.strip("[]"), int(port)) for host, port in ends]


def find_flows(data_port, protocol):
    """The two flows of the test, control first, or None if they are not both there."""
    flows = {}
    for kind in ("tcp", "udp"):
        for local, remote in sockets(kind):
            role = "data" if data_port in (local[1], remote[1]) else "control"
            if kind == (protocol if role == "data" else "tcp"):
                flows[role] = match.Flow(role, kind, local, remote)
    return [flows["control"], flows["data"]] if len(flows) == 2 else None


def main(data_port, protocol, condition, silence):
    deadline = time.monotonic() + DEADLINE
    flows = None
    while flows is None:
        flows = find_flows(int(data_port), protocol)
        pause(deadline, "the two connections of iperf3")
    watcher = watch.Watch([port for flow in flows for host, port in (flow.local, flow.remote)], interval=0.3)
    report = None
    while not report or not CONDITIONS[condition](*report["flows"]):
        if watcher.look():
            report = watcher.report(flows, float(silence))
        pause(deadline, condition)
    print(json.dumps(report))


def pause(deadline, what):
    if time.monotonic() > deadline:
        sys.exit("waited in vain for: %s" % what)
    time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
