# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Processes that a node forks for its visits, and what they tell it.

PRIVATE to the collection. A child writes messages to a pipe, one JSON object a line; the end of the pipe is its end. A child whose node has gone ends too:
its next message finds nobody.
"""

import json
import os
import signal
import sys
import time

MESSAGE_BYTES = 1 << 20
# How long a child may take to end when it is told to; seconds.
END_SECONDS = 3.0


class Child(object):
    """One process. pipe: read end of what it tells. step: what it is about."""

    def __init__(self, pid, pipe, step):
        self.pid = pid
        self.pipe = pipe
        self.step = step
        self._data = b""

    def hear(self):
        """(messages that have come, whether it has ended)."""
        try:
            data = os.read(self.pipe, MESSAGE_BYTES)
        except (BlockingIOError, InterruptedError):
            return [], False
        lines = (self._data + data).split(b"\n")
        self._data = lines.pop()
        return [json.loads(line.decode("utf-8")) for line in lines], not data

    def end(self):
        """Make sure that it runs no more, and take it from the kernel's list."""
        os.close(self.pipe)
        _signal(self.pid, signal.SIGTERM)
        limit = time.monotonic() + END_SECONDS
        while time.monotonic() < limit:
            try:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
            except OSError:
                return
            time.sleep(0.005)
        _signal(self.pid, signal.SIGKILL)
        try:
            os.waitpid(self.pid, 0)
        except OSError:
            pass


class Teller(object):
    """The child's end: call it with the message's fields. Raises OSError when the node is gone."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._parent = os.getppid()

    def __call__(self, **message):
        data = (json.dumps(message) + "\n").encode("utf-8")
        while data:
            data = data[os.write(self._descriptor, data):]

    def heard(self):
        """Whether the node that forked us still runs."""
        return os.getppid() == self._parent


def fork(step, work, forget):
    """A Child that runs work(tell). forget: called in the child first, to close what it may not keep."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(ours)
            forget()
            work(Teller(theirs))
            status = 0
        except Exception as exc:  # the last resort of this process: its step fails, the node goes on
            sys.stderr.write("a visit to %s failed by a fault of nfv.iperf: %s: %s\n" % (step.peer, type(exc).__name__, exc))
            sys.stderr.flush()
        finally:
            os._exit(status)
    os.close(theirs)
    os.set_blocking(ours, False)
    return Child(pid, ours, step)


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass
