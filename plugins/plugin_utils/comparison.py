# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs compared link by link. PRIVATE to the collection.

A link is what its id says: network, both hosts, protocol. One that had a rate and has none any more is lost, which is worse than slower.
"""

import math
import textwrap

from collections import Counter

from . import baseline, blame, report_markdown, screen, wording

KINDS = ("worse", "lost", "better", "gained", "same", "unmeasured", "new", "gone")
BAD = ("worse", "lost")
ENDS = ("id", "network", "protocol", "from", "to")
# Of links that became faster or are new, or are gone, so many are told by name.
MOST = 10


def compare(before, after, tolerance_percent=10):
    """What changed from one run to another, which is fine while no link is slower by more than tolerance_percent, and none is lost. Raises ValueError."""
    tolerance = float(tolerance_percent)
    if not 0 <= tolerance < math.inf:
        raise ValueError("tolerance_percent is %s, allowed is a number that is not negative" % tolerance_percent)
    old = {link["id"]: link for link in baseline.check(before, "the run before")["links"]}
    new = {link["id"]: link for link in baseline.check(after, "the run after")["links"]}
    links = [_link(old.get(name), new.get(name), tolerance) for name in list(new) + [name for name in old if name not in new]]
    counts = Counter(link["status"] for link in links)
    compared = counts["worse"] + counts["better"] + counts["same"]
    return {
        "before": _run(before), "after": _run(after), "tolerance_percent": tolerance, "counts": {kind: counts[kind] for kind in KINDS}, "links": links,
        "status": "fail" if any(counts[kind] for kind in BAD) else "pass" if compared else "inconclusive",
        "reasons": blame.reasons([dict(link, status=link["status"] if link["status"] in BAD else "ok") for link in links if link["status"] != "gone"]),
    }


def _run(run):
    return {key: run.get(key) for key in ("id", "title", "started", "environment")}


def _link(old, new, tolerance):
    known = new or old
    rates = [one and one["bps"] for one in (old, new)]
    change = baseline.change(*rates)
    status, reason = "same", ""
    if old is None or new is None:
        status = "new" if old is None else "gone"
    elif rates[1] is None:
        status = "unmeasured" if rates[0] is None else "lost"
        reason = "it had %s, and now %s" % (wording.rate(rates[0]), new.get("reason") or "has no rate") if status == "lost" else ""
    elif rates[0] is None:
        status = "gained"
    elif change is not None and abs(change) > tolerance:
        status = "worse" if change < 0 else "better"
        reason = "%s instead of %s, %+.1f %%" % (wording.rate(rates[1]), wording.rate(rates[0]), change)
    return dict({key: known[key] for key in ENDS}, before_bps=rates[0], after_bps=rates[1], change_percent=change, status=status, reason=reason)


def headline(found):
    counts = found["counts"]
    told = ", ".join("%d %s" % (counts[kind], kind) for kind in KINDS if counts[kind]) or "nothing"
    number, same = wording.counted(len(found["links"]), "link"), wording.percent(found["tolerance_percent"])
    return "%s: %s of %s; the same means within %s" % (wording.VERDICTS[found["status"]], told, number, same)


def lines(found, width=screen.DEFAULT[0], height=screen.DEFAULT[1]):
    """A comparison as text of at most `height` lines (14 are the least) of at most `width` characters: what is worse, then what is better, new or gone."""
    told = textwrap.wrap(headline(found), width, subsequent_indent="  ", max_lines=2)
    told += [screen.cut("%-7s %s, %s" % (word + ":", found[word]["id"], wording.moment(found[word]["started"])), width) for word in ("before", "after")]
    rest = []
    for kind in ("better", "gained", "new", "gone"):
        links = [link for link in found["links"] if link["status"] == kind]
        some = links[:max(1, min(MOST, height // 8))]
        rest += ["%s:" % kind] * bool(links)
        rest += [screen.cut("  %s (%s)%s" % (wording.pair(link), wording.table(link), ": " + link["reason"] if link["reason"] else ""), width) for link in some]
        rest += ["  and %d more" % (len(links) - len(some))] * (len(links) > len(some))
    reasons = screen.wrapped(found["reasons"], width, height - len(told) - min(len(rest), 3))
    room = height - len(told) - len(reasons)
    return told + reasons + (rest if len(rest) <= room else rest[:room - 1] + ["  and more in the comparison"])


def markdown(found):
    """A comparison as a page of Markdown, with every link that changed."""
    escaped = report_markdown.escaped
    runs = ["%s: run %s of %s." % (word.capitalize(), escaped(found[word]["id"]), wording.moment(found[word]["started"])) for word in ("before", "after")]
    told = ["# Two runs compared", "", "**%s**" % escaped(headline(found)), "", " ".join(runs), ""]
    told += ["* " + escaped(reason) for reason in found["reasons"]] + [""] * bool(found["reasons"])
    links = sorted((link for link in found["links"] if link["status"] not in ("same", "unmeasured")), key=lambda link: KINDS.index(link["status"]))
    if links:
        rows = [[wording.pair(link), wording.table(link), link["status"], wording.rate(link["before_bps"]), wording.rate(link["after_bps"]),
                 wording.percent(link["change_percent"])] for link in links]
        told += report_markdown.table(["Link", "Network", "What", "Before", "After", "Change"], rows, right=(3, 4, 5))
    return "\n".join(told) + "\n"
