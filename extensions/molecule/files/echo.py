# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer on a port, TCP and UDP, IPv4 and IPv6: what probe.py asks. Ends by itself after ten minutes."""

import select
import socket
import sys
import time

PORT = int(sys.argv[1])
tcp = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for sock in (tcp, udp):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", PORT))
tcp.listen(50)
end = time.monotonic() + 600
while time.monotonic() < end:
    for ready in select.select([tcp, udp], [], [], 10)[0]:
        if ready is tcp:
            connection = tcp.accept()[0]
            connection.sendall(b"here")
            connection.close()
        else:
            data, peer = udp.recvfrom(100)
            udp.sendto(b"here", peer)
