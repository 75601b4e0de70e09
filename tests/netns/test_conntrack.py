# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conntrack with real traffic between two namespaces."""


def test_lab(lab):
    lab.rate("100mbit")
    lab.stateful("server", drop=True, accept=["tcp dport 5201"])
    lab.start(["iperf3", "-s", "-D"], "server").wait()
    lab.wait_port(5201, "server")
    for address in (lab.server.ipv4, lab.server.ipv6):
        lab.run(["iperf3", "-c", address, "-n", "1M", "-J"], "client")
    print(lab.run(["cat", "/proc/net/nf_conntrack"], "server").stdout)
    lab.start(["sh", "-c", "sleep 1000 & wait"], "server")
