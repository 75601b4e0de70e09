#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: conntrack_setting
short_description: Set a number of the connection tracking of a host until it reboots
version_added: 0.1.0
author:
  - nfv.iperf contributors (@nfv-iperf)
description:
  - Sets one sysctl below C(net.netfilter) in the network namespace that the module runs in, and tells what it was before, so that it
    can be put back. No file is written.
options:
  name:
    description:
      - V(nf_conntrack_acct) counts the packets and bytes of connections that begin while it is 1.
      - V(nf_conntrack_tcp_timeout_established) is how many seconds an established TCP connection may be silent before a stateful
        firewall forgets it.
    type: str
    required: true
    choices: [nf_conntrack_acct, nf_conntrack_tcp_timeout_established]
  value:
    description: The number to set.
    type: int
    required: true
  only_from:
    description:
      - Change the number only if it is this one, otherwise leave it alone. Whoever puts a value back gives what he had set; another
        number is then somebody else's.
    type: int
requirements:
  - Linux, root
attributes:
  check_mode:
    description: Can run in check mode and return what it would return without.
    support: full
  diff_mode:
    description: Returns what has changed, or would change, as a diff.
    support: full
  platform:
    description: Operating systems that the module works on.
    platforms: linux
    support: full
seealso:
  - module: nfv.iperf.conntrack_info
    description: Shows the entries, timeouts and fill of the table.
"""

EXAMPLES = r"""
- name: Let a silent control connection live for two hours
  nfv.iperf.conntrack_setting:
    name: nf_conntrack_tcp_timeout_established
    value: 7200
  become: true
  register: timeout

- name: Put it back, unless somebody else has changed it since
  nfv.iperf.conntrack_setting:
    name: nf_conntrack_tcp_timeout_established
    value: "{{ timeout.before }}"
    only_from: 7200
  become: true
"""

RETURN = r"""
before:
  description: The number before.
  type: int
  returned: success
  sample: 432000
after:
  description: The number now, or as it would be.
  type: int
  returned: success
  sample: 7200
left_alone:
  description: Whether the number was neither O(only_from) nor O(value), and was left.
  type: bool
  returned: success
  sample: false
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import conntrack_setting, guard


def main():
    module = AnsibleModule(argument_spec=conntrack_setting.argument_spec(), supports_check_mode=True)
    guard.run(module, conntrack_setting.run_module)


if __name__ == "__main__":
    main()
