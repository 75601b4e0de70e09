# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Lets a unit fail and stay so, as at a boot: a server that was killed, or what opens a port in a firewall without any rules.
case $1 in
  *-server-*)
    mkdir -p "/run/systemd/system/$1.service.d"
    printf '[Service]\nRestart=no\n' > "/run/systemd/system/$1.service.d/once.conf"
    systemctl daemon-reload
    systemctl kill --signal=KILL "$1"
    ;;
  *)
    nft flush ruleset
    systemctl restart "$1" 2>/dev/null
    systemctl restart nftables
    ;;
esac
for attempt in $(seq 100); do
  test "$(systemctl is-failed "$1")" = failed && break
  sleep 0.1
done
rm -rf "/run/systemd/system/$1.service.d"
systemctl daemon-reload
echo "looked $attempt times"
test "$(systemctl is-failed "$1")" = failed
