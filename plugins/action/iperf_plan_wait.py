# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's side of iperf_plan_wait: look at the node's part until it is over, show the fleet's progress, fetch the results."""

import json
import os
import shlex
import time

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils import board, terminal

display = Display()

ARGUMENTS = {
    "run": {"type": "str", "required": True},
    "node": {"type": "str", "required": True},
    "part": {"type": "dict", "required": True},
    "folder": {"type": "path", "required": True},
    "cost": {"type": "dict", "required": True},
    "progress": {"type": "str", "default": "auto", "choices": ["auto", "bar", "lines", "none"]},
    "interval": {"type": "float", "default": 1.0},
    "patience": {"type": "int", "default": 60},
    "timeout": {"type": "int", "required": True},
    "state_dir": {"type": "path"},
}


class ActionModule(ActionBase):
    """Waits for one node; see the module's documentation."""

    _requires_connection = True
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        dummy, given = self.validate_argument_spec(argument_spec=ARGUMENTS)
        if self._task.check_mode:
            return dict(result, changed=False, skipped=True, msg="nothing runs in check mode")
        host = given["node"]
        told, lost = self._wait(host, given)
        results = [] if lost else self._fetch(given, task_vars, told)
        lost = lost or _ended_badly(told)
        path = os.path.join(given["folder"], given["run"], host.replace(os.sep, "_") + ".json")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as target:
            json.dump({"node": host, "progress": told, "lost": lost, "results": results}, target)
        return dict(result, changed=False, progress=told, lost=lost, results_file=path)

    # -- waiting ---------------------------------------------------------------------------------------------------------

    def _wait(self, host, given):
        """(what the node told last, why it was given up or "")."""
        shown = given["progress"]
        if shown == "auto":
            shown = "bar" if terminal.TERMINAL else "lines"
        show = (lambda text, newline: None) if shown == "none" else (lambda text, newline: display.display(text, newline=newline, screen_only=not newline))
        width = (display.columns or 79) if shown == "bar" else 0
        pinned = board.Board(os.path.join(given["folder"], ".progress-" + given["run"]), given["cost"], show, width)
        deadline = time.monotonic() + given["timeout"]
        began = heard = time.monotonic()
        told = {}
        try:
            while True:
                try:
                    facts, running = self._look(given["part"])
                    heard = time.monotonic()
                    told = facts or told
                    pinned.put(host, told)
                    if not running:
                        return told, ""
                    if heard >= deadline:
                        return told, "its part of the plan did not end within %d s" % given["timeout"]
                except AnsibleConnectionFailure as error:
                    now = time.monotonic()
                    # The others wait until the plan is over anyway, and tests may leave little of a network to Ansible.
                    if now - heard >= given["patience"] and now - began >= given["cost"].get("seconds", 0):
                        return told, "it could not be reached any more: %s" % error
                pinned.show()
                time.sleep(given["interval"])
        finally:
            pinned.leave(host)

    def _look(self, part):
        """(the node's progress or {}, whether its process runs), for little more than the price of a `cat`."""
        said = self._low_level_execute_command("cat %s; kill -0 %d 2>/dev/null && echo running" % (shlex.quote(part["progress_file"]), int(part["pid"] or 0)))
        text, dummy, rest = said["stdout"].rpartition("}")
        try:
            facts = json.loads(text + "}") if text else {}
        except ValueError:
            facts = {}
        return facts, bool(part["pid"]) and "running" in rest

    # -- results ---------------------------------------------------------------------------------------------------------

    def _fetch(self, given, task_vars, told):
        arguments = {"run": given["run"], "node": given["node"], "results": True, "state_dir": given["state_dir"]}
        try:
            answer = self._execute_module("nfv.iperf.iperf_plan_info", arguments, task_vars=task_vars)
        except AnsibleConnectionFailure:
            answer = {}
        parts = answer.get("parts") or []
        if parts:
            told.update(parts[0]["progress"])
        return parts[0]["results"] if parts else []


def _ended_badly(told):
    """Why a node's part that runs no more is not over, or ""."""
    if told.get("state") in ("done", "stopped", "expired"):
        return ""
    return "its part of the plan ended by itself after %s of %s steps" % (told.get("steps_done", "an unknown number"), told.get("steps", "its"))
