# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conntrack as the kernel shows it while the real iperf3 runs between two namespaces: what we make of it must hold at both ends."""
import json
import os
import shutil
import sys

import pytest

PORT, DATA_PORT = 5201, 45001
WATCHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "watch_conntrack.py")
# Arguments: where procfs is, the user to become.
READER = """
import json, os, sys
from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import sources
user = int(sys.argv[2])
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
reading = sources.read(proc=sys.argv[1])
print(json.dumps([reading.status, reading.reason, reading.source, [record.to_dict() for record in reading.records]]))
"""


@pytest.fixture
def watch(lab):
    """Run a test of the real iperf3 and return what was seen of it at both ends: {"client": report, "server": report}."""
    need("iperf3")

    def run(address, *options, **kwargs):
        start_server(lab)
        lab.start(["iperf3", "-c", address, "-p", kwargs.get("port", PORT), "-t", 60, "--cport", DATA_PORT] + list(options), "client")
        arguments = [sys.executable, WATCHER, DATA_PORT, "udp" if "-u" in options else "tcp", kwargs["until"], kwargs.get("silence", 60)]
        watchers = {ns: lab.start(arguments, ns) for ns in kwargs.get("at", ("client", "server"))}
        reports = {}
        for ns, watcher in watchers.items():
            out, err = watcher.communicate(timeout=60)
            assert watcher.returncode == 0, err
            reports[ns] = json.loads(out)
        return reports

    return run


def need(command):
    if not shutil.which(command, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
        pytest.skip("needs the command %s" % command)


def start_server(lab):
    lab.start(["iperf3", "-s", "-p", PORT], "server")
    lab.wait_port(PORT, "server")


def read(lab, ns, proc="/proc", user=0):
    """What sources.read() gives inside a namespace: status, reason, source, entries."""
    return json.loads(lab.run([sys.executable, "-c", READER, proc, user], ns).stdout)


def codes(result):
    return [note["code"] for note in result["notes"]]


@pytest.mark.parametrize("family, options", [("ipv6", ()), ("ipv4", ("-u", "-b", "20M"))])
def test_control_is_silent_while_data_flows(lab, watch, family, options):
    lab.rate("100mbit")
    for ns in ("client", "server"):
        lab.stateful(ns, drop=ns == "server", accept=["tcp dport %d" % PORT, "udp dport %d" % PORT])
    for ns, report in watch(getattr(lab.server, family), *options, until="silence").items():
        assert (report["available"], report["reason"], report["source"], report["accounting"]) == (True, "", "/proc/net/nf_conntrack", True)
        control, data = report["flows"]
        assert (control["entry"]["l3"], control["entry"]["l4"], control["state"]) == (family, "tcp", "ESTABLISHED")
        assert (data["entry"]["l3"], data["entry"]["l4"]) == (family, "udp" if options else "tcp")
        assert control["bytes_sent"] + control["bytes_received"] < 10000
        assert data["bytes_sent" if ns == "client" else "bytes_received"] > 100000
        assert control["idle"] >= 1.0 > data["idle"]
        assert [flow["notes"] for flow in report["flows"]] == [[], []]
        assert (control["present"], data["present"]) == (True, True)


def test_a_flow_is_found_through_translation_at_both_ends(lab, watch):
    lab.stateful("client")
    lab.stateful("server")
    lab.nft("table ip nfv_nat {\nchain pre {\ntype nat hook prerouting priority -100;\ntcp dport 7777 dnat to :%d\n}\n}\n" % PORT, "server")
    lab.nft("table ip nfv_nat {\nchain post {\ntype nat hook postrouting priority 100;\n"
            "tcp dport 7777 tcp sport != %d masquerade to :46000-46010\n}\n}\n" % DATA_PORT, "client")
    reports = watch(lab.server.ipv4, "-b", "10M", port=7777, until="entries")
    control, data = reports["server"]["flows"]
    assert (control["entry"]["nat"], data["entry"]["nat"]) == ("destination", "destination")
    assert (control["entry"]["original"]["dport"], control["local"][1]) == (7777, PORT)
    assert codes(control) == ["translated"] and "%s:7777 is" % lab.server.ipv4 in control["notes"][0]["text"]
    control, data = reports["client"]["flows"]
    assert (control["entry"]["nat"], data["entry"]["nat"], control["remote"][1]) == ("source", "", 7777)
    assert control["entry"]["reply"]["dport"] in range(46000, 46011)
    assert control["local"][1] == control["entry"]["original"]["sport"]
    assert control["bytes_sent"] > 0


def test_a_timeout_shorter_than_the_silence_cuts_the_control_connection(lab, watch):
    lab.rate("100mbit")
    lab.stateful("server")
    lab.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 2, "server")
    control, data = watch(lab.server.ipv4, until="expiry", at=["server"])["server"]["flows"]
    assert codes(control) == ["timeout_too_short", "entry_expired"]
    assert "silent for 60 s" in control["notes"][0]["text"]
    assert (control["present"], data["present"], codes(data)) == (False, True, [])


def test_without_a_stateful_rule_nothing_is_tracked(lab, watch):
    watch(lab.server.ipv4, until="entries", at=[])
    lab.wait_for(lambda: len(lab.run(["ss", "-Htn", "state", "established"], "server").stdout.splitlines()) == 2, "both connections")
    status, reason, source, entries = read(lab, "server")
    assert (status, source, entries) == ("idle", "/proc/net/nf_conntrack", [])
    assert "stateful" in reason


def test_the_file_and_the_command_tell_the_same(lab, tmp_path):
    need("conntrack")
    need("iperf3")
    lab.stateful("server")
    start_server(lab)
    for options in (["-c", lab.server.ipv4], ["-c", lab.server.ipv6], ["-c", lab.server.ipv4, "-u", "-b", "10M"]):
        lab.run(["iperf3", "-n", "100K"] + options, "client")
    sign = tmp_path / "sys" / "net" / "netfilter" / "nf_conntrack_max"
    sign.parent.mkdir(parents=True)
    sign.write_text(u"1\n")
    by_file, by_command = [read(lab, "server", proc) for proc in ("/proc", str(tmp_path))]
    assert (by_file[0], by_command[0], by_file[2], by_command[2]) == ("ok", "ok", "/proc/net/nf_conntrack", "conntrack -L")
    texts = [sorted(json.dumps(dict(entry, timeout=0, use=0), sort_keys=True) for entry in reading[3]) for reading in (by_file, by_command)]
    assert len(texts[0]) == 6
    assert texts[0] == texts[1]


def test_who_is_not_root_is_told_so(lab):
    status, reason, source, entries = read(lab, "server", user=65534)
    assert (status, source, entries) == ("not_permitted", "", [])
    assert "become" in reason


def test_the_module(lab):
    need("iperf3")
    lab.stateful("server")
    start_server(lab)
    lab.run(["iperf3", "-c", lab.server.ipv4, "-n", "100K"], "client")
    environment = dict(os.environ, ANSIBLE_NOCOLOR="1", ANSIBLE_CALLBACK_RESULT_FORMAT="json")
    out = lab.run([sys.executable, "-m", "ansible", "adhoc", "localhost", "-c", "local", "-i", "localhost,",
                   "-m", "nfv.iperf.conntrack_info", "-a", "port=%d protocol=tcp limit=1" % PORT,
                   "-e", "ansible_python_interpreter=%s" % sys.executable], "server", env=environment).stdout
    result = json.loads(out.split("=> ", 1)[1])
    assert (result["available"], result["status"], result["matched"], len(result["entries"]), result["changed"]) == (True, "ok", 2, 1, False)
    assert (result["count"], result["accounting"]) == (2, True)
    assert result["timeouts"]["tcp_timeout_established"] > 0
    assert result["entries"][0]["original"]["dport"] == PORT
