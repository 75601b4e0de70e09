# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of a flow are found through every translation, and no other's."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import match, parse

CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 5201)


def make_record(original, reply, l4="tcp", flags="", rest=""):
    """A record from two pairs of (host, port); packets and bytes tell the directions apart."""
    words = "src=%s sport=%d dst=%s dport=%d packets=%d bytes=%d"
    return parse.parse_line("ipv4 2 %s 6 300 ESTABLISHED %s %s %s mark=0 %s use=1" % (
        l4, words % (original[0] + original[1] + (1, 100)), flags, words % (reply[0] + reply[1] + (2, 200)), rest))


PLAIN = make_record((CLIENT, SERVER), (SERVER, CLIENT))
VIP, MASQUERADED = ("192.0.2.80", 80), ("192.0.2.1", 61000)

VIEWS = [
    # what happens on this node, the entry, (local, remote) of the socket, bytes sent
    ("client", PLAIN, (CLIENT, SERVER), 100),
    ("server", PLAIN, (SERVER, CLIENT), 200),
    ("client whose source is masqueraded", make_record((CLIENT, SERVER), (SERVER, MASQUERADED)), (CLIENT, SERVER), 100),
    ("client whose destination is another", make_record((CLIENT, VIP), (SERVER, CLIENT)), (CLIENT, VIP), 100),
    ("client, both", make_record((CLIENT, VIP), (SERVER, MASQUERADED)), (CLIENT, VIP), 100),
    ("server that is called by another name", make_record((CLIENT, VIP), (SERVER, CLIENT)), (SERVER, CLIENT), 200),
    ("server that sees another client", make_record((CLIENT, SERVER), (SERVER, MASQUERADED)), (SERVER, MASQUERADED), 200),
    ("server, both", make_record((CLIENT, VIP), (SERVER, MASQUERADED)), (SERVER, MASQUERADED), 200),
    ("client on a router, from the far side", make_record((CLIENT, VIP), (SERVER, MASQUERADED)), (MASQUERADED, SERVER), 100),
    ("address mapped into IPv6", PLAIN, (("::ffff:10.0.0.2", 5201), ("::ffff:10.0.0.1", 40000)), 200),
    ("UDP server that has not connected", PLAIN, (("0.0.0.0", 5201), CLIENT), 200),
    ("UDP client that has not connected", PLAIN, (("::", None), SERVER), 100),
    ("four items of an IPv6 socket's name", PLAIN, (CLIENT + (0, 0), SERVER + (0, 0)), 100),
]


@pytest.mark.parametrize("record, ends, sent", [case[1:] for case in VIEWS], ids=[case[0] for case in VIEWS])
def test_view(record, ends, sent):
    flow = match.Flow("data", "TCP", *ends)
    elsewhere = ("10.0.0.2", 5202)
    others = [make_record((CLIENT, SERVER), (SERVER, CLIENT), l4="udp"), make_record((CLIENT, elsewhere), (elsewhere, CLIENT))]
    assert match.find(flow, others + [record]) == [record]
    assert [way.bytes for way in match.sent_and_received(flow, record)] == [sent, 300 - sent]


@pytest.mark.parametrize("ends", [
    (("10.0.0.1", 40001), SERVER), (CLIENT, ("10.0.0.2", 5202)), (("10.0.0.3", 40000), SERVER), (CLIENT, ("10.0.0.3", 5201)),
    (("10.0.0.2", 40000), ("10.0.0.1", 5201)),
])
def test_another_flow_is_not_taken(ends):
    flow = match.Flow("data", "tcp", *ends)
    assert match.find(flow, [PLAIN]) == []
    assert match.sent_and_received(flow, PLAIN) is None


def test_the_protocol_counts():
    assert match.find(match.Flow("data", "udp", CLIENT, SERVER), [PLAIN]) == []


def test_of_several_zones_the_most_telling_comes_first():
    zone = make_record((CLIENT, SERVER), (SERVER, CLIENT), rest="zone=7")
    half = make_record((SERVER, CLIENT), (CLIENT, SERVER), flags="[UNREPLIED]")
    assert match.find(match.Flow("data", "tcp", CLIENT, SERVER), [zone, half, PLAIN]) == [PLAIN, half, zone]


@pytest.mark.parametrize("line, wanted", [
    ("src=1.1.1.1 dst=2.2.2.2 sport=40000 dport=5201 packets=1", True), ("sport=5201 dport=40000 [UNREPLIED]", True),
    ("sport=15201 dport=52010 packets=5201", False), ("sport=7 dport=9 ", True), ("", False),
])
def test_line_filter(line, wanted):
    assert match.line_filter([5201, 9])(line) is wanted
