# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which failure is which: errors with facts, the words of every class, and the page that is drawn from them."""

import errno
import importlib.util
import io
import os
import re

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import clues, diagnosis, errors
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.diagnosis_classes import BY_NAME, CLASSES

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 5))
NAMES = """
name_not_resolved no_route control_refused control_filtered not_iperf3 server_busy access_denied authentication_failed limit_exceeded tcp_data_blocked
udp_data_blocked output_filtered mtu_black_hole control_cut peer_died conntrack_table_full version_quirk local_address bad_option unsupported interrupted
idle_timeout unknown
""".split()
ICMP = {"text": "ICMP port unreachable", "from": "192.0.2.1", "reject": False}
PROHIBITED = {"text": "ICMP host administratively prohibited", "from": "192.0.2.1", "reject": True}
FULL = {"server": {"count": 100, "max": 100, "dropped": 0, "notes": []}}
ROOM = {"client": {"count": 99, "max": 100, "dropped": 0, "notes": []}, "server": None}
DROPPED = {"client": {"count": 90, "max": 100, "dropped": 3, "notes": []}}


def data(**values):
    entry = {"stream": 1, "sending": True, "state": "open", "sent": 100000, "acked": 90000, "arrived": None, "retransmits": 0, "length": 131072}
    entry.update(values)
    return [entry]


HOLE = data(acked=38, retransmits=4)
NOTHING = data(acked=None, arrived=0, length=1400)


def error(number, os_errno=0, detail="where it was"):
    return errors.IperfError(number, detail, os_errno)


# error, facts, class
CASES = [
    (error(errors.NAME_NOT_RESOLVED), {}, "name_not_resolved"),
    (error(errors.NAME_NOT_RESOLVED, detail="bind 'x': unknown"), {}, "local_address"),
    (errors.from_wire(20, 0), {"phase": "parameters_sent"}, "bad_option"),
    (error(103, errno.ENETUNREACH), {}, "no_route"),
    (error(103, errno.EHOSTUNREACH), {"neighbour": False}, "no_route"),
    (error(103, errno.EHOSTUNREACH), {"icmp": PROHIBITED}, "control_filtered"),
    (error(103, errno.ECONNREFUSED), {"icmp": None}, "control_refused"),
    (error(103, errno.ECONNREFUSED), {"icmp": ICMP}, "control_filtered"),
    (error(103, errno.ECONNRESET), {}, "control_refused"),
    (error(103, errno.ETIMEDOUT), {"tables": ROOM}, "control_filtered"),
    (error(103, errno.ETIMEDOUT), {"tables": FULL}, "conntrack_table_full"),
    (error(103, errno.EACCES), {}, "control_filtered"),
    (error(103, errno.EMFILE), {}, "unknown"),
    (error(109), {"phase": "cookie_sent"}, "not_iperf3"),
    (error(110), {"phase": "cookie_sent"}, "not_iperf3"),
    (error(errors.PEER_SILENT), {"phase": "cookie_sent"}, "not_iperf3"),
    (error(121), {"phase": "cookie_sent"}, "server_busy"),
    (error(121), {"phase": "connected"}, "server_busy"),
    (error(121), {"phase": "creating_streams"}, "access_denied"),
    (error(121), {"phase": "creating_streams", "direction": "bidir"}, "version_quirk"),
    (errors.from_wire(142, 0), {}, "authentication_failed"),
    (errors.from_wire(27, 0), {}, "limit_exceeded"),
    (errors.from_wire(37, 0), {}, "limit_exceeded"),
    (errors.from_wire(160, 0), {}, "limit_exceeded"),
    (error(109), {"phase": "creating_streams"}, "limit_exceeded"),
    (error(109), {"phase": "creating_streams", "direction": "bidir"}, "version_quirk"),
    (error(109), {"phase": "parameters_sent"}, "version_quirk"),
    (error(203, errno.ETIMEDOUT), {"protocol": "TCP"}, "tcp_data_blocked"),
    (error(203, errno.ETIMEDOUT), {"protocol": "TCP", "tables": DROPPED}, "conntrack_table_full"),
    (error(203, errno.EADDRINUSE), {"protocol": "TCP"}, "local_address"),
    (error(errors.PEER_SILENT), {"phase": "creating_streams", "protocol": "TCP"}, "tcp_data_blocked"),
    (error(errors.UDP_BLOCKED, errno.ETIMEDOUT), {"protocol": "UDP"}, "udp_data_blocked"),
    (error(errors.UDP_BLOCKED, errno.ECONNREFUSED), {"icmp": ICMP}, "udp_data_blocked"),
    (error(errors.UDP_BLOCKED, errno.ETIMEDOUT), {"protocol": "UDP", "tables": FULL}, "conntrack_table_full"),
    (errors.from_wire(204, 0), {"protocol": "UDP"}, "udp_data_blocked"),
    (error(errors.DATA_LOST), {"protocol": "TCP", "full_size": {"size": 1448, "small": True}}, "mtu_black_hole"),
    (error(errors.DATA_LOST), {"protocol": "UDP"}, "udp_data_blocked"),
    (error(144), {"protocol": "TCP", "data": HOLE}, "mtu_black_hole"),
    (error(109), {"phase": "running", "protocol": "TCP", "data": HOLE}, "mtu_black_hole"),
    (error(144), {"protocol": "TCP", "data": data(sending=False, acked=None, sent=5000, arrived=0, retransmits=3)}, "mtu_black_hole"),
    (error(144), {"protocol": "TCP", "data": data(sending=False, acked=None, sent=None, arrived=0)}, "idle_timeout"),
    (error(144), {}, "idle_timeout"),
    (error(205, errno.ETIMEDOUT), {"protocol": "TCP", "data": HOLE, "again": "answers"}, "mtu_black_hole"),
    (error(205, errno.ECONNRESET), {"protocol": "TCP", "data": data(state="reset"), "again": "answers"}, "peer_died"),
    (error(205, errno.EPERM), {"protocol": "UDP", "data": data(sent=0)}, "output_filtered"),
    (error(205, errno.EPERM), {"protocol": "UDP", "tables": DROPPED}, "conntrack_table_full"),
    (errors.from_wire(205, errno.EPERM), {"protocol": "UDP"}, "output_filtered"),
    (error(205, errno.EMSGSIZE), {"protocol": "UDP"}, "bad_option"),
    (error(109), {"phase": "running", "protocol": "TCP", "data": data()}, "control_cut"),
    (error(109), {"phase": "running", "protocol": "TCP", "data": data(state="closed")}, "peer_died"),
    (error(109), {"phase": "running", "protocol": "UDP", "data": data(), "again": "refused"}, "peer_died"),
    (error(109), {"phase": "running", "protocol": "UDP", "data": data(), "again": "answers"}, "control_cut"),
    (error(109), {"phase": "running", "protocol": "TCP", "data": data(), "server": {"test": {"status": "crashed"}}}, "peer_died"),
    (error(errors.PEER_SILENT), {"phase": "ending", "control": {"reason": "", "unacked": 1}}, "control_cut"),
    (error(errors.PEER_SILENT), {"phase": "ending", "control": {"reason": "", "unacked": 0}}, "peer_died"),
    (error(errors.PEER_SILENT), {"phase": "running", "control": {"reason": "timed_out", "unacked": 0}}, "control_cut"),
    (error(errors.PEER_SILENT), {}, "control_cut"),
    (error(120), {}, "peer_died"),
    (error(117), {}, "version_quirk"),
    (error(110), {"phase": "running"}, "version_quirk"),
    (error(errors.OUT_OF_SEQUENCE), {"phase": "running"}, "version_quirk"),
    (error(errors.BIND_FAILED), {}, "local_address"),
    (error(6), {}, "bad_option"),
    (error(errors.NOT_SUPPORTED), {}, "unsupported"),
    (error(134), {}, "unsupported"),
    (errors.from_wire(134, 0), {}, "unsupported"),
    (error(errors.INTERRUPTED), {}, "interrupted"),
    (errors.from_wire(200, 0), {}, "unknown"),
    (error(999), {}, "unknown"),
    (None, {"protocol": "TCP", "data": HOLE}, "mtu_black_hole"),
    (None, {"protocol": "UDP", "data": NOTHING}, "mtu_black_hole"),
    (None, {"protocol": "UDP", "data": data(acked=None, arrived=0, length=200)}, "udp_data_blocked"),
]


@pytest.mark.parametrize("failure, facts, name", CASES)
def test_class(failure, facts, name):
    assert diagnosis.classify(failure, facts)["class"] == name


def test_each_class_is_reached_and_each_name_is_known():
    assert [row.name for row in CLASSES] == NAMES
    assert {name for dummy, dummy, name in CASES} == set(NAMES)


@pytest.mark.parametrize("number", sorted(errors.ERRORS))
def test_each_number_gives_a_whole_diagnosis(number):
    found = diagnosis.classify(error(number))
    assert found["class"] in BY_NAME and found["explanation"] and found["remedy"]
    assert found["evidence"] == ["where it was"]


def test_only_the_arrived_zero_is_nothing():
    assert not diagnosis.nothing_arrived({})
    assert not diagnosis.nothing_arrived({"data": data(arrived=None) + data(arrived=5) + data(sent=0, arrived=0)})
    assert diagnosis.nothing_arrived({"data": data(arrived=5) + data(arrived=0)})


def test_the_phase_of_a_transcript():
    entries = [{"direction": "sent", "name": "COOKIE"}, {"direction": "received", "name": "PARAM_EXCHANGE"}]
    assert [diagnosis.phase_of(entries[:length]) for length in range(3)] == ["connected", "cookie_sent", "parameters_asked"]


@pytest.mark.parametrize("name", NAMES)
def test_remedies_name_the_place(name):
    facts = {"host": "box", "address": "192.0.2.7", "port": 5300, "local": "192.0.2.1", "protocol": "UDP"}
    lines = clues.remedy(name, None, facts)
    assert lines and not any(re.search("[{}]", line) for line in lines)


def test_the_command_of_the_servers_firewall_goes_before_the_general_ones():
    facts = {"protocol": "UDP", "opening": ["With ufw: ..."], "firewall": {"backend": "firewalld", "chains": ["chain a b c"], "commands": ["firewall-cmd x"]}}
    found = diagnosis.classify(error(errors.UDP_BLOCKED), facts)
    assert found["remedy"][-1] == "On the server's node (firewalld): firewall-cmd x"
    assert "chain a b c on the server's node stops it" in found["evidence"]
    facts["firewall"] = None
    assert diagnosis.classify(error(errors.UDP_BLOCKED), facts)["remedy"][-1] == "With ufw: ..."
    assert "With ufw: ..." not in diagnosis.classify(error(103, errno.ECONNREFUSED), facts)["remedy"]


# class, facts, lines of its evidence
LINES = [
    ("control_filtered", {"waited": 1.5, "neighbour": True, "address": "192.0.2.7"},
     ["waited for 1.50 s", "192.0.2.7 is on this node's own link and answers ARP, so its host is up"]),
    ("no_route", {"neighbour": False, "address": "192.0.2.7"}, ["192.0.2.7 is on this node's own link and does not answer ARP"]),
    ("control_filtered", {"icmp": PROHIBITED}, ["192.0.2.1 answered: ICMP host administratively prohibited"]),
    ("control_cut", {"control": {"reason": "reset", "unacked": 7}, "silence": 60.0, "elapsed": 61.0, "keepalive": None}, [
        "the control connection was reset", "7 bytes sent on the control connection are not acknowledged by the server's kernel",
        "the longest silence on it was 60.0 s; the test had begun 61.0 s before", "keepalive was off on the control connection"]),
    ("control_cut", {"keepalive": {"idle": 10, "interval": 10, "count": 3}}, ["keepalive on the control connection: idle 10 s, interval 10 s, count 3"]),
    ("mtu_black_hole", {"protocol": "TCP", "data": HOLE, "full_size": {"size": 1448, "small": True}}, [
        "data stream 1: 100000 bytes sent, 38 acknowledged with those of its cookie, 4 segments sent again, now open",
        "packets of 1448 bytes got lost while smaller ones passed"]),
    ("tcp_data_blocked", {"data": data() * 5}, ["and 2 data streams more"]),
    ("peer_died", {"again": "refused", "address": "192.0.2.7", "port": 5201, "server": {"test": {"status": "failed", "error": "why"}}},
     ["a new connection to 192.0.2.7 port 5201 is refused", "the server says of this test: failed, why"]),
    ("server_busy", {"server": {"max_clients": 2, "running": [{"peer": "192.0.2.8", "since": 3.2, "remaining": 6.8}, {"peer": "192.0.2.9", "since": 1}]}}, [
        "192.0.2.8 tests since 3 s, for 7 s still", "192.0.2.9 tests since 1 s", "the server runs at most 2 tests at once"]),
    ("server_busy", {"server": {}}, []),
    ("conntrack_table_full", {"tables": DROPPED}, [
        "connection tracking on this node: 90 entries of at most 100", "connection tracking on this node dropped 3 packets for lack of room"]),
    ("control_cut", {"tables": {"server": {"count": 1, "max": 9, "notes": ["it ran out"]}, "client": None}}, ["on the server's node: it ran out"]),
    ("version_quirk", {"phase": "parameters_sent"}, [
        "the control connection stood at parameters sent",
        "servers before 3.20 close without a word when they refuse parameters, and 3.21 does when a login fails"]),
]


@pytest.mark.parametrize("name, facts, lines", LINES)
def test_evidence(name, facts, lines):
    got = clues.evidence(name, None, facts)
    for line in lines:
        assert line in got
    if not lines:
        assert got == []


def test_the_errors_own_words_come_first_and_no_line_twice():
    got = clues.evidence("control_refused", error(103, errno.ECONNREFUSED, "x\n  y"), {"tables": {"client": {"notes": ["a", "a"]}}})
    assert got == ["x y", "system error %d (ECONNREFUSED)" % errno.ECONNREFUSED, "on this node: a"]


@pytest.fixture(name="tool")
def fixture_tool():
    spec = importlib.util.spec_from_file_location("draw_diagnosis", os.path.join(TOP, "tests", "tools", "draw_diagnosis.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(tool):
    with io.open(tool.PAGE, encoding="utf-8") as stream:
        page = stream.read()
    assert tool.replaced(page) == page, "run `make docs` and commit docs/docsite/rst/diagnosis.rst"
    assert sorted(match[1] for match in tool.DRAWN.findall(page)) == ["classes", "commands"]
    for name in NAMES:
        assert "\n%s\n%s\n" % (name, "~" * len(name)) in page
    spoiled = page.replace("server_busy", "server_lazy")
    assert tool.replaced(spoiled) == page
