# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Criteria: what they take, which links they are for, and what they say of a value."""

import builtins

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import criteria, judging
from ansible_collections.nfv.iperf.tests.unit.plugins.plugin_utils.run_play import link, run


@pytest.mark.parametrize("given, told", [
    ("bps", "a list of dictionaries"),
    (["bps"], "criterion 1 is 'bps'"),
    ([{"min": 1}, {"mni": 1}], "criterion 2 has mni, allowed are name"),
    ([{"name": "fast", "query": "bps"}], r"criterion 1 \(fast\) has no bound"),
    ([{"min": "much"}], "min is 'much'"),
    ([{"min": [1]}], "min is"),
    ([{"min": "90%"}], "min is '90%': .*; for a share of something say within_percent_of and percent"),
    ([{"within_percent_of": "baseline", "percent": 100}], "percent is 100, .*; allowed is less than 100"),
    ([{"min": 1, "protocol": ["tcp", "sctp"]}], "protocol is 'sctp', allowed are TCP and UDP"),
    ([{"min": 1, "better": "faster"}], "better is 'faster', allowed are higher, lower, both"),
    ([{"within_percent_of": "median"}], "allowed are fleet_median, baseline, link_speed"),
    ([{"min": 1, "query": "bps ||"}], "is no JMESPath"),
    ([{"min": 1, "pair": ["a"]}], "pair is two hosts"),
    ([{"min": 1, "group": ["a", "b", "c"]}], "one or two groups"),
    ([{"min": 1, "group": "a", "role": "b"}], "role and group"),
    ([{"within_percent_of": "baseline", "scope": "run"}], "only min and max"),
])
def test_what_is_wrong_is_named_with_what_is_allowed(given, told):
    with pytest.raises(ValueError, match=told):
        criteria.parse(given)


@pytest.mark.parametrize("given, bound", [("9.5G", 9.5e9), ("900", 900), ("1e9", 1e9), (5, 5), (0.5, 0.5), ("10M", 1e7)])
def test_bounds_are_numbers_or_rates(given, bound):
    assert criteria.parse([{"min": given}])[0]["min"] == bound


def test_defaults_ask_only_for_what_is_wanted():
    assert criteria.defaults(0, 0) == criteria.defaults("0", "") == []
    rate, share = criteria.parse(criteria.defaults("9000", 80))
    assert (rate["min"], share["within_percent_of"], share["percent"]) == (9e9, "link_speed", 20)


@pytest.mark.parametrize("wanted, fits", [
    ({}, True), ({"network": "tenant"}, True), ({"network": ["storage", "tenant"]}, True), ({"network": "storage"}, False),
    ({"protocol": "tcp"}, True), ({"protocol": "UDP"}, False), ({"query": "lost_percent"}, False), ({"query": "retransmits"}, True),
    ({"pair": ["b", "a"]}, True), ({"pair": ["a", "c*"]}, False), ({"pair": ["?", "*"]}, True),
    ({"group": "all_of_them"}, True), ({"group": "Compute"}, False), ({"group": ["Compute", "Controller"]}, True),
    ({"role": ["Controller", "Compute"]}, True), ({"group": ["Compute", "Compute"]}, False),
])
def test_a_criterion_is_for_some_links(wanted, fits):
    nodes = {"a": {"groups": ["Compute", "all_of_them"]}, "b": {"groups": ["Controller", "all_of_them"]}}
    assert criteria.applies(criteria.parse([dict(wanted, min=1)])[0], link("a", "b"), nodes) is fits


def judged(criterion, one, other=None, before=None, speeds=None):
    """(status, reason) of the first link, judged by one criterion."""
    found = judging.judge(run(*[one] + [other] * (other is not None), speeds=speeds or {}), [criterion], before and run(before))
    return found["links"][0]["status"], found["links"][0]["reason"]


@pytest.mark.parametrize("criterion, values, status, reason", [
    ({"min": "9G"}, {}, "ok", ""),
    ({"min": "9000000001"}, {}, "failed", "9 Gbit/s is below 9.000000001 Gbit/s"),
    ({"min": "9.004G"}, {}, "failed", "9 Gbit/s is below 9.004 Gbit/s"),
    ({"query": "lost_percent", "max": 1.5001}, {"protocol": "UDP", "lost_percent": 1.5002}, "failed", "lost_percent of 1.5002 % is above 1.5001 %"),
    ({"min": "9.1G"}, {}, "failed", "9.00 Gbit/s is below 9.10 Gbit/s"),
    ({"max": "8G"}, {}, "failed", "9.00 Gbit/s is above 8.00 Gbit/s"),
    ({"query": "mbps", "min": 9001}, {}, "failed", "mbps of 9000 Mbit/s is below 9001 Mbit/s"),
    ({"query": "lost_percent", "max": 1}, {"protocol": "UDP", "lost_percent": 1.5}, "failed", "lost_percent of 1.5 % is above 1 %"),
    ({"query": "jitter_ms", "max": 1}, {"protocol": "UDP", "jitter_ms": 2.0}, "failed", "jitter_ms of 2 ms is above 1 ms"),
    # a value that is missing fails, it is not 0
    ({"query": "jitter_ms", "max": 1}, {"protocol": "UDP", "jitter_ms": None}, "failed", "jitter_ms gives no number"),
    ({"query": "jitter_ms", "max": 1, "unknown": "skip"}, {"protocol": "UDP", "jitter_ms": None}, "ok", ""),
    ({"query": "status", "max": 1}, {}, "failed", "status gives no number"),
    ({"query": "sum(intervals)", "min": 6}, {"intervals": [2.0, 3.0]}, "failed", "sum(intervals) of 5 is below 6"),
    # what was limited by something else than the link proves nothing
    ({"min": "10G"}, {"limited_by": "to_cpu"}, "inconclusive", "9.00 Gbit/s is below 10.0 Gbit/s, but the CPU of b was the limit"),
    ({"min": "10G"}, {"limited_by": "from_cpu"}, "inconclusive", "9.00 Gbit/s is below 10.0 Gbit/s, but the CPU of a was the limit"),
    ({"min": "10G"}, {"limited_by": "target_rate"}, "inconclusive", "9.00 Gbit/s is below 10.0 Gbit/s, but the test was told to send no more"),
    ({"query": "retransmits", "max": 1}, {"retransmits": 9, "limited_by": "target_rate"}, "failed", "retransmits of 9 is above 1"),
    ({"min": "8G"}, {"limited_by": "to_cpu"}, "ok", ""),
])
def test_a_value_is_held_to_its_bounds(criterion, values, status, reason):
    assert judged(criterion, link("a", "b", **values)) == (status, reason)


@pytest.mark.parametrize("criterion, speeds, before, status, reason", [
    ({"within_percent_of": "link_speed"}, {"a": 10e9, "b": 10e9}, None, "ok", ""),
    ({"within_percent_of": "link_speed", "percent": 5}, {"a": 25e9, "b": 10e9}, None, "failed",
     "9.00 Gbit/s is below 9.50 Gbit/s, 5 % less than the speed of the link, 10.0 Gbit/s"),
    ({"within_percent_of": "link_speed"}, {}, None, "inconclusive", "the speed of the link is not known, so 9.00 Gbit/s cannot be compared with it"),
    ({"within_percent_of": "link_speed", "unknown": "skip"}, {}, None, "ok", ""),
    ({"within_percent_of": "baseline"}, {}, link("a", "b", 9.9e9), "ok", ""),
    ({"within_percent_of": "baseline"}, {}, link("a", "b", 20e9), "failed",
     "9.00 Gbit/s is below 18.0 Gbit/s, 10 % less than the baseline, 20.0 Gbit/s"),
    ({"within_percent_of": "baseline"}, {}, link("a", "b", 1e9), "ok", ""),
    ({"within_percent_of": "baseline", "better": "both"}, {}, link("a", "b", 1e9), "failed",
     "9.00 Gbit/s is above 1.10 Gbit/s, 10 % more than the baseline, 1.00 Gbit/s"),
    ({"within_percent_of": "baseline"}, {}, link("b", "a", 1e9), "inconclusive", "the baseline is not known, so 9.00 Gbit/s cannot be compared with it"),
    ({"query": "cpu_from", "within_percent_of": "baseline"}, {}, link("a", "b", cpu_from=5.0), "failed",
     "cpu_from of 10 is above 5.5, 10 % more than the baseline, 5"),
    ({"within_percent_of": "baseline", "min": "9.5G"}, {}, link("a", "b", 9e9), "failed", "9.00 Gbit/s is below 9.50 Gbit/s"),
])
def test_a_value_is_held_to_something_else(criterion, speeds, before, status, reason):
    found = judged(criterion, link("a", "b"), before=before, speeds=speeds)
    assert (found[0], found[1][:len(reason)] if reason else found[1]) == (status, reason)


@pytest.mark.parametrize("back, status, reason", [
    (9.1e9, "ok", ""), (18e9, "failed", "asymmetry_percent of 50 % is above 20 %"), (1e9, "ok", ""),
    (None, "inconclusive", "the other direction was not measured, so it cannot be compared"),
])
def test_the_slower_direction_is_to_blame_for_asymmetry(back, status, reason):
    assert judged({"query": "asymmetry_percent", "max": 20}, link("a", "b"), link("b", "a", back)) == (status, reason)


def test_asymmetry_by_the_other_ends_cpu_proves_nothing():
    found = judged({"query": "asymmetry_percent", "max": 20}, link("a", "b"), link("b", "a", 18e9, limited_by="to_cpu"))
    assert found[0] == "inconclusive" and found[1].endswith("the CPU of a was the limit")


def test_the_name_of_a_key_needs_no_library(monkeypatch):
    genuine = builtins.__import__

    def without(name, *arguments, **options):
        if name == "jmespath":
            raise ImportError(name)
        return genuine(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    assert criteria.compiled("bps", "here")({"bps": 5}) == 5
    with pytest.raises(ValueError, match="pip install jmespath"):
        criteria.compiled("a.b", "here")


def test_a_query_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match="criterion 1: the query sum.reason. does not fit"):
        judging.judge(run(link("a", "b")), [{"query": "sum(reason)", "min": 1}])


@pytest.mark.parametrize("bound", ["nan", float("nan"), True, "inf", float("inf")])
def test_a_bound_that_every_link_passes_is_refused(bound):
    with pytest.raises(ValueError, match="allowed is a"):
        criteria.parse([{"min": bound}])


@pytest.mark.parametrize("criterion, words", [
    ({"query": ["bps"], "min": 1}, "query is ..bps.., allowed is a JMESPath query"), ({"min": 2, "max": 1}, "nothing can be within"),
    ({"within_percent_of": "fleet_median", "percent": -5}, "nothing can be within"),
])
def test_what_makes_no_sense_is_refused(criterion, words):
    with pytest.raises(ValueError, match=words):
        criteria.parse([criterion])


def test_a_rate_that_is_no_number_is_missing():
    assert judged({"min": "9G"}, link("a", "b", bps=float("nan")))[0] == "failed"


@pytest.mark.parametrize("scope", [{"network": "nosuch"}, {"group": "nosuch"}, {"pair": ["a", "x"]}, {"network": []}])
def test_a_criterion_for_links_that_there_are_not_lets_no_run_pass(scope):
    one = run(link("a", "b"))
    verdict = judging.judge(one, [dict(scope, min="99G")])["verdict"]
    assert verdict["status"] == "inconclusive" and "no link of this run is of its %s" % list(scope)[0] in verdict["reasons"][0]
    assert judging.judge(one, [dict(scope, min="99G", unknown="skip")])["verdict"]["status"] == "pass"
