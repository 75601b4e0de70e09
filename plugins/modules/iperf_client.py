# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: iperf_client
short_description: Measure the bandwidth to an iperf3 server without installing iperf3
version_added: 0.1.0
description:
  - Runs one test from the node against an iperf3 server, which may be the real one (3.0 and later) or one that
    M(nfv.iperf.iperf_server) started. Nothing needs to be installed on the node.
  - Returns the JSON document that C(iperf3 -J) writes, numbers that a play can compare, and what happened on the control connection,
    which is the TCP session that iperf3 keeps beside the data.
  - A test that fails says why, and returns what was measured until then.
  - The options are called like the long options of iperf3, with C(_) for C(-), and have its units. Rates and sizes are numbers, or
    text with a suffix. The suffixes V(k), V(m), V(g) and V(t) count in steps of 1000 for rates and of 1024 for all others.
extends_documentation_fragment:
  - nfv.iperf.attributes
attributes:
  check_mode:
    support: full
    details:
      - All options are checked, and what would be run is told. Nothing is sent.
  diff_mode:
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    support: none
    details:
      - Each run sends its traffic and measures anew. Nothing is changed on the node, so RV(ignore:changed) is always V(false).
  async:
    support: full
    details:
      - Give C(async) more seconds than the test takes.
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  host:
    description:
      - The name or address of the server. C(HOST%INTERFACE) also sets O(bind_dev).
    type: str
    required: true
    aliases:
      - client
      - server
  port:
    description:
      - The server's port, from 1 to 65535.
    type: int
    default: 5201
  udp:
    description:
      - Use UDP instead of TCP.
    type: bool
    default: false
  bitrate:
    description:
      - The rate of each stream in bits per second, such as V(10G) or V(500k), 0 for no limit.
      - By default no limit over TCP and 1048576 over UDP.
      - V(10M/5) also sets O(burst).
    type: str
    aliases:
      - bandwidth
  burst:
    description:
      - How many blocks are sent at once before the rate is looked at again, from 1 to 1000.
    type: int
  fq_rate:
    description:
      - The rate in bits per second at which the sender's kernel paces each stream, 0 for none.
    type: str
  pacing_timer:
    description:
      - How often servers up to 3.17 look at the rate, in microseconds.
    type: str
  time:
    description:
      - How many seconds to measure, from 1 to 86400. The default is 10, unless O(bytes) or O(blockcount) ends the test.
    type: int
    aliases:
      - duration
  bytes:
    description:
      - End the test after so many bytes, such as V(100M).
    type: str
    aliases:
      - num
  blockcount:
    description:
      - End the test after so many blocks.
    type: str
  omit:
    description:
      - How many seconds at the beginning are left out of the results, from 0 to 600. They come before O(time).
    type: int
  interval:
    description:
      - How many seconds lie between two entries of RV(result.intervals), from 0.1 to 60, or 0 for none. The default is 1.
    type: float
  length:
    description:
      - The size of a block in bytes, such as V(128K), at most 1048576. Over TCP it is the size of a write, by default 131072.
      - Over UDP it is the size of a datagram's payload, from 16 to 65507, by default what fits the path.
    type: str
    aliases:
      - len
  parallel:
    description:
      - How many streams to use in each direction, from 1 to 128. The default is 1.
    type: int
  reverse:
    description:
      - The server sends. Excludes O(bidir).
    type: bool
    default: false
  bidir:
    description:
      - Both ends send at the same time. The real server knows this from 3.7 on.
    type: bool
    default: false
    aliases:
      - bidirectional
  bind:
    description:
      - The local address to use. C(ADDRESS%INTERFACE) also sets O(bind_dev).
    type: str
  bind_dev:
    description:
      - The local interface to use.
    type: str
  cport:
    description:
      - The local port of the first data stream, from 1 to 65535. The other streams take the next ones.
    type: int
  version4:
    description:
      - Only use IPv4. Excludes O(version6).
    type: bool
    default: false
  version6:
    description:
      - Only use IPv6.
    type: bool
    default: false
  connect_timeout:
    description:
      - How many milliseconds the control connection may take, by default 30000.
    type: str
  rcv_timeout:
    description:
      - Give up when no data came for so many milliseconds, from 100 to 86400000. Only with O(reverse) or O(bidir).
    type: int
  snd_timeout:
    description:
      - Give a TCP connection up when data stays unacknowledged for so many milliseconds, at most 86400000.
    type: int
  cntl_ka:
    description:
      - TCP keepalive on the control connection, which keeps firewalls from forgetting it in long tests.
      - C(IDLE/INTERVAL/COUNT) in seconds, seconds and probes, such as V(60/10/5). Each of them may be left out.
      - By default V(10/10/3). Give V(off) for none.
    type: str
  window:
    description:
      - The size of the data streams' socket buffers in bytes, such as V(4M), at most 512M. By default the system decides.
    type: str
  mptcp:
    description:
      - Make the data streams over Multipath TCP, with a kernel that has it, Linux 5.6 or later. A server that was started without
        it, or before iperf3 3.19, makes them plain TCP.
    type: bool
    default: false
  congestion:
    description:
      - The TCP congestion control of the data streams, such as V(bbr).
    type: str
    aliases:
      - linux_congestion
  set_mss:
    description:
      - The TCP maximum segment size of the data streams in bytes, at most 32767. Not with O(udp).
    type: int
    aliases:
      - mss
  no_delay:
    description:
      - Set TCP_NODELAY on the data streams.
    type: bool
    default: false
    aliases:
      - nodelay
  tos:
    description:
      - The type of service byte, from 0 to 255. V(0x) and V(0) in front mean hexadecimal and octal; quote them in YAML.
    type: str
  dscp:
    description:
      - The class of service, from 0 to 63 or by name, such as V(ef) or V(af41).
    type: str
  flowlabel:
    description:
      - The IPv6 flow label of what this end sends on the data streams, from 1 to 1048575. Over IPv4 the test is refused.
    type: str
  dont_fragment:
    description:
      - Set Don't Fragment on UDP over IPv4.
    type: bool
    default: false
  gsro:
    description:
      - Ask for UDP segmentation and receive offload. This end uses them wherever the kernel has them.
    type: bool
    default: false
  udp_counters_64bit:
    description:
      - Number datagrams with 64 bits, for more than 4294967295 of them.
    type: bool
    default: false
  repeating_payload:
    description:
      - Send digits instead of random bytes.
    type: bool
    default: false
  zerocopy:
    description:
      - Send without copying (sendfile), over TCP only. The server is asked to do so too where it sends. An end that cannot do it
        refuses the test.
    type: bool
    default: false
  skip_rx_copy:
    description:
      - Drop received data in the kernel.
    type: bool
    default: false
  preflight:
    description:
      - Check first, in a second or two and without load, what the test needs, and do not begin it if a check fails.
      - Checked are the control connection, and data over TCP and UDP, each with small packets and with packets of full size that may
        not be fragmented. Each check is a real test of some packets, so that it works with real servers too.
      - What is found for the protocol that the test does not use is told in RV(preflight) and stops nothing.
    type: bool
    default: false
  conntrack:
    description:
      - Tell what connection tracking shows of the control connection and the data streams during the test, on this node and, if the
        server is one of M(nfv.iperf.iperf_server), on the server's node.
      - Reading the table needs root, so give C(become) on this node. Where it cannot be read, RV(control.conntrack) says why.
    type: bool
    default: false
  affinity:
    description:
      - The number of the CPU to run on, from 0 to 1024. V(2,3) also asks the server to run the test on its CPU 3.
    type: str
  server_affinity:
    description:
      - The number of the CPU that the server is asked to run the test on, from 0 to 1024.
    type: int
  get_server_output:
    description:
      - Fetch the server's own report into RV(result).
    type: bool
    default: false
  title:
    description:
      - A text that is part of RV(result), to tell results apart.
    type: str
  extra_data:
    description:
      - A text that is shown in the JSON documents of both ends.
    type: str
  fact_name:
    description:
      - The name of the fact that RV(result) becomes when the test succeeds.
    type: str
    default: iperf_result
  progress_file:
    description:
      - A file on the node that gets a line with a JSON object for each interval while the test runs.
      - On a terminal, and with at most four hosts, the intervals are shown without this option too.
    type: path
notes:
  - The node needs Python 3.6 or later.
seealso:
  - module: nfv.iperf.iperf_server
"""

EXAMPLES = r"""
- name: Measure for ten seconds
  nfv.iperf.iperf_client:
    host: server.example.com

- name: Measure what comes back, with four streams, and leave out slow start
  nfv.iperf.iperf_client:
    host: 192.0.2.10
    reverse: true
    parallel: 4
    time: 5
    omit: 1
  register: test

- name: See that it is enough
  ansible.builtin.assert:
    that:
      - test.summary.received_bps > 9.0e9
    fail_msg: "{{ test.summary.received_bps / 1e9 }} Gbit/s, limited by {{ test.summary.limited_by }}"

- name: See how many datagrams are lost at 2 Gbit/s
  nfv.iperf.iperf_client:
    host: 192.0.2.10
    udp: true
    bitrate: 2G
    fact_name: iperf_udp

- name: See what firewalls remember of both connections
  nfv.iperf.iperf_client:
    host: 192.0.2.10
    preflight: true
    conntrack: true
  become: true
  register: watched

- name: Run a long test in the background
  nfv.iperf.iperf_client:
    host: 192.0.2.10
    time: 3600
    cntl_ka: 60/10/5
  async: 3700
  poll: 0
  register: soak
"""

RETURN = r"""
result:
  description:
    - The document that C(iperf3 -J) writes, with the keys and units of iperf3 3.21. What is not known is null.
    - On failure it contains what was measured until then, and C(error).
  returned: when the test was begun
  type: dict
  contains:
    start:
      description: What was agreed on, and the addresses of the data streams.
      type: dict
    intervals:
      description: One entry for each O(interval), with the streams and their sums.
      type: list
      elements: dict
    end:
      description: The results of both ends, of each stream and in sum.
      type: dict
summary:
  description:
    - The numbers that matter, on one level. What was not measured is null.
    - In a test with O(bidir=true) there is such a set of numbers for each direction too.
  returned: when the test was begun
  type: dict
  sample:
    status: ok
    protocol: TCP
    direction: normal
    seconds: 10.0
    sent_bps: 9412345678.9
    received_bps: 9409876543.2
    retransmits: 12
    cpu_local_percent: 35.1
    cpu_remote_percent: 48.7
    limited_by: link
control:
  description: The control connection.
  returned: when the test was begun
  type: dict
  contains:
    local:
      description: Its address here, as C(host) and C(port).
      type: dict
    remote:
      description: Its address at the server, as C(host) and C(port).
      type: dict
    cookie:
      description: The text that names the test at both ends.
      type: str
    keepalive:
      description: The TCP keepalive in force, as C(idle) and C(interval) in seconds and C(count), null if there is none.
      type: dict
    conntrack:
      description:
        - With O(conntrack=true), the connection tracking table as a whole, under C(client) and C(server), which is null unless it is one of ours.
        - C(available) and C(reason) say whether it could be read, C(count), C(max) and C(fill_percent) how full it is, and C(notes) what is remarkable.
      type: dict
    bytes_sent:
      description: Bytes sent.
      type: int
    bytes_received:
      description: Bytes received.
      type: int
    longest_silence:
      description: The longest time without a message, in seconds. A firewall that forgets connections sooner ends the test.
      type: float
    transcript:
      description: One entry for each message, with C(time) in seconds, C(direction), C(name), C(size) in bytes and C(content).
      type: list
      elements: dict
connections:
  description:
    - The control connection and the data streams as flows, with C(role), C(protocol), C(stream), C(local) and C(remote).
    - With O(conntrack=true) also C(conntrack), with what each node's table showed under C(client) and C(server). There are C(state),
      C(timeout_left), C(bytes_sent), C(bytes_received), C(idle), C(longest_idle), C(entry) and C(notes).
  returned: when the test was begun
  type: list
  elements: dict
command:
  description: The command line of iperf3 that does the same.
  returned: unless an option is wrong
  type: str
  sample: iperf3 -c 192.0.2.10 -p 5201 -u -b 2000000000
parameters:
  description: The parameters that are sent to the server, by the keys of the protocol.
  returned: unless an option is wrong
  type: dict
preflight:
  description: The checks before the test.
  returned: with O(preflight=true)
  type: list
  elements: dict
  contains:
    name:
      description: V(control), V(tcp_data), V(tcp_full_size), V(udp_data) or V(udp_full_size).
      type: str
    ok:
      description: Whether it passed, null if it was not tried because of one that failed.
      type: bool
    needed:
      description: Whether the test needs it.
      type: bool
    detail:
      description: The class and the error of a check that failed.
      type: str
    seconds:
      description: How long it took.
      type: float
diagnosis:
  description: What the failure means. All classes are on the page "Diagnosis" of the collection's documentation.
  returned: failure, and when no data arrived
  type: dict
  contains:
    class:
      description: The kind of failure, such as V(control_refused), V(control_filtered), V(udp_data_blocked) or V(server_busy).
      type: str
      sample: udp_data_blocked
    explanation:
      description: The kind of failure in a sentence or two.
      type: str
    evidence:
      description: What that is concluded from.
      type: list
      elements: str
    remedy:
      description: What to do about it. If the server is one of ours and runs as root, the command of its firewall that opens the port.
      type: list
      elements: str
error_number:
  description: The number of the error, below 1000 iperf3's own.
  returned: failure
  type: int
  sample: 103
ansible_facts:
  description: The RV(result) under the name that O(fact_name) gives.
  returned: success, not in check mode
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, client, guard


def main():
    module = AnsibleModule(**argspec.client_arguments())
    guard.run(module, client.work)


if __name__ == "__main__":
    main()
