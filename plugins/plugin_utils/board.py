# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The board on which the waiting tasks of all hosts put what their node told, and which one of them shows. PRIVATE to the collection.

Ansible runs a host's task in a process of its own, so the board is a folder on the controller. Whoever gets its lock shows the whole fleet's progress; when
his node is through, somebody else does.
"""

import fcntl
import json
import os
import time

from . import progress

LINE_SECONDS = 10.0
NEW_LINE = "\r\033[K"


class Board:
    """folder: made if it is missing. cost: of the plan, see progress.gather(). show: callable (text, newline). width: columns of the terminal, 0 for none."""

    def __init__(self, folder, cost, show, width):
        self._folder = folder
        self._cost = cost
        self._show = show
        self._width = width
        self._lock = None
        self._shown_at = None
        self._visits = None  # that were over when it was looked last, and since when
        self._since = 0.0
        self._part = 0.0
        os.makedirs(folder, exist_ok=True)
        os.close(self._open())  # whose age is that of the board

    def put(self, host, told):
        """Put up what a host's node told."""
        path = os.path.join(self._folder, _file(host, ".json"))
        with open(path + ".new", "w", encoding="utf-8") as target:
            json.dump(told, target)
        os.rename(path + ".new", path)

    def show(self):
        """Show the fleet's progress, if nobody else does."""
        if not self._mine():
            return
        now = time.time()
        if self._width:
            self._show(NEW_LINE + progress.drawn(self._facts(now), self._width - 1), False)
        elif self._shown_at is None or now - self._shown_at >= LINE_SECONDS:
            self._shown_at = now
            self._show(progress.words(self._facts(now)), True)

    def leave(self, host):
        """Let somebody else show it. The last of all hosts shows as a line how it ended."""
        if self._lock is not None:
            if self._width:
                self._show(NEW_LINE, False)
            os.close(self._lock)
            self._lock = None
        open(os.path.join(self._folder, _file(host, ".left")), "w", encoding="utf-8").close()
        if sum(name.endswith(".left") for name in os.listdir(self._folder)) >= self._cost["nodes"] and self._first(os.path.join(self._folder, "over")):
            now = time.time()
            self._show(progress.words(self._facts(now), now - self._began()), True)

    @staticmethod
    def _first(path):
        """Whether nobody was here before; two may see that they are the last."""
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
        except FileExistsError:
            return False
        return True

    def _mine(self):
        if self._lock is None:
            handle = self._open()
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                return False
            self._lock = handle
        return True

    def _facts(self, now):
        told = []
        for name in os.listdir(self._folder):
            if name.endswith(".json"):
                with open(os.path.join(self._folder, name), encoding="utf-8") as source:
                    told.append(json.load(source))
        visits = progress.visits(told, self._cost)
        if visits != self._visits:
            self._visits, self._since = visits, now
        facts = progress.gather(told, self._cost, now - self._began(), now - self._since, self._part)
        self._part = facts["part"]
        return facts

    def _open(self):
        return os.open(os.path.join(self._folder, "lock"), os.O_RDWR | os.O_CREAT, 0o644)

    def _began(self):
        return os.stat(os.path.join(self._folder, "lock")).st_mtime  # nothing is ever written into it


def _file(host, ending):
    return host.replace(os.sep, "_") + ending
