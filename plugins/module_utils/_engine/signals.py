# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Signals that end a server or a client.

PRIVATE to the collection. Handlers only note the signal's name; loops ask for it, so that a test can say goodbye and report what it has. A poll() is not
ended by a signal (PEP 475), so the catcher also has a descriptor that becomes readable.
"""

import os
import signal

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


class Catcher(object):
    """Catches the ending signals from now on; calling it returns the name of the first one, or None. fileno() is for poll()."""

    def __init__(self):
        self.name = None
        self._readable, writable = os.pipe()
        os.set_blocking(self._readable, False)
        os.set_blocking(writable, False)
        signal.set_wakeup_fd(writable)
        for name in ENDING:
            signal.signal(getattr(signal, name), self._note)

    def _note(self, number, dummy):
        if self.name is None:
            self.name = dict((getattr(signal, name), name) for name in ENDING)[number]

    def fileno(self):
        return self._readable

    def __call__(self):
        return self.name


def descriptor(stop):
    """The descriptor to poll for a stop callable that has one, in a list; an empty list for any other callable."""
    return [stop.fileno()] if hasattr(stop, "fileno") else []


def default():
    """In a new process: forget the parent's handlers."""
    for name in ENDING:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
