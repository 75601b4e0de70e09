# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/docsite/rst/protocol.rst says what the tables say, and has the sections to which docstrings point."""

import importlib.util
import io
import os
import re

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import session, states

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 5))
POINTER = re.compile(r'protocol\.rst\W{1,4}(?:sections?\W{1,2})?((?:"[^"\n]+"(?:,\s|\sand\s)?)+)')


def read(*path):
    with io.open(os.path.join(TOP, *path), encoding="utf-8") as stream:
        return stream.read()


@pytest.fixture(scope="module", name="tool")
def tool_fixture():
    spec = importlib.util.spec_from_file_location("draw_protocol", os.path.join(TOP, "tests", "tools", "draw_protocol.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", name="page")
def page_fixture():
    return read("docs", "docsite", "rst", "protocol.rst")


def test_what_is_drawn_is_up_to_date(tool, page):
    assert tool.replaced(page) == page, "run tests/tools/draw_protocol.py"


def test_all_parts_are_drawn(tool, page):
    assert sorted(match[1] for match in tool.DRAWN.findall(page)) == ["diagram", "numbers", "timers"]


@pytest.mark.parametrize("old, new", [("-> denied", "-> allowed"), ("COOKIE", "BISCUIT"), ('``cookie``', '``biscuit``'), ("no cookie came", "a cookie came")])
def test_what_is_drawn_is_drawn_anew(tool, page, old, new):
    spoiled = tool.DRAWN.sub(lambda match: match.group(0).replace(old, new), page)
    assert spoiled != page
    assert tool.replaced(spoiled) == page


def test_the_diagram_comes_from_the_table(tool):
    changed = tuple(row[:4] + ("elsewhere",) if row[3] == "CLIENT_TERMINATE" else row for row in session.TRANSITIONS)
    assert tool.diagram(changed) != tool.diagram()
    with pytest.raises(ValueError):
        tool.diagram(tuple(row for row in session.TRANSITIONS if row[3] != "TEST_START"))


def test_the_good_way_says_everything_once(tool):
    said = [message for dummy, message, dummy, dummy in tool._steps(session.TRANSITIONS)]
    assert said == ["COOKIE", "PARAM_EXCHANGE", "PARAMETERS", "CREATE_STREAMS", "TEST_START", "TEST_RUNNING", "TEST_END",
                    "EXCHANGE_RESULTS", "RESULTS", "RESULTS", "DISPLAY_RESULTS", "IPERF_DONE"]


@pytest.mark.parametrize("code", sorted(states.NAMES))
def test_the_page_has_each_state(page, code):
    assert '"``%02x``", "%s"' % (code & 255, states.NAMES[code]) in page


def headings(page):
    lines = page.splitlines()
    return [line for line, under in zip(lines, lines[1:]) if line and len(under) == len(line) and re.match(r"^(=+|-+|~+)$", under)]


def plain(title):
    """Docstrings may say "The UDP handshake" or "UDP handshake"."""
    title = title.lower()
    return title[4:] if title.startswith("the ") else title


def test_docstrings_point_to_sections_that_exist(page):
    known = set(plain(title) for title in headings(page))
    pointers, missing = 0, []
    for folder, dummy, names in os.walk(os.path.join(TOP, "plugins")):
        for name in sorted(names):
            if not name.endswith(".py"):
                continue
            path = os.path.relpath(os.path.join(folder, name), TOP)
            for match in POINTER.finditer(read(path).replace('\\"', '"')):
                for title in re.findall(r'"([^"]+)"', match.group(1)):
                    pointers += 1
                    if plain(title) not in known:
                        missing.append("%s: %s" % (path, title))
    assert not missing
    assert pointers > 20
