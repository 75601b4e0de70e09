# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of an opened port: what was changed, written before it is. PRIVATE to the collection.

Theory. One file per port and run. A change is in it before it is made, so at any moment the file names at least all that
was changed; taking back a change that was not made yet does nothing. What was in force before and is nobody's of ours is
never written, so it is never taken away. Two runs on a host may need the same change (a sysctl, a firewalld rule): both
journals name it, and the last one closed takes it back, to the state before the first. The file goes when all is back.
"""

import fcntl
import json
import os

VERSION = 1
FOLDER = "/var/lib/nfv-iperf"
KEPT = ("before", "position", "remove")   # what a change says about the host before it: the first word on it is the true one


class Journal:
    """The changes of one run for one port. state: "opening" (some may be missing), "open" (all made), "closing"."""

    def __init__(self, port, run, state="opening", backends=(), changes=()):
        self.port = port
        self.run = run
        self.state = state
        self.backends = list(backends)
        self.changes = list(changes)

    def to_text(self):
        return json.dumps({"version": VERSION, "port": self.port, "run": self.run, "state": self.state, "backends": self.backends,
                           "changes": self.changes}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_text(cls, text):
        """ValueError when the text is no journal of a version that this collection can take back."""
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("version") != VERSION:
            raise ValueError("not a journal of version %d" % VERSION)
        return cls(data["port"], data["run"], data["state"], data["backends"], data["changes"])


class Store:
    """The folder of journals on a host. Use it as a context manager: it holds a lock against other plays meanwhile."""

    def __init__(self, folder):
        self.folder = folder
        self._lock = None

    def __enter__(self):
        if os.path.isdir(self.folder):
            self._take_lock()
        return self

    def __exit__(self, *dummy):
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_lock(self):
        self._lock = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def path(self, port, run):
        return os.path.join(self.folder, "control_port-%d-%s.json" % (port, run))

    def load(self):
        """All journals there. ValueError naming the file that cannot be read: it is not ignored, it may hold open ports."""
        journals = []
        for name in sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else ():
            if not (name.startswith("control_port-") and name.endswith(".json")):
                continue
            path = os.path.join(self.folder, name)
            with open(path) as stream:
                text = stream.read()
            try:
                journals.append(Journal.from_text(text))
            except (ValueError, KeyError) as error:
                raise ValueError("%s: %s" % (path, error))
        return journals

    def save(self, journal):
        """Write a journal so that it is on disk, whole, before this returns."""
        if not os.path.isdir(self.folder):
            os.makedirs(self.folder, 0o700)
        if self._lock is None:
            self._take_lock()
        path = self.path(journal.port, journal.run)
        descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(journal.to_text())
            stream.flush()
            os.fsync(stream.fileno())
        os.rename(path + ".new", path)
        os.fsync(self._lock)

    def remove(self, journal):
        """Remove a journal, and the folder when nothing else is in it."""
        os.unlink(self.path(journal.port, journal.run))
        try:
            os.rmdir(self.folder)
        except OSError:
            pass    # other journals, or files of others, are in it


def split(journals, port, run):
    """(the journal of this port and run or None, all others)."""
    own = [journal for journal in journals if (journal.port, journal.run) == (port, run)]
    return (own[0] if own else None), [journal for journal in journals if journal not in own]


def _by_id(journals):
    return dict((change["id"], change) for journal in journals for change in journal.changes)


def opening(own, others, wanted, in_force):
    """Compare what is wanted with what was recorded and what is in force.

    own: Journal or None; others: list of Journal; wanted: changes; in_force(change) -> bool.
    Returns (record, make, undo): changes to have in the journal now, to carry out, and to take back because an earlier open
    of the same run needed them and this one does not.
    """
    mine, theirs = _by_id([own] if own else []), _by_id(others)
    record, make = [], []
    for change in wanted:
        known = mine.get(change["id"]) or theirs.get(change["id"])
        for key in KEPT:
            if known and key in known:
                change = dict(change, **{key: known[key]})
        there = in_force(change)
        if there and not known:
            continue        # it was so before us
        record.append(change)
        if not there:
            make.append(change)
    ids = set(change["id"] for change in record)
    stale = [dict(change, stale=True) for change in mine.values() if change["id"] not in ids]
    return record + stale, make, [change for change in stale if change["id"] not in theirs]


def closing(own, others):
    """The changes to take back when these journals (list) are closed while the others stay, last made first."""
    kept = _by_id(others)
    undo = []
    for journal in own:
        undo += [change for change in journal.changes if change["id"] not in kept and change["id"] not in [known["id"] for known in undo]]
    return undo[::-1]
