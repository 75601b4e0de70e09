# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes work through their parts of a plan with each other, over real sockets: in turn, to the end, and not for ever."""

import os
import signal
import socket

import pytest
from ansible_collections.nfv.iperf.plugins.module_utils._engine import client, fleet_turn
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec, errors
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._engine.fleet_play import TESTS, UDP_TESTS, Part, wait_for
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils.free_ports import free_port


@pytest.fixture
def play(tmpdir):
    """A function that makes Parts on one free port; they end with the test."""
    parts = []
    port = free_port()

    def make(*given, **options):
        parts.append(Part(tmpdir, port, *given, **options))
        return parts[-1]

    make.port = port
    yield make
    for part in parts:
        part.kill()


def by_test(part):
    return {(one["visitor"], one["peer"], one["test"]): one for one in part.results() if "test" in one}


def test_three_nodes_measure_each_other_both_ways_in_turn(play):
    tests = dict(TESTS, **UDP_TESTS)
    parts = [play(0, [[1, 1, 1], [2, 2, 0]], tests), play(1, [[0, 2, 1], [1, 0, 0]], tests), play(2, [[0, 1, 0], [2, 0, 1]], tests)]
    for part in reversed(parts):
        part.begin()
    assert [part.wait() for part in parts] == [0, 0, 0]
    for part in parts:
        found = by_test(part)
        assert len(found) == 3 and all(one["status"] == "ok" and one["summary"]["received_bps"] > 0 for one in found.values())
        assert all(one["transcript"] and one["began"] <= one["ended"] for one in found.values())
        told = part.progress()
        assert (told["state"], told["round"], told["steps_done"], told["tests_done"], told["tests_failed"]) == ("done", None, 2, 3, 0)
        assert told["visits"] == told["visits_done"] == 1 and told["slowest"]["bps"] > 0


def test_all_at_once(play):
    parts = [play(0, [[0, 1, 1], [0, 2, 1]]), play(1, [[0, 0, 0], [0, 2, 1]]), play(2, [[0, 0, 0], [0, 1, 0]])]
    for part in parts:
        part.begin()
    assert [part.wait() for part in parts] == [0, 0, 0]
    assert sum(one["status"] == "ok" for part in parts for one in by_test(part).values()) == 6


def test_a_dead_node_costs_its_own_visits_only(play):
    parts = [play(0, [[0, 3, 1], [1, 1, 1]]), play(1, [[0, 2, 1], [1, 0, 0], [2, 3, 0]]), play(2, [[0, 1, 0]])]
    for part in parts:
        part.begin()
    assert [part.wait() for part in parts] == [0, 0, 0]
    found = by_test(parts[0])
    assert {key: one["status"] for key, one in found.items()} == {
        ("n0", "n3", "tcp-forward"): "failed", ("n0", "n3", "tcp-reverse"): "failed", ("n0", "n1", "tcp-forward"): "ok", ("n0", "n1", "tcp-reverse"): "ok"}
    assert found[("n0", "n3", "tcp-forward")]["error"]["number"] == 103
    absent = [one for one in parts[1].results() if one["status"] == "absent"]
    assert [(one["host"], one["peer"]) for one in absent] == [("n1", "n3")] and "refused" in absent[0]["reason"]


def test_a_visitor_that_went_on_is_not_waited_for_and_is_told_so_when_it_comes(play):
    parts = [play(0, [[0, 1, 0], [1, 2, 0]]), play(1, [[1, 2, 1]]), play(2, [[1, 1, 0], [2, 0, 1]])]
    parts[0].begin()
    parts[1].begin()
    wait_for(lambda: parts[0].progress()["round"] == 1, "node 0 to go on")
    assert "it went on" in parts[0].results()[0]["reason"]
    asks = Settings("client", client="127.0.0.1", port=play.port)
    late = fleet_turn.call(asks, fleet_turn.word(fleet_turn.TURN, "r1", "net", "n1", "n0"), 5)
    answer = fleet_turn.listen(late, 10)
    late.close()
    assert answer["go"] is False and "over" in answer["reason"]
    parts[2].begin()
    parts[0].kill()  # it would wait for node 2, whose round 1 waits for node 1
    assert parts[1].wait() == parts[2].wait() == 0


def test_only_the_tests_that_a_step_asks_for_are_made(play):
    parts = [play(0, [[0, 1, 1, ["tcp-reverse"]]]), play(1, [[0, 0, 0, ["tcp-reverse"]]])]
    for part in parts:
        part.begin()
    assert [part.wait() for part in parts] == [0, 0]
    assert list(by_test(parts[0])) == [("n0", "n1", "tcp-reverse")] and parts[0].progress()["tests"] == 1


def test_strangers_are_refused_and_learn_nothing(play):
    part = play(0, [[0, 1, 0]])
    wait_for(part.progress, "the node to be prepared")
    outcome = client.run(Settings("client", client="127.0.0.1", port=play.port, blockcount=1))
    assert outcome.error.number == 121
    asks = Settings("client", client="127.0.0.1", port=play.port)
    assert fleet_turn.probe(asks, "r1", "n0", 10) == {"round": 0, "state": "prepared"}
    with pytest.raises(errors.IperfError) as refused:
        fleet_turn.probe(asks, "another run", "n0", 10)
    assert refused.value.number == 121


def test_a_visitor_that_dies_ends_its_visit(play):
    part = play(0, [[0, 1, 0]])
    part.begin()
    visitor = fleet_turn.call(Settings("client", client="127.0.0.1", port=play.port), fleet_turn.word(fleet_turn.TURN, "r1", "net", "n1", "n0"), 5)
    assert fleet_turn.listen(visitor, 10) == {"go": True}
    visitor.close()
    assert part.wait() == 0 and part.progress()["steps_done"] == 1


def test_a_host_that_dies_ends_the_wait_for_the_turn(play):
    parts = [play(0, [[0, 1, 1]]), play(1, [[0, 0, 0]])]
    wait_for(parts[1].progress, "node 1 to be prepared")
    parts[0].begin()
    wait_for(lambda: parts[0].progress().get("current"), "node 0 to visit")
    parts[1].kill()
    assert parts[0].wait() == 0
    assert {one["status"] for one in by_test(parts[0]).values()} == {"failed"}


@pytest.mark.parametrize("begin", [False, True])
def test_a_part_that_is_stopped_says_so_for_every_test(play, begin):
    part = play(0, [[0, 1, 0], [1, 2, 1]], limits={"grace": 60})
    if begin:
        part.begin()
        wait_for(lambda: part.progress()["state"] == "running", "the node to begin")
    else:
        wait_for(part.progress, "the node to be prepared")
    os.kill(part.pid, signal.SIGTERM)
    assert part.wait() == 1
    assert part.progress()["state"] == "stopped" and part.progress()["ended"]
    assert [one["status"] for one in part.results()] == ["absent", "failed", "failed"]
    assert "stopped" in part.results()[1]["error"]["text"]


@pytest.mark.parametrize("limits, begin", [({"prepared": 0.2}, False), ({"total": 0.2, "grace": 60}, True)])
def test_a_plan_does_not_last_for_ever(play, limits, begin):
    part = play(0, [[0, 1, 0]], limits=limits)
    if begin:
        part.begin()
    assert part.wait() == 1 and part.progress()["state"] == "expired"


def test_an_unusable_plan_and_a_taken_port_end_at_once_with_a_line(play, tmpdir, capfd):
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.bind(("127.0.0.1", play.port))
    holder.listen(1)
    part = play(0, [[0, 1, 0]])
    assert part.wait() == 1
    holder.close()
    with open(str(tmpdir.join("plan-r1-n0.json")), "w") as target:
        target.write("{}")
    from ansible_collections.nfv.iperf.plugins.module_utils._engine import fleet_node
    assert fleet_node.main(str(tmpdir.join("plan-r1-n0.json"))) == 1
    lines = capfd.readouterr().err.splitlines()
    assert "127.0.0.1 port %d" % play.port in lines[0] and "cannot be used" in lines[1]


def test_words_are_as_long_as_cookies_and_name_one_thing():
    words = {fleet_turn.word(prefix, *parts) for prefix in (fleet_turn.TURN, fleet_turn.PROBE)
             for parts in (("r", "n", "a", "b"), ("r", "n", "b", "a"), ("rn", "", "a", "b"), ("r", "na", "", "b"))}
    assert len(words) == 8 and {len(word) for word in words} == {codec.COOKIE_SIZE - 1}
