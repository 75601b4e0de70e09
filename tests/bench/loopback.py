# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the engine itself over this machine's loopback, beside the real iperf3 where there is one.

Each row is one test of a client against a server of the same kind. The numbers belong to this machine and this moment:
they are for comparing two states of the code, not for a page.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ARCHIVE = os.path.join(TOP, "build", "nfv-iperf.pyz")
SECONDS = os.environ.get("BENCH_SECONDS", "5")

CASES = (
    ("TCP, 1 stream", []),
    ("TCP, 4 streams", ["-P", "4"]),
    ("TCP, both ways", ["--bidir"]),
    ("UDP, 1460 bytes, no limit", ["-u", "-b", "0", "-l", "1460"]),
    ("UDP, 8948 bytes, no limit", ["-u", "-b", "0", "-l", "8948"]),
)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(port, server):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server did not start")


def measure(program, options):
    """(sent, received) in Gbit/s, and the loss in percent or None; raises SystemExit with the program's words."""
    port = free_port()
    server = subprocess.Popen(program + ["-s", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        done = subprocess.run(program + ["-c", "127.0.0.1", "-p", str(port), "-J", "-t", SECONDS] + options, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, check=False, timeout=60 + float(SECONDS))
    finally:
        server.terminate()
        server.wait(20)
    try:
        document = json.loads(done.stdout)
        end = document["end"]
        sent, received = end.get("sum_sent") or end["sum"], end.get("sum_received") or end["sum"]
        return sent["bits_per_second"] / 1e9, received["bits_per_second"] / 1e9, received.get("lost_percent")
    except (ValueError, KeyError):
        raise SystemExit("%s failed:\n%s%s" % (" ".join(program), done.stdout[-500:], done.stderr[-500:])) from None


def main():
    if not os.path.exists(ARCHIVE):
        raise SystemExit("build/nfv-iperf.pyz is missing: make pyz")
    programs = [("ours", [sys.executable, ARCHIVE])]
    if shutil.which("iperf3"):
        programs.append(("iperf3", ["iperf3"]))
    print("%-28s %-8s %10s %10s %8s" % ("test", "program", "sent Gbit", "recv Gbit", "lost %"))
    for name, options in CASES:
        for label, program in programs:
            sent, received, lost = measure(program, options)
            print("%-28s %-8s %10.2f %10.2f %8s" % (name, label, sent, received, "" if lost is None else "%.2f" % lost), flush=True)


if __name__ == "__main__":
    main()
