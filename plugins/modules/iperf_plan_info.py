# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_plan_info
short_description: Tell how far nodes' parts of bandwidth plans are, and what they measured
version_added: 0.1.0
description:
  - Tells about the parts of plans that M(nfv.iperf.iperf_plan) has put on the host, and some facts about the host that a report of
    bandwidth needs.
extends_documentation_fragment:
  - nfv.iperf.attributes
  - nfv.iperf.attributes.info_module
  - nfv.iperf.journal_dir
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  run:
    description:
      - Only tell about this run. By default all are told about.
    type: str
  node:
    description:
      - Only tell about this node's part. Needs O(run).
    type: str
  results:
    description:
      - Whether to return the results too.
    type: bool
    default: false
  addresses:
    description:
      - Addresses of this host by network, whose interfaces' link speeds are to be told.
    type: dict
    default: {}
  state_dir:
    description:
      - The directory of M(nfv.iperf.iperf_plan).
    type: path
seealso:
  - module: nfv.iperf.iperf_plan
"""

EXAMPLES = r"""
- name: What did this node measure in this run?
  nfv.iperf.iperf_plan_info:
    run: "{{ run }}"
    node: "{{ inventory_hostname }}"
    results: true
  register: part

- name: Has any run left something behind?
  nfv.iperf.iperf_plan_info:
  register: left
  failed_when: left.parts | length > 0
"""

RETURN = r"""
parts:
  description: One entry for each part that is on the host.
  returned: success
  type: list
  elements: dict
  contains:
    run:
      description: The id of the run.
      type: str
    node:
      description: The node's name in the plan.
      type: str
    running:
      description: Whether its process runs.
      type: bool
    pid:
      description: Process id, null when it does not run.
      type: int
    progress:
      description:
        - What it told last. C(state) is V(prepared), V(running), V(done), V(stopped), V(expired) or V(died); C(round), C(rounds),
          C(steps), C(steps_done), C(tests), C(tests_done) and C(tests_failed) count; C(current) lists what it does now; C(slowest)
          is the slowest link so far; C(started) and C(ended) are seconds since 1970 by the node's clock.
      type: dict
    results:
      description:
        - One entry for each test that is over, and for each visitor that did not come, with a C(diagnosis) of each failure.
        - Null unless O(results=true).
      type: list
      elements: dict
others:
  description: Parts of plans that run on the host from another directory, which may be another user's.
  returned: success
  type: list
  elements: dict
  contains:
    run:
      description: The id of the run.
      type: str
    path:
      description: Where its plan is.
      type: str
    pid:
      description: Process id.
      type: int
    user:
      description: Number of the user.
      type: int
openings:
  description: As M(nfv.iperf.control_port_info) returns it.
  returned: success
  type: list
  elements: dict
python:
  description: The version of Python on the host.
  returned: success
  type: str
  sample: 3.9.18
cpus:
  description: How many CPUs the host has.
  returned: success
  type: int
  sample: 64
link_speed:
  description: Bits per second of the interface of each of O(addresses), null where the host does not know.
  returned: success
  type: dict
  sample: {"tenant": 25000000000}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import guard, plan_info


def main():
    module = AnsibleModule(**plan_info.ARGUMENTS)
    guard.run(module, plan_info.work)


if __name__ == "__main__":
    main()
