# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes as /proc shows them. PRIVATE to the collection.

A pid alone says nothing: the kernel gives it to another process later. A process is therefore named by an Identity: pid,
start time (clock ticks since boot, field 22 of /proc/PID/stat, see proc(5)) and the kernel's boot id. Everything that
signals or waits takes an Identity and does nothing when it no longer fits.
`proc` is the mount point of the proc file system everywhere, so that tests may bring their own.
"""

import os
import signal
import time

from typing import List, NamedTuple, Optional

Stat = NamedTuple("Stat", [("pid", int), ("name", str), ("state", str), ("parent", int), ("session", int), ("start", int)])
Identity = NamedTuple("Identity", [("pid", int), ("start", int), ("boot", str)])

POLL_SECONDS = 0.02
KILL_SECONDS = 10.0
ENDED = ("Z", "X", "x")


def _read(proc: str, *names: str) -> bytes:
    """Content of a file below /proc, b"" when it is gone or hidden from us."""
    try:
        with open(os.path.join(proc, *names), "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def boot_id(proc: str = "/proc") -> str:
    """The kernel's random id of this boot, "" where it cannot be read."""
    return _read(proc, "sys", "kernel", "random", "boot_id").decode("ascii", "replace").strip()


def stat(pid: int, proc: str = "/proc") -> Optional[Stat]:
    """What /proc/PID/stat says, None for a process that does not exist. The name may contain blanks and brackets."""
    head, bracket, tail = _read(proc, str(pid), "stat").decode("utf-8", "replace").rpartition(")")
    fields = tail.split()
    if not bracket or len(fields) < 20:
        return None
    return Stat(pid, head.partition("(")[2], fields[0], int(fields[1]), int(fields[3]), int(fields[19]))


def identify(pid: int, proc: str = "/proc") -> Optional[Identity]:
    """The identity of a running process, None if there is none (a zombie has ended)."""
    found = stat(pid, proc)
    if found is None or found.state in ENDED:
        return None
    return Identity(pid, found.start, boot_id(proc))


def alive(identity: Identity, proc: str = "/proc") -> bool:
    """Whether exactly this process still runs."""
    return identify(identity.pid, proc) == identity


def command_line(pid: int, proc: str = "/proc") -> List[str]:
    """Arguments of a process, [] for one that is gone."""
    text = _read(proc, str(pid), "cmdline").decode("utf-8", "replace")
    return text.rstrip("\0").split("\0") if text else []


def owner(pid: int, proc: str = "/proc") -> int:
    """Numeric user id of a process, -1 for one that is gone."""
    try:
        return os.stat(os.path.join(proc, str(pid))).st_uid
    except OSError:
        return -1


def unit_of(pid: int, proc: str = "/proc") -> str:
    """The systemd service whose control group holds the process, "" if it is in none."""
    for line in _read(proc, str(pid), "cgroup").decode("utf-8", "replace").splitlines():
        last = line.rpartition("/")[2]
        if last.endswith(".service"):
            return last
    return ""


def pids(proc: str = "/proc") -> List[int]:
    """All pids that can be seen."""
    try:
        return sorted(int(name) for name in os.listdir(proc) if name.isdigit())
    except OSError:
        return []


def session_members(session: int, proc: str = "/proc") -> List[Identity]:
    """All running processes of a session (setsid(2)), its leader included if it lives."""
    boot = boot_id(proc)
    found = (stat(pid, proc) for pid in pids(proc))
    return [Identity(one.pid, one.start, boot) for one in found if one and one.session == session and one.state not in ENDED]


def oldest(candidates: List[int], proc: str = "/proc") -> Optional[int]:
    """Of related processes that share something, the one from which the others were forked."""
    known = {pid: stat(pid, proc) for pid in candidates}
    roots = [one for one in known.values() if one and one.parent not in known]
    return min(roots, key=lambda one: (one.start, one.pid)).pid if roots else None


def describe(pid: int, proc: str = "/proc") -> str:
    """One line that lets an operator recognise a process: its name, pid and command."""
    found = stat(pid, proc)
    command = " ".join(command_line(pid, proc))
    if found is None:
        return "a process that has ended (pid %d)" % pid
    return "%s (pid %d%s)" % (found.name, pid, ": " + command if command else "")


def send(identity: Identity, number: int) -> bool:
    """Signal exactly this process; False when it no longer runs. Raises PermissionError for a process of somebody else."""
    if not alive(identity):
        return False
    try:
        os.kill(identity.pid, number)
    except ProcessLookupError:
        return False
    return True


def wait_gone(identities: List[Identity], seconds: float) -> List[Identity]:
    """Wait until none of them runs, at most `seconds`; those that still do."""
    deadline = time.monotonic() + seconds
    while True:
        left = [one for one in identities if alive(one)]
        if not left or time.monotonic() >= deadline:
            return left
        time.sleep(POLL_SECONDS)


def terminate(leader: Identity, seconds: float) -> List[Identity]:
    """End a process and its session: SIGTERM to the leader, who ends his children in an orderly way, then SIGKILL to what
    is left after `seconds`. Returns what survived even that. The session is looked up while its leader lives: only then its
    number is sure to be ours."""
    if not alive(leader):
        return []
    everyone = sorted(set(session_members(leader.pid) + [leader]))
    send(leader, signal.SIGTERM)
    left = wait_gone(everyone, seconds)
    for one in left:
        send(one, signal.SIGKILL)
    return wait_gone(left, KILL_SECONDS)
