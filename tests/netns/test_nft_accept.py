# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is put into a real ruleset is recognised in what nft prints of it, however it prints the sources."""

import json

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import addresses, nft_rules
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.nft_ruleset import Ruleset

DROPPING = "table inet filter {\nchain input {\ntype filter hook input priority 0; policy drop;\nct state established,related accept\n}\n}\n"


def ruleset(lab):
    return Ruleset.parse(lab.run(["nft", "-j", "-a", "list", "ruleset"], "server").stdout)


@pytest.mark.parametrize("sources", [
    ["10.99.0.1", "10.99.0.2", "10.99.0.3"],
    ["10.99.0.1", "10.99.0.3"],
    ["10.99.0.0/24", "10.99.1.7", "10.99.2.1", "10.99.2.2", "10.99.2.3", "fd00::1", "fd00::2", "fd00::3"],
], ids=len)
@pytest.mark.parametrize("notrack", ["", "nfv_iperf"])
def test_twice_is_once_and_closed_is_as_before(lab, sources, notrack):
    lab.nft(DROPPING, "server")
    before = lab.run(["nft", "list", "ruleset"], "server").stdout
    request = nft_rules.Request(5201, ["tcp", "udp"], addresses.normalise(sources), "nfv.iperf test", notrack)
    commands, rules = nft_rules.changes(ruleset(lab), request, True)
    assert commands and rules
    lab.nft("\n".join(commands) + "\n", "server")
    assert nft_rules.changes(ruleset(lab), request, True)[0] == [], json.dumps(rules)
    commands = nft_rules.changes(ruleset(lab), request, False)[0]
    lab.nft("\n".join(commands) + "\n", "server")
    assert lab.run(["nft", "list", "ruleset"], "server").stdout == before
