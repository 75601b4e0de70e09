# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""How nodes of a fleet take turns: connections to the iperf port that carry no test.

PRIVATE to the collection. A node that works through a plan (fleet_node.py) is in one visit at a time, and no clocks are compared. Instead a visitor opens
a connection to the host's port and sends, where a client sends its cookie, a word that names the plan, the network and both nodes. The host keeps the
connection until the visit is next in its own plan, then answers `go`; the visit lasts until the visitor closes the connection. Keepalive tells either
end when the other one has died. With another word a node asks how far somebody is in the plan.

Words look like cookies and have a prefix, so a real iperf3 server takes them for a client that leaves again. Answers are length-prefixed JSON.
"""

import base64
import errno
import hashlib
import socket
import time

from .._iperf3 import codec, errors, states
from . import dial, failure

TURN = "nfvturn"
PROBE = "nfvstep"
# A silent connection is looked after once a second after this long; with three unanswered questions the peer is dead (seconds).
IDLE = 3
INTERVAL = 1
COUNT = 3
# What was sent must be acknowledged within this time; milliseconds. linux/tcp.h, TCP_USER_TIMEOUT.
USER_TIMEOUT = 18
UNACKNOWLEDGED = 8000
ANSWER_BYTES = 4096
ATTEMPTS = 2
PAUSE = 0.3


def word(prefix, *parts):
    """36 characters that name something in a plan: prefix TURN with run, network, visitor, host; prefix PROBE with run, node asked."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8")).digest()
    return prefix + base64.b32encode(digest).decode("ascii").lower()[:codec.COOKIE_SIZE - 1 - len(prefix)]


def look_after(sock):
    """The kernel tells us when the peer is gone, also when nobody says anything."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, IDLE), (socket.TCP_KEEPINTVL, INTERVAL), (socket.TCP_KEEPCNT, COUNT), (USER_TIMEOUT, UNACKNOWLEDGED)):
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def call(settings, text, seconds, attempts=ATTEMPTS):
    """A connection to the node that `settings` (of role "client") name, with the word sent. Raises IperfError 103, each attempt bounded by `seconds`."""
    for attempt in range(attempts):
        try:
            sock = dial.connect_control(settings, limits=dial.Limits(control=seconds))[0]
            break
        except errors.IperfError as exc:
            if attempt + 1 == attempts or exc.os_errno != errno.ECONNREFUSED:
                raise
            time.sleep(PAUSE)
    try:
        look_after(sock)
        sock.setblocking(True)
        sock.settimeout(seconds)
        sock.sendall(codec.pack_cookie(text))
    except OSError as exc:
        sock.close()
        raise failure.system(103, "%s port %d, its first 37 bytes" % (settings.client, settings.port), exc)
    return sock


def pack(answer):
    """An answer (dict) as bytes."""
    return codec.pack_json(answer)


def listen(sock, seconds=None):
    """The answer to a word, waited for at most `seconds` (None: as long as the connection lives).

    Raises IperfError 109 when the peer goes away, 121 when it knows nothing of this plan, PEER_SILENT when time is over.
    """
    sock.settimeout(seconds)
    data = b""
    try:
        while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
            part = sock.recv(ANSWER_BYTES)
            if not part:
                raise errors.IperfError(109, "while waiting for the turn")
            data += part
            if data[:1] == codec.pack_state(states.ACCESS_DENIED):
                raise errors.IperfError(121, "the node works on another plan or on none")
            if len(data) > ANSWER_BYTES:
                raise errors.IperfError(110, "an answer that no node gives")
    except socket.timeout:
        raise errors.IperfError(errors.PEER_SILENT, "no answer within %g s" % seconds, errno.ETIMEDOUT)
    except OSError as exc:
        raise failure.system(109, "while waiting for the turn", exc)
    return codec.load_json(data[4:])


def still_there(sock):
    """Raises IperfError 109 when the host of a visit has gone away."""
    sock.settimeout(0)
    try:
        if sock.recv(64):
            return
    except (BlockingIOError, InterruptedError):
        return
    except OSError as exc:
        raise failure.system(109, "the host of this visit is gone", exc)
    raise errors.IperfError(109, "the host of this visit ended it")


def probe(settings, run, node, seconds):
    """How far a node is: {"round": number of its current round or None when it has finished, "state"}. Raises IperfError."""
    sock = call(settings, word(PROBE, run, node), seconds, 1)
    try:
        return listen(sock, seconds)
    finally:
        sock.close()
