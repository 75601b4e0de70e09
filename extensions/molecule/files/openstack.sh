# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A node of EDPM or TripleO with nftables: openstack.sh edpm|tripleo
set -e
mkdir -p "/var/lib/$1-config/firewall"
cp "/opt/nfv/$1/base-rules.yaml" "/var/lib/$1-config/firewall/"
for again in first second; do
  for step in configure run; do
    python3 /opt/nfv/files/openstack_nft.py "$1" "$step" || { echo "$again $step"; exit 1; }
  done
done
