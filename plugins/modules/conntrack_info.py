# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: conntrack_info
short_description: Show what connection tracking knows of the connections of a host
version_added: 0.1.0
description:
  - Reads the connection tracking table (conntrack) of the network namespace that the module runs in, and returns its entries as
    records, its timeouts, and how full it is.
  - Every iperf3 test has one connection more than the data needs, the control connection, which is silent while the data flows.
    A stateful firewall forgets a connection that is silent for longer than a timeout; this module shows both.
  - Nothing is changed, and no kernel module is loaded by looking.
  - A host on which the table cannot be read or is not in use is an answer and no failure, see RV(available) and RV(status).
extends_documentation_fragment:
  - nfv.iperf.attributes
  - nfv.iperf.attributes.info_module
author:
  - nfv.iperf contributors (@nfv-iperf)
options:
  ports:
    description:
      - Return entries with one of these ports only, on either end and in either direction.
      - This also makes reading a large table quick.
    type: list
    elements: int
    default: []
    aliases: [port]
  protocol:
    description:
      - Return entries of this protocol only.
    type: str
    choices: [tcp, udp, udplite, icmp, icmpv6, sctp, gre]
  addresses:
    description:
      - Return entries with one of these IP addresses or networks only, on either end and in either direction.
    type: list
    elements: str
    default: []
    aliases: [address]
  states:
    description:
      - Return entries only that are in one of these states, or have one of the flags V(ASSURED), V(UNREPLIED) and V(OFFLOAD).
      - UDP and ICMP entries have flags but no state.
    type: list
    elements: str
    default: []
    aliases: [state]
    choices: [
      NONE, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE, SYN_SENT2,
      CLOSED, COOKIE_WAIT, COOKIE_ECHOED, SHUTDOWN_SENT, SHUTDOWN_RECD, SHUTDOWN_ACK_SENT, HEARTBEAT_SENT,
      ASSURED, UNREPLIED, OFFLOAD,
    ]
  limit:
    description:
      - Return this many entries at most, V(0) for all. RV(matched) tells how many there are.
    type: int
    default: 1000
requirements:
  - Linux
  - Root, for the entries. The limits and timeouts are readable for all.
  - The command C(conntrack), on kernels that have no C(/proc/net/nf_conntrack) only.
notes:
  - Connections get an entry only while something in the network namespace uses connection tracking, which is a stateful firewall
    rule or NAT. An empty table on a host without either is no fault.
  - Bytes and packets are counted for connections that begin while RV(accounting) is V(true).
seealso:
  - module: nfv.iperf.iperf_client
"""

EXAMPLES = r"""
- name: See the connections of a running test
  nfv.iperf.conntrack_info:
    port: 5201
  become: true
  register: tracked

- name: Tell which of them are idle, and how long they may be
  ansible.builtin.debug:
    msg: >-
      {{ item.original.src }}:{{ item.original.sport }} to {{ item.original.dst }}:{{ item.original.dport }}
      {{ item.state }} expires in {{ item.timeout }} s after {{ item.original.bytes }} bytes
  loop: "{{ tracked.entries }}"

- name: Refuse to start a long test that the firewall of this host would cut
  ansible.builtin.assert:
    that: tracked.timeouts.tcp_timeout_established > 3600
  when: tracked.status == 'ok'

- name: Find connections that nobody answers
  nfv.iperf.conntrack_info:
    states: [SYN_SENT, UNREPLIED]
    address: 192.0.2.0/24
"""

RETURN = r"""
available:
  description: Whether the table was read. An empty table was.
  type: bool
  returned: always
  sample: true
status:
  description:
    - V(ok), the table was read.
    - V(idle), the table was read and is empty, because nothing in this network namespace tracks connections, or there are none.
    - V(not_loaded), the kernel has no connection tracking, or has not loaded it.
    - V(not_permitted), reading takes root.
    - V(no_source), the kernel offers no file and the command C(conntrack) is not installed.
    - V(failed), see RV(reason).
  type: str
  returned: always
  sample: ok
reason:
  description: Why there are no entries, and what to do; empty when RV(status) is V(ok).
  type: str
  returned: always
  sample: ""
source:
  description: The file or command that the entries were read from, empty if there was none.
  type: str
  returned: always
  sample: /proc/net/nf_conntrack
entries:
  description: The entries that fit the options.
  type: list
  elements: dict
  returned: always
  contains:
    l3:
      description: V(ipv4) or V(ipv6).
      type: str
    l4:
      description: Protocol, such as V(tcp) or V(udp).
      type: str
    state:
      description: State of the connection, such as V(ESTABLISHED); empty for protocols without one.
      type: str
    timeout:
      description: Seconds until the entry expires unless a packet passes; null for an offloaded connection.
      type: int
    original:
      description:
        - The packets from the end that began the connection, with the addresses they come with.
        - Counters are null where packets are not counted.
      type: dict
      contains: &direction
        src:
          description: Source address.
          type: str
        dst:
          description: Destination address.
          type: str
        sport:
          description: Source port, null for protocols without ports.
          type: int
        dport:
          description: Destination port, null for protocols without ports.
          type: int
        packets:
          description: Packets so far.
          type: int
        bytes:
          description: Bytes so far, IP headers included.
          type: int
    reply:
      description: The packets of the answering end, with the addresses they come with.
      type: dict
      contains: *direction
    nat:
      description: What of the original direction this host translates, V(source), V(destination) or V(both), else empty.
      type: str
    assured:
      description: Whether the entry is kept when the table is full, because packets passed both ways.
      type: bool
    unreplied:
      description: Whether packets passed in the original direction only.
      type: bool
    offload:
      description: Whether a flowtable or the network card forwards the packets.
      type: bool
    zone:
      description: The conntrack zone, V(0) unless zones are used.
      type: int
    mark:
      description: The mark that firewall rules gave to the connection.
      type: int
    use:
      description: References that the kernel holds to the entry.
      type: int
    other:
      description: Further words of the line, such as the type of an ICMP message, as text.
      type: dict
  sample:
    - l3: ipv4
      l4: tcp
      state: ESTABLISHED
      timeout: 431999
      original: {src: 192.0.2.1, dst: 192.0.2.2, sport: 40000, dport: 5201, packets: 8, bytes: 588}
      reply: {src: 192.0.2.2, dst: 192.0.2.1, sport: 5201, dport: 40000, packets: 7, bytes: 376}
      nat: ""
      assured: true
      unreplied: false
      offload: false
      zone: 0
      mark: 0
      use: 2
      other: {}
matched:
  description: How many entries fit the options, more than returned if O(limit) was reached; null if the table was not read.
  type: int
  returned: always
  sample: 2
count:
  description: Entries in the whole table of this network namespace; null where unknown.
  type: int
  returned: always
  sample: 34
max:
  description: The most entries that the table takes; the packets of further connections are dropped.
  type: int
  returned: always
  sample: 262144
fill_percent:
  description: RV(count) in percent of RV(max).
  type: float
  returned: always
  sample: 0.01
accounting:
  description: Whether packets and bytes of new connections are counted (C(net.netfilter.nf_conntrack_acct)); null where unknown.
  type: bool
  returned: always
  sample: true
timeouts:
  description:
    - Seconds without a packet after which an entry expires, by protocol and state.
    - The keys are the names of the sysctls without C(net.netfilter.nf_conntrack_).
  type: dict
  returned: always
  sample: {tcp_timeout_established: 432000, udp_timeout: 30, udp_timeout_stream: 120}
losses:
  description:
    - Packets dropped for want of room (C(drop)), entries removed early to make room (C(early_drop)) and entries that could not be
      inserted (C(insert_failed)) since the namespace was made. Empty where the kernel does not tell.
  type: dict
  returned: always
  sample: {drop: 0, early_drop: 0, insert_failed: 0}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.nfv.iperf.plugins.module_utils._module import conntrack_info, guard


def main():
    module = AnsibleModule(argument_spec=conntrack_info.argument_spec(), supports_check_mode=True)
    guard.run(module, conntrack_info.work)


if __name__ == "__main__":
    main()
