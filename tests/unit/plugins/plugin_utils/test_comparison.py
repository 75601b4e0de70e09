# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs compared: each kind of change, what is fine, and how it is told."""

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import comparison
from ansible_collections.nfv.iperf.tests.unit.plugins.plugin_utils.run_play import link, mesh, run


@pytest.mark.parametrize("before, after, kind, verdict", [
    (link("a", "b", 10e9), link("a", "b", 9.1e9), "same", "pass"),
    (link("a", "b", 10e9), link("a", "b", 8.9e9), "worse", "fail"),
    (link("a", "b", 10e9), link("a", "b", 12e9), "better", "pass"),
    (link("a", "b", 10e9), link("a", "b", None), "lost", "fail"),
    (link("a", "b", None), link("a", "b", 1e9), "gained", "inconclusive"),
    (link("a", "b", None), link("a", "b", None), "unmeasured", "inconclusive"),
    (link("a", "b", 10e9), link("a", "c", 10e9), "new", "inconclusive"),
    (link("a", "b", 10e9), link("a", "b", 0), "worse", "fail"),
    (link("a", "b", 0), link("a", "b", 10e9), "same", "pass"),
])
def test_each_change_has_a_kind(before, after, kind, verdict):
    found = comparison.compare(run(before), run(after), "10")
    assert (found["links"][0]["status"], found["status"], found["counts"][kind]) == (kind, verdict, 1)


def test_a_host_that_became_slow_is_one_line():
    after = [dict(one, bps=1e9) if one["from"] == "c" else one for one in mesh("abcd")]
    found = comparison.compare(run(*mesh("abcd") + [link("a", "e")]), run(*after))
    assert found["reasons"] == ["from c, all links: 3 worse: 1.00 Gbit/s instead of 9.00 Gbit/s, -88.9 %"]
    text = comparison.lines(found)
    assert text[0] == "FAIL: 3 worse, 9 same, 1 gone of 13 links; the same means within 10 %"
    assert text[-2:] == ["gone:", "  a -> e (tenant, TCP)"]
    page = comparison.markdown(found)
    assert "| c -> a | tenant, TCP | worse | 9.00 Gbit/s | 1.00 Gbit/s | -88.9 % |" in page and page.count("\n| ") == 6


def test_what_is_no_run_is_named():
    with pytest.raises(ValueError, match="the run after is no run"):
        comparison.compare(run(), {})


@pytest.mark.parametrize("tolerance", [-1, float("nan"), float("inf")])
def test_a_tolerance_that_means_nothing_is_refused(tolerance):
    with pytest.raises(ValueError, match="tolerance_percent is .*, allowed is a number that is not negative"):
        comparison.compare(run(), run(), tolerance)


@pytest.mark.parametrize("width, height", [(60, 14), (69, 17), (100, 24)])
def test_the_text_of_many_changes_fits_the_screen(width, height):
    hosts = ["host-%d-of-a-long-name" % number for number in range(20)]
    before = mesh(hosts) + [link("x%d" % number, "y") for number in range(30)]
    after = [dict(one, bps=one["bps"] * (0.5 if place % 7 == 0 else 2 if place % 11 == 0 else 1)) for place, one in enumerate(mesh(hosts))]
    found = comparison.compare(run(*before), run(*after + [link("z%d" % number, "y") for number in range(30)]))
    text = comparison.lines(found, width, height)
    assert len(text) <= height and max(map(len, text)) <= width
    assert text[0].startswith("FAIL: 55 worse") and "and 54 more" in " ".join(line.strip() for line in text) and "better:" in text
