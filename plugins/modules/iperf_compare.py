# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_compare
short_description: Compare two bandwidth runs link by link
version_added: 0.1.0
description:
  - Tells which links became slower or faster from one run to another, lost their rate, or are new.
  - It does not fail because of what it finds; look at its status. The playbook C(nfv.iperf.compare_runs) fails.
extends_documentation_fragment:
  - nfv.iperf.attributes.controller
  - nfv.iperf.attributes
attributes:
  idempotent:
    support: full
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  before:
    description:
      - The run before, which is the C(run.json) of a report, the folder of a report, or a baseline.
    type: path
    required: true
  after:
    description:
      - The run after.
    type: path
    required: true
  tolerance_percent:
    description:
      - By how much a rate may change and is still the same.
    type: float
    default: 10
  dest:
    description:
      - A file to write the comparison to, as Markdown with every link that changed.
    type: path
seealso:
  - module: nfv.iperf.iperf_report
  - plugin: nfv.iperf.compare_runs
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Compare with the run of yesterday
  nfv.iperf.iperf_compare:
    before: reports/20260101T000000Z
    after: reports/latest
    tolerance_percent: 5
  register: compared
  run_once: true

- name: Fail if a link became slower
  ansible.builtin.assert:
    that: compared.status == 'pass'
    fail_msg: "{{ compared.headline }}"
  run_once: true
"""

RETURN = r"""
counts:
  description:
    - How many links are of each kind, which are C(worse), C(lost), C(better), C(gained), C(same), C(unmeasured), C(new) and
      C(gone).
  type: dict
  returned: success
  sample: {worse: 1, lost: 0, better: 0, gained: 0, same: 11, unmeasured: 0, new: 0, gone: 0}
dest:
  description: The file that was written.
  type: str
  returned: success
  sample: reports/latest/since-yesterday.md
headline:
  description: What changed in one line.
  type: str
  returned: success
  sample: "FAIL: 1 worse, 11 same of 12 links; the same means within 10 %"
status:
  description: V(fail) if a link is worse or lost, otherwise V(pass), or V(inconclusive) if nothing could be compared.
  type: str
  returned: success
  sample: fail
verdict:
  description: What changed, as lines of text that fit the terminal.
  type: list
  elements: str
  returned: success
  sample:
    - "FAIL: 1 worse, 11 same of 12 links; the same means within 10 %"
"""
