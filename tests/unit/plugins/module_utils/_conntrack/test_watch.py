# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rhythm of the looks, with a clock that the test sets."""

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import match, watch

LINE = "ipv4 2 tcp 6 300 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=%d dport=%d src=10.0.0.2 dst=10.0.0.1 sport=%d dport=%d use=1\n"
FLOW = match.Flow("control", "tcp", ("10.0.0.1", 40000), ("10.0.0.2", 5201))


class Clock(object):
    """A clock; `cost` passes with every reading of it."""

    def __init__(self, cost=0.0):
        self.now = 100.0
        self.cost = cost

    def __call__(self):
        self.now += self.cost
        return self.now


def make_proc(tmp_path, *ports):
    folder = tmp_path / "net"
    folder.mkdir()
    (folder / "nf_conntrack").write_text(u"" + "".join(LINE % (40000, port, port, 40000) for port in ports))
    return str(tmp_path)


def test_a_look_is_taken_when_it_is_time(tmp_path):
    clock = Clock()
    looker = watch.Watch([5201], interval=5.0, proc=make_proc(tmp_path, 5201, 9999), clock=clock)
    seen = []
    for step in range(12):
        seen.append(looker.look())
        clock.now += 1.0
    assert [step for step, looked in enumerate(seen) if looked] == [0, 5, 10]
    assert looker.look(force=True)
    assert [now for now, records in looker.snapshots] == [100.0, 105.0, 110.0, 112.0]
    assert {record.original.dport for now, records in looker.snapshots for record in records} == {5201}


def test_a_large_table_is_looked_at_more_rarely(tmp_path):
    clock = Clock(cost=0.5)
    looker = watch.Watch([5201], proc=make_proc(tmp_path, 5201), clock=clock)
    assert looker.look()
    clock.now += 20.0
    assert not looker.look()
    clock.now += 6.0
    assert looker.look()


def test_a_long_test_does_not_fill_the_memory(tmp_path):
    clock = Clock()
    looker = watch.Watch([5201], proc=make_proc(tmp_path, 5201), clock=clock)
    for step in range(1200):
        looker.look()
        clock.now += 1.0
    times = [now for now, records in looker.snapshots]
    assert 250 < len(times) <= 500
    assert (times[0], times == sorted(times)) == (100.0, True)
    assert times[-1] > 1290.0


def test_the_report(tmp_path):
    looker = watch.Watch([5201], proc=make_proc(tmp_path, 5201), clock=Clock())
    report = looker.report([FLOW], silence=400.0)
    assert (report["available"], report["reason"], report["count"]) == (True, "", None)
    assert report["source"].endswith("/net/nf_conntrack")
    assert report["flows"][0]["entry"]["timeout"] == 300
    assert [note["code"] for note in report["flows"][0]["notes"]] == ["timeout_too_short"]


def test_the_report_where_nothing_can_be_read(tmp_path):
    looker = watch.Watch([5201], proc=str(tmp_path), clock=Clock())
    assert looker.look()
    report = looker.report([FLOW])
    assert (report["available"], report["source"], report["flows"][0]["entry"], report["flows"][0]["notes"]) == (False, "", None, [])
    assert "not loaded" in report["reason"]
    assert looker.snapshots == []
