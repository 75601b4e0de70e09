# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the classes of failures, and the commands that open a port, in docs/docsite/rst/diagnosis.rst from the tables of the code.

Run it after a change of _iperf3/diagnosis_classes.py or _firewall/remedy.py; a unit test compares the page with replaced().
"""

import os
import re
import sys

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import remedy
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import clues
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.diagnosis_classes import CLASSES
from ansible_collections.nfv.iperf.tests.tools import drawn_page

PAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "docs", "docsite", "rst", "diagnosis.rst")
DRAWN = re.compile(r"(\.\. begin of (\w+) drawn by tests/tools/draw_diagnosis\.py\n)(?:.*\n)*?(\.\. end of \2\n)")
# What stands for the places of a remedy
PLACES = {"host": "SERVER", "address": "SERVER", "port": "5201", "local": "CLIENT", "protocol": "UDP"}


def escaped(text):
    """Plain text for reStructuredText."""
    return re.sub(r"([*_|\\`])", r"\\\1", text)


def classes():
    """A section a class: what it means, what it is concluded from, what to do."""
    lines = []
    for row in CLASSES:
        lines += [row.name, "~" * len(row.name), "", escaped(row.explanation), "", "*Evidence:* " + escaped(row.evidence), ""]
        steps = clues.remedy(row.name, None, PLACES)
        if row.opens:
            steps.append("Then the commands for the firewall, see \"Which command opens the port\".")
        lines += ["* " + escaped(step) for step in steps] + [""]
    return lines[:-1]


def commands():
    """For each firewall the command, and how what it does is kept."""
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: 12 58 30", "", "   * - Firewall", "     - Command", "     - How it is kept"]
    told = [line.split(": ", 1) for line in remedy.opening(5201, ("udp",), "192.0.2.1")]
    for backend, line in told:
        kept = remedy.LASTING[backend]
        lines += ["   * - %s" % backend, "     - ``%s``" % line, "     - %s" % escaped(kept) if kept else "     - It is kept."]
    return lines


def replaced(page):
    """The page's text with everything drawn anew between its markers."""
    parts = {"classes": classes, "commands": commands}
    return DRAWN.sub(lambda match: match.group(1) + "\n" + "\n".join(parts[match.group(2)]()) + "\n\n" + match.group(3), page)


if __name__ == "__main__":
    sys.exit(drawn_page.redraw(PAGE, replaced))
