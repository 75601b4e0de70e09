# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab itself: what the other tests rely on."""
import os
import shutil

import pytest


def test_traffic_rate_and_firewall(lab):
    if not shutil.which("iperf3"):
        pytest.skip("needs the command iperf3")
    lab.rate("100mbit", "client")
    lab.stateful("server", drop=True, accept=["tcp dport 5201"])
    for port in (5201, 5202):
        lab.start(["iperf3", "-s", "-p", port], "server")
        lab.wait_port(port, "server")
    for address in (lab.server.ipv4, lab.server.ipv6):
        lab.run(["iperf3", "-c", address, "-n", "100K"], "client")
    blocked = lab.run(["iperf3", "-c", lab.server.ipv4, "-p", 5202, "-n", "100K", "--connect-timeout", 300], "client", check=False)
    assert blocked.returncode != 0
    assert "rate 100Mbit" in lab.run(["tc", "qdisc", "show", "dev", lab.client.device], "client").stdout


def test_whatever_was_started_ends_with_the_lab(lab):
    other = type(lab)()
    other.make()
    try:
        quiet = other.start(["sleep", "1000"], "client")
        daemon = int(other.run(["sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!"], "server").stdout)
        assert os.path.exists("/proc/%d" % daemon)
    finally:
        other.remove()
    assert quiet.returncode is not None
    lab.wait_for(lambda: not alive(daemon), "the end of the daemon")
    assert other.server.name not in lab.run(["ip", "netns", "list"]).stdout


def alive(pid):
    """Whether a process runs; a zombie that nobody has waited for does not."""
    try:
        with open("/proc/%d/stat" % pid) as stream:
            return stream.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
