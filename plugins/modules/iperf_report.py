# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_report
short_description: Judge a bandwidth run and write its reports
version_added: 0.1.0
description:
  - Judges a run, if criteria or a baseline are given, and writes it as files on the controller, whatever host the task
    runs for.
  - Files are replaced whole, and only if they change.
  - A format whose Python library is missing on the controller is left out with a warning that names the library.
    The other formats are written.
extends_documentation_fragment:
  - nfv.iperf.attributes.controller
  - nfv.iperf.attributes
attributes:
  idempotent:
    support: full
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  run:
    description:
      - The run, a dictionary of schema C(nfv.iperf/run-v1), which C(docs/schema/run-v1.json) describes.
      - Exactly one of O(run) and O(src) is needed.
    type: dict
  src:
    description:
      - A file with the run, such as the C(run.json) of an earlier report. This is much faster than O(run) where there are
        thousands of links.
    type: path
  criteria:
    description:
      - What links have to reach, as P(nfv.iperf.judge#filter) takes it.
      - With neither this nor O(baseline) the run is reported as it was judged before.
    type: list
    elements: dict
  baseline:
    description:
      - A file with the run to compare with, which is the C(run.json) of a report or what O(write_baseline) wrote.
    type: path
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
  nfv.iperf.iperf_report:
    src: reports/latest/run.json
    criteria:
      - min: 9G
    dest: reports/again
    formats:
      - html
      - junit
  register: report
  run_once: true

- name: Fail if it does not pass
  ansible.builtin.assert:
    that: report.status == 'pass'
    fail_msg: "{{ report.shortfall }}"
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
shortfall:
  description: The verdict in one line, what does not pass, and where the reports are, as text of a few lines.
  type: str
  returned: success
  sample: "PASS: 12 passed of 12 links\\nThe reports are in reports/again"
status:
  description: The verdict, which is V(pass), V(fail) or V(inconclusive).
  type: str
  returned: success
  sample: pass
verdict:
  description: The verdict and what led to it, as lines of text that fit the terminal.
  type: list
  elements: str
  returned: success
  sample:
    - "PASS: 12 passed of 12 links"
"""
