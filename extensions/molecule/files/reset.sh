# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The node without any firewall.
systemctl stop nfv-echo nfv-iperf3 2>/dev/null
systemctl is-active --quiet firewalld && systemctl disable --now --quiet firewalld
systemctl is-enabled --quiet nftables && systemctl disable --now --quiet nftables
rm -f /etc/firewalld/zones/*
test "$(sed -n s/^ENABLED=//p /etc/ufw/ufw.conf)" = no || ufw --force reset > /dev/null
nft flush ruleset
sysctl -q -w net.netfilter.nf_conntrack_acct=0 net.netfilter.nf_conntrack_tcp_timeout_established=432000
rm -rf /var/lib/nfv-iperf /var/lib/edpm-config /var/lib/tripleo-config /etc/nftables /etc/sysconfig
