# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The terminal on which Ansible shows what tasks return. PRIVATE to the collection."""

import os

from ansible import constants
from ansible.errors import AnsibleError

from . import screen

# Asked when Ansible's main process loads this file; the processes of tasks have no terminal.
TERMINAL = os.get_terminal_size(1) if os.isatty(1) else None
# Where Ansible shows results as YAML it breaks longer lines.
YAML_WIDTH = 69


def size():
    """(width, height) of a text of several lines that fits."""
    width, height = screen.size(TERMINAL)
    try:
        shown = constants.config.get_config_value("result_format", plugin_type="callback", plugin_name="default")
    except AnsibleError:  # another callback is in its place
        shown = None
    return (min(width, YAML_WIDTH) if shown == "yaml" else width), height
