# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of connection tracking goes into a test's result, and facts that are read from sockets and files."""

import socket

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import autopsy, sockopts, tcp_info, tracking
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine import data_play

KEEPALIVE = {"idle": 10, "interval": 10, "count": 3}
ARP = """IP address       HW type     Flags       HW address            Mask     Device
192.0.2.7        0x1         0x2         52:54:00:00:00:01     *        eth0
192.0.2.8        0x1         0x0         00:00:00:00:00:00     *        eth0
"""


def flow(role="control", stream=None, port=40000):
    return {"role": role, "protocol": "tcp", "stream": stream, "local": {"host": "192.0.2.1", "port": port}, "remote": {"host": "192.0.2.7", "port": 5201}}


def seen(role="control", stream=None, **values):
    return dict({"role": role, "stream": stream, "entry": {}, "state": None, "timeout_left": 0, "bytes_sent": None, "bytes_received": None,
                 "longest_idle": None, "notes": []}, **values)


@pytest.mark.parametrize("values, keepalive, silence", [
    ({"time": 60}, KEEPALIVE, 10), ({"time": 60}, None, 60), ({"time": 5, "omit": 1}, KEEPALIVE, 6), ({"bytes": 5}, None, None), ({"bytes": 5}, KEEPALIVE, 10),
])
def test_the_silence_that_is_planned(values, keepalive, silence):
    assert tracking.planned_silence(Settings("client", client="x", **values), keepalive) == silence


def test_each_flow_gets_what_both_ends_saw_of_it():
    flows = [flow(), flow("data", 1), flow("data", 3)]
    tracking.attach(flows, {"flows": [seen("data", 3, state="A"), seen(state="B")]}, None)
    assert [one["conntrack"]["client"] and one["conntrack"]["client"]["state"] for one in flows] == ["B", None, "A"]
    assert [one["conntrack"]["server"] for one in flows] == [None] * 3


def test_warnings_and_a_full_table_become_facts():
    notes = [{"code": "table_dropped", "level": "warning", "text": "full"}, {"code": "not_counted", "level": "info", "text": "no"}]
    report = {"count": 5, "max": 10, "notes": notes, "flows": [seen(notes=[{"code": "entry_expired", "level": "warning", "text": "gone"}])]}
    assert tracking.facts(report) == {"count": 5, "max": 10, "dropped": 1, "notes": ["full", "gone"]}
    assert tracking.facts(None) is None and tracking.table(None) is None
    assert tracking.table(report)["max"] == 10


def test_lines():
    server = seen(entry={"x": 1}, state="ESTABLISHED", timeout_left=290, bytes_sent=10, bytes_received=20, longest_idle=9.6, notes=[{"text": "a note"}])
    flows = [dict(flow(), conntrack={"client": seen(entry=None), "server": server}), flow("data", 1)]
    assert tracking.lines(flows) == [
        "control at the client: no entry", "control at the server: ESTABLISHED, 290 s left, 10 bytes out, 20 in, idle for 10 s at most",
        "control at the server: a note"]


def test_the_server_is_told_of_new_warnings_only(monkeypatch):
    told = []
    tracker = tracking.Tracker(5201, lambda: [], told.append)
    reports = [[], ["a"], ["a"], ["a", "b"]]
    monkeypatch.setattr(tracker._watch, "look", lambda force=False: True)
    monkeypatch.setattr(tracker, "report", lambda: {"notes": [{"level": "warning", "text": text} for text in reports.pop(0)]})
    for number in range(4):
        tracker.turn(number)
    assert told == [["a"], ["a", "b"]]


def test_neighbours(tmp_path):
    path = tmp_path / "arp"
    path.write_text(ARP)
    assert [autopsy.neighbour(address, str(path)) for address in ("192.0.2.7", "192.0.2.8", "192.0.2.9")] == [True, False, None]
    assert autopsy.neighbour("192.0.2.7", str(tmp_path / "none")) is None


def test_where_packets_would_come_from():
    assert autopsy.source_of("127.0.0.1", 5201).startswith("127.")


def test_counters_and_what_is_not_acknowledged():
    near, far = data_play.tcp_pair()
    near.sendall(b"x" * 1000)
    while autopsy.unacknowledged(near):
        pass
    known = tcp_info.counters(near)
    assert known["state"] == 1 and known["acked"] in (1000, 1001) and known["retransmits"] == 0
    far.close()
    near.close()
    assert tcp_info.counters(near) == {} and autopsy.unacknowledged(near) is None


def test_a_missing_entry_of_the_control_connection():
    def entry(port):
        return {"l4": "tcp", "original": {"sport": port, "dport": 5201}, "reply": {"sport": 5201, "dport": port}}

    class Test(object):
        flows = [flow(), flow("data", 1, 40001)]
    for ports, said in (((40000, 40001), False), ((40001, 39999), True), ((39999,), True), ((), False)):
        lines = autopsy._missing(Test, {"available": True, "entries": [entry(port) for port in ports]})
        assert bool(lines) is said
    assert "those of the data" in autopsy._missing(Test, {"available": True, "entries": [entry(40001)]})[0]
    assert autopsy._missing(Test, {"available": False, "entries": [entry(1)]}) == []


def test_keepalive_is_on_by_default_and_as_documented():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sockopts.control(sock, Settings("server", server=True))
        assert sockopts.keepalive(sock) == KEEPALIVE
