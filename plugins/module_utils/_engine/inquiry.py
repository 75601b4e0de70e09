# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""After a failure a client asks the server what it knows; a server of ours answers.

PRIVATE to the collection. The question is a connection to the port with a word where a client has its cookie: PREFIX and the end of the failed test's
cookie. A real iperf3 server takes it for a client that goes away again, and says nothing of ours. The answer is one length-prefixed JSON object:

* who tests now, since when and for how long still (a busy server);
* for the client that knows the cookie of its test: how the test ended here, this node's connection tracking entries between the two, and what of this
  node's firewall stops the data.

The desk answers in a process of its own, because a firewall's commands take their time, and in few at once.
"""

import errno
import os
import select
import socket
import time

from .._conntrack import match, sources, table
from .._firewall import verdict
from .._iperf3 import codec
from . import sockopts

PREFIX = "nfvtell"
ANSWER_BYTES = 1 << 18
# Processes that answer at the same time; who comes then is told what costs nothing.
DESKS = 4
# What a visitor has to take his answer; seconds.
TAKE_LIMIT = 2.0
ENTRIES = 40
SHOWN = 20


def word(cookie):
    """What is sent in place of a cookie to ask about the test with this one."""
    return PREFIX + cookie[len(PREFIX):]


# -- the client's side ------------------------------------------------------------------------------------------------------------

class Inquiry(object):
    """One question, asked without blocking: pump() goes on with it and says whether it is over.

    reached: "answers", "refused" or "silent" (to the connection). answer: dict, {} when the server is none of ours.
    """

    def __init__(self, address, cookie, settings):
        self.reached = "silent"
        self.answer = {}
        self._out = codec.pack_cookie(word(cookie))
        self._data = b""
        self._sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
        self._sock.setblocking(False)
        self._state = "connecting"
        try:
            if settings.bind_dev:
                sockopts.bind_device(self._sock, settings.bind_dev)
            self._refused(self._sock.connect_ex(address))
        except Exception:  # a question that cannot be asked is not worth an error
            self._end()

    def pump(self, seconds):
        """Goes on for at most so many seconds; True when the question is over."""
        until = time.monotonic() + seconds
        while self._state != "over":
            poller = select.poll()
            poller.register(self._sock, select.POLLOUT if self._state == "connecting" else select.POLLIN)
            if not poller.poll(max(0.0, until - time.monotonic()) * 1000):
                return False
            try:
                self._step()
            except OSError:
                self._end()
        return True

    def finish(self, seconds):
        """The answer, waited for at most so many seconds."""
        self.pump(seconds)
        self._end()
        return self.answer

    def _step(self):
        if self._state == "connecting":
            if not self._refused(self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)):
                self.reached = "answers"
                self._sock.send(self._out)
                self._state = "waiting"
            return
        part = self._sock.recv(65536)
        self._data += part
        size = int.from_bytes(self._data[:4], "big") if len(self._data) >= 4 else 0
        # A real server says one state byte. The first byte of a length of ours is 0, which is no state.
        if not part or self._data[0] != 0 or size > ANSWER_BYTES:
            self._end()
        elif size and len(self._data) >= 4 + size:
            try:
                self.answer = codec.load_json(self._data[4:4 + size])
            except ValueError:
                pass
            self._end()

    def _refused(self, code):
        if code in (0, errno.EINPROGRESS):
            return False
        if code == errno.ECONNREFUSED:
            self.reached = "refused"
        self._end()
        return True

    def _end(self):
        self._state = "over"
        self._sock.close()


# -- the server's side ------------------------------------------------------------------------------------------------------------

class Desk(object):
    """Answers visitors of a listener. port: the server's."""

    def __init__(self, port):
        self._port = port
        self._pids = set()

    def answer(self, sock, peer, text, facts, in_child):
        """Answers the visitor `peer` with the word `text` on `sock` and closes it. facts: Listener.facts(). in_child: closes what a child may not keep."""
        host = peer[0].replace("::ffff:", "")
        said = about(facts, text)
        self.reap()
        if said["test"] is None or len(self._pids) >= DESKS:
            _send(sock, said, 0.0)
            return
        pid = os.fork()
        if pid:
            self._pids.add(pid)
            sock.close()
            return
        try:
            in_child()
            said.update(evidence(host, self._port, said["test"].get("protocol") or "TCP"))
            _send(sock, said, TAKE_LIMIT)
        finally:
            os._exit(0)

    def reap(self):
        """Forgets the processes that have answered."""
        for pid in list(self._pids):
            try:
                gone = os.waitpid(pid, os.WNOHANG)[0]
            except OSError:
                gone = pid
            if gone:
                self._pids.discard(pid)


def about(facts, text):
    """What costs nothing to tell: {"version", "max_clients", "running", "test"}; times in seconds from now."""
    now = time.time()
    running = [{"peer": one["peer"]["host"], "since": round(now - one["since"], 1), "remaining": one.get("remaining"), "protocol": one.get("protocol"),
                "direction": one.get("direction")} for one in facts["running"]]
    end = text[len(PREFIX):]
    test = None
    for one in facts["running"] + list(facts["history"]):
        if one["cookie"][len(PREFIX):] == end:
            test = dict((key, one.get(key)) for key in ("status", "error", "protocol", "direction", "notes"))
            # The last word of a process that was killed is that it runs.
            if "ended" in one and test["status"] not in ("ok", "failed"):
                test["status"] = "crashed"
    return {"version": facts["version"], "max_clients": facts["max_clients"], "running": running[:SHOWN], "test": test}


def evidence(host, port, protocol):
    """What this node shows of the connections with `host`: {"conntrack": {...}, "firewall": {...} or None}."""
    reading = sources.read(match.line_filter([port]))
    now = table.read()
    entries = [record.to_dict() for record in reading.records if host in (record.original.src, record.original.dst, record.reply.src, record.reply.dst)]
    return {
        "conntrack": {"available": reading.available, "reason": reading.reason, "count": now.count, "max": now.max, "entries": entries[:ENTRIES]},
        "firewall": verdict.of_this_node(host, port, protocol.lower()),
    }


def _send(sock, said, seconds):
    try:
        sock.settimeout(seconds)
        sock.sendall(codec.pack_json(said))
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    sock.close()
