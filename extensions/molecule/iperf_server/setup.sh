# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The ruleset comes back after a reboot too.
cp /opt/nfv/nftables/ruleset.nft /etc/nftables.conf
systemctl enable --quiet nftables
systemctl restart nftables
