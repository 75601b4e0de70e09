# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Succeeds when the node's firewalls and settings are what they were before anything was opened, else prints the difference.
sh /opt/nfv/files/state.sh > /var/tmp/nfv-state.now 2>&1
diff -u /var/tmp/nfv-state.before /var/tmp/nfv-state.now
