# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing entries by what a user asks for."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import parse, select

TEXT = """\
ipv4 2 tcp 6 300 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=5201 src=10.0.0.2 dst=10.0.0.1 sport=5201 dport=40000 [ASSURED] use=1
ipv4 2 tcp 6 118 SYN_SENT src=10.0.0.3 dst=10.0.0.2 sport=40001 dport=5202 [UNREPLIED] src=10.0.0.2 dst=10.0.0.3 sport=5202 dport=40001 use=1
ipv4 2 udp 17 30 src=10.0.0.1 dst=192.0.2.80 sport=40002 dport=80 src=172.16.0.2 dst=10.0.0.1 sport=5201 dport=40002 use=1
ipv6 10 udp 17 30 src=fd00::1 dst=fd00::2 sport=40003 dport=5201 src=fd00::2 dst=fd00::1 sport=5201 dport=40003 [OFFLOAD] use=1
ipv4 2 icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77 use=1
"""
RECORDS = parse.parse(TEXT.splitlines())


@pytest.mark.parametrize("criteria, lines", [
    (dict(), [0, 1, 2, 3, 4]),
    (dict(ports=[5201]), [0, 2, 3]),
    (dict(ports=[80, 5202]), [1, 2]),
    (dict(protocol="udp"), [2, 3]),
    (dict(states=["ESTABLISHED"]), [0]),
    (dict(states=["UNREPLIED", "OFFLOAD"]), [1, 3]),
    (dict(states=["ASSURED"]), [0]),
    (dict(addresses=["172.16.0.2"]), [2]),
    (dict(addresses=["10.0.0.3", "fd00::/16"]), [1, 3]),
    (dict(addresses=["10.0.0.1/24"]), [0, 1, 2, 4]),
    (dict(protocol="udp", ports=[5201], addresses=["10.0.0.1"]), [2]),
    (dict(protocol="sctp"), []),
])
def test_select(criteria, lines):
    within = select.networks(criteria.pop("addresses", []))
    assert select.select(RECORDS, within=within, **criteria) == [RECORDS[line] for line in lines]


def test_an_address_that_is_none_is_named():
    with pytest.raises(ValueError, match="10.0.0.300"):
        select.networks(["10.0.0.1", "10.0.0.300"])
