# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_report: write a run's reports on the controller."""

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import baseline, files, formats, report_text


class ActionModule(ActionBase):
    """Runs on the controller only; the module of the same name holds the documentation."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        dummy, given = self.validate_argument_spec({
            "run": {"type": "dict", "required": True},
            "dest": {"type": "path", "required": True},
            "formats": {"type": "list", "elements": "str", "choices": list(formats.FORMATS), "default": list(formats.FORMATS)},
            "write_baseline": {"type": "path"},
        })
        try:
            baseline.check(given["run"], "run")
            report, missing = formats.render_all(given["run"], given["formats"])
        except ValueError as error:
            raise AnsibleActionFail(str(error))
        wanted = files.in_folder(given["dest"], report)
        if given["write_baseline"]:
            wanted["baseline"] = (given["write_baseline"], formats.render(baseline.slim(given["run"]), "json"))
        try:
            diffs = files.put(wanted, write=not self._task.check_mode)
        except OSError as error:
            raise AnsibleActionFail("cannot write the report: %s" % error)
        if missing:
            result["warnings"] = [one["msg"] for one in missing]
        result.update(changed=bool(diffs), dest=given["dest"], files={name: path for name, (path, dummy) in wanted.items()}, missing=missing,
                      verdict=report_text.lines(given["run"]), diff=diffs)
        return result
