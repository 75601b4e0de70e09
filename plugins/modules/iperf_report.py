# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_report
short_description: Write the reports of a bandwidth run
version_added: 0.1.0
description:
  - Writes a judged run, as P(nfv.iperf.judge#filter) returns it, as files on the controller, whatever host the task
    runs for.
  - Files are replaced whole, and only if they change.
  - A format whose Python library is missing on the controller is left out with a warning that names the library.
    The other formats are written.
extends_documentation_fragment:
  - nfv.iperf.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Of files of more than 100 KiB it tells only the size.
  idempotent:
    support: full
  async:
    support: none
  platform:
    description: It runs on the controller.
    support: full
    platforms: posix
  action_group:
    support: none
  action:
    description: Runs on the controller.
    support: full
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  run:
    description:
      - The judged run, a dictionary of schema C(nfv.iperf/run-v1), which C(docs/schema/run-v1.json) describes.
    type: dict
    required: true
  dest:
    description:
      - The folder to write to. It is made if it is missing.
    type: path
    required: true
  formats:
    description:
      - The formats to write.
      - V(html) is one file, C(run.html), that works without a network. It needs the Python library plotly.
      - V(markdown) is C(run.md), V(csv) is C(run.csv) with one link a line.
      - V(junit) is C(run.junit.xml) with a test case for each link. It needs the Python library junitparser.
      - V(prometheus) is C(run.prom) for the textfile collector of node_exporter. It needs the Python library
        prometheus-client.
      - V(json) is C(run.json), the data set itself, which later runs can be compared with.
    type: list
    elements: str
    choices: [html, markdown, csv, junit, prometheus, json]
    default: [html, markdown, csv, junit, prometheus, json]
  write_baseline:
    description:
      - A file to write what later runs are compared with, which is C(run.json) without transcripts, intervals and
        links that did not pass.
    type: path
seealso:
  - plugin: nfv.iperf.judge
    plugin_type: filter
  - plugin: nfv.iperf.verdict_text
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Judge a run again, by other criteria
  ansible.builtin.set_fact:
    judged: "{{ run | nfv.iperf.judge([{'min': '9G'}]) }}"
  vars:
    run: "{{ lookup('ansible.builtin.file', 'reports/latest/run.json') | from_json }}"

- name: Write its reports
  nfv.iperf.iperf_report:
    run: "{{ judged }}"
    dest: reports/again
    formats:
      - html
      - junit
  run_once: true
"""

RETURN = r"""
dest:
  description: The folder with the reports.
  type: str
  returned: success
  sample: reports/again
files:
  description: The path of each file by its format, and of the baseline by V(baseline).
  type: dict
  returned: success
  sample:
    html: reports/again/run.html
    junit: reports/again/run.junit.xml
missing:
  description: The formats that were left out.
  type: list
  elements: dict
  returned: success
  contains:
    format:
      description: The format.
      type: str
    library:
      description: The Python library that it needs.
      type: str
    msg:
      description: What to do.
      type: str
  sample: []
verdict:
  description: The verdict and what led to it, as lines of text.
  type: list
  elements: str
  returned: success
  sample:
    - "PASS: 12 passed of 12 links"
"""
