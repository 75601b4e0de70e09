# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill ansible-playbook, and all that it started here, at the first change of a task: what a lost machine looks like.

NFV_KILL_AFTER is the beginning of the task's name. SIGKILL leaves nobody the time to clean up. Workers have sessions of
their own and would go on with a task's loop without the play, so they go first.
"""

import os
import signal

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: kill_after
type: aggregate
short_description: Kill the play at the first change of a task
description: For the tests of interrupted runs.
"""


def children(parent):
    """Pids of the workers that a process started, without those in its own group."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open("/proc/%s/stat" % name) as stream:
                fields = stream.read().rpartition(")")[2].split()
        except OSError:
            continue
        if name.isdigit() and int(fields[1]) == parent and int(fields[2]) != os.getpgrp():
            found.append(int(name))
    return found


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "kill_after"

    def _look(self, result):
        wanted = os.environ.get("NFV_KILL_AFTER")
        task = result._task.get_name().rpartition(" : ")[2]
        if wanted and task.startswith(wanted) and result._result.get("changed"):
            for child in children(os.getpid()):
                os.killpg(os.getpgid(child), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)

    v2_runner_item_on_ok = _look
    v2_runner_on_ok = _look
