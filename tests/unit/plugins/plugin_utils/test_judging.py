# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs as a whole: the verdict, baselines, and who is to blame."""

import copy

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import baseline, blame, judging
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.schema_check import faults
from ansible_collections.nfv.iperf.tests.unit.plugins.plugin_utils.run_play import link, make_run, mesh, run, schema

MIN = [{"min": "5G"}]
BUSY = {"limited_by": "to_cpu"}


@pytest.mark.parametrize("links, status, counts", [
    ([link("a", "b")], "pass", (1, 0, 0, 0)),
    ([link("a", "b"), link("b", "a", 1e9)], "fail", (1, 1, 0, 0)),
    ([link("a", "b"), link("b", "a", None)], "fail", (1, 0, 1, 0)),
    ([link("a", "b"), link("b", "a", 1e9, **BUSY)], "inconclusive", (1, 0, 0, 1)),
    ([link("a", "b", 0), link("b", "a", 1e9, **BUSY)], "fail", (0, 1, 0, 1)),
    ([], "inconclusive", (0, 0, 0, 0)),
])
def test_the_verdict_is_that_of_the_worst_link(links, status, counts):
    verdict = judging.judge(run(*links), MIN)["verdict"]
    assert (verdict["status"], tuple(verdict[name] for name in ("passed", "failed", "missing", "inconclusive"))) == (status, counts)
    assert bool(verdict["reasons"]) == (status != "pass")


def test_a_link_without_a_rate_fails_without_any_criterion():
    found = judging.judge(run(link("a", "b", None, status="ok")))["links"][0]
    assert (found["status"], found["bps"]) == ("failed", None)


def test_a_run_may_be_judged_again():
    once = run(link("a", "b"), link("b", "a", 1e9), link("a", "c", None))
    strict = judging.judge(once, MIN)
    assert [one["status"] for one in strict["links"]] == ["ok", "failed", "missing"]
    mild = judging.judge(strict, [{"min": 1}])
    assert [one["status"] for one in mild["links"]] == ["ok", "ok", "missing"]
    assert judging.judge(mild, MIN) == strict


def test_judging_changes_nothing_that_it_was_given():
    given = make_run.make(4, dead=make_run.names(4)[-1:])
    before = copy.deepcopy(given)
    judging.judge(given, MIN, given)
    assert given == before


def test_the_median_is_that_of_the_links_that_the_criterion_is_for():
    links = mesh("abc", 10e9) + mesh("abc", 1e9, network="storage") + [link("a", "d", 8e9)]
    found = judging.judge(run(*links), [{"within_percent_of": "fleet_median", "percent": 10}])
    assert [one["id"] for one in found["links"] if one["status"] != "ok"] == ["tenant:a>d:tcp"]


@pytest.mark.parametrize("criterion, status, reason", [
    ({"query": "passed_percent", "min": 100}, "pass", ""),
    ({"query": "networks.tenant.tcp.total_bps", "min": "19G"}, "fail", "the whole run: networks.tenant.tcp.total_bps at least 19.0 Gbit/s: "),
    ({"query": "networks.storage.tcp.total_bps", "min": 1}, "fail", "the whole run: "),
    ({"query": "networks.storage.tcp.total_bps", "min": 1, "unknown": "inconclusive"}, "inconclusive", "the whole run: "),
])
def test_the_whole_run_may_be_asked(criterion, status, reason):
    verdict = judging.judge(run(*mesh("ab")), [dict(criterion, scope="run")])["verdict"]
    assert verdict["status"] == status and "".join(verdict["reasons"]).startswith(reason)
    assert len(verdict["checks"]) == 1


def test_a_baseline_keeps_what_passed_and_tells_what_is_new():
    old = judging.judge(run(link("a", "b", 10e9), link("b", "a", 1e9), link("a", "c")), MIN)
    slim = baseline.slim(old)
    assert [one["id"] for one in slim["links"]] == ["tenant:a>b:tcp", "tenant:a>c:tcp"] and "transcript" not in slim["links"][0]
    found = judging.judge(run(link("a", "b", 9e9), link("b", "a")), [], slim)
    assert found["baseline"] == {"id": old["id"], "title": old["title"], "started": old["started"], "links": 2, "compared": 1, "new": 1,
                                 "gone": ["tenant:a>c:tcp"]}
    assert [(one["baseline_bps"], one["change_percent"]) for one in found["links"]] == [(10e9, pytest.approx(-10)), (None, None)]


@pytest.mark.parametrize("wrong", [{"schema": "other"}, {"schema": "nfv.iperf/run-v1"}, ["links"], "text"])
def test_what_is_no_run_is_no_baseline(wrong):
    with pytest.raises(ValueError, match="is no run of schema nfv.iperf/run-v1"):
        judging.judge(run(link("a", "b")), [], wrong)


@pytest.mark.parametrize("bad, told", [
    (lambda one: "d" in (one["from"], one["to"]), ["d, all links: 12 missing: nobody came"]),
    (lambda one: one["to"] == "d", ["to d, all links: 6 missing: nobody came"]),
    (lambda one: one["to"] == "d" and one["protocol"] == "UDP", ["to d, all links (UDP): 3 missing: nobody came"]),
    (lambda one: one["from"] == "d" and one["protocol"] == "UDP", ["from d, all links (UDP): 3 missing: nobody came"]),
    (lambda one: one["protocol"] == "UDP", ["all links of UDP: 12 missing: nobody came"]),
    (lambda one: True, ["all links: 24 missing: nobody came"]),
    (lambda one: one["id"] == "tenant:a>d:udp", ["a -> d (tenant, UDP): missing: nobody came"]),
    (lambda one: False, []),
])
def test_many_links_of_one_cause_are_one_line(bad, told):
    links = mesh("abcd") + mesh("abcd", protocol="UDP")
    for one in links:
        if bad(one):
            one.update(bps=None, status="missing", reason="nobody came")
    assert blame.reasons(links) == told


def test_lines_are_limited_and_the_rest_counted():
    links = [link("a%d" % number, "b%d" % number, None if number < 9 else 1e9, reason="for reason " + "abcdefghij"[number]) for number in range(10)]
    lines = blame.reasons(links, 5)
    assert len(lines) == 5 and lines[-1] == "and 5 more"


@pytest.mark.parametrize("reason, diagnosis", [
    ("%s closed the connection after %d s", None),
    ("something that is told differently by every host, %s and %d", {"class": "reset"}),
])
def test_many_links_of_one_kind_are_told_together(reason, diagnosis):
    links = [link("a%d" % number, "b%d" % number, None, status="failed", reason=reason % ("a%d" % number, number), diagnosis=diagnosis) for number in range(9)]
    links += [link("a0", "c"), link("d", "e", None, status="failed", reason="something else")]
    found = blame.groups(links)
    assert [len(rows) for dummy, rows in found] == [9, 1]
    assert found[0][0] == "a0 -> b0 (tenant, TCP) and 8 more: 9 failed, for example: " + reason % ("a0", 0)
    assert found[1][0] == "d -> e (tenant, TCP): failed: something else"


def test_links_below_a_criterion_are_told_together_with_the_host_that_most_of_them_have():
    links = [link("hub", "b%d" % number, 1e9 + number) for number in range(5)]
    links += [link("x", "y", 2e9), link("hub", "z"), link("x", "z"), link("q", "b0"), link("z", "y")]
    judged = judging.judge(run(*links, *[link("q", "b%d" % number) for number in range(1, 5)]), MIN)
    assert blame.reasons(judged["links"]) == [
        "hub -> b0 (tenant, TCP) and 5 more, 5 of them with hub: 6 failed, for example: 1.00 Gbit/s is below 5.00 Gbit/s"]


def test_what_a_terminal_would_obey_is_not_told():
    assert blame.cause(link("a", "b", None, reason="no\x1b[2Janswer\r")) == "no [2Janswer "


@pytest.mark.parametrize("nodes", [3, 20])
def test_runs_fit_the_schema_before_and_after_they_are_judged(nodes):
    measured = make_run.example(nodes)
    assert not faults(measured, schema())
    wanted = [{"within_percent_of": "link_speed", "percent": 20}, {"query": "lost_percent", "max": "0.5"}, {"scope": "run", "query": "passed", "min": 1}]
    assert not faults(judging.judge(measured, wanted, baseline.slim(judging.judge(measured))), schema())


def test_exactly_the_broken_hosts_of_a_fleet_are_named():
    hosts = make_run.names(20)
    found = judging.judge(make_run.example(20), [{"within_percent_of": "link_speed", "percent": 20}])
    told = sorted(reason.partition(", all links")[0] for reason in found["verdict"]["reasons"])
    assert told == sorted([hosts[-1], "from " + hosts[10], "to " + hosts[6], "to " + hosts[-3]])
