# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. From the text of a connection tracking table to records.

The kernel's /proc/net/nf_conntrack and `conntrack -L -o extended` print the same line: names and numbers of the protocols, seconds
until the entry expires, state, then key=value words of the original direction and, from the second `src=` on, of the reply:

    ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=5201 packets=8 bytes=588
      src=10.0.0.2 dst=10.0.0.1 sport=5201 dport=40000 packets=7 bytes=376 [ASSURED] mark=0 zone=0 use=2

What differs between kernels and commands is taken as it comes: no counters without accounting, no timeout when a flow is offloaded,
a state for TCP, SCTP and DCCP only, no zone or mark where the kernel was built without, long or short IPv6 addresses, a zone for one
direction only, the first two words missing (`conntrack -L` alone). A word with an unknown key goes to `other`.
"""

import re
import socket
from typing import Dict, NamedTuple, Optional

_STATE = re.compile(r"[A-Z][A-Z0-9_]*")
_FLAGS = {"[ASSURED]": "assured", "[UNREPLIED]": "unreplied", "[OFFLOAD]": "offload", "[HW_OFFLOAD]": "offload"}
_DIRECTION = ("src", "dst", "sport", "dport", "packets", "bytes")


class Direction(NamedTuple):
    """The packets of one direction, with the addresses they carry when they reach this node. No counters without accounting."""

    src: str
    dst: str
    sport: Optional[int] = None
    dport: Optional[int] = None
    packets: Optional[int] = None
    bytes: Optional[int] = None

    def source(self):
        return self.src, self.sport

    def destination(self):
        return self.dst, self.dport


class Record(NamedTuple):
    """One entry of the table.

    state: "" for protocols without one. timeout: seconds until the entry expires, None for an offloaded flow.
    zone: the conntrack zone, of one direction if the directions have different ones. use: references to the entry."""

    l3: str
    l4: str
    state: str
    timeout: Optional[int]
    original: Direction
    reply: Direction
    other: Dict[str, str]
    assured: bool = False
    unreplied: bool = False
    offload: bool = False
    zone: int = 0
    mark: int = 0
    use: Optional[int] = None

    def nat(self):
        """"", "source", "destination" or "both": what of the original direction this node translates.

        Without translation the tuple of the reply is the original's turned round."""
        source = self.original.source() != self.reply.destination()
        destination = self.original.destination() != self.reply.source()
        return "both" if source and destination else "source" if source else "destination" if destination else ""

    def counted(self, what):
        """The sum of both directions of "packets" or "bytes", None if they are not counted."""
        counts = getattr(self.original, what), getattr(self.reply, what)
        return None if None in counts else sum(counts)

    def to_dict(self):
        """The record as a module returns it."""
        values = dict(self._asdict(), nat=self.nat(), original=dict(self.original._asdict()), reply=dict(self.reply._asdict()))
        return dict(values, other=dict(self.other))


def address(text):
    """An IP address in its short form and without scope; other text as it is. An IPv4 address mapped into IPv6 becomes IPv4."""
    if ":" not in text:
        return text
    try:
        short = socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, text.split("%")[0]))
    except OSError:
        return text
    return short[7:] if short.startswith("::ffff:") and "." in short else short


def parse_line(line):
    """The Record of one line, or None if the line is not an entry."""
    words = line.split()
    first = next((number for number, word in enumerate(words) if "=" in word or word.startswith("[")), 0)
    head, words = words[:first], words[first:]
    l3 = head[0] if head and head[0] in ("ipv4", "ipv6") else None
    if l3:
        head = head[2:]
    if len(head) < 2 or not head[1].isdigit():
        return None
    timeout = next((int(word) for word in head[2:3] if word.isdigit()), None)
    state = head[-1] if len(head) > 2 and _STATE.match(head[-1]) else ""
    directions, other, flags = [], {}, {}
    for word in words:
        key, equals, value = word.partition("=")
        if key == "src":
            directions.append({})
        if not equals:
            flags.update({_FLAGS[word]: True} if word in _FLAGS else {})
        elif key in _DIRECTION and directions:
            directions[-1][key] = value
        else:
            other.setdefault(key, value)
    try:
        original, reply = [_direction(values) for values in directions]
        zone = [other.pop(key, None) for key in ("zone", "zone-orig", "zone-reply")]
        mark, use = other.pop("mark", 0), other.pop("use", None)
        return Record(l3 or ("ipv6" if ":" in original.src else "ipv4"), head[0], state, timeout, original, reply, other,
                      zone=int(zone[0] or zone[1] or zone[2] or 0), mark=int(mark), use=use and int(use), **flags)
    except (ValueError, KeyError):
        return None


def _direction(values):
    numbers = {key: int(values[key]) for key in _DIRECTION[2:] if key in values}
    return Direction(address(values["src"]), address(values["dst"]), **numbers)


def parse(lines, wanted=None):
    """The Records of an iterable of lines; lines that are not entries are passed over.

    wanted: a function of a line that says whether to look at it at all; a busy node has hundreds of thousands of lines.
    The kernel may print an entry twice while the table changes under it: the later one counts."""
    records = {}
    for line in lines:
        if wanted is None or wanted(line):
            record = parse_line(line)
            if record:
                records[record.l4, record.original[:4], record.zone, record.other.get("id")] = record
    return list(records.values())
