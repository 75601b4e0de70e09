# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control connection's socket, at an end that is scripted here."""

import contextlib
import errno
import socket
import struct

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import control
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors, events, session, states

COOKIE = "a" * 36


@contextlib.contextmanager
def channels(role="client", timers=None):
    """(our ControlChannel, the other end's socket) over loopback TCP."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        ours = socket.create_connection(listener.getsockname(), 5)
        theirs = listener.accept()[0]
    with contextlib.closing(ours), contextlib.closing(theirs):
        yield control.ControlChannel(ours, session.ControlSession(role, 0.0, timers=timers)), theirs


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def test_a_denial_that_lies_before_a_reset_is_heard():
    """A busy server of iperf3 answers and closes unread, so that a cookie sent then meets a broken connection."""
    with channels() as (channel, theirs):
        theirs.sendall(b"\xff")
        reset(theirs)
        while not channel.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):  # takes the reset off the socket, as a first send would
            pass
        with pytest.raises(errors.IperfError) as caught:
            channel.send(events.Cookie(COOKIE))
        assert caught.value.number == 121
        assert "busy" in str(caught.value)


def test_a_connection_that_breaks_under_a_message_is_told_with_it():
    with channels() as (channel, theirs):
        reset(theirs)
        while not channel.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            pass
        with pytest.raises(errors.IperfError) as caught:
            channel.send(events.Cookie(COOKIE))
        assert (caught.value.number, caught.value.os_errno) == (109, errno.EPIPE)
        assert "it broke while the cookie was sent, look at the other end's log: " in str(caught.value)
        assert channel.ended


def test_a_reset_is_told_as_one():
    with channels() as (channel, theirs):
        channel.send(events.Cookie(COOKIE))
        reset(theirs)
        with pytest.raises(errors.IperfError) as caught:
            channel.expect(states.PARAM_EXCHANGE)
        assert (caught.value.number, caught.value.os_errno) == (109, errno.ECONNRESET)
        assert "the connection was reset after our cookie" in str(caught.value)


def test_silence_ends_by_the_sessions_timer():
    with channels(timers={"answer": 0.05}) as (channel, theirs):
        channel.send(events.Cookie(COOKIE))
        with pytest.raises(errors.IperfError) as caught:
            channel.expect(states.PARAM_EXCHANGE)
        assert theirs.recv(100) == COOKIE.encode("ascii") + b"\0"
        assert caught.value.number == errors.PEER_SILENT
        assert "the server did not ask for the parameters within 0.05 s; " in str(caught.value)
