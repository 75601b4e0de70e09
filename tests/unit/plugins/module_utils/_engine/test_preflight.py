# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of the checks before a test, and the tests that they are; the network's part is in tests/netns/test_diagnosis.py."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine import client, preflight
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import DATA_LOST, IperfError
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings

AGREED = {"transcript": [{"name": "CREATE_STREAMS"}]}


def settings(**values):
    return Settings("client", client="192.0.2.7", **values)


@pytest.fixture(name="probes")
def fixture_probes(monkeypatch):
    """[(protocol, full size, reverse, counting, patience)] of the probes made; errors[protocol, full size] is what one ends with."""
    made, errors = [], {}

    class Probe(object):
        def __init__(self, values, full_size, counting, stop, limits, patience):
            self.key = (values.protocol, full_size)
            self.agreed_after = None if "control" in errors else 0.5
            made.append(self.key + (values.reverse, counting, patience))

        def run(self):
            error = errors.get("control") or errors.get(self.key)
            return client.Outcome({}, error, AGREED, [], {}, None, error and {"class": "some_class"})
    monkeypatch.setattr(preflight, "_Probe", Probe)
    return made, errors


def test_all_is_well(probes):
    checks, failed = preflight.check(settings())
    assert failed is None
    assert [(one["name"], one["ok"], one["needed"]) for one in checks] == [
        ("control", True, True), ("tcp_data", True, True), ("tcp_full_size", True, True), ("udp_data", True, False), ("udp_full_size", True, False)]
    assert checks[0]["seconds"] == 0.5
    # Nobody keeps the server from the first one; the others may meet it between two tests.
    assert [probe[4] for probe in probes[0]] == [0.0] + [preflight.PATIENCE] * 3


def test_the_control_connection(probes):
    probes[1]["control"] = IperfError(103, "refused")
    checks, failed = preflight.check(settings(udp=True))
    assert failed.error.number == 103
    assert [(one["name"], one["ok"]) for one in checks] == [
        ("control", False), ("udp_data", None), ("udp_full_size", None), ("tcp_data", None), ("tcp_full_size", None)]
    assert checks[0]["detail"].startswith("some_class: ") and "refused" in checks[0]["detail"]
    assert len(probes[0]) == 1


@pytest.mark.parametrize("values, key, stops, results", [
    ({}, ("TCP", True), True, [True, True, False, None, None]),
    ({}, ("UDP", False), False, [True, True, True, False, None]),
    ({}, ("UDP", True), False, [True, True, True, True, False]),
    ({"udp": True}, ("UDP", False), True, [True, False, None, None, None]),
    ({"udp": True}, ("TCP", True), False, [True, True, True, True, False]),
])
def test_what_is_not_needed_stops_nothing(probes, values, key, stops, results):
    probes[1][key] = IperfError(203)
    checks, failed = preflight.check(settings(**values))
    assert [one["ok"] for one in checks] == results
    assert (failed is not None) is stops


def test_lost_datagrams_get_a_second_look(probes):
    probes[1]["UDP", True] = IperfError(DATA_LOST)
    preflight.check(settings(udp=True))
    assert [probe[3] for probe in probes[0] if probe[:2] == ("UDP", True)] == list(preflight.COUNTING)
    assert [probe[3] for probe in probes[0] if probe[:2] == ("UDP", False)] == [preflight.COUNTING[0]]


@pytest.mark.parametrize("values, directions", [({}, [False]), ({"reverse": True}, [True]), ({"bidir": True}, [False, True])])
def test_the_directions_of_the_test_are_checked(probes, values, directions):
    preflight.check(settings(**values))
    assert [probe[2] for probe in probes[0] if probe[:2] == ("TCP", False)] == directions


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
@pytest.mark.parametrize("full_size", [False, True])
def test_a_check_is_a_test_of_some_packets(protocol, full_size):
    whole = settings(time=60, omit=5, parallel=8, bitrate="10G", bidir=True, title="x", get_server_output=True, preflight=True, conntrack=True, set_mss=1000)
    one = preflight._small(whole, protocol, full_size, False)
    wire = one.with_mss(1448).to_wire()
    assert (wire["time"], wire["omit"], wire["parallel"]) == (0, 0, 1) and wire[protocol] is True
    assert not {"bandwidth", "bidirectional", "reverse", "get_server_output"} & set(wire)
    assert 0 < max(wire["num"], wire["blockcount"] * wire["len"]) <= preflight.LARGE
    assert not one.preflight and not one.conntrack and one.interval == 0
    assert ("MSS" in wire) is (protocol == "tcp")
    assert (whole.time, whole.parallel, whole.bidir, whole.preflight) == (60, 8, True, True)


def test_datagrams_have_the_length_that_was_asked_for():
    assert preflight._small(settings(udp=True, length=9000), "udp", True, False).length == 9000
    assert preflight._small(settings(length=9000), "udp", True, False).length is None
    assert preflight._small(settings(udp=True), "udp", True, False).dont_fragment
    assert preflight._small(settings(udp=True, length=9000), "udp", False, False).length == preflight.SMALL_DATAGRAM


def test_a_deadline_ends_what_does_not_end_itself():
    deadline = preflight._Deadline(lambda now: now == 3, 5.0)
    assert [deadline(now) for now in (2, 3, 4, 5, 6)] == [False, True, False, True, True]
    assert deadline.at == 5.0
