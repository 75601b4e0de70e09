# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one command with a log and a limit of time, and find what it left running.

What a command starts carries a mark in its environment, also what turned into a daemon and left its session. On Linux
the mark is looked for in /proc when the command has ended, so "no process of ours is left" is seen, not believed.
"""

import os
import signal
import subprocess
import sys
import time
import uuid
from typing import NamedTuple

MARK = "NFV_IPERF_SUITE_RUN"
GRACE = 10.0                    # seconds that processes get to end by themselves


class Ended(NamedTuple):
    status: int
    reason: str
    left_behind: list           # "pid 123: command line"


def marked(value):
    """{pid: command line} of the living processes whose environment has the mark."""
    found = {}
    wanted = ("%s=%s" % (MARK, value)).encode("ascii")
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open("/proc/%s/environ" % name, "rb") as handle:
                if wanted not in handle.read().split(b"\0"):
                    continue
            with open("/proc/%s/cmdline" % name, "rb") as handle:
                found[int(name)] = handle.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        except OSError:
            continue
    return found


def signal_group(group, number):
    try:
        os.killpg(group, number)
    except OSError:
        pass


def stop(process):
    """End a process and its group, kindly at first."""
    signal_group(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        signal_group(process.pid, signal.SIGKILL)
        process.wait()


def wait_with_echo(process, log, limit, echo):
    """Wait until the process has ended or the limit is over; copies the growing log to stdout if echo is set."""
    deadline = time.monotonic() + limit
    with open(log, encoding="utf-8", errors="replace") as handle:
        while True:
            status = process.poll()
            if echo:
                sys.stdout.write(handle.read())
                sys.stdout.flush()
            if status is not None or time.monotonic() > deadline:
                return status
            time.sleep(0.1)


def end_leftovers(value):
    """Give marked processes a moment, end the rest by their ids; returns what had to be ended."""
    deadline = time.monotonic() + GRACE
    left = marked(value)
    while left and time.monotonic() < deadline:
        time.sleep(0.2)
        left = marked(value)
    for pid in left:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    deadline = time.monotonic() + GRACE
    while left and marked(value) and time.monotonic() < deadline:
        time.sleep(0.05)
    return ["pid %d: %s" % (pid, text[:120]) for pid, text in sorted(left.items())]


def run_logged(command, folder, log, limit, echo=False):
    """Run command in folder, all its output in the file log, at most limit seconds."""
    value = uuid.uuid4().hex
    environment = dict(os.environ, **{MARK: value, "PYTHONUNBUFFERED": "1"})
    with open(log, "w", encoding="utf-8") as handle:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=handle,
                                   stderr=subprocess.STDOUT, start_new_session=True)
    try:
        status = wait_with_echo(process, log, limit, echo)
    except BaseException:
        stop(process)
        end_leftovers(value)
        raise
    if status is not None:
        return Ended(status, "ended with status %d" % status if status else "", end_leftovers(value))
    stop(process)
    end_leftovers(value)
    return Ended(124, "not done after %d s" % limit, [])
