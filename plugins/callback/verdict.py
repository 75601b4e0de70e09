# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
name: verdict
type: aggregate
short_description: Show the verdicts of bandwidth runs once more after the recap of the hosts
version_added: 0.1.0
description:
  - The recap has a line for each host, so that with many hosts it takes what M(nfv.iperf.iperf_report) said off the
    screen. This shows the last verdict below it, and of earlier ones of the same playbook the first line.
  - Nothing is shown where no run was judged.
requirements:
  - to be enabled in the configuration, as C(callbacks_enabled = nfv.iperf.verdict)
author:
  - nfv.iperf contributors (@nfv-iperf)
seealso:
  - module: nfv.iperf.iperf_report
"""

EXAMPLES = r"""
# ansible.cfg
# [defaults]
# callbacks_enabled = nfv.iperf.verdict

# or for one run
# ANSIBLE_CALLBACKS_ENABLED=nfv.iperf.verdict ansible-playbook -i inventory.yml nfv.iperf.validate_bandwidth
"""

from ansible import constants
from ansible.plugins.callback import CallbackBase

ACTION = "nfv.iperf.iperf_report"
COLORS = {"pass": constants.COLOR_OK, "fail": constants.COLOR_ERROR, "inconclusive": constants.COLOR_WARN}


class CallbackModule(CallbackBase):
    """Keeps what iperf_report returned until the playbook is over."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "nfv.iperf.verdict"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self._reports = []

    def v2_runner_on_ok(self, result):
        # ansible-core 2.16 to 2.18 have only the names with an underscore
        task, returned = (result.task, result.result) if hasattr(result, "result") else (result._task, result._result)
        if task.action == ACTION and returned.get("verdict"):
            self._reports.append({key: returned[key] for key in ("verdict", "status", "dest")})

    def v2_playbook_on_stats(self, stats):
        if not self._reports:
            return
        for report in self._reports[:-1]:
            self._show(report, report["verdict"][:1])
        self._show(self._reports[-1], self._reports[-1]["verdict"])

    def _show(self, report, lines):
        self._display.display("%s\n\nThe reports are in %s\n" % ("\n".join(lines), report["dest"]), color=COLORS[report["status"]])
