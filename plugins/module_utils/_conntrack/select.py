# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Choosing entries by what a user asks for: ports, protocol, addresses, states.

Each criterion that is given must hold; within one, any of its values may. Ports and addresses may be those of either end and of
either direction, so that a translated connection is found by what it is called on each side.
"""

import ipaddress

# Of TCP and SCTP, as nf_conntrack_proto_tcp and nf_conntrack_proto_sctp of the kernel call them.
STATES = ("NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2",
          "CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT")
FLAGS = ("ASSURED", "UNREPLIED", "OFFLOAD")


def networks(addresses):
    """The addresses and networks ("10.0.0.0/8") of a list as ipaddress networks. Raises ValueError that names the bad one."""
    return [ipaddress.ip_network(text, strict=False) for text in addresses]


def select(records, ports=(), protocol=None, within=(), states=()):
    """The records that fit. within: networks as networks() makes them; states: of STATES or FLAGS."""
    ports, states = set(ports), set(states)
    return [record for record in records
            if (not protocol or record.l4 == protocol)
            and (not ports or ports & {port for way in (record.original, record.reply) for port in (way.sport, way.dport)})
            and (not states or states & _states(record))
            and (not within or _within(record, within))]


def _states(record):
    return {record.state} | {flag for flag in FLAGS if getattr(record, flag.lower())}


def _within(record, within):
    texts = {text for way in (record.original, record.reply) for text in (way.src, way.dst)}
    return any(ipaddress.ip_address(text) in network for text in texts for network in within)
