# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Wait until a server serves that is not the one with this pid, and print its pid: serving.sh PID
for attempt in $(seq 300); do
  pid=$(systemctl show --property MainPID --value nfv-iperf-server-5201)
  test "$pid" -gt 0 && test "$pid" -ne "$1" && ss -lntp | grep ':5201 ' | grep -q "pid=$pid," && echo "$pid" && exit 0
  sleep 0.2
done
echo "no server after $attempt looks"
systemctl status --no-pager nfv-iperf-server-5201
exit 1
