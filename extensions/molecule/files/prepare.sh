# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# The node with a scenario's firewall, and the state before anything is opened: prepare.sh SCENARIO
sh /opt/nfv/files/reset.sh
sh -e "/opt/nfv/$1/setup.sh" || exit 1
sh /opt/nfv/files/state.sh > /var/tmp/nfv-state.before 2>&1
