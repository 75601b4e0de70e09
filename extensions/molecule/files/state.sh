# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Print everything about the host's firewalls that opening a port could change, without what changes by itself.
section() { printf '\n== %s\n' "$*"; }
section nft
nft list ruleset 2>/dev/null | sed -E 's/counter packets [0-9]+ bytes [0-9]+/counter/'
for save in iptables-save ip6tables-save; do
  section "$save"
  "$save" 2>&1 | sed -E '/^# (Generated|Completed)/d; s/\[[0-9]+:[0-9]+\]/[]/'
done
section firewalld
if [ "$(firewall-cmd --state 2>/dev/null)" = running ]; then
  firewall-cmd --list-all-zones
  firewall-cmd --permanent --list-all-zones
fi
find /etc/firewalld -type f 2>/dev/null | sort | xargs -r sha256sum
section ufw
ufw status verbose 2>&1
cat /etc/ufw/user.rules /etc/ufw/user6.rules 2>/dev/null
section sysctl
sysctl net.netfilter.nf_conntrack_acct net.netfilter.nf_conntrack_tcp_timeout_established
section units
systemctl list-units --all --no-legend --plain 'nfv-iperf-*'
section files
find /etc/nftables* /etc/systemd/system /var/lib/nfv-iperf /var/lib/edpm-config /var/lib/tripleo-config /etc/sysconfig \
  \( -type f -o -type l \) 2>/dev/null | sort | xargs -r sha256sum
