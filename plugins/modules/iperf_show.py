# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_show
short_description: Show lines of text as they are
version_added: 0.1.0
description:
  - Shows a verdict, a table or commands without the quotes, escapes and line breaks that results of tasks are shown with,
    so that a command can be copied and a table keeps its columns.
  - Where the standard output belongs to a callback other than Ansible's default one, such as one that writes JSON, the lines
    are shown as M(ansible.builtin.debug) shows them, and nothing else is written.
  - Characters that control a terminal are replaced with spaces.
extends_documentation_fragment:
  - nfv.iperf.attributes.controller
  - nfv.iperf.attributes
attributes:
  diff_mode:
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    support: full
    details:
      - It changes nothing.
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  lines:
    description:
      - The lines to show.
    type: list
    elements: str
    required: true
seealso:
  - module: nfv.iperf.iperf_report
  - module: nfv.iperf.iperf_compare
"""

EXAMPLES = r"""
- name: Judge, and write the reports
  nfv.iperf.iperf_report:
    src: reports/latest/run.json
    dest: reports/latest
  register: report
  run_once: true

- name: Show what came of it
  nfv.iperf.iperf_show:
    lines: "{{ report.verdict }}"
  run_once: true
"""

RETURN = r"""
msg:
  description: The lines that were shown.
  type: list
  elements: str
  returned: success
  sample:
    - "PASS: 6 of 6 links are as fast as they should be"
"""
