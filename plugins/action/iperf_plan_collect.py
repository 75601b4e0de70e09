# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_plan_collect: put what the nodes returned together on the controller.

The data of a hundred nodes are tens of megabytes, which Ansible's variables carry slowly. They go from file to file here.
"""

import os
import time

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.release import __version__ as ansible_version

from ..plugin_utils import files, report_json, run_data

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


class ActionModule(ActionBase):
    """Runs on the controller only; the module of the same name holds the documentation."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        dummy, given = self.validate_argument_spec(ARGUMENTS)
        path = given["dest"]
        if not os.path.isdir(given["folder"]):
            raise AnsibleActionFail("folder is %s, which is no folder: give the one that iperf_plan_wait wrote to" % given["folder"])
        about = {name: given[name] for name in ("title", "started", "groups", "preflight")}
        run = run_data.gather(given["fleet"], given["folder"], given["addresses"], given["nodes"], dict(about, ended=time.time(), ansible=ansible_version))
        try:
            diffs = files.put({"json": (path, report_json.render(run))}, write=not self._task.check_mode)
        except OSError as error:
            raise AnsibleActionFail("cannot write the data of the run: %s" % error) from None
        return dict(result, changed=bool(diffs), dest=path, links=len(run["links"]), diff=diffs,
                    measured=sum(link["bps"] is not None for link in run["links"]))
