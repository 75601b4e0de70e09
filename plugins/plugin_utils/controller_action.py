# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What actions have in common that work on files of the controller and need no node. PRIVATE to the collection."""

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from . import files


class ControllerAction(ActionBase):
    """An action is `arguments`, with `rules` among them, and work(); the module of the same name holds the documentation."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    arguments = {}
    rules = {}

    def work(self, given):
        """What the task returns, of its arguments. Raises ValueError for what is wrong with them, in one line."""
        raise NotImplementedError

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        try:
            dummy, given = self.validate_argument_spec(self.arguments, **self.rules)
            return dict(result, **self.work(given))
        except (AnsibleActionFail, ValueError) as error:  # told and not raised: ansible-core 2.16 calls whatever is raised an exception
            return dict(result, failed=True, msg=str(error))

    def put(self, wanted):
        """Write {key: (path, text)}, in check mode not really; returns what a task tells of it. Raises ValueError."""
        try:
            diffs = files.put(wanted, write=not self._task.check_mode)
        except OSError as error:
            raise ValueError("cannot write what was asked for: %s" % error) from None
        return {"changed": bool(diffs), "diff": diffs}
