#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: control_port_journal
short_description: Plan and record what opening a port changes on a host
version_added: 0.1.0
author:
  - nfv.iperf contributors (@nfv-iperf)
description:
  - The role P(nfv.iperf.control_port#role) opens the iperf port as a transaction. This module is its memory. It finds out which
    firewalls of the host would drop, plans the changes, compares them with what is in force, and writes them to a journal on the host
    before they are made. It never changes a firewall itself.
  - What was in force before is not recorded, so it is not taken back. What the journals of two runs both need is taken back by the
    last one that closes.
extends_documentation_fragment:
  - nfv.iperf.journal_dir
options:
  state:
    description:
      - V(opening) plans and records. RV(make) has to be carried out then, after RV(undo).
      - V(open) checks that all that was recorded is in force, and says so in the journal. It fails otherwise.
      - V(closing) tells in RV(undo) what has to be taken back.
      - V(closed) checks that nothing is left in force and removes the journal. It fails otherwise.
    type: str
    required: true
    choices: [opening, open, closing, closed]
  port:
    description: The port.
    type: int
    default: 5201
  run:
    description:
      - Name of the run that needs the port, up to 64 letters, digits, dots, C(_) and C(-).
      - V(all) with O(state=closing) and O(state=closed) means every run's changes for O(port).
    type: str
    default: manual
  sources:
    description: Addresses and CIDRs that may reach the port. Required with O(state=opening) unless O(backend=none).
    type: list
    elements: str
    default: []
  backend:
    description:
      - The firewall to open. V(auto) opens all that would drop, V(none) opens none.
    type: str
    choices: [auto, none, firewalld, ufw, tripleo, edpm, nftables, iptables]
    default: auto
  zone:
    description: The firewalld zone. Empty means the zone in which each source arrives.
    type: str
    default: ""
  permanent:
    description: Whether the change has to survive a reboot.
    type: bool
    default: false
  notrack:
    description: Whether the test's packets are exempted from connection tracking.
    type: bool
    default: false
  conntrack_acct:
    description: Whether connection tracking has to count bytes.
    type: bool
    default: false
  conntrack_timeout:
    description: Seconds that an established connection must be allowed to be silent. V(0) leaves the timeout alone.
    type: int
    default: 0
requirements:
  - Linux, root
attributes:
  check_mode:
    description: Can run in check mode and return what it would return without.
    support: full
  diff_mode:
    description: Returns what has changed, or would change, as a diff.
    support: full
    details: The diff is of the changes that the journal names.
  platform:
    description: Operating systems that the module works on.
    platforms: linux
    support: full
"""

EXAMPLES = r"""
- name: See what opening the port would change on this host
  nfv.iperf.control_port_journal:
    state: opening
    port: 5201
    sources: [192.0.2.0/24]
  check_mode: true
  become: true
  register: planned

- name: Show it
  ansible.builtin.debug:
    var: planned.make
"""

RETURN = r"""
journal:
  description: The journal's file.
  type: str
  returned: success
  sample: /var/lib/nfv-iperf/control_port-5201-manual.json
backends:
  description: The firewalls that would drop, and are or were opened.
  type: list
  elements: str
  returned: success
  sample: [nftables]
make:
  description: The changes to carry out now. Each has a RV(ignore:kind), an RV(ignore:id) and the arguments of the module that does it.
  type: list
  elements: dict
  returned: success
  sample: []
undo:
  description: The changes to take back now.
  type: list
  elements: dict
  returned: success
  sample: []
changes:
  description: The changes that the journal names.
  type: list
  elements: dict
  returned: success
  sample: []
notes:
  description: What somebody should know, such as that a source cannot be let in.
  type: list
  elements: str
  returned: success
  sample: []
runs:
  description: The runs that are closed.
  type: list
  elements: str
  returned: success
  sample: [manual]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import control_port_journal, guard


def main():
    module = AnsibleModule(argument_spec=control_port_journal.argument_spec(), supports_check_mode=True)
    guard.run(module, control_port_journal.run_module)


if __name__ == "__main__":
    main()
