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

    def put(self, host, told):
        """Put up what a host's node told."""
        path = os.path.join(self._folder, host.replace(os.sep, "_") + ".json")
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

    def leave(self):
        """Let somebody else show it."""
        if self._lock is None:
            return
        if self._width:
            self._show(NEW_LINE, False)
        os.close(self._lock)
        self._lock = None

    def _mine(self):
        if self._lock is None:
            handle = os.open(os.path.join(self._folder, "lock"), os.O_RDWR | os.O_CREAT, 0o644)
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
        began = os.stat(os.path.join(self._folder, "lock")).st_mtime  # nothing is ever written into it
        visits = progress.visits(told, self._cost)
        if visits != self._visits:
            self._visits, self._since = visits, now
        facts = progress.gather(told, self._cost, now - began, now - self._since, self._part)
        self._part = facts["part"]
        return facts
