# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four steps of the transaction on a host whose iptables are a list that the tests change as the role's tasks would."""

import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import control_port_journal, guard

RULE = '-A INPUT -s %s/32 -p %s -m %s --dport 5201 -m comment --comment "%s" -j ACCEPT\n'


class Node:
    """A host with iptables that drop, and a module on it."""

    check_mode = False
    _diff = False

    def __init__(self, folder):
        self.folder = str(folder / "journals")
        self.rules = []
        self.params = {}

    def get_bin_path(self, name):
        return name if name in ("iptables-save", "ip6tables-save") else None

    def run_command(self, argv, data=None, environ_update=None):
        rules = "".join(self.rules) if argv[0] == "iptables-save" else ""
        return 0, "*filter\n:INPUT %s [0:0]\n%sCOMMIT\n" % ("DROP" if argv[0] == "iptables-save" else "ACCEPT", rules), ""

    def step(self, state, **options):
        spec = control_port_journal.argument_spec()
        self.params = dict((name, option.get("default")) for name, option in spec.items())
        self.params.update(dict({"sources": ["192.0.2.7"], "run": "r1"}, **options), state=state, journal_dir=self.folder)
        return control_port_journal.run_module(self)

    def make(self, changes):
        self.rules += [self._rule(change) for change in changes]

    def undo(self, changes):
        for change in changes:
            self.rules.remove(self._rule(change))

    @staticmethod
    def _rule(change):
        return RULE % (change["source"], change["protocol"], change["protocol"], change["comment"])


@pytest.fixture(name="node")
def fixture_node(tmp_path):
    return Node(tmp_path)


def protocols(changes):
    return [change["protocol"] for change in changes]


def open_port(node, **options):
    planned = node.step("opening", **options)
    node.undo(planned["undo"])
    node.make(planned["make"])
    node.step("open", **options)
    return planned


def close_port(node, **options):
    closing = node.step("closing", **options)
    node.undo(closing["undo"])
    return closing, node.step("closed", **options)


def test_open_and_closed_leave_nothing(node):
    planned = open_port(node)
    assert planned["changed"] and planned["backends"] == ["iptables"] and protocols(planned["make"]) == ["tcp", "udp"]
    assert os.listdir(node.folder) == ["control_port-5201-r1.json"]
    closing, closed = close_port(node)
    assert protocols(closing["undo"]) == ["udp", "tcp"] and closed["changed"]
    assert node.rules == [] and not os.path.exists(node.folder)


def test_twice_is_no_change(node):
    open_port(node)
    assert node.step("opening")["changed"] is False
    assert node.step("open")["changed"] is False
    close_port(node)
    assert node.step("closing")["changed"] is False
    assert node.step("closed")["changed"] is False


def test_a_run_that_died_half_way_is_closed(node):
    node.make(node.step("opening")["make"][:1])
    closing = close_port(node)[0]
    assert protocols(closing["undo"]) == ["tcp"]
    assert node.rules == [] and not os.path.exists(node.folder)


def test_a_run_that_died_half_way_is_opened_again(node):
    node.make(node.step("opening")["make"][:1])
    assert protocols(open_port(node)["make"]) == ["udp"]
    assert node.step("opening")["changed"] is False


def test_other_sources_take_the_place_of_the_first(node):
    open_port(node)
    planned = open_port(node, sources=["192.0.2.8"])
    assert protocols(planned["undo"]) == protocols(planned["make"]) == ["tcp", "udp"]
    assert len(node.rules) == 2 and all("192.0.2.8" in rule for rule in node.rules)


def test_what_is_not_in_force_is_not_called_open(node):
    node.step("opening")
    with pytest.raises(guard.Failure) as caught:
        node.step("open")
    assert "iptables ipv4 tcp to 5201" in caught.value.msg


def test_what_still_stops_a_source_is_told(node):
    open_port(node)
    assert node.step("open")["notes"] == []
    node.rules.insert(0, "-A INPUT -s 192.0.2.0/24 -p tcp -j DROP\n")
    assert node.step("open", sources=["192.0.2.%d" % last for last in (7, 8, 9, 11)])["notes"] == [
        "chain INPUT of iptables may still stop 192.0.2.7 over TCP, 192.0.2.8/31 over TCP, 192.0.2.8/31 over UDP and others, "
        "by rules that come before those of the opening: look at them"]


def test_of_many_sources_some_are_followed(node, monkeypatch):
    open_port(node)
    asked = []
    monkeypatch.setattr(control_port_journal, "stops", lambda host, source, port, protocol, untracked: asked.append((source, protocol, untracked)) or [])
    node.step("open", sources=["10.0.%d.1" % third for third in range(200)], notrack=True)
    assert len(asked) <= 2 * control_port_journal.FOLLOWED
    assert {one[1:] for one in asked} == {("tcp", True), ("udp", True)}


def test_what_is_still_in_force_is_not_called_closed(node):
    open_port(node)
    node.step("closing")
    with pytest.raises(guard.Failure) as caught:
        node.step("closed")
    assert "still in force" in caught.value.msg
    assert os.listdir(node.folder) == ["control_port-5201-r1.json"]


def test_one_run_does_not_close_another_and_all_closes_both(node):
    open_port(node)
    open_port(node, run="r2")
    close_port(node)
    assert len(node.rules) == 2 and all("run r2" in rule for rule in node.rules)
    open_port(node)
    assert sorted(close_port(node, run="all")[1]["runs"]) == ["r1", "r2"]
    assert node.rules == []


def test_check_mode_writes_nothing(node):
    node.check_mode = True
    assert protocols(node.step("opening")["make"]) == ["tcp", "udp"]
    assert not os.path.exists(node.folder)


@pytest.mark.parametrize("options, word", [
    ({"port": 0}, "port"),
    ({"run": "a b"}, "run"),
    ({"run": "all"}, "run"),
    ({"sources": []}, "sources"),
    ({"sources": ["node-1"]}, "sources"),
    ({"backend": "firewalld"}, "firewalld"),
])
def test_what_makes_no_sense_is_refused(node, options, word):
    with pytest.raises(guard.Failure) as caught:
        node.step("opening", **options)
    assert word in caught.value.msg
    assert not os.path.exists(node.folder)


def test_a_broken_journal_is_told(node):
    open_port(node)
    with open(os.path.join(node.folder, "control_port-5201-r1.json"), "w") as stream:
        stream.write("{")
    with pytest.raises(guard.Failure) as caught:
        node.step("closing")
    assert "control_port-5201-r1.json" in caught.value.msg
