# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the tables of docs/docsite/rst/architecture.rst: what each file is for, in its own words, and the suites of tests.

A table stands between a line `.. drawn by tests/tools/draw_docs.py: WHAT` and a line `.. end of the drawn table`. WHAT is
`files FOLDER`, where each file speaks with the first sentence of its docstring (or, a module, with its
short_description), or `roles`, `playbooks` or `suites`. A unit test compares the page with replaced(), so a new file or a changed first sentence
asks for `make docs`.
"""

import ast
import os
import re
import sys

from ansible_collections.nfv.iperf.tests.tools import drawn_page

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(TOP, "docs", "docsite", "rst", "architecture.rst")
DRAWN = re.compile(r"^\.\. drawn by tests/tools/draw_docs\.py: (?P<what>.+)\n(?P<table>(?:.*\n)*?)\.\. end of the drawn table\n", re.MULTILINE)


def rst(text):
    """Plain text for reStructuredText: backquoted words as literals, nothing else taken for markup."""
    text = re.sub(r"`+([^`]+)`+", r"``\1``", text)
    parts = re.split(r"(``[^`]+``)", text)
    return "".join(part if part.startswith("``") else re.sub(r"([*_|\\])", r"\\\1", part) for part in parts)


def table(header, rows, widths):
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: " + " ".join(str(width) for width in widths), ""]
    for row in [header] + rows:
        for number, cell in enumerate(row):
            lines.append("   %s %s" % ("* -" if number == 0 else "  -", cell))
    return "\n" + "\n".join(lines) + "\n\n"


def first_sentence(path):
    """What a Python file says of itself, without its full stop; empty if it says nothing."""
    with open(path, encoding="utf-8") as handle:
        source = handle.read()
    short = re.search(r"^short_description:\s*(.+)$", source, re.MULTILINE)
    if short and re.search(r"^DOCUMENTATION\b", source, re.MULTILINE):
        return short.group(1).strip().strip("\"'")
    text = " ".join((ast.get_docstring(ast.parse(source)) or "").split())
    text = re.sub(r"\(?PRIVATE to the collection\)?[.:;]?\s*", "", text)
    sentence = re.split(r"(?<=[.?])\s+", text)[0].strip()
    return sentence[:-1] if sentence.endswith((".", ":")) else sentence


def files(folder):
    names = sorted(name for name in os.listdir(os.path.join(TOP, folder)) if name.endswith(".py") and name != "__init__.py")
    rows = [["``%s``" % name, rst(first_sentence(os.path.join(TOP, folder, name)))] for name in names]
    return table(["File", "What it is for"], rows, (25, 75))


def roles():
    rows = []
    for name in sorted(os.listdir(os.path.join(TOP, "roles"))):
        path = os.path.join(TOP, "roles", name, "meta", "argument_specs.yml")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as handle:
                short = re.search(r"^\s+short_description:\s*(.+)$", handle.read(), re.MULTILINE)
            rows.append(["``%s``" % name, rst(short.group(1).strip().strip("\"'")) if short else ""])
    return table(["Role", "What it is for"], rows, (25, 75))


def playbooks():
    rows = []
    for name in sorted(name for name in os.listdir(os.path.join(TOP, "playbooks")) if name.endswith(".yml")):
        with open(os.path.join(TOP, "playbooks", name), encoding="utf-8") as handle:
            comment = re.search(r"^---\n((?:# .+\n)+)", handle.read(), re.MULTILINE)
        text = " ".join(line[2:] for line in comment.group(1).splitlines()) if comment else ""
        rows.append(["``nfv.iperf.%s``" % name[:-len(".yml")], rst(re.split(r"(?<=[.?])\s+", text)[0].rstrip("."))])
    return table(["Playbook", "What it is for"], rows, (25, 75))


def suites():
    from run_suites import SUITES  # pylint: disable=import-outside-toplevel
    rows = [["``make %s``" % suite.name, rst(suite.about), "``%s``" % suite.folder if suite.folder else ""] for suite in SUITES]
    return table(["Suite", "What it holds", "Where the tests are"], rows, (20, 50, 30))


def draw(what):
    kind, _space, folder = what.partition(" ")
    return {"files": files, "playbooks": playbooks, "roles": roles, "suites": suites}[kind](*([folder] if folder else []))


def replaced(text):
    """The page's text with every table drawn anew."""
    def redraw(match):
        begin = match.group(0).split("\n", 1)[0] + "\n"
        return begin + draw(match.group("what")) + ".. end of the drawn table\n"

    return DRAWN.sub(redraw, text)


if __name__ == "__main__":
    sys.exit(drawn_page.redraw(PAGE, replaced))
