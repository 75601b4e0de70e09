# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Where the connection tracking table of this network namespace is read from.

1. /proc/net/nf_conntrack: no command needed. Missing where the kernel was built without CONFIG_NF_CONNTRACK_PROCFS, as newer
   kernels of some distributions are. Readable by root only.
2. `conntrack -L -o extended`, once a family, because older versions of the command list IPv4 only unless told. Needs
   CAP_NET_ADMIN. It is not tried where the kernel's module is not loaded: the command would load it, and reading changes nothing.

An entry exists only while something in the namespace uses connection tracking: a stateful rule or NAT. So an empty table is an
answer of its own ("idle"), different from a table that cannot be read. Nothing here waits longer than a time limit.
"""

import errno
import os
import shutil
import subprocess
from typing import List, NamedTuple

from . import parse

SECONDS = 30
FILE = "net/nf_conntrack"
_SIGNS = ("net/stat/nf_conntrack", "sys/net/netfilter/nf_conntrack_max", "sys/net/netfilter/nf_conntrack_count")
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", "/usr/local/sbin"))

OK = "ok"
IDLE = "idle"
NOT_LOADED = "not_loaded"
NOT_PERMITTED = "not_permitted"
NO_SOURCE = "no_source"
FAILED = "failed"

REASONS = {
    OK: "",
    IDLE: "the connection tracking table of this network namespace is empty: connections get an entry only while a stateful"
          " firewall rule or NAT is in force there, so that no entry of a test can time out here",
    NOT_LOADED: "connection tracking is not loaded in this kernel: no firewall of this node keeps connections, none can cut one",
    NOT_PERMITTED: "the connection tracking table can be read by root only: run the task with become",
    NO_SOURCE: "this kernel has no /proc/net/nf_conntrack (CONFIG_NF_CONNTRACK_PROCFS) and the command conntrack is not"
               " installed: install the package conntrack (Debian) or conntrack-tools (Red Hat)",
    FAILED: "the connection tracking table cannot be read",
}


class Reading(NamedTuple):
    """What one look at the table gave. status: a key of REASONS; reason: "" or a sentence; source: the file or command used."""

    status: str
    reason: str
    source: str
    records: List[parse.Record]

    @property
    def available(self):
        """Whether the table was read; an empty table was."""
        return self.status in (OK, IDLE)


class _Unreadable(Exception):
    """args: status, detail"""


def run_command(argv):
    """(exit code, stdout, stderr) of a command; raises OSError, also when it takes longer than SECONDS."""
    environment = dict(os.environ, LC_ALL="C")
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              universal_newlines=True, timeout=SECONDS, env=environment)
    except subprocess.TimeoutExpired:
        raise OSError(errno.ETIMEDOUT, "%s did not end within %d seconds" % (argv[0], SECONDS))
    return done.returncode, done.stdout, done.stderr


def read(wanted=None, proc="/proc", run=run_command, which=None):
    """Read the table and return a Reading; a table that cannot be read is no error but a Reading that says why.

    wanted: keep only lines for which this function is true (see match.line_filter). proc: where procfs is mounted.
    run: runs a command, as run_command. which: name of a command -> its path or None."""
    which = which or (lambda name: shutil.which(name, path=_PATH))
    try:
        source, records = _read(wanted, proc, run, which)
    except _Unreadable as error:
        status, detail = error.args
        return Reading(status, "%s%s" % (REASONS[status], ": " + detail if detail else ""), "", [])
    status = IDLE if not records and _empty(wanted, proc) else OK
    return Reading(status, REASONS[status], source, records)


def _empty(wanted, proc):
    """Whether no records means no entries: with a filter only the kernel's count can tell."""
    if wanted is None:
        return True
    try:
        with open(os.path.join(proc, "sys/net/netfilter/nf_conntrack_count")) as stream:
            return int(stream.read()) == 0
    except (OSError, ValueError):
        return False


def _read(wanted, proc, run, which):
    path = os.path.join(proc, FILE)
    denied = None
    try:
        with open(path, errors="replace") as stream:
            return path, parse.parse(stream, wanted)
    except FileNotFoundError:
        pass
    except OSError as error:
        denied = error
    if denied is None and not any(os.path.exists(os.path.join(proc, sign)) for sign in _SIGNS):
        raise _Unreadable(NOT_LOADED, "")
    command = which("conntrack")
    if command:
        return "conntrack -L", parse.parse(_list(command, run), wanted)
    if denied is None:
        raise _Unreadable(NO_SOURCE, "")
    raise _Unreadable(*(NOT_PERMITTED, "") if denied.errno in (errno.EACCES, errno.EPERM) else (FAILED, str(denied)))


def _list(command, run):
    """The lines of both families; IPv6 may be missing from the kernel, IPv4 may not."""
    lines = []
    for family in ("ipv4", "ipv6"):
        try:
            code, out, err = run([command, "-L", "-o", "extended", "-f", family])
        except OSError as error:
            raise _Unreadable(FAILED, str(error))
        if code and family == "ipv4":
            denied = "CAP_NET_ADMIN" in err or os.strerror(errno.EPERM) in err
            raise _Unreadable(*(NOT_PERMITTED, "") if denied else (FAILED, err.strip() or "%s: exit code %s" % (command, code)))
        lines += out.splitlines() if not code else []
    return lines
