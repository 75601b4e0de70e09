# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a stateful firewall sees of one test, and what becomes of datagrams that the network drops.

The story this project began with: a test has one connection more than its data needs. Conntrack of the server's host lists a control and a data entry,
exactly these two; the control one carries some hundred bytes, is idle while the data flows, and waits for its end when the test is over.
"""

import json
import pathlib
import shutil
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
PORT = 5201
PAIRS = [("ours", "ours"), ("real", "ours"), ("ours", "real")]


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """{"ours": command, "real": command}"""
    if shutil.which("iperf3") is None:
        pytest.skip("iperf3 is not installed")
    subprocess.run([sys.executable, str(TOP / "tests/tools/build_pyz.py")], check=True, timeout=60)
    archive = tmp_path_factory.mktemp("pyz") / "nfv-iperf.pyz"
    shutil.copy(str(TOP / "build/nfv-iperf.pyz"), str(archive))
    return {"ours": [sys.executable, str(archive)], "real": ["iperf3"]}


def entries(lab):
    """The server's conntrack entries of the port: [{proto, state, packets, bytes}], the one with the lower client port first."""
    found = []
    for line in lab.run(["cat", "/proc/net/nf_conntrack"], "server").stdout.splitlines():
        if "dport=%d " % PORT not in line:
            continue
        words = line.split()
        pairs = [word.split("=") for word in words if "=" in word]
        total = sum(int(value) for key, value in pairs if key == "bytes")
        found.append({"proto": words[2], "state": words[5] if words[2] == "tcp" else None, "bytes": total,
                      "sport": next(value for key, value in pairs if key == "sport")})
    return found


def serve(lab, command, *args):
    server = lab.start(command + ["-s", "-p", PORT] + list(args), "server")
    lab.wait_port(PORT, "server")
    return server


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
@pytest.mark.parametrize("client,server", PAIRS)
def test_two_entries_and_a_silent_control_connection(lab, programs, client, server, protocol):
    lab.stateful("server", drop=True, accept=["tcp dport %d" % PORT, "udp dport %d" % PORT])
    serve(lab, programs[server])
    options = ["-u", "-b", "1M", "-l", "1000"] if protocol == "udp" else ["-b", "5M"]
    test = lab.start(programs[client] + ["-c", lab.server.ipv4, "-p", PORT, "-t", "4"] + options, "client")

    # Most of a second into the test, so that the last delayed acknowledgement of the start is behind us.
    enough = 80000 if protocol == "udp" else 500000

    def both():
        seen = entries(lab)
        return seen if len(seen) >= 2 and max(entry["bytes"] for entry in seen) > enough else None

    before = lab.wait_for(both, "a control and a data entry with data")
    assert len(before) == 2
    control = min((entry for entry in before if entry["proto"] == "tcp"), key=lambda entry: entry["bytes"])
    data = next(entry for entry in before if entry is not control)
    assert (control["state"], data["proto"]) == ("ESTABLISHED", protocol)
    assert control["bytes"] < 4000

    def grown():
        now = {(entry["proto"], entry["sport"]): entry["bytes"] for entry in entries(lab)}
        return now if now[data["proto"], data["sport"]] > data["bytes"] + 100000 else None

    after = lab.wait_for(grown, "more data")
    assert after["tcp", control["sport"]] == control["bytes"], "the control connection is to be silent while data flows"
    assert len(after) == 2
    out, err = test.communicate(timeout=60)
    assert test.returncode == 0, out + err
    over = next(entry for entry in entries(lab) if (entry["proto"], entry["sport"]) == ("tcp", control["sport"]))
    assert over["state"] == "TIME_WAIT"


@pytest.mark.parametrize("client,server", PAIRS)
@pytest.mark.parametrize("reverse", [False, True], ids=["normal", "reverse"])
def test_loss_is_what_the_network_lost(lab, programs, client, server, reverse):
    """Every tenth data datagram is dropped before the receiver, not the last one, whose loss nobody could see."""
    receiver = "client" if reverse else "server"
    lab.nft("table inet loss {\ncounter lost { }\nchain input {\ntype filter hook input priority 0; policy accept;\n"
            "meta l4proto udp meta length > 500 numgen inc mod 10 == 3 counter name lost drop\n}\n}\n", receiver)
    serve(lab, programs[server])
    done = lab.run(programs[client] + ["-c", lab.server.ipv4, "-p", PORT, "-u", "-b", "2M", "-l", "1000", "-t", "1", "-J"] + (["-R"] if reverse else []),
                   "client")
    stream = json.loads(done.stdout)["end"]["streams"][0]["udp"]
    dropped = json.loads(lab.run(["nft", "-j", "list", "counter", "inet", "loss", "lost"], receiver).stdout)["nftables"][1]["counter"]["packets"]
    assert dropped > 10
    # A datagram dropped behind the last one that arrived is invisible to every receiver.
    assert stream["lost_packets"] in (dropped, dropped - 1)


@pytest.mark.parametrize("client,server,direction", [
    ("real", "ours", "-R"), ("real", "ours", "--bidir"), ("ours", "real", "-N"), ("ours", "real", "--bidir"),
], ids=" ".join)
def test_full_speed_ends_with_the_results(lab, programs, client, server, direction):
    """At the end of a test iperf3 3.12 waits for the rest of the block it is reading: who stops in the middle of one must end the stream."""
    serve(lab, programs[server])
    for dummy in range(4):
        done = lab.run(programs[client] + ["-c", lab.server.ipv4, "-p", PORT, "-t", "1", direction, "-J"], "client", check=False)
        assert done.returncode == 0 and "error" not in json.loads(done.stdout), done.stdout[-500:] + done.stderr
