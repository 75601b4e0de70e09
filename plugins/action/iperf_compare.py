# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_compare: compare two runs on the controller, from file to file."""

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import baseline, comparison, files, terminal

ARGUMENTS = {
    "before": {"type": "path", "required": True},
    "after": {"type": "path", "required": True},
    "tolerance_percent": {"type": "float", "default": 10.0},
    "dest": {"type": "path"},
}


class ActionModule(ActionBase):
    """Runs on the controller only; the module of the same name holds the documentation."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        dummy, given = self.validate_argument_spec(ARGUMENTS)
        try:
            runs = [baseline.read(given[option], option) for option in ("before", "after")]
            found = comparison.compare(*runs, tolerance_percent=given["tolerance_percent"])
        except ValueError as error:
            raise AnsibleActionFail(str(error)) from None
        diffs = []
        if given["dest"]:
            try:
                diffs = files.put({"markdown": (given["dest"], comparison.markdown(found))}, write=not self._task.check_mode)
            except OSError as error:
                raise AnsibleActionFail("cannot write the comparison: %s" % error) from None
        return dict(result, changed=bool(diffs), status=found["status"], counts=found["counts"], headline=comparison.headline(found),
                    verdict=comparison.lines(found, *terminal.size()), dest=given["dest"], diff=diffs)
