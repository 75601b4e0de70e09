# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""How a client reaches a server: the control connection and the data streams.

PRIVATE to the collection. Names are resolved once and every address is tried in the resolver's order; data streams
go to the address that the control connection reached, one after the other, because the server counts them
in the order in which they arrive (protocol.rst, "Data streams").
"""

import errno
import select
import socket
import time
from typing import NamedTuple

from .._iperf3 import codec, diagnosis, errors, events, states
from . import failure, icmp, inquiry, sockopts


class Limits(NamedTuple):
    """Seconds: for a control connection without --connect-timeout; for a TCP data stream, whose SYN is then sent four times; for a UDP stream's reply.

    iperf3 waits 30 s for that reply, which either comes in a round trip or never. When `ask` of them have passed the server is asked what it knows,
    so that the answer is there when time is over.
    """

    control: float = 30.0
    stream: float = 10.0
    reply: float = 2.2
    ask: float = 1.0


NORMAL = Limits()
# While an inquiry is under way, it is looked after as often as this; seconds.
PUMP = 0.1


def family(settings):
    """The address family that -4 and -6 ask for."""
    if settings.version4:
        return socket.AF_INET
    if settings.version6:
        return socket.AF_INET6
    return socket.AF_UNSPEC


def resolve(host, port, wanted, kind, option):
    """getaddrinfo's list for host; raises IperfError naming the option when the name means nothing."""
    try:
        return socket.getaddrinfo(host, port, wanted, kind, 0, 0)
    except (socket.gaierror, UnicodeError) as exc:
        what = exc.strerror if isinstance(exc, socket.gaierror) else "it is no valid host name"
        raise errors.IperfError(errors.NAME_NOT_RESOLVED, "%s '%s': %s" % (option, host, what))


def bound_socket(wanted, kind, settings, port=0, protocol=0):
    """A socket of this family, bound as -B, --bind-dev and --cport ask. Raises IperfError, 131 when the kernel does not have the protocol."""
    try:
        sock = socket.socket(wanted, kind, protocol)
    except OSError as exc:
        if not protocol:
            raise
        raise failure.system(131, "mptcp", exc)
    try:
        if settings.bind_dev:
            sockopts.bind_device(sock, settings.bind_dev)
        if settings.bind or port:
            if port:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            host = settings.bind or ("::" if wanted == socket.AF_INET6 else "0.0.0.0")
            address = resolve(host, port, wanted, kind, "bind")[0][4]
            sock.bind(address)
    except OSError as exc:
        sock.close()
        raise failure.system(errors.BIND_FAILED, "bind '%s'%s" % (settings.bind or "*", " port %d" % port if port else ""), exc)
    except errors.IperfError:
        sock.close()
        raise
    return sock


def connect(sock, address, limit, stop=None):
    """Connects until `limit` (monotonic). Raises OSError with the kernel's reason, ETIMEDOUT when time is over.

    Its attribute `facts` tells how long was waited and what ICMP answered (diagnosis.py).
    """
    sock.setblocking(False)
    begin = time.monotonic()
    icmp.listen(sock)
    code = _connected(sock, address, limit, stop)
    if code and code != errno.EISCONN:
        error = OSError(code, "connect")
        error.facts = {"waited": time.monotonic() - begin, "icmp": icmp.read(sock), "address": address[0].replace("::ffff:", "")}
        raise error
    icmp.listen(sock, False)
    return sock


def _connected(sock, address, limit, stop):
    """0 or EISCONN when the connection stands, else the error number."""
    code = sock.connect_ex(address)
    while code in (errno.EINPROGRESS, errno.EALREADY, errno.EINTR):
        left = limit - time.monotonic()
        if left <= 0:
            return errno.ETIMEDOUT
        if stop:
            stop()
        poller = select.poll()
        poller.register(sock, select.POLLOUT)
        if poller.poll(min(left, 0.5) * 1000 + 0.5):
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return code


def connect_control(settings, stop=None, limits=NORMAL):
    """The control connection: (socket, its maximum segment size in bytes, the peer's address).

    The address is asked for once and here, because a server that is about to listen anew may reset the connection at any moment from now on.
    Raises IperfError 103 with the kernel's reason for the last address tried.
    """
    limit = (settings.connect_timeout or 0) / 1000.0 or limits.control
    found = resolve(settings.client, settings.port, family(settings), socket.SOCK_STREAM, "host")
    last = None
    for wanted, kind, dummy, dummy, address in found:
        sock = None
        try:
            sock = bound_socket(wanted, kind, settings)
            sockopts.control(sock, settings)
            connect(sock, address, time.monotonic() + limit, stop)
            remote = sock.getpeername()
            return sock, sockopts.segment_size(sock), remote
        except OSError as exc:
            if sock is not None:
                sock.close()
            waited = " within %g s" % limit if exc.errno == errno.ETIMEDOUT else ""
            last = failure.system(103, "%s port %d%s" % (address[0], settings.port, waited), exc)
        except BaseException as exc:
            if sock is not None:
                sock.close()
            if not isinstance(exc, errors.IperfError) or len(found) == 1:
                raise
            last = exc
    raise last


def tcp_stream(settings, peer, cookie, port, stop=None, limits=NORMAL):
    """One TCP data stream to `peer` (the control connection's remote address), its cookie sent. port: local, 0 for any.

    stop: called about twice a second while it connects. Raises IperfError 203.
    """
    wanted = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    sock = bound_socket(wanted, socket.SOCK_STREAM, settings, port, sockopts.IPPROTO_MPTCP if settings.mptcp else 0)
    try:
        sockopts.apply(sock, settings, "client")
        connect(sock, sockopts.labelled(sock, peer, settings), time.monotonic() + limits.stream, stop)
        sock.setblocking(True)
        sock.settimeout(limits.stream)
        sock.sendall(codec.pack_cookie(cookie))
        sock.setblocking(False)
    except OSError as exc:
        sock.close()
        if exc.errno is None:  # sendall()'s own limit; since Python 3.10 it has the class of the kernel's ETIMEDOUT too
            exc = OSError(errno.ETIMEDOUT, "its first 37 bytes did not go out")
        raise failure.system(203, "TCP data stream to %s port %d" % peer[:2], exc)
    except BaseException:
        sock.close()
        raise
    return sock


def udp_stream(settings, peer, port, channel, last, limits=NORMAL):
    """One UDP data stream to `peer`, greeted and answered.

    channel: the control connection, watched meanwhile; its TEST_START says that the server has taken the `last` stream even if
    its reply was lost (protocol.rst, "The UDP handshake"). Returns (socket, early): early is True when TEST_START came.
    Raises IperfError UDP_BLOCKED, with an `inquiry` among its facts when the server has been asked meanwhile; 205 when this host lets no datagram out.
    """
    wanted = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    sock = bound_socket(wanted, socket.SOCK_DGRAM, settings, port)
    begin = time.monotonic()
    question = None
    try:
        sockopts.apply(sock, settings, "client")
        icmp.listen(sock)
        sock.connect(sockopts.labelled(sock, peer, settings))
        sock.setblocking(False)
        sock.send(codec.UDP_HELLO)
        early = _await_reply(sock, channel, last, begin + min(limits.ask, limits.reply))
        if early is None:
            question = inquiry.Inquiry(peer, channel.session.cookie, settings)
            early = _await_reply(sock, channel, last, begin + limits.reply, question)
        if early is None:
            raise errors.IperfError(errors.UDP_BLOCKED, "%s port %d/udp: no answer to the stream's first datagram within %g s,"
                                    " while the control connection works" % (peer[0], peer[1], limits.reply), errno.ETIMEDOUT)
        icmp.listen(sock, False)
    except OSError as exc:
        answer = icmp.read(sock)
        sock.close()
        if answer is not None or exc.errno == errno.ECONNREFUSED:
            what = "a firewall or the host answers that the port is closed"
        else:
            what = "the datagram could not be sent"
        number = 205 if answer is None and exc.errno in diagnosis.NOT_LET_OUT else errors.UDP_BLOCKED
        error = failure.system(number, "%s port %d/udp: %s" % (peer[0], peer[1], what), exc)
        error.facts.update(waited=time.monotonic() - begin, icmp=answer, inquiry=question)
        raise error
    except errors.IperfError as exc:
        exc.facts.update(waited=time.monotonic() - begin, inquiry=question)
        sock.close()
        raise
    except BaseException:
        sock.close()
        if question is not None:
            question.finish(0.0)
        raise
    if question is not None:
        question.finish(0.0)
    return sock, early


def _await_reply(sock, channel, last, until, question=None):
    """Waits for the server's reply; data that overtakes it stands for it (a sending server may be faster than its reply).

    Returns False when the reply came, True when TEST_START came, None when nothing came until then. A question to the server goes on meanwhile.
    """
    while True:
        pause = until
        if question is not None and not question.pump(0.0):
            pause = min(until, time.monotonic() + PUMP)
        event = channel.wait(also=(sock.fileno(),), until=pause)
        if event is not None:
            if last and isinstance(event, events.State) and event.code == states.TEST_START:
                return True
            channel.fail(event)
        try:
            data = sock.recv(65536)
        except (BlockingIOError, InterruptedError):
            if time.monotonic() >= until:
                return None
            continue
        if len(data) == 4 and data not in codec.UDP_REPLIES:
            continue
        return False
