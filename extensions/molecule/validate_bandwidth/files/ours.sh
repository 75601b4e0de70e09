# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What a run could have left on a host: its files, processes, units.
find / -xdev \( -name '*nfv[-_]iperf*' -o -path '*/iperf/plan-*' \) 2>/dev/null
pgrep -fa 'nfv.iperf|iperf_plan' | grep -v ours.sh
systemctl list-units --all --no-legend --plain 'nfv-iperf-*'
exit 0
