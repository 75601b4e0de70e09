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

from .._iperf3 import codec, errors, events, states
from . import control, failure, sockopts

# Control connections without --connect-timeout, and TCP data streams; seconds.
CONNECT_LIMIT = 30.0
# How long a UDP stream waits for the server's four bytes. iperf3 waits 30 s for what either comes in a round trip or never.
UDP_REPLY_LIMIT = 2.5


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


def bound_socket(wanted, kind, settings, port=0):
    """A socket of this family, bound as -B, --bind-dev and --cport ask."""
    sock = socket.socket(wanted, kind)
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
    """Connects within `limit` seconds (monotonic). Raises OSError with the kernel's reason, ETIMEDOUT when time is over."""
    sock.setblocking(False)
    code = sock.connect_ex(address)
    while code in (errno.EINPROGRESS, errno.EALREADY, errno.EINTR):
        left = limit - time.monotonic()
        if left <= 0:
            raise OSError(errno.ETIMEDOUT, "no answer")
        if stop:
            stop()
        poller = select.poll()
        poller.register(sock, select.POLLOUT)
        if poller.poll(min(left, 0.5) * 1000 + 0.5):
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code and code != errno.EISCONN:
        raise OSError(code, "connect")
    return sock


def connect_control(settings, stop=None):
    """The control connection: (socket, its maximum segment size in bytes).

    Raises IperfError 103 with the kernel's reason for the last address tried.
    """
    limit = (settings.connect_timeout or 0) / 1000.0 or CONNECT_LIMIT
    found = resolve(settings.client, settings.port, family(settings), socket.SOCK_STREAM, "host")
    last = None
    for wanted, kind, dummy, dummy, address in found:
        sock = None
        try:
            sock = bound_socket(wanted, kind, settings)
            sockopts.control(sock, settings)
            connect(sock, address, time.monotonic() + limit, stop)
            return sock, sockopts.segment_size(sock)
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


def tcp_stream(settings, peer, cookie, port, mss_limit=CONNECT_LIMIT):
    """One TCP data stream to `peer` (the control connection's remote address), its cookie sent. port: local, 0 for any."""
    wanted = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    sock = bound_socket(wanted, socket.SOCK_STREAM, settings, port)
    try:
        sockopts.apply(sock, settings, "client")
        connect(sock, peer, time.monotonic() + mss_limit)
        sock.setblocking(True)
        sock.settimeout(CONNECT_LIMIT)
        sock.sendall(codec.pack_cookie(cookie))
        sock.setblocking(False)
    except socket.timeout:
        sock.close()
        raise errors.IperfError(203, "TCP data stream to %s port %d: not even its first 37 bytes went out" % peer[:2], errno.ETIMEDOUT)
    except OSError as exc:
        sock.close()
        raise failure.system(203, "TCP data stream to %s port %d" % peer[:2], exc)
    except BaseException:
        sock.close()
        raise
    return sock


def udp_stream(settings, peer, port, channel, last):
    """One UDP data stream to `peer`, greeted and answered.

    channel: the control connection, watched meanwhile; its TEST_START says that the server has taken the `last` stream even if
    its reply was lost (protocol.rst, "The UDP handshake"). Returns (socket, early): early is True when TEST_START came.
    """
    wanted = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    sock = bound_socket(wanted, socket.SOCK_DGRAM, settings, port)
    try:
        sockopts.apply(sock, settings, "client")
        sock.connect(peer)
        sock.setblocking(False)
        sock.send(codec.UDP_HELLO)
        early = _await_reply(sock, peer, channel, last)
    except OSError as exc:
        sock.close()
        what = "a firewall or the host answers that the port is closed" if exc.errno == errno.ECONNREFUSED else "the datagram could not be sent"
        raise failure.system(errors.UDP_BLOCKED, "%s port %d/udp: %s" % (peer[0], peer[1], what), exc)
    except BaseException:
        sock.close()
        raise
    return sock, early


def _await_reply(sock, peer, channel, last):
    """Waits for the server's reply; data that overtakes it stands for it (a sending server may be faster than its reply)."""
    limit = time.monotonic() + UDP_REPLY_LIMIT
    while True:
        event = channel.wait(also=(sock.fileno(),), until=limit)
        if event is not None:
            if last and isinstance(event, events.State) and event.code == states.TEST_START:
                return True
            control.raise_for(event)
        try:
            data = sock.recv(65536)
        except (BlockingIOError, InterruptedError):
            if time.monotonic() >= limit:
                raise errors.IperfError(errors.UDP_BLOCKED, "%s port %d/udp: no answer to the stream's first datagram within %g s,"
                                        " while the control connection works" % (peer[0], peer[1], UDP_REPLY_LIMIT), errno.ETIMEDOUT)
            continue
        if len(data) == 4 and data not in codec.UDP_REPLIES:
            continue
        return False
