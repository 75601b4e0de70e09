# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Real tests to each address, TCP and UDP: by the real client in both directions, and by ours when it has been built.
# The real server is busy until it has closed its end too, for a moment after its client has ended.
settled() {
  for _ in $(seq 100); do
    [ -z "$(ss -Htn state connected exclude time-wait "dport = :5201")" ] && return
    sleep 0.1
  done
  echo "a connection to port 5201 is still there 10 s after its test"
  exit 1
}
for address in "$@"; do
  # A client that waits for a number of bytes waits for ever when a datagram on its way to it is lost.
  for options in "--bytes 1M" "--udp --bitrate 100M --bytes 1M" "--reverse --bytes 1M" "--udp --bitrate 100M --reverse --time 1"; do
    echo "== $address $options"
    settled
    # shellcheck disable=SC2086
    timeout 60 iperf3 --client "$address" --connect-timeout 5000 $options || exit 1
  done
  for options in "--bytes 1M" "--udp --bitrate 100M --bytes 1M"; do
    [ -f /opt/nfv-build/nfv-iperf.pyz ] || continue
    echo "== our own client to $address $options"
    settled
    # shellcheck disable=SC2086
    timeout 60 python3 /opt/nfv-build/nfv-iperf.pyz --client "$address" --connect-timeout 5000 $options || exit 1
  done
done
