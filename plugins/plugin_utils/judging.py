# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run, judged by criteria and against a baseline. PRIVATE to the collection.

judge() takes a run as it was measured, or one that was judged before: a link that was measured and then judged has `checks`, from which its measured
status follows, so that the same run may be judged again by other criteria.
"""

import statistics

from . import baseline as baselines
from . import blame, criteria, wording


def judge(run, wanted=(), baseline=None):
    """The run with status, reason and checks of each link, the criteria and the verdict. Raises ValueError.

    wanted: criteria as criteria.parse() takes them. baseline: a run or what baseline.slim() made of one, or None.
    """
    parsed = criteria.parse(list(wanted))
    before = baselines.links(baseline)
    links = [measured(link) for link in run["links"]]
    records = _records(links, run["nodes"], before)
    checks = [[] for dummy in links]
    for criterion in parsed:
        if criterion["scope"] == "link":
            _check_links(criterion, links, records, run["nodes"], checks)
    judged = [_judged(link, record, found) for link, record, found in zip(links, records, checks)]
    over_all = [dict(criteria.check(one, figures(run, judged)), scope="run") for one in parsed if one["scope"] == "run"]
    idle = [criteria.idle(one, links, run["nodes"]) for one in parsed if one["scope"] == "link" and links]
    over_all += [dict(one, scope="run") for one in idle if one]
    return dict(run, links=judged, criteria=[_told(one, given) for one, given in zip(parsed, wanted)], baseline=baselines.told(baseline, run, before),
                verdict=verdict(judged, over_all))


def measured(link):
    """A link as it was measured, without an earlier judgement."""
    link = dict(link)
    if link.get("checks"):
        link.update(status="ok", reason="")
    if link["status"] == "ok" and link["bps"] is None:
        link.update(status="failed", reason="the test ended well, but no rate was measured")
    return link


def _records(links, nodes, before):
    """What criteria are asked over, one record a link."""
    by_ends = {(link["network"], link["protocol"], link["from"], link["to"]): link for link in links}
    return [record(link, by_ends.get((link["network"], link["protocol"], link["to"], link["from"])), nodes, before) for link in links]


def record(link, reverse, nodes, before):
    speeds = [((nodes.get(link[end]) or {}).get("link_speed") or {}).get(link["network"]) for end in ("from", "to")]
    speed = min([one for one in speeds if one], default=None)
    old = before.get(link["id"])
    bps, back = link["bps"], reverse and reverse["bps"]
    return dict(
        link, mbps=None if bps is None else bps / 1e6, link_speed=speed, reverse=reverse, baseline=old,
        percent_of_link=100.0 * bps / speed if speed and bps is not None else None, change_percent=baselines.change(old and old["bps"], bps),
        asymmetry_percent=None if bps is None or back is None else 100.0 * (back - bps) / back if back > bps else 0.0,
    )


def _check_links(criterion, links, records, nodes, checks):
    mine = [place for place, link in enumerate(links) if link["status"] == "ok" and criteria.applies(criterion, link, nodes)]
    middle = criteria.medians(criterion, [records[place] for place in mine]) if criterion["within_percent_of"] == "fleet_median" else {}
    for place in mine:
        link = links[place]
        checks[place].append(criteria.check(criterion, records[place], middle.get((link["network"], link["protocol"]))))


def _judged(link, full, checks):
    link.update(checks=checks, baseline_bps=(full["baseline"] or {}).get("bps"), change_percent=full["change_percent"])
    for status in ("failed", "inconclusive"):
        found = [check["reason"] for check in checks if check["status"] == status]
        if found and link["status"] == "ok":
            link.update(status=status, reason="; ".join(found))
    return link


def figures(run, links):
    """The numbers of the whole run, which criteria with scope run are asked over."""
    tables = {}
    for network, protocol, rows in wording.tables(links):
        known = [link["bps"] for link in rows if link["bps"] is not None]
        tables.setdefault(network, {})[protocol.lower()] = {
            "links": len(rows), "measured": len(known), "total_bps": sum(known) if known else None, "min_bps": min(known, default=None),
            "max_bps": max(known, default=None), "median_bps": statistics.median(known) if known else None,
        }
    count = {status: sum(link["status"] == status for link in links) for status in wording.STATUSES}
    passed = count.pop("ok")
    return dict(count, passed=passed, links=len(links), passed_percent=100.0 * passed / len(links) if links else None,
                seconds=(run["ended"] or 0) - (run["started"] or 0), left_out=len(run["left_out"]), networks=tables)


def verdict(links, over_all=()):
    """Whether a run of judged links passes, and why not."""
    counts = {name: sum(link["status"] == status for link in links) for status, name in wording.STATUSES.items()}
    reasons = blame.reasons(links) + ["the whole run: %s: %s" % (check["criterion"], check["reason"])
                                      for check in over_all if check["status"] in ("failed", "inconclusive")]
    worst = {check["status"] for check in over_all}
    if not links:
        reasons.append("no link was to be measured, so nothing was shown")
    if counts["failed"] or counts["missing"] or "failed" in worst:
        status = "fail"
    else:
        status = "inconclusive" if counts["inconclusive"] or "inconclusive" in worst or not links else "pass"
    return dict(counts, status=status, reasons=reasons, checks=list(over_all))


def _told(parsed, given):
    """A criterion as the data set has it: what was given, and its name."""
    return dict({key: value for key, value in given.items() if value is not None}, name=parsed["name"])
