# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client says of failures that were made on purpose (failures.py).

Most of a case is waiting, so all of them run side by side before the first assertion; the tests then look at one outcome each.
"""
import concurrent.futures
import re
import shutil

import pytest

from ansible_collections.nfv.iperf.tests.netns.failures import CASES, LONG

# The first test waits for all cases.
pytestmark = pytest.mark.timeout(400)
SIDE_BY_SIDE = 16


# -- all of them, and what they came to ----------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def outcomes(labs, request):
    """{name of the case: its Outcome, or the exception it raised}, of the cases whose tests were chosen."""
    if not shutil.which("iperf3"):
        pytest.skip("needs the command iperf3")
    chosen = {item.callspec.params["name"] for item in request.session.items if "name" in getattr(getattr(item, "callspec", None), "params", {})
              and item.module is request.module}
    made = {name: labs() for name in sorted(CASES, key=lambda name: name not in LONG) if name in chosen}

    def run(name):
        made[name].make()
        return CASES[name](made[name])

    try:
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            futures = {name: pool.submit(run, name) for name in made}
        return {name: future.exception() or future.result() for name, future in futures.items()}
    finally:
        for lab in made.values():
            lab.remove()


def evidence(outcome, pattern):
    """The first evidence line that matches."""
    return next((line for line in outcome["diagnosis"]["evidence"] if re.search(pattern, line)), "")


# name of the case: class, patterns that the evidence has, pattern that the remedy has
EXPECTED = {
    "unknown_name": ("name_not_resolved", ["no-such-host.invalid"], "resolv.conf"),
    "no_way": ("no_route", ["ENETUNREACH"], "ip route get 198.51.100.7"),
    "nobody_on_the_link": ("no_route", ["EHOSTUNREACH", "does not answer ARP"], "interface are up"),
    "nothing_listens": ("control_refused", ["ECONNREFUSED"], "iperf3 -s -p 5201"),
    "tcp_dropped": ("control_filtered", ["ETIMEDOUT", "waited for 1.[5-9]", "answers ARP, so its host is up"], "control_port"),
    "tcp_prohibited": ("control_filtered", [r"10\.99\.\d+\.2 answered: ICMP communication administratively prohibited"], "firewall-cmd"),
    "tcp_rejected_by_icmp_on_ipv6": ("control_filtered", ["fd00:.*answered: ICMPv6 port unreachable"], "ip6tables"),
    "the_table_is_full_here": ("conntrack_table_full", [r"connection tracking on this node: (\d+) entries of at most \1"], "nf_conntrack_max"),
    "a_local_address_of_somebody_else": ("local_address", ["192.0.2.9"], "ip address"),
    "a_banner": ("not_iperf3", ["SSH-2.0"], "ss -lntp"),
    "a_listener_that_waits": ("not_iperf3", ["within 10 s"], "ss -lntp"),
    "closes_after_the_parameters": ("version_quirk", ["parameters"], "versions"),
    "denies_after_the_parameters": ("access_denied", ["ACCESS_DENIED while the data streams were made"], "server's log"),
    "the_real_one_wants_a_login": ("authentication_failed", ["reported by the other end after our parameters"], "public key"),
    "ours_is_busy": ("server_busy", [r"10\.99\.\d+\.1 tests since .*, for \d+ s still", "at most 1 tests at once"], "Try again"),
    "the_real_one_is_busy_for_a_preflight": ("server_busy", [], "one test at a time"),
    "too_long_for_the_server": ("limit_exceeded", [], "server_max_duration"),
    "no_such_congestion_control": ("unsupported", ["congestion nosuch"], "Leave the option out"),
    "only_the_first_tcp_connection": ("tcp_data_blocked", ["waited for 10", "is not answered"], "connlimit"),
    "udp_dropped_and_then_opened_as_told": ("udp_data_blocked", ["waited for 2", "chain inet nfv_lab input on the server's node stops it"], "nft add rule"),
    "udp_rejected": ("udp_data_blocked", [r"10\.99\.\d+\.2 answered: ICMP port unreachable", "chain inet nfv_lab input"], "nft insert rule"),
    "our_own_firewall_lets_no_udp_out": ("output_filtered", ["EPERM"], "let udp out"),
    "our_own_firewall_lets_no_udp_out_for_a_preflight": ("output_filtered", ["EPERM"], "let udp out"),
    "the_servers_own_firewall_stops_the_data": ("output_filtered", ["reported by the other end", "Operation not permitted"], "let udp out"),
    "udp_dropped_before_the_real_one": ("udp_data_blocked", ["waited for 2"], "firewall-cmd"),
    "large_tcp_vanishes": ("mtu_black_hole", ["acknowledged", "sent again"], "tracepath"),
    "large_tcp_vanishes_in_preflight": ("mtu_black_hole", ["while smaller ones passed"], "tracepath"),
    "large_tcp_vanishes_on_its_way_back": ("mtu_black_hole", ["that the server sent"], "tracepath"),
    "large_udp_vanishes": ("mtu_black_hole", ["datagrams of 1400 bytes"], "smaller length over UDP"),
    "large_udp_vanishes_in_preflight": ("mtu_black_hole", ["datagrams of 1472 bytes", "while smaller ones passed"], "smaller length over UDP"),
    "larger_than_the_link": ("bad_option", ["EMSGSIZE", "datagrams of length 4000 .* ask for a smaller length"], "Correct the option"),
    "data_stops": ("idle_timeout", ["rcv_timeout"], "preflight"),
    "forgotten_by_a_firewall": ("control_cut", ["keepalive was off", "not acknowledged", "longest silence on it was",
                                                "server's node: .*no entry of the control", "server's node: the entry of the control connection ran out"],
                                "tcp_timeout_established"),
    "the_real_one_is_killed": ("peer_died", ["is refused"], "server's log"),
    "the_test_is_killed_at_ours": ("peer_died", [r"ended without a word \(crashed\)"], "server's log"),
    "the_server_is_stopped": ("peer_died", ["is refused"], "server's log"),
    "the_client_is_stopped": ("interrupted", ["SIGINT"], "Repeat"),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_class_evidence_and_remedy(outcomes, name):
    outcome = outcomes[name]
    assert isinstance(outcome, dict), outcome
    found = outcome["diagnosis"]
    expected, patterns, remedy = EXPECTED[name]
    assert found and found["class"] == expected, found
    for pattern in patterns:
        assert evidence(outcome, pattern), (pattern, found["evidence"])
    assert re.search(remedy, "\n".join(found["remedy"])), found["remedy"]


@pytest.mark.parametrize("name", ["udp_dropped_and_then_opened_as_told", "udp_rejected", "udp_dropped_before_the_real_one"])
def test_blocked_udp_is_told_within_3_s(outcomes, name):
    seconds = float(re.search("waited for ([0-9.]+) s", evidence(outcomes[name], "waited for")).group(1))
    assert seconds < 3.0


@pytest.mark.parametrize("name", ["udp_dropped_and_then_opened_as_told"])
def test_the_command_that_was_told_opens_the_port(outcomes, name):
    outcome = outcomes[name]
    assert len(outcome["told"]) == 1
    assert outcome["after"]["error"] is None and outcome["after"]["summary"]["received_bps"] > 0


@pytest.mark.parametrize("name", ["kept_alive_before_a_firewall"])
def test_keepalive_holds_the_control_connection(outcomes, name):
    outcome = outcomes[name]
    assert outcome["error"] is None and outcome["diagnosis"] is None
    assert outcome["control"]["keepalive"] == {"idle": 2, "interval": 1, "count": 1}
    assert outcome["control"]["longest_silence"] > 7
    control, data = outcome["connections"]
    assert control["conntrack"]["server"]["state"] == data["conntrack"]["server"]["state"] == "ESTABLISHED"
    assert control["conntrack"]["server"]["bytes_sent"] + control["conntrack"]["server"]["bytes_received"] < 20000
    assert data["conntrack"]["server"]["bytes_received"] > 500000
    assert control["conntrack"]["server"]["notes"] == []


@pytest.mark.parametrize("name", ["ours_is_busy"])
def test_both_ends_keep_the_control_connection_alive(outcomes, name):
    """The case itself waits for the kernel's keepalive timers at both ends."""
    assert outcomes[name]["control"]["keepalive"] == {"idle": 10, "interval": 10, "count": 3}


@pytest.mark.parametrize("name", ["tcp_needs_no_udp"])
def test_a_preflight_stops_nothing_that_does_not_need_it(outcomes, name):
    outcome = outcomes[name]
    assert outcome["error"] is None
    checks = {check["name"]: (check["ok"], check["needed"]) for check in outcome["preflight"]}
    assert checks == {"control": (True, True), "tcp_data": (True, True), "tcp_full_size": (True, True), "udp_data": (False, False),
                      "udp_full_size": (None, False)}


@pytest.mark.parametrize("name, last", [
    ("udp_rejected", "udp_data"), ("large_tcp_vanishes_in_preflight", "tcp_full_size"), ("large_udp_vanishes_in_preflight", "udp_full_size"),
    ("the_real_one_is_busy_for_a_preflight", "control"),
])
def test_a_preflight_stops_at_the_first_check_that_the_test_needs(outcomes, name, last):
    checks = outcomes[name]["preflight"]
    results = [check["ok"] for check in checks]
    number = [check["name"] for check in checks].index(last)
    assert results[:number] == [True] * number and results[number] is False and set(results[number + 1:]) == {None}
    assert outcomes[name]["diagnosis"]["class"] in checks[number]["detail"]
    assert outcomes[name]["summary"]["status"] == "failed"


def test_every_case_is_looked_at():
    looked_at = set(EXPECTED) | {"kept_alive_before_a_firewall", "tcp_needs_no_udp"}
    assert looked_at == set(CASES)
