#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_archive
short_description: Put the iperf3 engine of this collection on a node as one file
version_added: 0.1.0
description:
  - Writes the engine of this collection to a directory of the node as one file, which Python runs by itself and whose command
    line is iperf3's. Nothing else needs to be installed.
  - The role P(nfv.iperf.iperf_server#role) uses it for a server that stays. For a server that goes after the tests,
    M(nfv.iperf.iperf_server) does everything.
extends_documentation_fragment:
  - nfv.iperf.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
  async:
    support: full
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  path:
    description:
      - An absolute path of a directory that only the user may write to whom the module runs as. It is made when it is missing.
      - The file's name in it carries a hash of its content, so the engine of another version is another file.
    type: path
    required: true
  state:
    description:
      - V(present) makes sure that the engine is there.
      - V(absent) removes the engines of all versions, and the directory if nothing else is in it.
    type: str
    default: present
    choices:
      - present
      - absent
  only:
    description:
      - With O(state=present), remove the engines of other versions from the directory.
    type: bool
    default: false
notes:
  - The node needs Python 3.6 or later.
seealso:
  - module: nfv.iperf.iperf_server
"""

EXAMPLES = r"""
- name: Have iperf3's command line on the node
  nfv.iperf.iperf_archive:
    path: /usr/local/lib/nfv-iperf
  register: engine

- name: Measure by hand
  ansible.builtin.command: "{{ engine.python }} -I {{ engine.path }} --client 192.0.2.7"
  changed_when: false

- name: Remove it
  nfv.iperf.iperf_archive:
    path: /usr/local/lib/nfv-iperf
    state: absent
"""

RETURN = r"""
path:
  description: Path of the file, null with O(state=absent).
  returned: success
  type: str
  sample: /usr/local/lib/nfv-iperf/nfv-iperf-0123456789ab.pyz
sha256:
  description: Hash of the engine of this collection.
  returned: success
  type: str
python:
  description: The Python that the module runs with, which can run the file too.
  returned: success
  type: str
  sample: /usr/bin/python3
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import guard, iperf_archive


def main():
    module = AnsibleModule(**iperf_archive.arguments())
    guard.run(module, iperf_archive.work)


if __name__ == "__main__":
    main()
