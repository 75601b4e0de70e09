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
    found, left_out = networks.resolve(inventory(name), [network])
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
    found, left_out = networks.resolve(hosts, ["tenant"])
    assert found == {"tenant": {"a": "10.0.0.1"}}
    assert "no tenant_hostname" in left_out[0]["reason"]
    del hosts["a"]["tenant_hostname"]
    assert len(networks.resolve(hosts, ["tenant"])[0]["tenant"]) == 2


def test_several_networks_keep_the_order_of_hosts_and_networks():
    found, dummy = networks.resolve(inventory("edpm.yml"), ["tenant", "storage"])
    assert list(found) == ["tenant", "storage"]
    assert list(found["storage"])[:2] == ["edpm-compute-0", "edpm-compute-1"]


def test_a_network_that_nobody_is_on_is_refused_with_what_was_looked_for():
    with pytest.raises(ValueError) as refused:
        networks.resolve(inventory("edpm.yml"), ["tenants"])
    assert "'tenants'" in str(refused.value) and "tenants_ip" in str(refused.value)


@pytest.mark.parametrize("variables, address", [
    ({"iperf_address": "2001:db8::1", "ansible_host": "10.0.0.1"}, "2001:db8::1"),
    ({"validate_bandwidth_address": "10.1.0.1"}, "10.1.0.1"),
    ({"ansible_host": "10.0.0.1"}, "10.0.0.1"), ({"ansible_ssh_host": "10.0.0.2"}, "10.0.0.2"), ({}, "h"), ({"iperf_address": ""}, "h"),
])
def test_without_networks_the_expression_or_the_connection_counts(variables, address):
    assert networks.resolve({"h": variables}, []) == ({"default": {"h": address}}, [])
