# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_compare: compare two runs on the controller, from file to file."""

from ..plugin_utils import baseline, comparison, terminal
from ..plugin_utils.controller_action import ControllerAction

ARGUMENTS = {
    "before": {"type": "path", "required": True},
    "after": {"type": "path", "required": True},
    "tolerance_percent": {"type": "float", "default": 10.0},
    "dest": {"type": "path"},
}


class ActionModule(ControllerAction):
    """Compares, and writes the comparison if a file is named."""

    arguments = ARGUMENTS

    def work(self, given):
        runs = [baseline.read(given[option], option) for option in ("before", "after")]
        found = comparison.compare(*runs, tolerance_percent=given["tolerance_percent"])
        written = self.put({"markdown": (given["dest"], comparison.markdown(found))} if given["dest"] else {})
        return dict(written, status=found["status"], counts=found["counts"], headline=comparison.headline(found),
                    verdict=comparison.lines(found, *terminal.size()), dest=given["dest"])
