# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# After a play was killed: nothing of it runs any more, its journal is there, and it had changed something. killed.sh RUN
for attempt in $(seq 300); do
  pgrep -f 'AnsiballZ_' > /dev/null || break
  sleep 0.1
done
test -f "/var/lib/nfv-iperf/control_port-5201-$1.json" || { echo "no journal after $attempt looks"; exit 1; }
sh /opt/nfv/files/state.sh > /var/tmp/nfv-state.now 2>&1
! diff /var/tmp/nfv-state.before /var/tmp/nfv-state.now
