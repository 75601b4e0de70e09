# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_report: judge a run and write its reports on the controller."""

from ..plugin_utils import baseline, files, formats, judging, report_text, shortfall, terminal
from ..plugin_utils.controller_action import ControllerAction

ARGUMENTS = {
    "run": {"type": "dict"},
    "src": {"type": "path"},
    "criteria": {"type": "list", "elements": "dict"},
    "baseline": {"type": "path"},
    "dest": {"type": "path", "required": True},
    "formats": {"type": "list", "elements": "str", "choices": list(formats.FORMATS), "default": list(formats.FORMATS)},
    "write_baseline": {"type": "path"},
}


class ActionModule(ControllerAction):
    """Judges, and writes the reports."""

    arguments = ARGUMENTS
    rules = {"mutually_exclusive": [("run", "src")], "required_one_of": [("run", "src")]}

    def work(self, given):
        run = self._judged(given)
        report, missing = formats.render_all(run, given["formats"])
        wanted = files.in_folder(given["dest"], report)
        if given["write_baseline"]:
            wanted["baseline"] = (given["write_baseline"], formats.render(baseline.slim(run), "json"))
        told = dict(self.put(wanted), dest=given["dest"], files={name: path for name, (path, dummy) in wanted.items()}, missing=missing,
                    status=run["verdict"]["status"], verdict=report_text.lines(run, *terminal.size()), shortfall=shortfall.text(run, given["dest"]))
        return dict(told, warnings=[one["msg"] for one in missing]) if missing else told

    @staticmethod
    def _judged(given):
        """The run, judged if criteria or a baseline are given. Raises ValueError."""
        run = baseline.check(given["run"], "run") if given["src"] is None else baseline.read(given["src"], "src")
        if given["criteria"] is None and given["baseline"] is None:
            return run
        return judging.judge(run, given["criteria"] or [], None if given["baseline"] is None else baseline.read(given["baseline"], "baseline"))
