# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The info socket: what a server tells about itself to its own host.

PRIVATE to the collection. A Unix stream socket; whoever may open it gets one JSON object per connection, and the connection is closed. Nothing is read from
the visitor. A stale file of a server that is gone is replaced; a live server's is not.
"""

import errno
import json
import os
import socket
import time

ANSWER_LIMIT = 0.5


class Server(object):
    """The listener's end. path: absolute. facts: callable that returns the dict to tell. Raises OSError."""

    def __init__(self, path, facts):
        self.path = path
        self.facts = facts
        self.sock = _listen(path)

    def serve(self):
        """Answers one visitor; a visitor that does not take the answer within ANSWER_LIMIT seconds is dropped."""
        try:
            visitor, dummy = self.sock.accept()
        except OSError:
            return
        try:
            visitor.settimeout(ANSWER_LIMIT)
            visitor.sendall(json.dumps(self.facts()).encode("utf-8"))
        except OSError:
            pass
        visitor.close()

    def forget(self):
        """Closes this process's copy and leaves the file to its owner."""
        self.sock.close()

    def close(self):
        self.sock.close()
        try:
            os.unlink(self.path)
        except OSError:
            pass


def _listen(path):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        mask = os.umask(0o077)
        try:
            try:
                sock.bind(path)
            except OSError as exc:
                if exc.errno != errno.EADDRINUSE or _answers(path):
                    raise
                os.unlink(path)
                sock.bind(path)
        finally:
            os.umask(mask)
        sock.listen(16)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


def _answers(path):
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    probe.settimeout(1.0)
    try:
        probe.connect(path)
    except socket.timeout:
        return True
    except OSError:
        return False
    finally:
        probe.close()
    return True


def query(path, timeout=2.0):
    """Asks the server behind `path` within `timeout` seconds and returns its facts.

    Raises OSError when nobody listens there (ECONNREFUSED, ENOENT) or the answer does not come (ETIMEDOUT), ValueError when it is no JSON.
    """
    limit = time.monotonic() + timeout
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
        parts = []
        while True:
            left = limit - time.monotonic()
            if left <= 0:
                raise OSError(errno.ETIMEDOUT, "no answer within %g s" % timeout)
            sock.settimeout(left)
            data = sock.recv(65536)
            if not data:
                break
            parts.append(data)
    except socket.timeout:
        raise OSError(errno.ETIMEDOUT, "no answer within %g s" % timeout)
    finally:
        sock.close()
    return json.loads(b"".join(parts).decode("utf-8"))
