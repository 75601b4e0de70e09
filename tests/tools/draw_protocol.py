# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the state diagram, the timers and the error numbers of docs/docsite/rst/protocol.rst from the engine's own tables.

Run it after a change of session.TRANSITIONS, session.TIMERS or errors.ERRORS; a unit test compares the page with replaced().
"""

import os
import re
import sys

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors, session
from ansible_collections.nfv.iperf.tests.tools import drawn_page

PAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "docs", "docsite", "rst", "protocol.rst")
DRAWN = re.compile(r"(\.\. begin of (\w+) drawn by tests/tools/draw_protocol\.py\n)(?:.*\n)*?(\.\. end of \2\n)")
ARROW = 34


def _steps(transitions):
    """The good way through a test: (sender, message, client's phase after it, server's phase after it)."""
    after = {row[:4]: row[4] for row in transitions if row[3] != "EOF"}
    phases = dict(session.FIRST)
    found = []
    while phases["client"] != "done":
        for role, other in (("client", "server"), ("server", "client")):
            good = [row for row in transitions if row[:3] == (role, phases[role], "sent") and row[4] not in session.BAD_ENDS]
            if good:
                message = good[0][3]
                phases[other] = after[other, phases[other], "received", message]
                phases[role] = good[0][4]
                found.append((role, message, phases["client"], phases["server"]))
                break
        else:
            raise ValueError("nobody may speak in %r" % phases)
    return found


def _arrow(sender, message):
    line = (" %s " % message).center(ARROW - 2, "-")
    return line + "->" if sender == "client" else "<-" + line


def diagram(transitions=session.TRANSITIONS):
    """The good way as a ladder, and every other way as a list."""
    width = max(len(row[1]) for row in transitions if row[0] == "client") + 2
    lines = ["client".ljust(width + ARROW + 2) + "server", "",
             session.FIRST["client"].ljust(width + ARROW + 2) + session.FIRST["server"]]
    for sender, message, client, server in _steps(transitions):
        lines.append(" " * width + _arrow(sender, message))
        lines.append(client.ljust(width + ARROW + 2) + server)
    good = set((row[0], row[3], row[4]) for row in transitions if row[1] != "*" and row[4] not in session.BAD_ENDS and row[3] != "EOF")
    lines += ["", "other ways", ""]
    for role, phase, direction, message, after in transitions:
        if (role, message, after) not in good:
            where = "any phase after the cookie" if phase == "*" else phase
            lines.append("%s  %-26s  %-8s  %-16s  -> %s" % (role, where, direction, message, after))
    return [".. code-block:: text", ""] + [("   " + line).rstrip() for line in lines]


def _table(header, rows):
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in [header] + rows:
        lines += ["   %s %s" % ("* -" if number == 0 else "  -", cell) for number, cell in enumerate(row)]
    return lines


def timers():
    """Where each timer runs and how long."""
    rows = []
    for name in session.TIMERS:
        phases = ["%s in ``%s``" % place for place, timer in session.TIMED.items() if timer == name]
        waits = {"json_total": ["either, for the whole of one message"], "error": ["client, for the rest of an error frame"]}
        rows.append(("``%s``" % name, "%g s" % session.TIMERS[name], ", ".join(phases or waits[name])))
    return _table(("Timer", "Limit", "Who waits where"), rows)


def numbers():
    """Error numbers, ours last."""
    lines = [".. csv-table::", '   :header: "Number", "What this collection says"', "   :widths: 10, 90", ""]
    for number in sorted(errors.ERRORS):
        text = errors.ERRORS[number].replace("_", "\\_").replace("*", "\\*").replace('"', '""')
        lines.append('   %d, "%s"' % (number, text))
    return lines


def replaced(page):
    """The page's text with everything drawn anew between its markers."""
    parts = {"diagram": diagram, "timers": timers, "numbers": numbers}
    return DRAWN.sub(lambda match: match.group(1) + "\n" + "\n".join(parts[match.group(2)]()) + "\n\n" + match.group(3), page)


if __name__ == "__main__":
    sys.exit(drawn_page.redraw(PAGE, replaced))
