# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that the modules which read or write the journals of opened ports share. PRIVATE to the collection."""


class ModuleDocFragment:

    DOCUMENTATION = r"""
options:
  journal_dir:
    description:
      - Where the role P(nfv.iperf.control_port#role) keeps its journals on the host. It is made when needed and removed when
        empty.
    type: path
    default: /var/lib/nfv-iperf
"""
