#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: nft_accept
short_description: Accept a port where the nftables ruleset of a host would drop it
version_added: 0.1.0
author:
  - nfv.iperf contributors (@nfv-iperf)
description:
  - An accept in a table of one's own does not help when another base chain of the same hook drops. This module follows the packets
    that O(sources) would send to O(port) through every base chain of the input hook, through jumps, maps and sets, and puts an accept
    into each chain that would drop them, straight before what drops; whatever the chains are called.
  - Where nothing drops, nothing is put.
  - The rules carry O(comment), and are found again by it. All changes of a run go to the kernel as one transaction.
  - Nothing is written to a file, so the rules last until they are taken back or the ruleset is loaded anew.
options:
  port:
    description: The port to open.
    type: int
    required: true
  protocols:
    description: Protocols to accept.
    type: list
    elements: str
    choices: [tcp, udp]
    default: [tcp, udp]
  sources:
    description:
      - Addresses and CIDRs of both families that may reach the port. Nobody else may.
      - Required with O(state=present).
    type: list
    elements: str
    default: []
  comment:
    description:
      - Comment of the rules, at most 127 characters. It names them, so no other rule may have it.
    type: str
    required: true
  notrack_table:
    description:
      - Name for a table of the family C(inet) in which packets from and to O(sources) and O(port) are exempted from connection
        tracking; the accepts are then made for untracked packets, including the replies that come from O(port).
      - Empty leaves connection tracking alone.
    type: str
    default: ""
  ignore_comments:
    description:
      - Rules with this text in their comment may be taken away any time, so what they accept does not count as accepted.
    type: str
    default: ""
  skip_tables:
    description:
      - Tables, each as family and name such as V(inet firewalld), that another program owns and where no rule may be put.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(present) puts the rules that O(sources) need and takes those that they no longer need.
      - V(absent) takes every rule with O(comment), and the table O(notrack_table).
    type: str
    choices: [present, absent]
    default: present
requirements:
  - Linux, root
  - nft 0.9.1 or newer, built with JSON
attributes:
  check_mode:
    description: Can run in check mode and return what it would return without.
    support: full
  diff_mode:
    description: Returns what has changed, or would change, as a diff.
    support: full
    details: The diff is of the ruleset without handles and counters; in check mode the commands that would be run stand at its end.
  platform:
    description: Operating systems that the module works on.
    platforms: linux
    support: full
notes:
  - Rules that cannot be understood, such as matches of iptables extensions, are taken for rules that may match. The accept then goes
    before them.
"""

EXAMPLES = r"""
- name: Let two networks reach the server, in whichever chain drops
  nfv.iperf.nft_accept:
    port: 5201
    sources:
      - 192.0.2.0/24
      - 2001:db8::/64
    comment: nfv.iperf port 5201 run monday
  become: true

- name: Take it back
  nfv.iperf.nft_accept:
    port: 5201
    comment: nfv.iperf port 5201 run monday
    state: absent
  become: true
"""

RETURN = r"""
rules:
  description: The rules in force, or that would be in check mode; empty when nothing drops.
  type: list
  elements: dict
  returned: always
  contains:
    chain:
      description: Family, table and chain.
      type: str
    rule:
      description: The rule without its comment.
      type: str
  sample:
    - chain: inet filter input
      rule: ip saddr 192.0.2.0/24 tcp dport 5201 accept
commands:
  description: The nft commands that were run as one transaction, or would be.
  type: list
  elements: str
  returned: always
  sample:
    - insert rule inet filter input position 7 ip saddr 192.0.2.0/24 tcp dport 5201 accept comment "nfv.iperf port 5201 run monday"
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import nft_accept, guard


def main():
    module = AnsibleModule(argument_spec=nft_accept.argument_spec(), supports_check_mode=True)
    guard.run(module, nft_accept.run_module)


if __name__ == "__main__":
    main()
