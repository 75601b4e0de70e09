# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawn tables of architecture.rst say what the files say, and every folder with code is among them."""

import os
import sys

import pytest

from ansible_collections.nfv.iperf.tests.tools import drawn_page

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@pytest.fixture(name="tool")
def fixture_tool(monkeypatch):
    monkeypatch.syspath_prepend(os.path.join(TOP, "tests", "tools"))
    import draw_docs  # pylint: disable=import-outside-toplevel,import-error
    yield draw_docs
    for name in ("draw_docs", "run_suites"):
        sys.modules.pop(name, None)


def test_page_is_up_to_date(tool):
    page = drawn_page.read(tool.PAGE)
    assert tool.replaced(page) == page, "out of date: run `make docs` and commit docs/docsite/rst/architecture.rst"


def test_every_folder_with_code_has_a_table(tool):
    drawn = {match.group("what") for match in tool.DRAWN.finditer(drawn_page.read(tool.PAGE))}
    folders = {os.path.relpath(folder, TOP) for folder, _names, names in os.walk(os.path.join(TOP, "plugins"))
               if any(name.endswith(".py") for name in names)}
    missing = sorted(folder for folder in folders if "files " + folder not in drawn)
    assert not missing, "add a `drawn by tests/tools/draw_docs.py: files ...` table to architecture.rst for: " + ", ".join(missing)


def test_every_file_says_what_it_is_for(tool):
    silent = []
    for folder, _names, names in os.walk(os.path.join(TOP, "plugins")):
        for name in names:
            if name.endswith(".py") and not tool.first_sentence(os.path.join(folder, name)):
                silent.append(os.path.relpath(os.path.join(folder, name), TOP))
    assert not silent, silent


def test_the_options_of_the_role_are_those_of_its_specs(monkeypatch):
    monkeypatch.syspath_prepend(os.path.join(TOP, "tests", "tools"))
    import draw_role  # pylint: disable=import-outside-toplevel,import-error
    page = drawn_page.read(draw_role.PAGE)
    assert draw_role.replaced(page) == page, "out of date: run `make docs` and commit roles/validate_bandwidth/README.md"
    assert page.count("\n| `iperf_") > 25 and "| `iperf_port` | `5201` |" in page
    assert draw_role.markdown("V(a | b) of O(x), P(nfv.iperf.judge#filter) and C({star\\): HOST})") == (
        "`a \\| b` of `x`, `nfv.iperf.judge` and `{star): HOST}`")
    sys.modules.pop("draw_role", None)


@pytest.mark.parametrize("text, expected", [
    ("plain", "plain"), ("a `word` here", "a ``word`` here"), ("``kept``", "``kept``"), ("_iperf3 and *all*", "\\_iperf3 and \\*all\\*"),
])
def test_rst_escapes(tool, text, expected):
    assert tool.rst(text) == expected
