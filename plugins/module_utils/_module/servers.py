# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which servers of ours run on this node, and how they are found again. PRIVATE to the collection.

Each server has a stem, made of its port and, if it has one, its local address and interface; its record, info socket and log
in state_dir are called by it. The record is JSON with pid and start time; it may be lost, damaged or out of date, so it is a
short cut only. What makes a process a server of ours is that it runs an archive of our folder with an info socket of our
folder, which its arguments in /proc show, and its options are read from there too. A process that cannot show that is not
ours and is never touched, whatever a record says.

The servers of the role iperf_server stay: each has a folder of its own in /run, which is its dynamic user's, and its archive
in a folder of the same name that is root's. They are told about here and managed by their units.
"""

import glob
import json
import os
import re
import tempfile

from typing import Dict, List, NamedTuple, Optional

from .._engine import info
from .._iperf3 import cmdline, errors
from . import archive, ports, process

# One running server. words: its command line behind the archive. settings: the same, read.
Server = NamedTuple("Server", [
    ("stem", str), ("identity", process.Identity), ("archive", str), ("words", List[str]), ("settings", object), ("unit", str), ("record", dict),
])

UNSAFE = re.compile(r"[^0-9A-Za-z.:_]")
STEM = re.compile(r"server-(\d+)(?:-[0-9A-Za-z.:_]*)*\Z")
QUERY_SECONDS = 2.0
RECORD_FORMAT = 1
# Folders of servers that stay, and where folders of the same names hold their archives (roles/iperf_server/vars/main.yml)
STAYING = "/run/nfv-iperf-server-*"
INSTALLED = "/usr/local/lib"


def stem_of(settings) -> str:
    """server-5201, server-5201-10.0.0.1, server-5201-10.0.0.1-eth1 or server-5201--eth1."""
    parts = ["server", str(settings.port)]
    if settings.bind or settings.bind_dev:
        parts.append(UNSAFE.sub("_", settings.bind or ""))
    if settings.bind_dev:
        parts.append(UNSAFE.sub("_", settings.bind_dev))
    return "-".join(parts)


def path_of(folder: str, stem: str, kind: str) -> str:
    """Path of a server's file; kind: json (the record), sock (the info socket) or log."""
    return os.path.join(folder, "%s.%s" % (stem, kind))


def load(path: str) -> dict:
    """A record, {} for one that is missing or of no use."""
    try:
        with open(path, "rb") as stream:
            record = json.loads(stream.read().decode("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and record.get("format") == RECORD_FORMAT else {}


def save(path: str, record: dict) -> None:
    """Write a record so that readers see the old or the new one."""
    handle, temporary = tempfile.mkstemp(prefix=".record-", dir=os.path.dirname(path))
    with os.fdopen(handle, "w") as stream:
        json.dump(dict(record, format=RECORD_FORMAT), stream, indent=1, sort_keys=True)
    os.chmod(temporary, 0o644)
    os.rename(temporary, path)


def remove_files(folder: str, stem: str) -> None:
    """Take away what a server leaves behind."""
    for kind in ("json", "sock", "log"):
        try:
            os.unlink(path_of(folder, stem, kind))
        except FileNotFoundError:
            pass


def query(path: str, seconds: float = QUERY_SECONDS) -> dict:
    """What the server behind an info socket tells, {} if nobody answers with something of use."""
    try:
        facts = info.query(path, seconds)
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _integer(value) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _recorded(record):
    """The pid of a record's process if exactly that one still runs."""
    identity = process.Identity(_integer(record.get("pid")), _integer(record.get("start")), str(record.get("boot")))
    return [identity.pid] if identity.pid > 0 and process.alive(identity) else []


def _searched(folder: str) -> Dict[str, List[int]]:
    """{stem: pids} of all processes of the folder's owner that have an info socket of this folder among their arguments."""
    found = {}  # type: Dict[str, List[int]]
    owner = os.stat(folder).st_uid if os.path.isdir(folder) else os.geteuid()
    for pid in process.pids():
        if process.owner(pid) != owner:
            continue
        for word in process.command_line(pid):
            stem, dot, kind = os.path.basename(word).rpartition(".")
            if dot and kind == "sock" and os.path.dirname(word) == folder and STEM.match(stem):
                found.setdefault(stem, []).append(pid)
    return found


def find(folder: str, stem: str, searched: Optional[Dict[str, List[int]]] = None) -> Optional[Server]:
    """The running server of this stem, None if there is none: whom its record names, or else the oldest process with its info
    socket, from which its tests are forked. searched: what _searched() has found, if that is known."""
    record = load(path_of(folder, stem, "json"))
    for pid in _recorded(record):
        server = _server(folder, stem, pid, record)
        if server is not None:
            return server
    pids = (_searched(folder) if searched is None else searched).get(stem, [])
    return _server(folder, stem, process.oldest(pids), record)


def _server(folder, stem, pid, record):
    identity = process.identify(pid) if pid else None
    words = process.command_line(pid) if identity else []
    homes = (folder, os.path.join(INSTALLED, os.path.basename(folder)))
    at = next((number for number, word in enumerate(words) if os.path.dirname(word) in homes and archive.FILE_NAME.match(os.path.basename(word))), None)
    if at is None:
        return None
    try:
        settings = cmdline.parse(words[at + 1:])
    except errors.IperfError:
        return None
    if settings.info_socket != path_of(folder, stem, "sock"):
        return None
    return Server(stem, identity, words[at], words[at + 1:], settings, process.unit_of(pid), record if record.get("pid") == pid else {})


def stems(folder: str, port: Optional[int] = None) -> List[str]:
    """The stems that have files in the folder, of one port or of all."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    found = {name.rpartition(".")[0] for name in names if name.rpartition(".")[2] in ("json", "sock", "log")}
    matches = [STEM.match(stem) for stem in sorted(found)]
    return [match.group(0) for match in matches if match and port in (None, int(match.group(1)))]


def find_all(folder: str, port: Optional[int] = None) -> List[Server]:
    """All running servers of the folder, of one port or of all, whether or not they have a file left."""
    searched = _searched(folder)
    running = [stem for stem in searched if port in (None, int(STEM.match(stem).group(1)))]
    found = [find(folder, stem, searched) for stem in sorted(set(running + stems(folder, port)))]
    return [server for server in found if server is not None]


def staying_folders() -> List[str]:
    """The folders of servers that stay. A link is not followed: only root can make these folders, anybody could point at them."""
    return [path for path in sorted(glob.glob(STAYING)) if os.path.isdir(path) and not os.path.islink(path)]


def same_place(one, other) -> bool:
    """Whether two servers (their Settings) cannot exist at once: one port, and addresses and interfaces that overlap."""
    def overlap(first, second):
        wild = ("", None) + ports.WILDCARDS
        return first == second or first in wild or second in wild
    return one.port == other.port and overlap(one.bind, other.bind) and overlap(one.bind_dev, other.bind_dev)
