# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the table of options in docs/docsite/rst/options.rst from the engine's table of options.

Run it after a change of plugins/module_utils/_iperf3/options.py; a unit test compares the page with draw().
"""

import os
import sys

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import options, values
from ansible_collections.nfv.iperf.tests.tools import drawn_page

PAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "docs", "docsite", "rst", "options.rst")
BEGIN = ".. begin of the table drawn by tests/tools/draw_options.py\n"
END = ".. end of the table drawn by tests/tools/draw_options.py\n"
COLUMNS = ("Module option", "Command line", "Wire key", "Unit", "Range", "Default", "Role", "Since", "Meaning")


def _code(text):
    return f"``{text}``" if text else ""


def _default(option):
    if option.kind == "flag" or option.default is None or option.name == "debug":
        return ""
    if option.name == "format":
        return "adaptive"
    return _code(option.default)


def _range(option):
    if option.kind == "format":
        return "one of ``k m g t K M G T``"
    if option.kind == "dscp":
        return "0 to 63 or a name"
    if option.minimum is None:
        return ""
    return values.allowed(option._replace(unit="")).replace("  ", " ")


def _cells(option):
    argument, shown = options.KINDS[option.kind]
    suffix = f" {shown}" if argument == "must" else f"[={shown}]" if argument == "may" else ""
    since = option.since or "nfv.iperf only"
    return (
        _code(option.name),
        ", ".join(_code(flag + (suffix if flag.startswith("--") else "")) for flag in option.flags),
        _code(option.wire),
        option.unit,
        _range(option),
        _default(option),
        option.roles,
        since if option.supported else f"{since}, not here yet",
        option.help,
    )


def draw():
    """The table as reStructuredText, from marker to marker."""
    lines = [BEGIN, ".. list-table::\n", "   :header-rows: 1\n", "\n"]
    for cells in (COLUMNS,) + tuple(_cells(option) for option in options.OPTIONS):
        lines += [f"{'   * - ' if number == 0 else '     - '}{cell}".rstrip() + "\n" for number, cell in enumerate(cells)]
    return "".join(lines + ["\n", END])


def replaced(page):
    """The page's text with a fresh table between the markers."""
    before, rest = page.split(BEGIN)
    return before + draw() + rest.split(END)[1]


if __name__ == "__main__":
    sys.exit(drawn_page.redraw(PAGE, replaced))
