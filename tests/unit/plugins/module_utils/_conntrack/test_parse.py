# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of both sources, as kernels and commands print them, become records."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import parse

PROC = ("ipv4     2 tcp      6 431999 ESTABLISHED src=10.99.1.1 dst=10.99.1.2 sport=40000 dport=5201 packets=8 bytes=588 "
        "src=10.99.1.2 dst=10.99.1.1 sport=5201 dport=40000 packets=7 bytes=376 [ASSURED] mark=16 zone=7 use=2")
TWO = "src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1"


def test_every_word_of_a_line():
    record = parse.parse_line(PROC)
    assert record == parse.Record(
        "ipv4", "tcp", "ESTABLISHED", 431999,
        parse.Direction("10.99.1.1", "10.99.1.2", 40000, 5201, 8, 588),
        parse.Direction("10.99.1.2", "10.99.1.1", 5201, 40000, 7, 376), {}, assured=True, zone=7, mark=16, use=2)
    assert (record.counted("packets"), record.counted("bytes"), record.nat()) == (15, 964, "")


LINES = [
    # what is told apart, line, expected attributes
    ("UDP has no state", "ipv4 2 udp 17 29 " + TWO + " mark=0 zone=0 use=2", dict(l4="udp", state="", timeout=29, assured=False)),
    ("no counters", "ipv4 2 udp 17 29 " + TWO + " use=2",
     dict(original=parse.Direction("10.0.0.1", "10.0.0.2", 1, 2), mark=0, zone=0, use=2)),
    ("nobody answered", "ipv4 2 tcp 6 118 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 packets=1 bytes=60 [UNREPLIED] "
     "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 packets=0 bytes=0 mark=0 use=1",
     dict(state="SYN_SENT", unreplied=True, reply=parse.Direction("10.0.0.2", "10.0.0.1", 2, 1, 0, 0))),
    ("offloaded, no time left", "ipv4 2 tcp 6 ESTABLISHED " + TWO + " [OFFLOAD] mark=0 zone=0 use=3",
     dict(offload=True, timeout=None, state="ESTABLISHED")),
    ("offloaded, no state either", "ipv4 2 udp 17 " + TWO + " [HW_OFFLOAD] mark=0 use=3", dict(offload=True, timeout=None, state="")),
    ("no protocol of layer 3", "tcp      6 431999 ESTABLISHED " + TWO + " [ASSURED] mark=0 use=1", dict(l3="ipv4", assured=True)),
    ("no protocol of layer 3, IPv6", "udp 17 3 src=fd00::1 dst=fd00::2 sport=1 dport=2 src=fd00::2 dst=fd00::1 sport=2 dport=1",
     dict(l3="ipv6", use=None)),
    ("ICMP", "ipv4 2 icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77 mark=0 use=1",
     dict(l4="icmp", original=parse.Direction("10.0.0.1", "10.0.0.2"), other={"type": "8", "code": "0", "id": "77"})),
    ("GRE, words before the addresses", "ipv4 2 gre 47 179 timeout=30, stream_timeout=180 src=10.0.0.1 dst=10.0.0.2 srckey=0x0 "
     "dstkey=0x0 src=10.0.0.2 dst=10.0.0.1 srckey=0x0 dstkey=0x0 [ASSURED] mark=0 use=1", dict(l4="gre", timeout=179, assured=True)),
    ("a protocol without a name", "ipv4     2 unknown  89 465 src=10.0.0.1 dst=224.0.0.5 [UNREPLIED] src=224.0.0.5 dst=10.0.0.1 use=2",
     dict(l4="unknown", timeout=465, unreplied=True)),
    ("a zone for one direction", "ipv4 2 tcp 6 300 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 zone-orig=8 packets=1 bytes=60 "
     "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 packets=0 bytes=0 mark=0 use=2", dict(zone=8, original=parse.Direction(
         "10.0.0.1", "10.0.0.2", 1, 2, 1, 60))),
    ("words that nobody knows", "ipv4 2 tcp 6 9 CLOSE " + TWO + " [NEW_FLAG] delta-time=5 secctx=system_u:object_r:t:s0 mark=0 use=1",
     dict(other={"delta-time": "5", "secctx": "system_u:object_r:t:s0"}, state="CLOSE")),
    ("long IPv6 addresses", "ipv6     10 tcp      6 119 TIME_WAIT src=fd00:0099:0001:0000:0000:0000:0000:0001 "
     "dst=fd00:0099:0001:0000:0000:0000:0000:0002 sport=57312 dport=5201 src=fd00:0099:0001:0000:0000:0000:0000:0002 "
     "dst=fd00:0099:0001:0000:0000:0000:0000:0001 sport=5201 dport=57312 [ASSURED] mark=0 zone=0 use=2",
     dict(l3="ipv6", original=parse.Direction("fd00:99:1::1", "fd00:99:1::2", 57312, 5201))),
]


@pytest.mark.parametrize("line, expected", [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_line(line, expected):
    record = parse.parse_line(line)
    assert {name: getattr(record, name) for name in expected} == expected


@pytest.mark.parametrize("line", [
    "", "\n", "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.", "ipv4 2 tcp 6 300 ESTABLISHED",
    "ipv4 2 tcp 6 300 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", "tcp six 300 " + TWO,
    "ipv4 2 tcp 6 300 ESTABLISHED src=10.0.0.1 sport=1 src=10.0.0.2 dst=10.0.0.1", TWO,
    "ipv4 2 tcp 6 300 ESTABLISHED " + TWO.replace("sport=1 ", "sport=x "), "ipv4 2 tcp 6 300 ESTABLISHED " + TWO + " mark=x",
])
def test_what_is_no_entry_is_passed_over(line):
    assert parse.parse_line(line) is None
    assert parse.parse([line, PROC, line]) == [parse.parse_line(PROC)]


@pytest.mark.parametrize("original, reply, nat", [
    ("src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1", ""),
    ("src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", "src=10.0.0.2 dst=10.0.0.9 sport=2 dport=1", "source"),
    ("src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", "src=10.0.0.2 dst=10.0.0.1 sport=2 dport=4001", "source"),
    ("src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", "src=10.0.0.8 dst=10.0.0.1 sport=2 dport=1", "destination"),
    ("src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", "src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1", "destination"),
    ("src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2", "src=10.0.0.8 dst=10.0.0.9 sport=2 dport=1", "both"),
])
def test_translation_is_seen(original, reply, nat):
    assert parse.parse_line("ipv4 2 tcp 6 300 ESTABLISHED %s %s use=1" % (original, reply)).nat() == nat


def test_an_entry_that_is_printed_twice_counts_once_and_the_later_one():
    later = PROC.replace("packets=8", "packets=9")
    assert parse.parse([PROC, PROC.replace("zone=7", "zone=8"), later]) == [parse.parse_line(later), parse.parse_line(
        PROC.replace("zone=7", "zone=8"))]


def test_lines_that_are_not_wanted_are_not_looked_at():
    assert parse.parse([PROC, PROC.replace("40000", "40001")], lambda line: "40001" in line)[0].original.sport == 40001


def test_a_record_for_a_module_is_plain():
    assert parse.parse_line(PROC).to_dict() == {
        "l3": "ipv4", "l4": "tcp", "state": "ESTABLISHED", "timeout": 431999, "assured": True, "unreplied": False, "offload": False,
        "zone": 7, "mark": 16, "use": 2, "other": {}, "nat": "",
        "original": {"src": "10.99.1.1", "dst": "10.99.1.2", "sport": 40000, "dport": 5201, "packets": 8, "bytes": 588},
        "reply": {"src": "10.99.1.2", "dst": "10.99.1.1", "sport": 5201, "dport": 40000, "packets": 7, "bytes": 376}}


@pytest.mark.parametrize("text, short", [
    ("fd00:0099:0000::0001", "fd00:99::1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::1"), ("192.0.2.1", "192.0.2.1"),
    ("::", "::"), ("not:an:address", "not:an:address"), ("", ""),
])
def test_address(text, short):
    assert parse.address(text) == short
