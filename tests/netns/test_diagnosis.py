# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures made on purpose, each in a lab of its own, and what the client says of them.

Every case is a function of a lab that returns the Outcome of our client as a dict (run_client.py). Most of a case is waiting, so all of them run side by
side before the first assertion; the tests then look at one outcome each.
"""
import concurrent.futures
import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

# The first test waits for all cases.
pytestmark = pytest.mark.timeout(400)
PORT, DATA_PORT = 5201, 45001
HERE = os.path.dirname(os.path.abspath(__file__))
RUNNER = [sys.executable, os.path.join(HERE, "run_client.py")]
PEER = [sys.executable, os.path.join(HERE, "odd_peer.py")]
SIDE_BY_SIDE = 16
# These take longest, and begin first.
LONG = ("forgotten_by_a_firewall", "a_listener_that_waits", "only_the_first_tcp_connection", "tcp_needs_no_udp", "kept_alive_before_a_firewall")
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


# -- what the cases are made of ------------------------------------------------------------------------------------------------

def words(lab, values):
    return RUNNER + [json.dumps(dict({"client": lab.server.ipv4, "port": PORT}, **values))]


def client(lab, **values):
    """The Outcome of one test from the client's namespace."""
    return json.loads(lab.run(words(lab, values), "client", timeout=90).stdout)


def start(lab, **values):
    """A test in the background; finish() gives its Outcome."""
    return lab.start(words(lab, values), "client")


def finish(process):
    out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    return json.loads(out)


def ours(lab, *options):
    process = lab.start(RUNNER + [json.dumps({"words": ["-p", str(PORT)] + list(options)})], "server", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lab.wait_port(PORT)
    return process


def real(lab, *options):
    process = lab.start(["iperf3", "-s", "-p", PORT] + list(options), "server", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lab.wait_port(PORT)
    return process


def odd(lab, what):
    lab.start(PEER + [what, PORT], "server")
    lab.wait_port(PORT)


def established(lab, count):
    """Wait until the server's namespace has so many connections on the port."""
    listing = ["ss", "-Htn", "state", "established", "sport", "=", ":%d" % PORT]
    lab.wait_for(lambda: len(lab.run(listing, "server").stdout.splitlines()) >= count, "%d connections" % count)


def flowing(lab):
    """Wait until a test's data flows into the server's namespace."""
    path = "/sys/class/net/%s/statistics/rx_bytes" % lab.server.device
    begin = int(lab.run(["ip", "netns", "exec", lab.server.name, "cat", path]).stdout)
    lab.wait_for(lambda: int(lab.run(["ip", "netns", "exec", lab.server.name, "cat", path]).stdout) > begin + 100000, "data")


# -- before the control connection stands ---------------------------------------------------------------------------------------

@case
def unknown_name(lab):
    return client(lab, client="no-such-host.invalid")


@case
def no_way(lab):
    return client(lab, client="198.51.100.7")


@case
def nobody_on_the_link(lab):
    return client(lab, client=lab.server.ipv4.rsplit(".", 1)[0] + ".77")


@case
def nothing_listens(lab):
    return client(lab)


@case
def tcp_dropped(lab):
    lab.stateful("server", drop=True)
    return client(lab, connect_timeout=1500)


@case
def tcp_prohibited(lab):
    lab.nft("table inet nfv_lab {\nchain input {\ntype filter hook input priority 0;\ntcp dport %d reject with icmpx admin-prohibited\n}\n}\n" % PORT)
    return client(lab)


@case
def tcp_rejected_by_icmp_on_ipv6(lab):
    lab.nft("table inet nfv_lab {\nchain input {\ntype filter hook input priority 0;\ntcp dport %d reject\n}\n}\n" % PORT)
    return client(lab, client=lab.server.ipv6)


@case
def a_local_address_of_somebody_else(lab):
    return client(lab, bind="192.0.2.9")


# -- what answers on the port ---------------------------------------------------------------------------------------------------

@case
def a_banner(lab):
    odd(lab, "banner")
    return client(lab)


@case
def a_listener_that_waits(lab):
    odd(lab, "silent")
    return client(lab)


@case
def closes_after_the_parameters(lab):
    odd(lab, "refuses")
    return client(lab)


@case
def ours_is_busy(lab):
    ours(lab, "--max-clients", "1")
    lab.start(words(lab, {"time": 60, "bitrate": "1M"}), "client")
    established(lab, 2)
    listing = ["ss", "-Htno", "state", "established", "( sport = :%d or dport = :%d )" % (PORT, PORT)]
    for ns in lab.nodes:
        lab.wait_for(lambda ns=ns: "timer:(keepalive," in lab.run(listing, ns).stdout, "keepalive on the control connection of the %s" % ns)
    return client(lab)


@case
def the_real_one_is_busy_for_a_preflight(lab):
    real(lab)
    lab.start(["iperf3", "-c", lab.server.ipv4, "-p", PORT, "-t", 60, "-b", "1M"], "client")
    established(lab, 2)
    return client(lab, preflight=True)


@case
def too_long_for_the_server(lab):
    ours(lab, "--server-max-duration", "5")
    return client(lab, time=10)


@case
def no_such_congestion_control(lab):
    ours(lab)
    return client(lab, congestion="nosuch")


# -- data ------------------------------------------------------------------------------------------------------------------------

@case
def only_the_first_tcp_connection(lab):
    ours(lab)
    lab.nft("table inet nfv_lab {\nchain input {\ntype filter hook input priority 0; policy drop;\nct state established accept\n"
            "meta l4proto ipv6-icmp accept\ntcp dport %d limit rate 1/day burst 1 packets accept\n}\n}\n" % PORT)
    return client(lab)


@case
def udp_dropped_and_then_opened_as_told(lab):
    lab.stateful("server", drop=True, accept=["tcp dport %d" % PORT])
    ours(lab)
    outcome = client(lab, udp=True, time=1)
    told = [line.split(": ", 1)[1] for line in outcome["diagnosis"]["remedy"] if "nft " in line and line.startswith("On the server's node")]
    for line in told:
        lab.run(["sh", "-c", line], "server")
    outcome["told"], outcome["after"] = told, client(lab, udp=True, time=1)
    return outcome


@case
def udp_rejected(lab):
    lab.nft("table inet nfv_lab {\nchain input {\ntype filter hook input priority 0;\nudp dport %d reject\n}\n}\n" % PORT)
    ours(lab)
    return client(lab, udp=True, preflight=True)


@case
def udp_dropped_before_the_real_one(lab):
    lab.stateful("server", drop=True, accept=["tcp dport %d" % PORT])
    real(lab)
    return client(lab, udp=True)


@case
def tcp_needs_no_udp(lab):
    lab.stateful("server", drop=True, accept=["tcp dport %d" % PORT])
    real(lab)
    return client(lab, time=1, preflight=True, bitrate="10M")


def black_hole(lab, *hooks):
    for ns in hooks:
        lab.nft("table inet nfv_hole {\nchain input {\ntype filter hook input priority -10;\nmeta length > 1000 drop\n}\n}\n", ns)


@case
def large_tcp_vanishes(lab):
    ours(lab)
    black_hole(lab, "server")
    return client(lab, time=2, bitrate="10M")


@case
def large_tcp_vanishes_in_preflight(lab):
    real(lab)
    black_hole(lab, "server")
    return client(lab, preflight=True)


@case
def large_tcp_vanishes_on_its_way_back(lab):
    real(lab)
    black_hole(lab, "client")
    return client(lab, preflight=True, reverse=True)


@case
def large_udp_vanishes(lab):
    ours(lab)
    black_hole(lab, "server")
    return client(lab, udp=True, time=1, length=1400)


@case
def large_udp_vanishes_in_preflight(lab):
    real(lab)
    black_hole(lab, "server")
    return client(lab, udp=True, preflight=True)


@case
def data_stops(lab):
    ours(lab)
    process = start(lab, reverse=True, time=60, cport=DATA_PORT, rcv_timeout=1000, bitrate="20M")
    established(lab, 2)
    lab.wait_for(lambda: "bytes_sent" in lab.run(["ss", "-Htni", "sport", "=", ":%d" % PORT, "dport", "=", ":%d" % DATA_PORT], "server").stdout, "data")
    lab.nft("table inet nfv_lab {\nchain input {\ntype filter hook input priority 0;\ntcp dport %d drop\n}\n}\n" % DATA_PORT, "client")
    return finish(process)


# -- in mid-test -------------------------------------------------------------------------------------------------------------------

def short_memory(lab):
    """A stateful firewall that drops by default, forgets after 4 s and takes no connection that it has not seen begin."""
    lab.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.stateful("server", drop=True, accept=["tcp dport %d ct state new" % PORT])
    lab.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 4)


@case
def forgotten_by_a_firewall(lab):
    short_memory(lab)
    ours(lab, "--cntl-ka=off")
    return client(lab, time=8, bitrate="1M", cntl_ka="off", conntrack=True)


@case
def kept_alive_before_a_firewall(lab):
    short_memory(lab)
    ours(lab, "--cntl-ka=off")
    return client(lab, time=8, bitrate="1M", cntl_ka="2/1/1", conntrack=True)


@case
def the_real_one_is_killed(lab):
    server = real(lab)
    process = start(lab, time=60, bitrate="20M")
    flowing(lab)
    server.kill()
    return finish(process)


@case
def the_test_is_killed_at_ours(lab):
    server = ours(lab)
    process = start(lab, time=60, bitrate="20M")
    flowing(lab)
    with open("/proc/%d/task/%d/children" % (server.pid, server.pid)) as stream:
        os.kill(int(stream.read().split()[0]), signal.SIGKILL)
    return finish(process)


@case
def the_server_is_stopped(lab):
    server = real(lab)
    process = start(lab, time=60, bitrate="20M")
    flowing(lab)
    server.send_signal(signal.SIGTERM)
    return finish(process)


@case
def the_client_is_stopped(lab):
    ours(lab)
    process = start(lab, time=60, bitrate="20M")
    flowing(lab)
    process.send_signal(signal.SIGINT)
    return finish(process)


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
    "a_local_address_of_somebody_else": ("local_address", ["192.0.2.9"], "ip address"),
    "a_banner": ("not_iperf3", ["SSH-2.0"], "ss -lntp"),
    "a_listener_that_waits": ("not_iperf3", ["within 10 s"], "ss -lntp"),
    "closes_after_the_parameters": ("version_quirk", ["parameters"], "versions"),
    "ours_is_busy": ("server_busy", [r"10\.99\.\d+\.1 tests since .*, for \d+ s still", "at most 1 tests at once"], "Try again"),
    "the_real_one_is_busy_for_a_preflight": ("server_busy", [], "one test at a time"),
    "too_long_for_the_server": ("limit_exceeded", [], "server_max_duration"),
    "no_such_congestion_control": ("unsupported", ["congestion nosuch"], "Leave the option out"),
    "only_the_first_tcp_connection": ("tcp_data_blocked", ["waited for 10", "is not answered"], "connlimit"),
    "udp_dropped_and_then_opened_as_told": ("udp_data_blocked", ["waited for 2", "chain inet nfv_lab input on the server's node stops it"], "nft add rule"),
    "udp_rejected": ("udp_data_blocked", [r"10\.99\.\d+\.2 answered: ICMP port unreachable", "chain inet nfv_lab input"], "nft insert rule"),
    "udp_dropped_before_the_real_one": ("udp_data_blocked", ["waited for 2"], "firewall-cmd"),
    "large_tcp_vanishes": ("mtu_black_hole", ["acknowledged", "sent again"], "tracepath"),
    "large_tcp_vanishes_in_preflight": ("mtu_black_hole", ["while smaller ones passed"], "tracepath"),
    "large_tcp_vanishes_on_its_way_back": ("mtu_black_hole", ["that the server sent"], "tracepath"),
    "large_udp_vanishes": ("mtu_black_hole", ["datagrams of 1400 bytes"], "smaller length over UDP"),
    "large_udp_vanishes_in_preflight": ("mtu_black_hole", ["datagrams of 1472 bytes", "while smaller ones passed"], "smaller length over UDP"),
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
