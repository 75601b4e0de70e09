# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the packets of a test are when an option asks for it, as the other end's kernel sees them."""
import json

import pytest

from ansible_collections.nfv.iperf.tests.netns import failures

LABEL = 0x12345


def counted(lab, name):
    rules = json.loads(lab.run(["nft", "-j", "list", "counter", "inet", "nfv_lab", name], "server").stdout)["nftables"]
    return [entry["counter"]["packets"] for entry in rules if "counter" in entry][0]


@pytest.mark.parametrize("udp", [False, True], ids=["tcp", "udp"])
def test_data_streams_carry_the_flow_label(lab, udp):
    lab.nft("table inet nfv_lab {\ncounter labelled { }\ncounter other { }\nchain input {\ntype filter hook input priority 0;\n"
            "ip6 flowlabel %d counter name labelled\nip6 flowlabel != %d meta length > 1000 counter name other\n}\n}\n" % (LABEL, LABEL))
    failures.real(lab)
    outcome = failures.client(lab, client=lab.server.ipv6, flowlabel=LABEL, udp=udp, time=1, bitrate="10M", parallel=2)
    assert outcome["error"] is None
    assert counted(lab, "labelled") > 20
    assert counted(lab, "other") == 0


def multipath(lab, ns, name):
    """A counter of the namespace's MPTCP (/proc/net/netstat)."""
    lines = [line.split() for line in lab.run(["cat", "/proc/net/netstat"], ns).stdout.splitlines() if line.startswith("MPTcpExt:")]
    return int(dict(zip(*lines))[name])


@pytest.mark.parametrize("reverse", [False, True], ids=["normal", "reverse"])
@pytest.mark.parametrize("words, streams", [(["-m"], 2), ([], 0)], ids=["server with mptcp", "server without"])
def test_data_streams_are_multipath_where_both_ends_want_it(lab, words, streams, reverse):
    failures.ours(lab, *words)
    outcome = failures.client(lab, mptcp=True, time=1, bitrate="10M", parallel=2, reverse=reverse)
    assert outcome["error"] is None and outcome["summary"]["received_bps"] > 1e6
    assert multipath(lab, "server", "MPCapableACKRX") == streams
    assert multipath(lab, "client", "MPCapableSYNTX") == 2


def test_a_server_with_mptcp_serves_everybody(lab):
    failures.ours(lab, "-m")
    done = lab.run(["iperf3", "-c", lab.server.ipv4, "-p", failures.PORT, "-t", 1, "-b", "10M", "-J"])
    assert json.loads(done.stdout)["end"]["sum_received"]["bytes"] > 100000
    assert multipath(lab, "server", "MPCapableACKRX") == 0
