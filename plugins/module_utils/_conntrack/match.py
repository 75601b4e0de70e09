# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Which entries of the connection tracking table belong to the flows of a test.

A socket knows its flow as (local, remote). The table has two tuples an entry: the original direction as the packets were before
this node translated them, and the reply. On a node with a socket of the flow:

    no translation            original = one end -> other end          reply = the same turned round
    socket of the client      original = local -> remote               whatever the node does to its packets later
    socket of the server      reply    = local -> remote               whatever address the client had called

So an entry is a flow's if either of its tuples is local -> remote or remote -> local, which holds for each single translation and
both at once, and on a router for the view of either end.
"""

import re
from typing import NamedTuple, Optional, Tuple

from . import parse

_WILDCARDS = ("", "0.0.0.0", "::")


class Flow(NamedTuple):
    """One connection of a test as its socket on this node sees it.

    role: "control" or "data". protocol: "tcp" or "udp". local and remote: (IP address, port); a wildcard address or a port
    None or 0 (a UDP socket that was not connected yet) fits anything. stream: the number of the data stream."""

    role: str
    protocol: str
    local: Tuple[str, int]
    remote: Tuple[str, int]
    stream: Optional[int] = None


def find(flow, records):
    """The Records of a flow, the most telling first.

    More than one exists where packets pass several conntrack zones (OVN does that) or are translated between two: default zone
    first, then those that saw both directions."""
    protocol = flow.protocol.lower()
    found = [record for record in records if record.l4 == protocol and sent_and_received(flow, record)]
    return sorted(found, key=lambda record: (record.zone != 0, record.unreplied))


def sent_and_received(flow, record):
    """The Directions of an entry as its flow's socket sees them, (local to remote, remote to local); None if it is another flow's."""
    local, remote = _end(flow.local), _end(flow.remote)
    for sent, received in ((record.original, record.reply), (record.reply, record.original)):
        if _joins(sent, local, remote) or _joins(received, remote, local):
            return sent, received
    return None


def line_filter(ports):
    """A fast function of a line of the table: does it name one of these ports? For parse.parse(wanted=...)."""
    search = re.compile("port=(?:%s) " % "|".join(str(port) for port in sorted(set(ports)))).search
    return lambda line: search(line) is not None


def _joins(direction, source, destination):
    return _fits(direction.source(), source) and _fits(direction.destination(), destination)


def _end(end):
    host, port = end[:2]
    return parse.address(host or ""), port or 0


def _fits(end, wanted):
    return wanted[0] in _WILDCARDS + (end[0],) and wanted[1] in (0, end[1])
