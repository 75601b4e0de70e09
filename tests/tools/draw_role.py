# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the table of options in roles/validate_bandwidth/README.md from the role's meta/argument_specs.yml.

It has the options by their short names, `iperf_*`. A unit test compares the page with replaced().
"""

import os
import re
import sys

import yaml

from ansible_collections.nfv.iperf.tests.tools import drawn_page

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROLE = os.path.join(TOP, "roles", "validate_bandwidth")
PAGE = os.path.join(ROLE, "README.md")
DRAWN = re.compile(r"(<!-- drawn by tests/tools/draw_role\.py -->\n)(?:.*\n)*?(<!-- end of the drawn table -->\n)")
# P(nfv.iperf.judge#filter) is the name alone, V(x), O(x), M(x) and C(x) are what they hold; a backslash lets one hold a bracket
NAMED = re.compile(r"P\(([\w.]+)#\w+\)")
HELD = re.compile(r"[VOMC]\(((?:\\.|[^)\\])*)\)")


def markdown(text):
    """Ansible's markup as Markdown in a cell."""
    text = HELD.sub(lambda match: "`%s`" % re.sub(r"\\(.)", r"\1", match.group(1)), NAMED.sub(r"`\1`", text))
    return " ".join(text.split()).replace("|", "\\|")


def default(option):
    value = option.get("default")
    if value is None or value == "":
        return ""
    return "`%s`" % (str(value).lower() if isinstance(value, bool) else value)


def table():
    with open(os.path.join(ROLE, "meta", "argument_specs.yml"), encoding="utf-8") as source:
        options = yaml.safe_load(source)["argument_specs"]["main"]["options"]
    rows = [("`%s`" % name, default(option), " ".join(markdown(line) for line in option["description"]))
            for name, option in options.items() if name.startswith("iperf_")]
    return "".join("| %s | %s | %s |\n" % row for row in [("Option", "Default", "Meaning"), ("---", "---", "---")] + rows)


def replaced(text):
    """The page's text with the table drawn anew."""
    return DRAWN.sub(lambda match: match.group(1) + table() + match.group(2), text)


if __name__ == "__main__":
    sys.exit(drawn_page.redraw(PAGE, replaced))
