# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
set -e
systemctl start firewalld
firewall-cmd --quiet --zone work --change-interface eth0
firewall-cmd --quiet --zone work --add-rich-rule 'rule family="ipv4" source address="192.0.2.1" port port="5201" protocol="tcp" accept'
# which an accept without a priority comes behind
firewall-cmd --quiet --zone work --add-rich-rule 'rule family="ipv4" source address="198.18.0.0/16" port port="5201" protocol="tcp" reject'
