# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""validate_bandwidth on a fleet with faults: the run names exactly these, measures the rest, and leaves nothing on any node.

Eight hosts on two networks with links of different known rates. UDP is blocked at n5, n7 is not on storage (and TripleO's inventory says so in its own way),
and n8 dies in mid-run.
"""
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ansible_collections.nfv.iperf.tests.netns.fleet_lab import TCP_SHARE, FleetLab

# A whole fleet on two cores: the plays alone take a minute on a machine that does nothing else.
pytestmark = pytest.mark.timeout(500)
HOSTS = ["n%d" % number for number in range(1, 9)]
RATES = {
    "tenant": {host: 20.0 + 5 * number for number, host in enumerate(HOSTS)},
    "storage": {host: 50.0 - 3 * number for number, host in enumerate(HOSTS) if host != "n7"},
}
UDP_MBPS = 5.0
BLOCKED, ALONE, DEAD = "n5", "n7", "n8"
BLOCK_UDP = "table inet lab { chain input { type filter hook input priority 0; policy accept; udp dport 5201 drop; }; }"


@pytest.fixture
def fleet(lab_possible, tmp_path):
    lab = FleetLab(RATES, tmp_path)
    try:
        lab.make()
        yield lab
    finally:
        lab.remove()


def variables(lab):
    found = {}
    for number, host in enumerate(HOSTS, 1):
        found[host] = {"ctlplane_ip": "192.0.2.%d" % number, "tenant_ip": lab.address("tenant", host)}
        found[host]["storage_ip"] = found[host]["ctlplane_ip"] if host == ALONE else lab.address("storage", host)
    return found


def wait_for(condition, what, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain for %s" % what
        time.sleep(0.05)


def results_of(lab, host):
    """Lines of results of a host's part of the run itself, not of the look before it."""
    lines = 0
    for path in lab.state_dir(host).glob("plan-*Z_????-*.results"):
        lines += path.read_text().count("\n")
    return lines


def test_a_fleet_with_faults(fleet):
    fleet.run(BLOCKED, "nft", BLOCK_UDP)
    inventory = fleet.inventory(variables(fleet))
    run = fleet.playbook("validate_bandwidth.yml", inventory, iperf_networks=["tenant", "storage"], iperf_protocols=["tcp", "udp"], iperf_time=2,
                         iperf_udp_bitrate="%gM" % UDP_MBPS, iperf_options={"congestion": "cubic"}, iperf_preflight="go_on")
    wait_for(lambda: results_of(fleet, DEAD) >= 4 or run.poll() is not None, "results of %s" % DEAD)
    fleet.die(DEAD)
    assert run.wait(300) != 0, fleet.log()

    data = json.loads((fleet.folder / "reports" / "latest" / "run.json").read_text())
    assert [(one["host"], one["network"]) for one in data["left_out"]] == [(ALONE, "storage")]
    assert len(data["links"]) == 2 * (8 * 7 + 7 * 6)
    off = {}
    for link in data["links"]:
        ends, udp = (link["from"], link["to"]), link["protocol"] == "UDP"
        if DEAD not in ends and BLOCKED in ends and udp and link["visitor"] != BLOCKED:
            assert link["status"] == "failed", link["id"]
            assert "blocked" in link["diagnosis"]["class"], link["id"]
        elif DEAD not in ends:
            wanted = UDP_MBPS if udp else RATES[link["network"]][link["from"]] * TCP_SHARE
            assert link["status"] == "ok", (link["id"], link["reason"])
            off[link["id"]] = abs(link["bps"] / (wanted * 1e6) - 1)
    # Where the machine stood still for a moment, a test of two seconds misses the link's rate.
    assert sorted(off.values())[len(off) * 19 // 20] <= 0.03 and max(off.values()) <= 0.1, sorted(off.items(), key=lambda one: one[1])[-10:]
    dead = [link for link in data["links"] if DEAD in (link["from"], link["to"])]
    assert any(link["status"] in ("failed", "missing") for link in dead)
    assert all(link["bps"] is None or link["bps"] > 0 for link in dead)
    looked = {(pair["from"], pair["to"], check["name"]) for pair in data["preflight"] for check in pair["checks"] if check["ok"] is False}
    assert {(name, host) for dummy, host, name in looked} == {("udp_data", BLOCKED)}
    assert "%s (10.97.0.5, network tenant) is not reached on UDP port 5201" % BLOCKED in fleet.log()
    # Rounds times test time is the ideal.
    assert data["seconds"]["measured"] - data["seconds"]["ideal"] <= 0.15 * data["seconds"]["ideal"]
    assert [one for one in fleet.left() if DEAD not in str(one)] == []


def test_a_controller_that_is_killed_leaves_what_cleanup_removes(lab_possible, tmp_path):
    lab = FleetLab({"tenant": dict.fromkeys(HOSTS[:3], 50.0)}, tmp_path, first=950)
    try:
        lab.make()
        inventory = lab.inventory({})
        run = lab.playbook("validate_bandwidth.yml", inventory, iperf_time=60, iperf_preflight="skip")
        wait_for(lambda: any('"state": "running"' in path.read_text() for host in HOSTS[:3] for path in lab.state_dir(host).glob("*.progress"))
                 or run.poll() is not None, "a node that has begun")
        os.killpg(run.pid, signal.SIGKILL)  # the playbook and its workers, which are in its session; the nodes' parts are not
        run.wait(30)
        assert len([one for one in lab.left() if isinstance(one, tuple)]) == 3, lab.log()

        look = lab.playbook("validate_bandwidth.yml", inventory, "--check")
        assert look.wait(120) == 0, lab.log()
        assert "still runs here; either" in lab.log()
        assert lab.playbook("cleanup.yml", inventory).wait(120) == 0, lab.log()
        assert "Nothing is left." in lab.log()
        assert lab.left() == []
    finally:
        lab.remove()


@pytest.mark.parametrize("name, limit, network, lines", [
    ("tripleo.yml", "Controller:CephStorage:overcloud-novacompute-0", "storage_mgmt", [
        "6 nodes on storage_mgmt, mesh, TCP both ways", "30 tests in 15 visits and 5 rounds", "overcloud-novacompute-0 is left out on storage_mgmt"]),
    ("edpm.yml", "openstack-edpm-storage", "internal_api", ["4 nodes on internal_api, mesh, TCP both ways", "12 tests in 6 visits and 3 rounds"]),
])
def test_the_playbook_fits_inventories_of_tripleo_and_edpm(lab_possible, tmp_path, name, limit, network, lines):
    lab = FleetLab({}, tmp_path)
    inventory = os.path.join(os.path.dirname(__file__), "..", "fixtures", "inventories", name)
    run = lab.playbook("validate_bandwidth.yml", inventory, "--check", "--limit", limit, iperf_networks=[network], ansible_connection="local",
                       ansible_python_interpreter=sys.executable, iperf_state_dir=str(tmp_path / "state"))
    assert run.wait(120) == 0, lab.log()
    for line in lines:
        assert line in lab.log()
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("name, group, other, asked, variable, rate", [
    ("tripleo.yml", "CephStorage", "overcloud-novacompute-0", "storage_mgmt", "storage_mgmt_ip", 80.0),
    ("edpm.yml", "openstack-edpm-storage", "", "internal_api", "internalapi_ip", 120.0),
])
def test_an_inventory_of_tripleo_or_edpm_is_measured_as_it_is(lab_possible, tmp_path, name, group, other, asked, variable, rate):
    """Nothing in the inventory is changed; a second one beside it tells Ansible's way into the namespaces that have the first one's addresses."""
    path = os.path.join(os.path.dirname(__file__), "..", "fixtures", "inventories", name)
    told = json.loads(subprocess.run([os.path.join(os.path.dirname(sys.executable), "ansible-inventory"), "-i", path, "--list"], check=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60).stdout)
    addresses = {host: told["_meta"]["hostvars"][host][variable] for host in told[group]["hosts"]}
    networks = {asked: dict.fromkeys(addresses, rate)}
    if other:
        networks["ctlplane"] = {other: rate}
    lab = FleetLab(networks, tmp_path, first=930, addresses={asked: addresses, "ctlplane": {other: "192.168.24.99"}})
    try:
        lab.make()
        run = lab.playbook("validate_bandwidth.yml", path, "-i", str(lab.inventory({})), "--limit", ":".join([group] + [other] * bool(other)),
                           iperf_networks=[asked], iperf_time=1, iperf_criteria=[{"min": "%gM" % (rate * 0.8)}, {"max": "%gM" % rate}])
        assert run.wait(240) == 0, lab.log()
        found = json.loads((tmp_path / "reports" / "latest" / "run.json").read_text())
        count = len(addresses) * (len(addresses) - 1)
        assert count > 2 and (found["verdict"]["status"], found["verdict"]["passed"], len(found["links"])) == ("pass", count, count)
        assert {host: node["addresses"][found["networks"][0]] for host, node in found["nodes"].items()} == addresses
        assert all(group in node["groups"] for node in found["nodes"].values())
        assert [one["host"] for one in found["left_out"]] == [other] * bool(other)
        assert lab.left() == []
    finally:
        lab.remove()


BATCHES = """
- name: Measure in batches
  hosts: all
  gather_facts: false
  serial: 2
  roles:
    - role: nfv.iperf.validate_bandwidth
      iperf_time: 1
"""


def test_batches_and_tags(lab_possible, tmp_path):
    """Each batch is a fleet of its own; the parts of a run can be had one by one, and then judged anew."""
    lab = FleetLab({"tenant": dict.fromkeys(HOSTS[:4], 100.0)}, tmp_path, first=970)
    play = tmp_path / "batches.yml"
    play.write_text(BATCHES)
    reports = tmp_path / "reports"

    def runs():
        return sorted(path for path in reports.glob("2*") if not path.is_symlink())

    def done(name, *options, **variables):
        status = lab.playbook(name, inventory, *options, iperf_time=1, **variables).wait(240)
        assert lab.left() == []
        return status

    try:
        lab.make()
        inventory = lab.inventory({})
        assert done(str(play)) == 0, lab.log()
        found = [json.loads((path / "run.json").read_text()) for path in runs()]
        assert [sorted(one["nodes"]) for one in found] == [HOSTS[:2], HOSTS[2:4]]
        assert all(one["verdict"]["status"] == "pass" and len(one["links"]) == 2 for one in found)

        assert done("validate_bandwidth.yml", "--tags", "preflight") == 0, lab.log()
        assert len(runs()) == 2

        assert done("validate_bandwidth.yml", "--limit", "n1,n3", "--skip-tags", "report") == 0, lab.log()
        assert len(runs()) == 3 and os.listdir(str(reports / "latest")) == ["run.json"]
        kept = json.loads((reports / "latest" / "run.json").read_text())
        assert sorted(kept["nodes"]) == ["n1", "n3"] and kept["verdict"]["reasons"] == ["nothing was judged"]

        assert done("validate_bandwidth.yml", "--tags", "report", iperf_criteria=[{"min": "1G"}], iperf_report_formats=["json", "csv"]) == 2, lab.log()
        judged = json.loads((reports / "latest" / "run.json").read_text())
        assert len(runs()) == 3 and judged["verdict"]["failed"] == 2 and sorted(os.listdir(str(reports / "latest"))) == ["run.csv", "run.json"]
        assert [one["bps"] for one in judged["links"]] == [one["bps"] for one in kept["links"]]
        assert "FAIL: 0 passed, 2 failed of 2 links" in lab.log().rpartition("PLAY RECAP")[2]
    finally:
        lab.remove()
