# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_server_info
short_description: Tell what the iperf3 servers of this collection do
version_added: 0.1.0
description:
  - Tells which servers that M(nfv.iperf.iperf_server) started run on the node, which tests each of them runs now, and which it has
    run.
  - When it runs as root without O(state_dir), it also tells about the servers of the role P(nfv.iperf.iperf_server#role). The
    O(state_dir) of such a server is C(/run/nfv-iperf-server-PORT).
  - Servers are found also when their records are lost.
extends_documentation_fragment:
  - nfv.iperf.attributes
  - nfv.iperf.attributes.info_module
  - nfv.iperf.state_dir
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  port:
    description:
      - Only tell about the servers on this port. By default all are told about.
    type: int
  timeout:
    description:
      - How many seconds a server may take to answer.
    type: int
    default: 5
seealso:
  - module: nfv.iperf.iperf_server
"""

EXAMPLES = r"""
- name: Ask all servers
  nfv.iperf.iperf_server_info:
  register: iperf

- name: Wait until no test runs any more
  nfv.iperf.iperf_server_info:
    port: 5201
  register: iperf
  until: iperf.servers | map(attribute='running') | flatten | length == 0
  retries: 60
  delay: 2
"""

RETURN = r"""
servers:
  description: One entry for each server that runs.
  returned: success
  type: list
  elements: dict
  contains:
    port:
      description: The server's port.
      type: int
      sample: 5201
    bind:
      description: The address that it was told to listen on, null for all.
      type: str
    bind_dev:
      description: The interface that it was told to listen on, null for all.
      type: str
    addresses:
      description: The addresses on which it accepts connections.
      type: list
      elements: str
      sample: ["::"]
    pid:
      description: Process id of the server.
      type: int
      sample: 4711
    unit:
      description: Name of the systemd service that it runs in, null without one.
      type: str
    archive:
      description: The file that it runs from.
      type: str
      sample: /run/nfv-iperf/nfv-iperf-0123456789ab.pyz
    info_socket:
      description: Path of the Unix socket that it answers on.
      type: str
      sample: /run/nfv-iperf/server-5201.sock
    answers:
      description: Whether it answered. If not, all that follows is null.
      type: bool
    version:
      description: What it says it is.
      type: str
      sample: iperf 3.21
    started:
      description: When it was started, in seconds since 1970.
      type: float
    max_clients:
      description: How many tests it runs at once.
      type: int
      sample: 100
    tests:
      description: How many tests it has begun.
      type: int
      sample: 3
    running:
      description: One entry for each test that runs now.
      type: list
      elements: dict
      contains:
        cookie:
          description: The text that the client has named the test by.
          type: str
        peer:
          description: The client's address, as C(host) and C(port).
          type: dict
        since:
          description: When the client connected, in seconds since 1970.
          type: float
        protocol:
          description: V(TCP) or V(UDP), once it is known.
          type: str
        direction:
          description: V(normal), V(reverse) or V(bidir), once it is known.
          type: str
        seconds:
          description: How many seconds the test takes, once it is known and if time ends it.
          type: float
        remaining:
          description: How many of them are left.
          type: float
    history:
      description: One entry for each test that has ended, the last 200 of them, the oldest one first.
      type: list
      elements: dict
      contains:
        cookie:
          description: The text that the client has named the test by.
          type: str
        peer:
          description: The client's address, as C(host) and C(port).
          type: dict
        since:
          description: When the client connected, in seconds since 1970.
          type: float
        protocol:
          description: V(TCP) or V(UDP), if it became known.
          type: str
        direction:
          description: V(normal), V(reverse) or V(bidir), if it became known.
          type: str
        status:
          description: V(ok), or why the test failed.
          type: str
        bits_per_second:
          description: The measured rate.
          type: float
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, guard, server_info


def main():
    module = AnsibleModule(**argspec.server_info_arguments())
    guard.run(module, server_info.work)


if __name__ == "__main__":
    main()
