# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""iperf_show: lines of text on the controller's standard output, as they are."""

from ansible import constants
from ansible.utils.display import Display

from ..plugin_utils import wording
from ..plugin_utils.controller_action import ControllerAction

ARGUMENTS = {
    "lines": {"type": "list", "elements": "str", "required": True},
}
# The callback whose output is text for people, with a name in collections and one from before them.
FOR_PEOPLE = ("default", "ansible.builtin.default")


class ActionModule(ControllerAction):
    """Shows the lines itself where that disturbs nobody, and leaves them to the callback elsewhere."""

    arguments = ARGUMENTS

    def work(self, given):
        lines = [wording.printable(line) for line in given["lines"]]
        told = {"changed": False, "msg": lines}
        if constants.DEFAULT_STDOUT_CALLBACK not in FOR_PEOPLE:
            return dict(told, _ansible_verbose_always=True)
        if lines:
            Display().display("\n".join(lines))
        return told
