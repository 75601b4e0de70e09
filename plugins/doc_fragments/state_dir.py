# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that the modules which deal with servers share. PRIVATE to the collection."""


class ModuleDocFragment:

    DOCUMENTATION = r"""
options:
  state_dir:
    description:
      - The directory on the node with the servers' archives, records, information sockets and logs.
      - It is made when it is missing and removed with the last file in it. Only the user that the module runs as may be able to
        write to it.
      - By default C(/run/nfv-iperf) when the module runs as root, and otherwise a directory of the node's own in the user's
        C(~/.cache).
    type: path
"""
