# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failures made on purpose, each in a lab of its own.

Every case is a function of a lab (conftest.py) that returns the Outcome of our client as a dict (run_client.py). CASES has them by name.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile

PORT, DATA_PORT = 5201, 45001
HERE = os.path.dirname(os.path.abspath(__file__))
RUNNER = [sys.executable, os.path.join(HERE, "run_client.py")]
FILL = [sys.executable, os.path.join(HERE, "fill_conntrack.py")]
PEER = [sys.executable, os.path.join(HERE, "odd_peer.py")]
# These take longest, and begin first.
LONG = ("the_table_is_full_here", "forgotten_by_a_firewall", "a_listener_that_waits",
        "only_the_first_tcp_connection", "tcp_needs_no_udp", "kept_alive_before_a_firewall")
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


def flowing_back(lab):
    """Wait until a test's data flows out of the server's namespace."""
    flowing(lab, "tx_bytes")


def flowing(lab, counted="rx_bytes"):
    """Wait until a test's data flows into the server's namespace."""
    path = "/sys/class/net/%s/statistics/%s" % (lab.server.device, counted)
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
def the_table_is_full_here(lab):
    lab.stateful("client")
    ours(lab)
    lab.run(FILL, "client")
    return client(lab, connect_timeout=1500)


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
def denies_after_the_parameters(lab):
    odd(lab, "denies")
    return client(lab)


@case
def the_real_one_wants_a_login(lab):
    with tempfile.TemporaryDirectory() as folder:
        key, users = os.path.join(folder, "key.pem"), os.path.join(folder, "users.csv")
        lab.run(["openssl", "genrsa", "-out", key, "2048"])
        with open(users, "w") as stream:
            stream.write("mario,bf7a49a846d44b454a5d11e7acfaf13d138bbe0b7483aa3e050879700572709b\n")
        real(lab, "--rsa-private-key-path", key, "--authorized-users-path", users)
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


OUTPUT = "table inet nfv_lab {\nchain output {\ntype filter hook output priority 0;\nmeta l4proto udp drop\n}\n}\n"


@case
def our_own_firewall_lets_no_udp_out(lab):
    ours(lab)
    lab.nft(OUTPUT, "client")
    return client(lab, udp=True, time=1)


@case
def our_own_firewall_lets_no_udp_out_for_a_preflight(lab):
    ours(lab)
    lab.nft(OUTPUT, "client")
    return client(lab, udp=True, time=1, preflight=True)


@case
def the_servers_own_firewall_stops_the_data(lab):
    ours(lab)
    process = start(lab, udp=True, reverse=True, time=60, bitrate="20M")
    flowing_back(lab)
    lab.nft(OUTPUT)
    return finish(process)


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


@case
def larger_than_the_link(lab):
    real(lab)
    return client(lab, udp=True, length=4000, dont_fragment=True, time=1)


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
