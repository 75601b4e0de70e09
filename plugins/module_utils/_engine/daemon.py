# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Leaving the terminal: a server that goes on when its starter is gone.

PRIVATE to the collection.
"""

import os


def detach(descriptor):
    """Double fork into a session of its own; returns in the daemon only. descriptor: where output goes from now on, or None for nowhere.

    The starter exits 0 at once; whoever needs to know whether the server serves asks its info socket.
    """
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    target = descriptor if descriptor is not None else null
    os.dup2(target, 1)
    os.dup2(target, 2)
    if null > 2:
        os.close(null)


class PidFile(object):
    """-I: the server's process id while it runs. Raises OSError. path: made absolute before the daemon leaves its folder."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        with open(self.path, "w") as target:
            target.write("%d\n" % os.getpid())

    def remove(self):
        try:
            os.unlink(self.path)
        except OSError:
            pass
