# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that are no iperf3 servers: odd_peers.py WEB NOTHING SECONDS

On port WEB a web server that answers whatever comes at once, on port NOTHING a listener whose queue is full, so that the
kernel answers nothing, and on the next port one that takes connections and stays silent. Ends after SECONDS.
"""

import select
import socket
import sys
import time


def listener(port, backlog):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(backlog)
    return sock


def main():
    web_port, nothing_port, seconds = (int(word) for word in sys.argv[1:])
    web = listener(web_port, 10)
    nothing = listener(nothing_port, 0)
    silent = listener(nothing_port + 1, 10)
    kept = []
    for dummy in range(3):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(nothing.getsockname())
        kept.append(sock)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for ready in select.select([web, silent], [], [], 1.0)[0]:
            visitor = ready.accept()[0]
            kept.append(visitor)
            if ready is web:
                visitor.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


if __name__ == "__main__":
    main()
