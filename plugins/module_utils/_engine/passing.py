# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Messages with descriptors between the listener and its session processes.

PRIVATE to the collection. A sequenced-packet Unix socket keeps messages apart; each is one JSON object of at most MESSAGE bytes and may carry one descriptor
(unix(7), SCM_RIGHTS). Works from Python 3.6, which has no socket.send_fds().
"""

import array
import json
import os
import socket

MESSAGE = 65536
# asm-generic/socket.h; Python before 3.7 does not ask the kernel what kind of socket it is given.
SO_DOMAIN = 39


def pair():
    """Two joined ends."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(sock, message, descriptor=None):
    """Sends one message; returns False when the other end is gone or its queue is full."""
    ancillary = []
    if descriptor is not None:
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
    try:
        sock.sendmsg([json.dumps(message).encode("utf-8")], ancillary)
    except OSError:
        return False
    return True


def receive(sock):
    """(message, descriptor or None), or (None, None) at the other end's end. Raises BlockingIOError when nothing is there."""
    room = socket.CMSG_SPACE(array.array("i").itemsize)
    try:
        data, ancillary, dummy, dummy = sock.recvmsg(MESSAGE, room)
    except (BlockingIOError, InterruptedError):
        raise BlockingIOError()
    except OSError:
        return None, None
    descriptor = None
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers = array.array("i")
            numbers.frombytes(content[:len(content) - len(content) % numbers.itemsize])
            for number in numbers:
                if descriptor is not None:
                    os.close(descriptor)
                descriptor = number
    if not data:
        return None, None
    try:
        message = json.loads(data.decode("utf-8"))
    except ValueError:
        return None, None
    return message, descriptor


def adopt(descriptor):
    """A socket object, of the family that the kernel tells, for a descriptor that was received."""
    sock = socket.socket(fileno=descriptor)
    family = sock.getsockopt(socket.SOL_SOCKET, SO_DOMAIN)
    kind = sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
    if int(sock.family) == family and int(sock.type) & 0xf == kind:
        return sock
    return socket.socket(family, kind, 0, fileno=sock.detach())
