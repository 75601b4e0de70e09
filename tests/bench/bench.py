# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the engine is, against the real iperf3 on the same machine over the loopback.

Run by `make bench`. Every round runs each test between all four pairs of programs, one after the other, so that whatever else the machine does meets all
of them. What is compared is what was delivered: a ratio is a pair's rate divided by that of real against real in the same round, and the
median over the rounds is printed with the smallest and largest. Numbers of a busy machine mean little, so its load is printed too.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ARCHIVE = os.path.join(TOP, "build", "nfv-iperf.pyz")
ADDRESS = "127.0.0.1"
# A server that has just been started may need so long until it listens; seconds.
START_LIMIT = 10.0
# What a test may take beyond its time; seconds.
EXTRA_TIME = 30.0

TESTS = (
    ("TCP", []),
    ("TCP, 4 streams", ["-P", "4"]),
    ("UDP, 1460 bytes", ["-u", "-b", "0", "-l", "1460"]),
)
# (client, server); data goes from client to server
REFERENCE = ("real", "real")
PAIRS = (("ours", "ours"), ("ours", "real"), ("real", "ours"))


class BenchError(Exception):
    """A test that gave no number."""


def free_port():
    """A port that nothing uses, for TCP and, as far as can be told, for UDP."""
    with socket.socket() as sock:
        sock.bind((ADDRESS, 0))
        return sock.getsockname()[1]


def delivered(document):
    """Bits per second that arrived, from a client's -J document."""
    end = document["end"]
    received = end.get("sum_received", {}).get("bits_per_second")
    if received:
        return received
    whole = end["sum"]
    return whole["bits_per_second"] * (1.0 - (whole.get("lost_percent") or 0.0) / 100.0)


def run_client(command, limit):
    """The -J document of one client. A refused connection is tried again: the server may not listen yet."""
    until = time.monotonic() + START_LIMIT
    while True:
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            raise BenchError("%s: no end after %d s" % (" ".join(command), limit)) from None
        try:
            document = json.loads(done.stdout)
        except ValueError:
            document = {"error": done.stderr.strip() or "no JSON"}
        error = document.get("error")
        if not error:
            return document
        if "connect" not in str(error) or time.monotonic() > until:
            raise BenchError("%s: %s" % (" ".join(command), error))
        time.sleep(0.1)


def run_pair(programs, client, server, options, seconds):
    """Delivered bits per second of one test between two programs."""
    port = str(free_port())
    serving = subprocess.Popen(programs[server] + ["-s", "-1", "-B", ADDRESS, "-p", port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        command = programs[client] + ["-c", ADDRESS, "-p", port, "-t", str(seconds), "-J"] + options
        return delivered(run_client(command, seconds + EXTRA_TIME))
    finally:
        serving.terminate()
        try:
            serving.wait(timeout=EXTRA_TIME)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()


def measure(programs, seconds, rounds, say):
    """{(test, client, server): [bits per second of each round]}, in the order of TESTS."""
    rates = {}
    for turn in range(rounds):
        for name, options in TESTS:
            for client, server in (REFERENCE,) + PAIRS:
                rate = run_pair(programs, client, server, options, seconds)
                rates.setdefault((name, client, server), []).append(rate)
                say("round %d of %d, %s, %s to %s: %.2f Gbit/s" % (turn + 1, rounds, name, client, server, rate / 1e9))
    return rates


def table(rates):
    """The lines of the result."""
    titles = ["%s to %s" % pair for pair in PAIRS]
    lines = ["%-18s %18s" % ("", "real to real") + "".join("%24s" % title for title in titles)]
    for name, dummy in TESTS:
        reference = rates[(name,) + REFERENCE]
        line = "%-18s %11.2f Gbit/s" % (name, statistics.median(reference) / 1e9)
        for pair in PAIRS:
            ratios = [rate / base for rate, base in zip(rates[(name,) + pair], reference)]
            line += "%24s" % ("%.2f (%.2f to %.2f)" % (statistics.median(ratios), min(ratios), max(ratios)))
        lines.append(line)
    return lines


def main(arguments):
    parser = argparse.ArgumentParser(description="Compare the engine with the real iperf3 over the loopback of this machine.")
    parser.add_argument("--seconds", type=int, default=3, help="duration of each test (default: 3)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each test is run (default: 5)")
    parser.add_argument("--python", default=sys.executable, help="interpreter for our engine (default: this one)")
    parser.add_argument("--json", help="also write all rates to this file, in bits per second")
    options = parser.parse_args(arguments)
    real = shutil.which("iperf3")
    if real is None:
        raise SystemExit("there is no iperf3 on PATH to compare with, install it")
    if not os.path.exists(ARCHIVE):
        raise SystemExit("build/nfv-iperf.pyz is missing, run make pyz first")
    version = subprocess.run([real, "--version"], stdout=subprocess.PIPE, universal_newlines=True, timeout=EXTRA_TIME, check=True).stdout.split("\n")[0]
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:  # a copy, so that the archive may be built again meanwhile
        programs = {"real": [real], "ours": [options.python, shutil.copy(ARCHIVE, folder)]}
        try:
            rates = measure(programs, options.seconds, options.rounds, lambda line: print(line, file=sys.stderr))
        except BenchError as exc:
            raise SystemExit(str(exc))
    print("delivered over the loopback, medians of %d rounds of %d s; ratios are to real to real in the same round" % (options.rounds, options.seconds))
    print("real: %s; %d CPUs, load before the start %.1f" % (version, os.cpu_count(), before))
    print("\n".join(table(rates)))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as handle:
            json.dump([{"test": name, "client": client, "server": server, "bits_per_second": found}
                       for (name, client, server), found in rates.items()], handle, indent=1)
            handle.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
