# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_plan_wait
short_description: Wait for a node's part of a bandwidth plan and show the fleet's progress
version_added: 0.1.0
description:
  - Looks at the part that M(nfv.iperf.iperf_plan) has started until it is over, fetches its results, and writes them to a file on the
    controller.
  - While the hosts' tasks wait, one of them shows the progress of all, as a bar on a terminal and as lines elsewhere.
  - A node that cannot be reached any more does not fail the task, so that the other nodes' results are reported.
extends_documentation_fragment:
  - nfv.iperf.attributes
attributes:
  check_mode:
    support: full
    details:
      - It waits for nothing in check mode.
  diff_mode:
    support: N/A
    details:
      - It changes nothing on the node.
  idempotent:
    support: full
  async:
    support: none
  action:
    description: Runs on the controller for the most part.
    support: full
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  run:
    description:
      - The id of the run.
    type: str
    required: true
  node:
    description:
      - The node's name in the plan.
    type: str
    required: true
  part:
    description:
      - What M(nfv.iperf.iperf_plan) returned, of which C(pid) and C(progress_file) are used.
    type: dict
    required: true
  folder:
    description:
      - The folder on the controller for results and progress.
    type: path
    required: true
  cost:
    description:
      - What the whole plan takes, as C(rounds), C(visits), C(seconds) and C(nodes).
    type: dict
    required: true
  progress:
    description:
      - How to show the progress. V(auto) means V(bar) on a terminal and V(lines) elsewhere.
    type: str
    default: auto
    choices:
      - auto
      - bar
      - lines
      - none
  interval:
    description:
      - How many seconds to wait between two looks.
    type: float
    default: 1.0
  patience:
    description:
      - For how many seconds a node may be out of reach before it is given up. That does not happen before the plan should be over,
        since its own tests may leave little of a network to Ansible, and the results wait on the node.
    type: int
    default: 60
  timeout:
    description:
      - For how many seconds to wait.
    type: int
    required: true
  state_dir:
    description:
      - The directory of M(nfv.iperf.iperf_plan).
    type: path
seealso:
  - module: nfv.iperf.iperf_plan
  - module: nfv.iperf.iperf_plan_info
"""

EXAMPLES = r"""
- name: Wait for this node
  nfv.iperf.iperf_plan_wait:
    run: "{{ run }}"
    node: "{{ inventory_hostname }}"
    part: "{{ part }}"
    folder: reports/work
    cost: "{{ fleet.cost }}"
    timeout: 600
"""

RETURN = r"""
progress:
  description: What the node told last, see M(nfv.iperf.iperf_plan_info).
  returned: success
  type: dict
lost:
  description: Why the node was given up, empty if it was not.
  returned: success
  type: str
results_file:
  description: The file on the controller with the node's results.
  returned: success
  type: str
"""
