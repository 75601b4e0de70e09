# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The classes of failures, in words for an operator. PRIVATE to the collection.

One row a class; docs/docsite/rst/diagnosis.rst is drawn from them. In remedies {host}, {address}, {port}, {protocol}, {local},
{length} and {silence} are filled in; `opens` says that the commands which open the port belong behind the remedy.
"""

from typing import NamedTuple, Tuple


class Failure(NamedTuple):
    """name: what a playbook compares. explanation: a sentence or two. evidence: what the evidence lines of the class consist of."""

    name: str
    explanation: str
    evidence: str
    remedy: Tuple[str, ...]
    opens: bool = False


CLASSES = (
    Failure(
        "name_not_resolved",
        "The server's name means nothing to this host's resolver, so nothing was sent.",
        "The resolver's answer.",
        ("Check the spelling of {host}, and on this host /etc/hosts, /etc/resolv.conf and the DNS servers, or give an address.",
         "With version4 or version6, check that the name has an address of that family.")),
    Failure(
        "no_route",
        "There is no way to the server's address: this host has no route, or the last router or the link finds nobody with that address.",
        "The kernel's error; the ICMP answer and who sent it; whether the address answers on our own link.",
        ("See on this host: ip route get {address}",
         "Check that {address} is the server's address on this network, and that its host and interface are up.")),
    Failure(
        "control_refused",
        "The server's host is up and says that nothing listens on its TCP port.",
        "The refusal of the connection, and that no ICMP came with it (a firewall that rejects mostly sends one).",
        ("Start a server there: module nfv.iperf.iperf_server, or iperf3 -s -p {port}",
         "If one runs, compare its port and address with {address} port {port}; see there: ss -lntp",
         "A firewall that rejects with a TCP reset looks the same.")),
    Failure(
        "control_filtered",
        "A firewall drops or rejects what goes to the server's TCP port, so that not even the control connection comes about.",
        "How long nothing answered, or the ICMP answer and who sent it; that the host is on our link and answers ARP.",
        ("Open port {port} for TCP and UDP on the server's node {address} and on firewalls in between, for source {local};"
         " the role nfv.iperf.control_port opens it and takes that back.",
         "If the host may be down, look there first: silence has no other sign."),
        True),
    Failure(
        "not_iperf3",
        "Something listens on the port that does not answer as an iperf3 server does.",
        "The first bytes that came, or that nothing or the end of the connection came in answer to the 37 bytes of an iperf3 client.",
        ("Name the port of an iperf3 server; see on {address} who listens: ss -lntp 'sport = :{port}'",
         "A real iperf3 server that another client holds up answers nothing either, and one that has just ended a test may close:"
         " try again, or use the server of this collection, which runs many tests at once.")),
    Failure(
        "server_busy",
        "The server is busy with somebody else's test.",
        "Of a server of ours: who tests, since when, and for how long still. A real one does not tell.",
        ("Try again when that test is over.",
         "A real iperf3 server runs one test at a time; the one of this collection runs as many as its max_clients says.")),
    Failure(
        "access_denied",
        "The server took the test and then denied it, which it does to whom it does not expect.",
        "The step at which it denied.",
        ("Try again: with a real server it happens when two clients make their connections at the same moment.",
         "See the server's log for what it refused.")),
    Failure(
        "authentication_failed",
        "The server wants a login and refused the one it got, or there was none.",
        "The server's error.",
        ("Check user name, password and public key, and that both clocks agree to within ten seconds.",
         "Servers before 3.17 expect another padding of the token.")),
    Failure(
        "limit_exceeded",
        "The test wants more than the server permits: a rate, a duration, or the time after which it ends every test.",
        "The server's limit, where it tells it.",
        ("Ask for a lower rate, fewer streams or a shorter time, or raise the server's limits"
         " (server_bitrate_limit, server_max_duration).",)),
    Failure(
        "tcp_data_blocked",
        "The control connection works and the TCP connections for the data do not, although they go to the same port.",
        "How long a data connection was tried; the ICMP answer and who sent it; the server's firewall, if it can be told.",
        ("Look for a limit of connections or of new connections per second (nft ct count, iptables connlimit or hashlimit) on the"
         " way to {address} port {port}.",
         "With cport, check that firewalls admit this source port."),
        True),
    Failure(
        "udp_data_blocked",
        "The control connection works and the UDP datagrams of the data do not reach the server. iperf uses the same port number with"
        " both protocols, and firewalls open them one by one.",
        "How long the first datagram was waited for, or the ICMP answer and who sent it; the server's firewall, if it can be told.",
        ("Open port {port} for UDP too on the server's node {address} and on firewalls in between, for source {local}.",),
        True),
    Failure(
        "output_filtered",
        "A firewall on the sending host itself does not let the data out: its kernel refuses to send, as for a packet that a chain of its"
        " output drops.",
        "Which end sent and the kernel's error. At the other end nothing is seen of it.",
        ("On the host that sent, let {protocol} out to the other's address: see its output chains with nft list ruleset, or"
         " iptables -S OUTPUT and ip6tables -S OUTPUT, for what drops or rejects.",
         "A connection tracking table that is full refuses in the same way; see there: conntrack -S, and dmesg for \"table full\".")),
    Failure(
        "mtu_black_hole",
        "Small packets pass and full-sized ones vanish without an answer: a link on the way takes less than both ends believe, and what"
        " should say so (ICMP \"fragmentation needed\", \"packet too big\") is filtered.",
        "What was acknowledged of small and of full size, and how often the kernel sent it again.",
        ("Find the largest packet that passes: tracepath {address}",
         "Set that MTU on both ends' interfaces (or the tunnel's overhead off it), and let ICMP type 3 code 4 and ICMPv6 type 2 pass.",
         "To measure meanwhile: a smaller set_mss over TCP, a smaller length over UDP.")),
    Failure(
        "control_cut",
        "The control connection was cut in mid-test while both hosts were up. It is silent while the data flows, and a firewall, NAT or"
        " load balancer on the way forgot it or reset it.",
        "How it ended and after how long a silence; whether the data still flowed; what connection tracking says at both ends.",
        ("Let keepalive hold it: cntl_ka with an idle time below the shortest timeout on the way (the default is 10/10/3).",
         "Or raise the timeout on each stateful device, on Linux: sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established=7440",
         "Or test for less than the timeout.")),
    Failure(
        "peer_died",
        "The server's program ended or stopped answering while the test ran.",
        "Its own last word, or that all connections ended at once; whether its port answers now.",
        ("Look at the server's log, and there for what ended it (systemctl status, dmesg for the OOM killer), start it and repeat.",)),
    Failure(
        "conntrack_table_full",
        "The connection tracking table of a node is full: packets of new connections are dropped, those of old ones pass.",
        "Which node's table, its entries and its limit, and the packets dropped meanwhile.",
        ("Raise it on that node: sysctl -w net.netfilter.nf_conntrack_max=524288",
         "Or leave the test's packets untracked (role nfv.iperf.control_port with notrack), or use fewer parallel streams.")),
    Failure(
        "version_quirk",
        "Both ends speak iperf3 and do not understand each other here: versions differ in what they know and in what they say.",
        "The step, and which versions are known for it.",
        ("Compare the versions; iperf3 3.1 to 3.6 know no bidir, servers before 3.20 refuse parameters without a word.",
         "Use the server of this collection, or see docs/docsite/rst/protocol.rst, \"Versions\".")),
    Failure(
        "local_address",
        "The local address, port or interface that was asked for cannot be used on this host.",
        "Which one, and the kernel's error.",
        ("See on this host: ip address; ss -lntup",
         "Correct bind, bind_dev or cport, or leave them out.")),
    Failure(
        "bad_option",
        "An option or a combination of options is not allowed, or does not fit this network.",
        "Option, value and what is allowed.",
        ("Correct the option.",)),
    Failure(
        "unsupported",
        "One end cannot do what an option asks for: its kernel, its system or this engine does not have it.",
        "The option, and which end said so.",
        ("Leave the option out, or use a host that has what it needs.",)),
    Failure(
        "interrupted",
        "Somebody stopped this end.",
        "The signal.",
        ("Repeat the test.",)),
    Failure(
        "idle_timeout",
        "Data was to come and none came for the receive timeout, while the control connection stood.",
        "The limit, and what had arrived before.",
        ("Run with preflight: it tells whether full-sized packets vanish on the way.",
         "Look for what drops data between the hosts, or for a server that hangs; see its log.")),
    Failure(
        "unknown",
        "It is not known what this means.",
        "The error and where it happened.",
        ("Look at both ends' logs, and at the transcript of the control connection.",)),
)

BY_NAME = dict((row.name, row) for row in CLASSES)
