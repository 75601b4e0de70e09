# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the suites of SUITES (or those named on the command line), one after the other, and tell what came of each.

Each suite is a command with a log in .cache/logs and a limit of time. What this machine lacks makes a suite skipped,
with the reason; a suite whose folder nobody has written yet is said to be so. With NFV_IPERF_STRICT=1 a skipped suite
or a skipped test is a failure: that is how CI runs. A suite that leaves a process behind has failed, whatever it says.

The end of the output is what a reader of a CI log needs: the table, the last lines of each failed suite's log, the
name of each failed test, and one line of totals.
"""

import argparse
import os
import shlex
import shutil
import signal
import sys
import time
import zlib
from typing import NamedTuple

from suite_process import run_logged
from suite_results import Counts, read_junit

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOGS = os.path.join(TOP, ".cache", "logs")
STRICT = os.environ.get("NFV_IPERF_STRICT", "") not in ("", "0")
TAIL = 40                       # lines shown of a failed suite's log
NAMED = 60                      # failed tests of one suite named at the end


def need_command(name, why):
    return lambda: None if shutil.which(name) else "%s is not installed (%s)" % (name, why)


def need_root():
    return None if hasattr(os, "geteuid") and os.geteuid() == 0 else "needs root"


PYTEST = [sys.executable, "-m", "pytest", "-q", "--junitxml=.cache/logs/{name}.xml"]


def tool(name):
    return [sys.executable, "tests/tools/%s.py" % name]


class Suite(NamedTuple):
    name: str
    about: str
    command: list
    limit: int                  # seconds
    folder: str = ""            # as long as it does not exist, nobody has written the suite's tests
    needs: tuple = ()           # functions that return None or what is missing


SUITES = (
    Suite("lint", "style of YAML, roles, shell, changelog, licences, docs", tool("run_lint"), 900),
    Suite("units", "every part on this Python", PYTEST + ["tests/unit"], 900, "tests/unit"),
    Suite("pythons", "modules and engine on every managed Python", tool("run_pythons"), 1500, "tests/unit/plugins"),
    Suite("package", "the built archive: content, installation, documentation", tool("check_package"), 300),
    Suite("sanity", "ansible-test sanity", tool("run_ansible_test") + ["sanity"], 1500),
    Suite("interop", "against the real iperf3, in both roles", PYTEST + ["--timeout=900", "tests/interop"], 1200, "tests/interop",
          (need_command("iperf3", "the peer of the tests"),)),
    Suite("netns", "in network namespaces, with connection tracking", PYTEST + ["tests/netns"], 1200, "tests/netns",
          (need_root, need_command("ip", "makes the namespaces"), need_command("nft", "sets their rules"))),
    Suite("integration", "the modules in plays, by ansible-test", tool("run_ansible_test") + ["integration"], 1200,
          "tests/integration/targets"),
    Suite("molecule", "the roles in containers", ["sh", "tests/tools/molecule.sh"], 1800,
          "extensions/molecule", (need_command("podman", "runs the nodes"),)),
)


class Outcome(NamedTuple):
    suite: Suite
    status: str                 # passed, failed, skipped, absent
    note: str
    seconds: float
    counts: Counts


def log_path(name):
    return os.path.join(LOGS, name + ".log")


def run_suite(suite, extra, echo):
    for name in os.listdir(LOGS):
        if name.startswith((suite.name + ".", suite.name + "-")):
            os.unlink(os.path.join(LOGS, name))
    if suite.folder and not os.path.isdir(os.path.join(TOP, suite.folder)):
        return Outcome(suite, "absent", "nobody has written %s yet" % suite.folder, 0.0, Counts())
    missing = [reason for reason in (need() for need in suite.needs) if reason]
    if missing:
        return Outcome(suite, "skipped", "; ".join(missing), 0.0, Counts())
    command = [part.format(name=suite.name) for part in suite.command]
    if any(os.path.exists(os.path.join(TOP, word.split("::")[0])) for word in extra):
        command = [part for part in command if part != suite.folder]
    command += extra
    begin = time.monotonic()
    ended = run_logged(command, TOP, log_path(suite.name), suite.limit, echo)
    seconds = time.monotonic() - begin
    counts = read_junit(LOGS, suite.name)
    notes, status = [], "passed"
    if ended.status == 5 and counts.total == 0 and not counts.failed:
        return Outcome(suite, "absent", "no test was found in %s" % suite.folder, seconds, counts)
    if ended.status != 0:
        status = "failed"
        notes.append(ended.reason)
    if ended.left_behind:
        status = "failed"
        notes.append("left behind: " + "; ".join(ended.left_behind))
    if counts.failed and status == "passed":
        status = "failed"
        notes.append("%d tests failed" % len(counts.failed))
    if counts.skipped:
        notes.append("%d tests skipped" % len(counts.skipped))
        if STRICT:
            status = "failed"
    return Outcome(suite, status, ", ".join(notes), seconds, counts)


def tell(outcomes, logs_too):
    """Print the closing part, with the ends of failed suites' logs if logs_too; returns the exit code."""
    failed = [one for one in outcomes if one.status == "failed" or (STRICT and one.status == "skipped")]
    print("\n%-12s %-8s %8s %7s  %s" % ("suite", "result", "seconds", "tests", "note"))
    for one in outcomes:
        tests = str(one.counts.total) if one.counts.total else ""
        print("%-12s %-8s %8.1f %7s  %s" % (one.suite.name, one.status, one.seconds, tests, one.note))
    for one in outcomes:
        for name, reason in one.counts.skipped:
            print("skipped: %s: %s: %s" % (one.suite.name, name, reason))
    for one in failed if logs_too else []:
        path = log_path(one.suite.name)
        if os.path.exists(path):
            print("\n--- the last %d lines of %s ---" % (TAIL, os.path.relpath(path, TOP)))
            with open(path, encoding="utf-8", errors="replace") as handle:
                print("".join(handle.readlines()[-TAIL:]).rstrip())
    if failed:
        print("")
    for one in failed:
        print("FAILED suite: %s: %s" % (one.suite.name, one.note or "see its log"))
        for name, reason in one.counts.failed[:NAMED]:
            print("FAILED test: %s: %s: %s" % (one.suite.name, name, reason))
        if len(one.counts.failed) > NAMED:
            print("FAILED test: %s: and %d more" % (one.suite.name, len(one.counts.failed) - NAMED))
    passed = sum(one.counts.passed if one.counts.total else int(one.status == "passed") for one in outcomes)
    bad = sum(max(len(one.counts.failed), int(one.status == "failed")) for one in outcomes)
    skipped = sum(len(one.counts.skipped) + int(one.status in ("skipped", "absent")) for one in outcomes)
    print("%d passed, %d failed, %d skipped" % (passed, bad, skipped), flush=True)
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description="Run suites of tests of this checkout.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="one of: " + ", ".join(suite.name for suite in SUITES))
    parser.add_argument("--args", default="", help="more arguments for the command of the one suite named")
    options = parser.parse_args()
    known = {suite.name: suite for suite in SUITES}
    unknown = [name for name in options.suites if name not in known]
    if unknown:
        parser.error("unknown suite '%s'; there are: %s" % (unknown[0], ", ".join(known)))
    chosen = [known[name] for name in options.suites] or list(SUITES)
    extra = shlex.split(options.args)
    if extra and len(chosen) != 1:
        parser.error("--args needs exactly one suite")
    os.makedirs(LOGS, exist_ok=True)
    # Two checkouts on one machine must not use each other's containers (extensions/molecule/inventory.yml).
    os.environ.setdefault("NFV_MOLECULE_NUMBER", str(zlib.crc32(TOP.encode("utf-8")) % 256))
    # An end from outside must take the running suite along, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit("ended by SIGTERM"))
    outcomes = []
    echo = len(chosen) == 1
    for suite in chosen:
        print("%-12s %s" % (suite.name, suite.about), flush=True)
        outcomes.append(run_suite(suite, extra, echo))
        print("%-12s %s in %.1f s %s" % ("", outcomes[-1].status, outcomes[-1].seconds, outcomes[-1].note), flush=True)
    return tell(outcomes, not echo)


if __name__ == "__main__":
    sys.exit(main())
