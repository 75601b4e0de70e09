# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook explain_connections between two namespaces with stateful firewalls: its table, and that nothing is left."""
import os
import subprocess
import sys

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INVENTORY = """\
all:
  vars: {{ansible_connection: local, iperf_supervisor: daemon, iperf_time: 2}}
  hosts:
    box: {{ansible_host: {server}, ansible_python_interpreter: {folder}/server, iperf_state_dir: {folder}/state}}
    desk: {{ansible_host: {client}, ansible_python_interpreter: {folder}/client}}
"""


@pytest.fixture
def playbook(lab, tmp_path):
    """Run the playbook in the lab; the finished process."""
    command = os.path.join(os.path.dirname(sys.executable), "ansible-playbook")
    if not os.path.exists(command):
        pytest.skip("needs ansible-playbook beside this Python")
    for ns, node in lab.nodes.items():
        script = tmp_path / ns
        script.write_text('#!/bin/sh\nexec ip netns exec %s %s "$@"\n' % (node.name, sys.executable))
        script.chmod(0o755)
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(INVENTORY.format(server=lab.server.ipv4, client=lab.client.ipv4, folder=tmp_path))

    def run(*options):
        words = [command, "-i", str(inventory), os.path.join(TOP, "playbooks", "explain_connections.yml"), "-e", "iperf_report_dir=%s" % tmp_path]
        return subprocess.run(words + list(options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, universal_newlines=True,
                              timeout=110, cwd=str(tmp_path), check=False)
    return run


def rows(page, begin):
    """The cells of the table lines that begin so."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| " + begin)]


def test_the_table_tells_both_connections(lab, playbook, tmp_path):
    for ns in ("client", "server"):
        lab.stateful(ns, drop=ns == "server", accept=["tcp dport 5201", "udp dport 5201"])
    done = playbook()
    assert done.returncode == 0, done.stdout
    page = (tmp_path / "explain_connections.md").read_text()
    for control, data in zip(rows(page, "control"), rows(page, "data")):
        assert control[2] == "TCP" and control[5] == "ESTABLISHED" and int(control[6]) > 200
        assert control[3].endswith("to 5201") and data[3].endswith("to 5201") and control[3] != data[3]
        assert int(control[7]) + int(control[8]) < 20000 < 1000000 < int(data[7])
        assert float(control[9]) > 1.5
    assert [row[2] for row in rows(page, "data")] == ["TCP"] * 2 + ["UDP"] * 2
    assert [row[0] for row in rows(page, "client")] == ["client"] * 2 and len(rows(page, "server")) == 2
    assert '* `time`: 2' in page and '* `udp`: true' in page and "PARAM_EXCHANGE" in page
    assert page.count("no established control connection of the tests is left") == 2
    assert lab.run(["ss", "-Hltn", "sport", "=", ":5201"], "server").stdout == ""
    assert "\n# The connections of iperf\n" in done.stdout


def test_a_closed_port_stops_it_with_the_reason_and_the_server_goes_too(lab, playbook):
    lab.stateful("server", drop=True, accept=["tcp dport 5201"])
    done = playbook()
    assert done.returncode != 0
    assert "udp_data_blocked" in done.stdout and "nft add rule inet nfv_lab input" in done.stdout
    assert lab.run(["ss", "-Hltn", "sport", "=", ":5201"], "server").stdout == ""
