# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_plan
short_description: Prepare, start and remove a node's part of a fleet's bandwidth plan
version_added: 0.1.0
description:
  - Puts a plan and the engine on the node and runs a process that works through the plan by itself, so that a fleet needs one task
    for each node and not one for each pair of nodes.
  - The process serves the node's visitors and makes the node's own visits, one after the other. It ends by itself after the last
    one, and at the latest when the plan's time is over.
  - The role P(nfv.iperf.validate_bandwidth#role) uses it. M(nfv.iperf.iperf_plan_info) tells how far it is.
extends_documentation_fragment:
  - nfv.iperf.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
  async:
    support: full
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  state:
    description:
      - V(prepared) starts the process. It serves from now on, and visitors that come early wait.
      - V(started) lets it begin with its own visits. All nodes should be prepared by then.
      - V(absent) ends the process and removes its files. Without O(run) all runs are meant, and without O(node) all nodes' parts on
        this host. Runs whose ids begin with O(run) and an underscore belong to it and go with it.
    type: str
    default: started
    choices:
      - prepared
      - started
      - absent
  run:
    description:
      - The id of the run, up to 64 letters, digits and underscores. Needed unless O(state=absent).
    type: str
  node:
    description:
      - The node's name in the plan. Needed unless O(state=absent).
    type: str
  plan:
    description:
      - The node's plan, as the filter P(nfv.iperf.iperf_node_plan#filter) makes it. Needed for O(state=prepared).
    type: dict
  supervisor:
    description:
      - Who keeps the process running. V(systemd) makes a transient service, V(daemon) a process that stands alone, V(auto) uses
        systemd where it runs and the module has root's rights.
    type: str
    default: auto
    choices:
      - auto
      - systemd
      - daemon
  timeout:
    description:
      - How many seconds starting and ending may take.
    type: int
    default: 30
  state_dir:
    description:
      - The directory on the node with plans, progress, results and the engine. It is made when it is missing and removed with the
        last file in it.
      - By default C(/run/nfv-iperf-plans) when the module runs as root, and otherwise a directory of the node's own in the user's
        C(~/.cache).
    type: path
seealso:
  - module: nfv.iperf.iperf_plan_info
"""

EXAMPLES = r"""
- name: Prepare this node's part
  nfv.iperf.iperf_plan:
    state: prepared
    run: "{{ run }}"
    node: "{{ inventory_hostname }}"
    plan: "{{ fleet | nfv.iperf.iperf_node_plan(inventory_hostname) }}"

- name: Begin
  nfv.iperf.iperf_plan:
    run: "{{ run }}"
    node: "{{ inventory_hostname }}"

- name: Remove whatever any run left on this host
  nfv.iperf.iperf_plan:
    state: absent
"""

RETURN = r"""
state:
  description: The wanted state.
  returned: success
  type: str
  sample: started
run:
  description: The id of the run.
  returned: unless O(state=absent)
  type: str
node:
  description: The node's name in the plan.
  returned: unless O(state=absent)
  type: str
pid:
  description: Process id of the node's part, null when it has ended or in check mode.
  returned: unless O(state=absent)
  type: int
  sample: 4711
progress_file:
  description: The file on the node that tells how far its part is, a JSON object.
  returned: unless O(state=absent)
  type: str
  sample: /run/nfv-iperf-plans/plan-20260101T000000Z-node1.json.progress
ended:
  description: The parts that were removed.
  returned: O(state=absent)
  type: list
  elements: dict
  contains:
    run:
      description: The id of the run.
      type: str
    node:
      description: The node's name, as it is in the name of the plan's file.
      type: str
    pid:
      description: Process id of the process that was ended, null when it had ended before.
      type: int
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import guard, plan


def main():
    module = AnsibleModule(**plan.ARGUMENTS)
    guard.run(module, plan.work)


if __name__ == "__main__":
    main()
