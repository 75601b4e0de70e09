# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of hosts on networks, from inventories shaped like TripleO's and EDPM's, with their traps."""

import os

import pytest
import yaml

from ansible_collections.nfv.iperf.plugins.plugin_utils import networks

INVENTORIES = os.path.join(os.path.dirname(__file__), "..", "..", "..", "fixtures", "inventories")


def inventory(name):
    """{host: variables} of a fixture, group variables included."""
    with open(os.path.join(INVENTORIES, name), encoding="utf-8") as source:
        groups = yaml.safe_load(source)
    return {host: dict(group.get("vars") or {}, **(variables or {})) for group in groups.values() for host, variables in (group.get("hosts") or {}).items()}


def on(name, network):
    found, left_out, problems = networks.resolve(inventory(name), [network])
    assert problems == []
    return found[network], {one["host"]: one["reason"] for one in left_out}


@pytest.mark.parametrize("network, count, first", [
    ("tenant", 15, "172.16.0.11"), ("storage", 18, "172.16.1.11"), ("storage_mgmt", 6, "172.16.3.11"), ("internal_api", 15, "172.16.2.11"),
    ("internalapi", 15, "172.16.2.11"), ("InternalApi", 15, "172.16.2.11"), ("internal-api", 15, "172.16.2.11"), ("external", 3, "10.0.0.11"),
    ("ctlplane", 18, "192.168.24.11"),
])
def test_tripleo(network, count, first):
    found, left_out = on("tripleo.yml", network)
    assert len(found) == count
    assert found["overcloud-controller-0"] == first
    assert len(left_out) == 19 - count and "undercloud" in left_out
    assert network == "ctlplane" or not any(address.startswith("192.168.24.") for address in found.values())


def test_tripleos_address_of_a_network_that_the_host_is_not_on_is_told():
    dummy, left_out = on("tripleo.yml", "storage_mgmt")
    assert "storage_mgmt_ip is its control plane address" in left_out["overcloud-novacompute-3"]
    assert "no variable storage_mgmt_ip" in left_out["undercloud"]


@pytest.mark.parametrize("network, count, first", [
    ("internalapi", 14, "172.17.0.101"), ("internal_api", 14, "172.17.0.101"), ("tenant", 10, "172.19.0.101"), ("storagemgmt", 4, None),
    ("storage_mgmt", 4, None), ("ctlplane", 14, "192.168.122.101"),
])
def test_edpm(network, count, first):
    found, left_out = on("edpm.yml", network)
    assert len(found) == count and len(left_out) == 14 - count
    assert found.get("edpm-compute-0") == first


def test_a_host_without_the_hostname_that_others_have_is_left_out():
    hosts = {"a": {"tenant_ip": "10.0.0.1", "tenant_hostname": "a.tenant"}, "b": {"tenant_ip": "10.0.0.2"}}
    found, left_out, dummy = networks.resolve(hosts, ["tenant"])
    assert found == {"tenant": {"a": "10.0.0.1"}}
    assert "no tenant_hostname" in left_out[0]["reason"]
    del hosts["a"]["tenant_hostname"]
    assert len(networks.resolve(hosts, ["tenant"])[0]["tenant"]) == 2


def test_several_networks_keep_the_order_of_hosts_and_networks():
    found, dummy, dummy = networks.resolve(inventory("edpm.yml"), ["tenant", "storage"])
    assert list(found) == ["tenant", "storage"]
    assert list(found["storage"])[:2] == ["edpm-compute-0", "edpm-compute-1"]


def test_a_network_that_nobody_is_on_is_a_problem_that_tells_what_was_looked_for_and_what_there_is():
    found, dummy, problems = networks.resolve(inventory("edpm.yml"), ["tenants"])
    assert found == {"tenants": {}} and len(problems) == 1
    for word in ("'tenants'", "tenants_ip", "iperf_networks may have", "tenant", "internalapi"):
        assert word in problems[0]
    dummy, left_out, problems = networks.resolve({"h": {"tenant_ip": "10.0.0.1"}}, ["storage"], lambda: [{"storage_ip": "10.0.1.1"}])
    assert problems == [] and [one["host"] for one in left_out] == ["h"]  # another batch is on it


@pytest.mark.parametrize("text, address, word", [
    ("[2001:DB8::1]", "2001:db8::1", ""), ("::ffff:192.0.2.1", "192.0.2.1", ""), ("fe80::1%eth0", "fe80::1%eth0", ""),
    ("node1.example.org", "node1.example.org", ""),
    ("fe80::1", "", "link-local"), ("0.0.0.0", "", "no address of a single host"), ("ff02::1", "", "no address of a single host"), (7, "", "no text"),
    ("10.0.0.1/24", "", "without prefix length"), ("10.0.0.256", "", "allowed is"), ("a b", "", "allowed is"),
])
def test_addresses(text, address, word):
    found, wrong = networks.address(text)
    assert found == address and word in wrong and bool(wrong) == (not address)


def test_what_can_only_be_an_error_of_the_inventory_is_a_problem():
    hosts = {"a": {"tenant_ip": "10.0.0.1"}, "b": {"tenant_ip": "10.0.0.1"}, "c": {"tenant_ip": "10.0.0.x/9"}, "d": {"tenant_ip": ""}}
    found, left_out, problems = networks.resolve(hosts, ["tenant", "Tenant"])
    assert list(found) == ["tenant"]  # said twice
    assert [one["reason"] for one in left_out] == ["its variable tenant_ip is empty"]
    assert problems[0].startswith("tenant_ip of c is '10.0.0.x/9'") and problems[1].startswith("a and b have the same address 10.0.0.1 on network tenant")


def test_networks_lower_of_the_inventory_names_the_variable_too():
    assert networks.resolve({"h": {"networks_lower": {"MyFabric": "fab7"}, "fab7_ip": "10.0.0.1"}}, ["MyFabric"])[0] == {"MyFabric": {"h": "10.0.0.1"}}


def test_hosts_that_are_gone_belong_to_the_batch_that_they_lie_in():
    play = ["a", "b", "c", "d", "e", "f"]
    assert networks.gone(["a", "c"], play, ["b", "e"]) == ["b"]
    assert networks.gone(["d", "f"], play, ["b", "e"]) == ["e"]
    assert networks.gone(["a", "c", "d", "f"], play, ["b", "e"]) == ["b", "e"]


@pytest.mark.parametrize("variables, address", [
    ({"iperf_address": "2001:db8::1", "ansible_host": "10.0.0.1"}, "2001:db8::1"),
    ({"validate_bandwidth_address": "10.1.0.1"}, "10.1.0.1"),
    ({"__validate_bandwidth_address": "10.2.0.1", "iperf_address": "10.1.0.1"}, "10.2.0.1"),
    ({"__validate_bandwidth_address": "", "iperf_address": "10.1.0.1"}, "10.1.0.1"),
    ({"ansible_host": "10.0.0.1"}, "10.0.0.1"), ({"ansible_ssh_host": "10.0.0.2"}, "10.0.0.2"), ({}, "h"), ({"iperf_address": ""}, "h"),
])
def test_without_networks_the_expression_or_the_connection_counts(variables, address):
    assert networks.resolve({"h": variables}, []) == ({"default": {"h": address}}, [], [])


def test_an_expression_of_the_play_that_a_host_lacks_the_variables_of_is_no_reason_to_take_another_address():
    found, left_out, problems = networks.resolve({"a": {"__validate_bandwidth_address": "unknown", "iperf_address": "10.0.0.1"},
                                                  "b": {"__validate_bandwidth_address": "10.1.0.2", "ansible_host": "10.0.0.2"}}, [])
    assert (found, problems) == ({"default": {"b": "10.1.0.2"}}, [])
    assert [(one["host"], one["reason"]) for one in left_out] == [
        ("a", "iperf_address of a cannot be evaluated: one of its variables is not defined")]
