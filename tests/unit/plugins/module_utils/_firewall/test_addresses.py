# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources: exact, smallest, sorted, and refused with their name."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import addresses

NORMALISED = (
    (["192.0.2.1"], ["192.0.2.1"], []),
    (["192.0.2.77/24", "192.0.2.1"], ["192.0.2.0/24"], []),
    (["192.0.2.2", "192.0.2.3", "192.0.2.2"], ["192.0.2.2/31"], []),
    (["192.0.2.1", "192.0.2.2"], ["192.0.2.1", "192.0.2.2"], []),
    ([" 2001:DB8::1 ", "2001:db8::/64", "198.51.100.9"], ["198.51.100.9"], ["2001:db8::/64"]),
    (["127.0.0.1", "::1", "fe80::1"], [], []),
    ([], [], []),
)


@pytest.mark.parametrize("given, ipv4, ipv6", NORMALISED)
def test_sources_become_the_smallest_exact_list(given, ipv4, ipv6):
    assert addresses.normalise(given) == {"ipv4": ipv4, "ipv6": ipv6}


@pytest.mark.parametrize("wrong", ["node-1", "192.0.2.1/33", "", "2001:db8::/129"])
def test_what_is_no_address_is_named(wrong):
    with pytest.raises(ValueError) as caught:
        addresses.normalise(["192.0.2.1", wrong])
    assert repr(wrong) in str(caught.value)


@pytest.mark.parametrize("source, inside", [("192.0.2.0/24", "192.0.2.1"), ("192.0.2.9", "192.0.2.9"), ("2001:db8::/64", "2001:db8::1")])
def test_a_host_to_ask_the_routing_table_with(source, inside):
    assert addresses.first_host(source) == inside
