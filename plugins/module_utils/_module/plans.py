# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes' parts of plans on this host: their files and processes. PRIVATE to the collection.

A part is named by the run and the node, which are in the name of its plan file; record, log, progress and results lie next to it and are called after it.
The process has the path of its plan among its arguments, and only a process that shows that is ours (compare servers.py). Plans have a state_dir of their
own, so that what they run from is not pruned by somebody who only looks after servers.
"""

import json
import os
import re

from typing import Dict, List, NamedTuple, Optional

from . import process, servers, statedir
from .guard import Failure

Part = NamedTuple("Part", [("path", str), ("run", str), ("node", str), ("identity", Optional[process.Identity]), ("record", dict)])

NAME = re.compile(r"plan-([0-9A-Za-z_]{1,64})-([0-9A-Za-z._]+)\.json\Z")
RUN = re.compile(r"[0-9A-Za-z_]{1,64}\Z")
UNSAFE = re.compile(r"[^0-9A-Za-z.]")
KINDS = ("", ".record", ".log", ".progress", ".progress.new", ".results")


def default_folder() -> str:
    """Where plans lie unless state_dir says otherwise."""
    return statedir.default() + "-plans"


def check_run(run: str) -> str:
    """The run's id; raises Failure for one that could not be part of a file's name."""
    if not RUN.match(run):
        raise Failure("run is %r, allowed are 1 to 64 letters, digits and underscores" % run)
    return run


def safe(node: str) -> str:
    """A node's name for a file: characters that are not fit for one are told by their bytes in hexadecimal."""
    return UNSAFE.sub(lambda found: "_%s_" % found.group(0).encode("utf-8").hex(), node)


def path_of(folder: str, run: str, node: str) -> str:
    """Path of a plan."""
    return os.path.join(folder, "plan-%s-%s.json" % (run, safe(node)))


def find(path: str) -> Part:
    """A part; its identity is None when its process does not run."""
    name = NAME.match(os.path.basename(path))
    record = servers.load(path + ".record")
    recorded = record.get("pid") if isinstance(record.get("pid"), int) else 0
    candidates = [recorded] if recorded > 0 else []
    for source in (lambda: candidates, lambda: _searched(path)):
        for pid in source():
            identity = process.identify(pid)
            if identity is not None and path in process.command_line(pid):
                return Part(path, name.group(1), name.group(2), identity, record)
    return Part(path, name.group(1), name.group(2), None, record)


def _searched(path):
    mine = [pid for pid in process.pids() if path in process.command_line(pid)]
    first = process.oldest(mine)
    return [] if first is None else [first]


def find_all(folder: str, run: str = "", node: str = "", related: bool = False) -> List[Part]:
    """All parts in the folder, or those of one run, of one node. related: also of RUN_anything, which belongs to the run."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    found = [(name, NAME.match(name)) for name in names]
    return [find(os.path.join(folder, name)) for name, match in found
            if match and (not run or match.group(1) == run or (related and match.group(1).startswith(run + "_")))
            and (not node or match.group(2) == safe(node))]


def elsewhere(folder: str) -> List[Dict[str, object]]:
    """Parts of plans that run on this host from other folders, other users' too: {"path", "run", "pid", "user"}, user as a number."""
    found = {}  # type: Dict[str, List[int]]
    for pid in process.pids():
        words = process.command_line(pid)
        path = words[words.index("--plan") + 1] if "--plan" in words[:-1] else ""
        if NAME.match(os.path.basename(path)) and os.path.dirname(path) != folder:
            found.setdefault(path, []).append(pid)
    first = {path: process.oldest(pids) for path, pids in sorted(found.items())}
    return [{"path": path, "run": NAME.match(os.path.basename(path)).group(1), "pid": pid, "user": process.owner(pid)}
            for path, pid in first.items() if pid is not None]


def remove_files(path: str) -> None:
    """Take away what a part has on disk."""
    for kind in KINDS:
        try:
            os.unlink(path + kind)
        except FileNotFoundError:
            pass


def prune(folder: str) -> None:
    """Remove the engine's archives that no part's record names."""
    needed = {one.record.get("program") for one in find_all(folder)}
    for name in sorted(os.listdir(folder)):
        if name.startswith("nfv-iperf-") and name.endswith(".pyz") and os.path.join(folder, name) not in needed:
            os.unlink(os.path.join(folder, name))


def progress(path: str) -> Dict[str, object]:
    """What the part told last, {} if nothing yet."""
    try:
        with open(path + ".progress") as stream:
            facts = json.load(stream)
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def results(path: str) -> List[dict]:
    """The results that the part has written."""
    try:
        with open(path + ".results") as stream:
            return [json.loads(line) for line in stream.read().split("\n")[:-1]]
    except OSError:
        return []
