#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: control_port_info
short_description: Tell whom a host's firewall keeps from the iperf port, and which rules are missing
version_added: 0.1.0
description:
  - Follows packets of the given sources through the host's own firewall, be it firewalld, ufw, nftables, iptables, or what TripleO and
    EDPM made, and returns the commands that let in what is stopped, and nobody else.
  - Also tells what the role P(nfv.iperf.control_port#role) has opened on the host and not closed yet.
  - Nothing is changed. The role carries out such changes and takes them back.
extends_documentation_fragment:
  - nfv.iperf.attributes
  - nfv.iperf.attributes.info_module
  - nfv.iperf.journal_dir
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  port:
    description:
      - The port.
    type: int
    default: 5201
  protocols:
    description:
      - The protocols to look at. A UDP test needs both, since its control connection is TCP.
    type: list
    elements: str
    choices: [tcp, udp]
    default: [tcp, udp]
  sources:
    description:
      - Addresses and CIDRs that are to reach the port. None means that only RV(openings) is of interest.
    type: list
    elements: str
    default: []
requirements:
  - Root, for all but what RV(readable) says.
seealso:
  - module: nfv.iperf.control_port_journal
"""

EXAMPLES = r"""
- name: Which rules are missing for the monitoring network?
  nfv.iperf.control_port_info:
    sources: [192.0.2.0/24]
  become: true
  register: firewall

- name: Show them
  ansible.builtin.debug:
    msg: "{{ firewall.commands }}"
"""

RETURN = r"""
readable:
  description: Whether the firewall could be looked at, which takes root. Nothing is known of it otherwise.
  returned: success
  type: bool
blocked:
  description: One entry for each protocol and source that is stopped.
  returned: success
  type: list
  elements: dict
  contains:
    protocol:
      description: V(tcp) or V(udp).
      type: str
    source:
      description: Who is stopped.
      type: str
    chains:
      description: What stops it.
      type: list
      elements: str
  sample: [{"protocol": "udp", "source": "192.0.2.0/24", "chains": ["chain inet filter input"]}]
commands:
  description: The commands that let in all that is stopped. They last until the firewall is loaded anew.
  returned: success
  type: list
  elements: str
  sample: ["nft add rule inet filter input ip saddr 192.0.2.0/24 udp dport 5201 accept"]
lasting:
  description: How to keep these rules.
  returned: success
  type: list
  elements: str
backends:
  description: The firewalls that lack rules.
  returned: success
  type: list
  elements: str
  sample: [nftables]
openings:
  description: What runs have opened and not closed yet. Null where only root may know.
  returned: success
  type: list
  elements: dict
  contains:
    port:
      description: The port.
      type: int
    run:
      description: The name of the run.
      type: str
    state:
      description: V(opening), V(open) or V(closing).
      type: str
    backends:
      description: The firewalls that were opened.
      type: list
      elements: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import control_port_info, guard


def main():
    module = AnsibleModule(**control_port_info.ARGUMENTS)
    guard.run(module, control_port_info.work)


if __name__ == "__main__":
    main()
