# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What answers on the port: serve.sh echo, serve.sh iperf3 or serve.sh nothing.
case $1 in
  echo) systemctl stop nfv-iperf3 2>/dev/null; set -- nfv-echo u python3 /opt/nfv/files/echo.py 5201 ;;
  iperf3) systemctl stop nfv-echo 2>/dev/null; set -- nfv-iperf3 t iperf3 --server --idle-timeout 300 ;;
  *) systemctl stop nfv-echo nfv-iperf3 2>/dev/null; exit 0 ;;
esac
unit=$1 kind=$2
shift 2
if ! systemctl is-active --quiet "$unit" && ss -Hlntup "sport = :5201" | grep .; then
  echo "something else has the port"
  exit 1
fi
systemctl reset-failed "$unit" 2>/dev/null
systemctl is-active --quiet "$unit" || systemd-run --quiet --unit "$unit" "$@" || exit 1
for attempt in $(seq 200); do
  systemctl is-active --quiet "$unit" && ss -ln"$kind" | grep -q :5201 && exit 0
  sleep 0.1
done
echo "$unit does not listen after $attempt tries"
exit 1
