# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a namespace: something on a port that is no good iperf3 server, until it is ended.

Arguments: what it does ("banner": speaks first, "silent": takes and waits, "refuses": closes after the
parameters, "denies": denies access after them), port.
"""
import socket
import sys

PARAM_EXCHANGE, CREATE_STREAMS, ACCESS_DENIED = b"\x09", b"\x0a", b"\xff"


def main(what, port):
    listener = socket.create_server(("", int(port)))
    kept = []
    while True:
        visitor, dummy = listener.accept()
        if what == "banner":
            visitor.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        elif what == "refuses":
            visitor.recv(37)
            visitor.sendall(PARAM_EXCHANGE)
            visitor.recv(4096)
            visitor.close()
            continue
        elif what == "denies":
            visitor.recv(37)
            visitor.sendall(PARAM_EXCHANGE)
            visitor.recv(4096)
            visitor.sendall(CREATE_STREAMS + ACCESS_DENIED)
        kept.append(visitor)


if __name__ == "__main__":
    main(*sys.argv[1:])
