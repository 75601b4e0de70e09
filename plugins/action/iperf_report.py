# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_report: judge a run and write its reports on the controller."""

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import baseline, files, formats, judging, report_text, shortfall, terminal

ARGUMENTS = {
    "run": {"type": "dict"},
    "src": {"type": "path"},
    "criteria": {"type": "list", "elements": "dict"},
    "baseline": {"type": "path"},
    "dest": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(formats.FORMATS), "default": list(formats.FORMATS)},
    "write_baseline": {"type": "path"},
}


class ActionModule(ActionBase):
    """Runs on the controller only; the module of the same name holds the documentation."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        dummy, given = self.validate_argument_spec(ARGUMENTS, mutually_exclusive=[("run", "src")], required_one_of=[("run", "src")])
        try:
            run = self._judged(given)
            report, missing = formats.render_all(run, given["formats"])
            wanted = files.in_folder(given["dest"], report)
            if given["write_baseline"]:
                wanted["baseline"] = (given["write_baseline"], formats.render(baseline.slim(run), "json"))
        except ValueError as error:
            raise AnsibleActionFail(str(error)) from None
        try:
            diffs = files.put(wanted, write=not self._task.check_mode)
        except OSError as error:
            raise AnsibleActionFail("cannot write the report: %s" % error) from None
        if missing:
            result["warnings"] = [one["msg"] for one in missing]
        result.update(changed=bool(diffs), dest=given["dest"], files={name: path for name, (path, dummy) in wanted.items()}, missing=missing,
                      status=run["verdict"]["status"], verdict=report_text.lines(run, *terminal.size()),
                      shortfall=shortfall.text(run, given["dest"]), diff=diffs)
        return result

    @staticmethod
    def _judged(given):
        """The run, judged if criteria or a baseline are given. Raises ValueError."""
        run = baseline.check(given["run"], "run") if given["src"] is None else baseline.read(given["src"], "src")
        if given["criteria"] is None and given["baseline"] is None:
            return run
        return judging.judge(run, given["criteria"] or [], None if given["baseline"] is None else baseline.read(given["baseline"], "baseline"))
