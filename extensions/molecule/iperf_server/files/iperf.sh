# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Real tests by the real client to each address, TCP and UDP, both ways. Those over UDP end by time: one that ends by bytes
# waits for ever for datagrams that were lost on the way to the client.
for address in "$@"; do
  for options in "--bytes 10M" "--udp --bitrate 100M --time 1" "--reverse --bytes 10M" "--reverse --udp --bitrate 100M --time 1"; do
    echo "== $address $options"
    # shellcheck disable=SC2086
    timeout 60 iperf3 --client "$address" --connect-timeout 5000 $options || exit 1
  done
done
