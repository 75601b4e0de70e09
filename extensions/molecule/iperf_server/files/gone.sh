# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Succeeds when nothing of a server is left on the node, else prints what is.
left=$(
  find / /run /tmp -xdev \( -name 'nfv-iperf-*' -o -name nfv-iperf \) -print 2>/dev/null
  systemctl list-units --all --no-legend --plain 'nfv-iperf-*'
  getent passwd nfv-iperf-server-5201
  pgrep --list-full --full '[n]fv-iperf-'
  ss -lntup | grep ':5201 '
)
echo "$left"
test -z "$left"
