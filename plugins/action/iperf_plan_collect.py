# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_plan_collect: put what the nodes returned together on the controller.

The data of a hundred nodes are tens of megabytes, which Ansible's variables carry slowly. They go from file to file here.
"""

import os
import time

from ansible.release import __version__ as ansible_version

from ..plugin_utils import report_json, run_data
from ..plugin_utils.controller_action import ControllerAction

ARGUMENTS = {
    "fleet": {"type": "dict", "required": True},
    "folder": {"type": "path", "required": True},
    "dest": {"type": "path", "required": True},
    "addresses": {"type": "dict", "required": True},
    "nodes": {"type": "dict", "required": True},
    "title": {"type": "str", "default": ""},
    "started": {"type": "float", "required": True},
    "groups": {"type": "dict", "default": {}},
    "preflight": {"type": "list", "elements": "dict", "default": []},
}


class ActionModule(ControllerAction):
    """Collects, and writes the data set."""

    arguments = ARGUMENTS

    def work(self, given):
        if not os.path.isdir(given["folder"]):
            raise ValueError("folder is %s, which is no folder: give the one that iperf_plan_wait wrote to" % given["folder"])
        about = {name: given[name] for name in ("title", "started", "groups", "preflight")}
        run = run_data.gather(given["fleet"], given["folder"], given["addresses"], given["nodes"], dict(about, ended=time.time(), ansible=ansible_version))
        written = self.put({"json": (given["dest"], report_json.render(run))})
        return dict(written, dest=given["dest"], links=len(run["links"]), measured=sum(link["bps"] is not None for link in run["links"]))
