# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_plan_collect
short_description: Put what the nodes of a bandwidth plan measured together
version_added: 0.1.0
description:
  - Makes the data set of a run out of the files that M(nfv.iperf.iperf_plan_wait) wrote on the controller, and writes it
    to a file there.
  - Every link that the plan asks for is in it. One without a result is missing and has no number.
  - M(nfv.iperf.iperf_report) judges and reports it.
extends_documentation_fragment:
  - nfv.iperf.attributes.controller
  - nfv.iperf.attributes
attributes:
  idempotent:
    support: none
    details:
      - The time at which the run ended is in the data set.
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  fleet:
    description:
      - The fleet's plan, as the filter P(nfv.iperf.iperf_fleet#filter) makes it.
    type: dict
    required: true
  folder:
    description:
      - The folder of M(nfv.iperf.iperf_plan_wait).
    type: path
    required: true
  dest:
    description:
      - The file to write. Folders that are missing are made.
    type: path
    required: true
  addresses:
    description:
      - What P(nfv.iperf.iperf_addresses#filter) returned.
    type: dict
    required: true
  nodes:
    description:
      - All hosts of the play, each with what M(nfv.iperf.iperf_plan_info) told of it, or with nothing if it could not be
        reached.
    type: dict
    required: true
  title:
    description:
      - Title of the run.
    type: str
    default: ""
  started:
    description:
      - When the run began, in seconds since 1970.
    type: float
    required: true
  groups:
    description:
      - Hosts by group, as Ansible's C(groups) has them.
    type: dict
    default: {}
  preflight:
    description:
      - The C(preflight) of P(nfv.iperf.iperf_preflight#filter).
    type: list
    elements: dict
    default: []
seealso:
  - module: nfv.iperf.iperf_plan_wait
  - module: nfv.iperf.iperf_report
"""

EXAMPLES = r"""
- name: Put the data of the run together
  nfv.iperf.iperf_plan_collect:
    fleet: "{{ fleet }}"
    folder: reports/nodes
    dest: reports/run.json
    addresses: "{{ addresses }}"
    nodes: "{{ dict(ansible_play_hosts | zip(ansible_play_hosts | map('extract', hostvars, 'node'))) }}"
    started: "{{ started }}"
  run_once: true
"""

RETURN = r"""
dest:
  description: The file with the data set, which C(docs/schema/run-v1.json) describes.
  type: str
  returned: success
  sample: reports/run.json
links:
  description: How many links the plan asked for.
  type: int
  returned: success
  sample: 12
measured:
  description: How many of them have a rate.
  type: int
  returned: success
  sample: 12
"""
