# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The terminal on which Ansible shows what tasks return. PRIVATE to the collection."""

import os

from . import screen

# Asked when Ansible's main process loads this file; the processes of tasks have no terminal.
TERMINAL = os.get_terminal_size(1) if os.isatty(1) else None


def size():
    """(width, height) of a text of several lines that fits when it is shown as it is (iperf_show)."""
    return screen.size(TERMINAL)
