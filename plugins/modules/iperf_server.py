# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_server
short_description: Start, stop and restart iperf3 servers without installing iperf3
version_added: 0.1.0
description:
  - Starts an iperf3 server on the node, which serves real iperf3 clients and M(nfv.iperf.iperf_client) alike.
  - Nothing needs to be installed. The server is the engine of this collection, which the module puts on the node as one file and
    runs with the Python that Ansible uses there.
  - Unlike the real one, the server runs many tests at once on its one port, each in a process of its own.
  - The server goes on when the module has ended. The module finds it again and stops exactly it; when the last server is stopped,
    no file is left.
extends_documentation_fragment:
  - nfv.iperf.attributes
  - nfv.iperf.state_dir
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(state=restarted) each run restarts the server.
      - A server with O(one_off=true) or O(idle_timeout) ends by itself, and is then started again.
  async:
    support: full
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  state:
    description:
      - V(started) makes sure that a server with these options serves. One that runs with other options, or with the engine of
        another version of this collection, is restarted, which ends its tests.
      - V(stopped) makes sure that no server of this module uses the port. Only O(port), O(bind), O(bind_dev) and O(state_dir) say
        which server is meant; without O(bind) and O(bind_dev) all of the port.
      - V(restarted) stops the server if it runs, and starts it.
    type: str
    default: started
    choices:
      - started
      - stopped
      - restarted
  port:
    description:
      - The port for TCP and UDP, from 1 to 65535.
    type: int
    default: 5201
  bind:
    description:
      - The local address or name to listen on. C(ADDRESS%INTERFACE) also sets O(bind_dev).
      - By default the server listens on all addresses, of IPv4 and IPv6.
      - Servers on different addresses may share a port.
    type: str
  bind_dev:
    description:
      - The local interface to listen on.
    type: str
  one_off:
    description:
      - Serve one test, then end.
    type: bool
    default: false
  idle_timeout:
    description:
      - Listen anew when no test came for so many seconds, from 1 to 86400. With O(one_off=true) the server ends instead.
    type: int
  max_clients:
    description:
      - How many tests may run at once, from 1 to 1000. Further clients are told that the server is busy.
    type: int
    default: 100
  server_bitrate_limit:
    description:
      - Refuse, or end, tests above this total rate in bits per second, such as V(10G). V(10G/2) takes the average over 2 seconds
        instead of 5.
    type: str
  server_max_duration:
    description:
      - Refuse tests that take longer than so many seconds, at most 86400.
    type: int
  rcv_timeout:
    description:
      - End a test when no data came for so many milliseconds, from 100 to 86400000. The engine's default is 120000.
    type: int
  affinity:
    description:
      - The number of the CPU to run on, from 0 to 1024.
    type: str
  logfile:
    description:
      - Append the server's report to this file, which is never removed.
      - By default the report goes to the journal when systemd keeps the server, and otherwise to a file in O(state_dir) that goes
        with the server and of which at most a megabyte is kept, see O(keep_log).
    type: path
  keep_log:
    description:
      - Whenever the log is larger than this, only its latest half is kept. At least V(64K), or V(0) for a log that grows for ever.
      - The default is V(1M) for a log in O(state_dir), and V(0) for O(logfile), which somebody else may rotate.
      - The journal has limits of its own.
    type: str
  mptcp:
    description:
      - Take data streams over Multipath TCP too, from clients that ask for it. It needs a kernel with MPTCP, Linux 5.6 or later.
    type: bool
    default: false
  supervisor:
    description:
      - Who keeps the server running.
      - V(systemd) is a transient service, for which the module must run as root on a node that runs systemd.
      - V(daemon) is a process in a session of its own.
      - V(auto) is V(systemd) where that can be had and V(daemon) elsewhere. A running server of either kind will do.
    type: str
    default: auto
    choices:
      - auto
      - systemd
      - daemon
  timeout:
    description:
      - How many seconds the server may take to serve, or to end, and how long to wait for another run of this module on the node.
    type: int
    default: 30
notes:
  - The node needs Python 3.6 or later.
  - The firewall is not touched. TCP tests need the port for TCP, UDP tests need it for TCP and for UDP.
seealso:
  - module: nfv.iperf.iperf_client
  - module: nfv.iperf.iperf_server_info
"""

EXAMPLES = r"""
- name: Serve on port 5201 of all addresses
  nfv.iperf.iperf_server:

- name: Serve one test on an address of the storage network, and give up after a minute
  nfv.iperf.iperf_server:
    bind: "{{ storage_address }}"
    port: 5210
    one_off: true
    idle_timeout: 60

- name: Protect a shared link from careless tests
  nfv.iperf.iperf_server:
    max_clients: 4
    server_bitrate_limit: 2G
    server_max_duration: 60

- name: Measure, and leave no server behind even when a test fails
  block:
    - name: Start the server
      nfv.iperf.iperf_server:
        port: 5210
      delegate_to: "{{ peer }}"

    - name: Measure
      nfv.iperf.iperf_client:
        host: "{{ peer }}"
        port: 5210
  always:
    - name: Stop the server
      nfv.iperf.iperf_server:
        port: 5210
        state: stopped
      delegate_to: "{{ peer }}"
"""

RETURN = r"""
state:
  description: What the server is now, or in check mode would be.
  returned: success
  type: str
  sample: started
port:
  description: The server's port.
  returned: success
  type: int
  sample: 5201
pid:
  description: Process id of the server, null when it does not run.
  returned: success
  type: int
  sample: 4711
addresses:
  description:
    - The addresses on which it accepts connections. V(::) are all addresses of IPv6 and of IPv4.
    - Empty when it does not run.
  returned: success
  type: list
  elements: str
  sample: ["::"]
archive:
  description: The engine as the file that runs on the node.
  returned: success
  type: dict
  contains:
    path:
      description: Where it lies on the node. It is there as long as a server uses it.
      type: str
      sample: /run/nfv-iperf/nfv-iperf-0123456789ab.pyz
    version:
      description: What the running server says it is, null when none runs.
      type: str
      sample: iperf 3.21
    sha256:
      description: Hash of the archive's content. It is the same on each node.
      type: str
supervisor:
  description: Who keeps the server running, V(systemd) or V(daemon); null when it does not run.
  returned: success
  type: str
  sample: systemd
unit:
  description: Name of the transient service, null without one.
  returned: success
  type: str
  sample: nfv-iperf-5201.service
log:
  description: Path of the file with the server's report, or the command that shows it. Null when the server does not run.
  returned: success
  type: str
  sample: /run/nfv-iperf/server-5201.log
info_socket:
  description: Path of the Unix socket that tells what the server does. M(nfv.iperf.iperf_server_info) reads it.
  returned: success
  type: str
  sample: /run/nfv-iperf/server-5201.sock
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, guard, server


def main():
    module = AnsibleModule(**argspec.server_arguments())
    guard.run(module, server.work)


if __name__ == "__main__":
    main()
