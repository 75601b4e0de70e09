# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print as JSON which of TCP and UDP, IPv4 and IPv6, reach echo.py: probe.py PORT ADDRESS..."""

import json
import socket
import sys
import threading

SECONDS = {"open": 5.0, "closed": 1.0}      # how long to wait for an answer that is expected, and for one that is not
PORT, EXPECTED, ADDRESSES = int(sys.argv[1]), sys.argv[2], sys.argv[3:]


def ask(address, kind):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, kind) as sock:
            sock.settimeout(SECONDS[EXPECTED])
            sock.connect((address, PORT))
            if kind == socket.SOCK_DGRAM:
                sock.send(b"ask")
            return sock.recv(10) == b"here"
    except OSError:
        return False


def note(answers, name, address, kind):
    answers[name] = ask(address, kind)


answers = {}
threads = []
for address in ADDRESSES:
    for word, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
        name = word + ("6" if ":" in address else "4")
        threads.append(threading.Thread(target=note, args=(answers, name, address, kind)))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(answers, sort_keys=True))
