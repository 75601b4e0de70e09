# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's side of iperf_client: on a terminal the intervals are shown while the test runs.

Only then does the module run as a job of Ansible's own async machinery and write its intervals into a file, which is looked at meanwhile. Everywhere else,
and where a task has async itself, the module runs as any other.
"""

import json
import os
import secrets
import shlex
import time

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.vars import merge_hash

from ..plugin_utils import interval_text, terminal

# With more hosts at once nobody could read it.
HOSTS = 4
LOOK_SECONDS = 0.5
# What a test may take beside its duration, and what one takes that bytes end; seconds.
BESIDE = 300
LONGEST = 86400
display = Display()


class ActionModule(ActionBase):
    """Runs the module of the same name."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        if self._live(task_vars or {}):
            return merge_hash(result, self._run_and_show(task_vars))
        wrap_async = self._task.async_val and not self._connection.has_native_async
        result = merge_hash(result, self._execute_module(task_vars=task_vars, wrap_async=wrap_async))
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _live(self, task_vars):
        """Whether to show the intervals."""
        return (terminal.TERMINAL and not self._task.async_val and not self._task.check_mode and not self._connection.has_native_async
                and not self._task.args.get("progress_file") and len(task_vars.get("ansible_play_batch") or ()) <= HOSTS)

    def _run_and_show(self, task_vars):
        # The node says what ~ means, for the job's file and for ours.
        name = "nfv-iperf-%s.intervals" % secrets.token_hex(8)
        path = self._connection._shell.join_path(self.get_shell_option("async_dir", default="~/.ansible_async"), name)
        self._task.async_val = self._limit()
        try:
            job = self._execute_module(module_args=dict(self._task.args, progress_file=path), task_vars=task_vars, wrap_async=True)
        finally:
            self._task.async_val = 0  # or the task executor would wait once more
        if not job.get("ansible_job_id"):
            return job
        folder = os.path.dirname(job["results_file"])
        path = self._connection._shell.join_path(folder, name)
        try:
            self._show(path, job["results_file"])
            return self._end(job["ansible_job_id"], folder, task_vars)
        finally:
            self._low_level_execute_command("rm -f %s" % shlex.quote(path))

    def _limit(self):
        duration = self._task.args.get("time", self._task.args.get("duration", 10))
        by_time = not any(self._task.args.get(name) for name in ("bytes", "num", "blockcount"))
        return int(duration) + int(self._task.args.get("omit") or 0) + BESIDE if by_time and str(duration).isdigit() else LONGEST

    def _show(self, path, results_file):
        """Until the job has ended."""
        host = self._task_host()
        shown = 0
        limit = time.monotonic() + LONGEST
        while time.monotonic() < limit:
            said = self._low_level_execute_command("cat %s; echo; cat %s" % (shlex.quote(results_file), shlex.quote(path)))
            status, dummy, intervals = said["stdout"].partition("\n")
            lines = [line for line in intervals.splitlines() if line.strip()]
            for line in lines[shown:]:
                display.display("%s  %s" % (host, interval_text.line(json.loads(line))))
            shown = len(lines)
            if not _runs(status):
                return
            time.sleep(LOOK_SECONDS)

    def _task_host(self):
        return self._templar.available_variables.get("inventory_hostname", "")

    def _end(self, job, folder, task_vars):
        """The module's result, and nothing left of the job."""
        found = self._execute_module("ansible.legacy.async_status", {"jid": job, "_async_dir": folder}, task_vars=task_vars)
        self._execute_module("ansible.legacy.async_status", {"jid": job, "_async_dir": folder, "mode": "cleanup"}, task_vars=task_vars)
        for name in ("ansible_job_id", "results_file", "started", "finished", "stdout", "stderr", "stdout_lines", "stderr_lines"):
            found.pop(name, None)
        return found


def _runs(status):
    """Whether a job's file says that it runs: it holds the module's result otherwise."""
    try:
        facts = json.loads(status)
    except ValueError:
        return True  # it is being written
    return bool(facts.get("started")) and "summary" not in facts and "msg" not in facts and not facts.get("finished")
