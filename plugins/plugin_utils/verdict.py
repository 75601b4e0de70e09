# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a run passes its minimum rates. PRIVATE to the collection.

A link without a number fails. One that is too slow because a CPU was the limit proves nothing about the link: it is inconclusive, which does not pass
either, and says so.
"""

from . import matrix

CPU_LIMITS = ("from_cpu", "to_cpu")
SHOWN = 30


def minimum(one, min_bps, min_percent, nodes):
    """(bit/s that the link has to reach or None, what that is made of)."""
    wanted, why = (min_bps or None), "the minimum"
    if min_percent:
        speeds = [(nodes.get(one[end]) or {}).get("link_speed", {}).get(one["network"]) for end in ("from", "to")]
        known = [speed for speed in speeds if speed]
        if known and (wanted is None or min(known) * min_percent / 100.0 > wanted):
            wanted, why = min(known) * min_percent / 100.0, "%g percent of the link's %s" % (min_percent, matrix.rate(min(known)))
    return wanted, why


def judge(links, nodes, min_mbps=0, min_percent=0):
    """(links with their status, verdict) for minimum rates in Mbit/s and percent of the interfaces' speed."""
    judged, reasons = [], []
    counts = {"passed": 0, "failed": 0, "missing": 0, "inconclusive": 0}
    for one in links:
        wanted, why = minimum(one, float(min_mbps or 0) * 1e6, float(min_percent or 0), nodes)
        status, reason = one["outcome"]["status"], one["outcome"]["reason"]
        if status == "ok" and wanted is not None and one["bps"] < wanted:
            status = "inconclusive" if one["limited_by"] in CPU_LIMITS else "failed"
            reason = "%s is below %s of %s" % (matrix.rate(one["bps"]), why, matrix.rate(wanted))
            if status == "inconclusive":
                reason += ", but the CPU of %s was the limit" % one[one["limited_by"][:-len("_cpu")]]
        counts["passed" if status == "ok" else status] += 1
        if status != "ok":
            reasons.append("%s -> %s, %s %s, %s: %s" % (one["from"], one["to"], one["network"], one["protocol"], status, reason))
        judged.append(dict(one, status=status, reason=reason))
    result = "fail" if counts["failed"] or counts["missing"] else "inconclusive" if counts["inconclusive"] else "pass"
    return judged, dict(counts, status=result, reasons=reasons)


def text(run, where, shown=SHOWN):
    """The verdict in words that fit a screen. where: the folder of the reports."""
    found = run["verdict"]
    total = sum(found[name] for name in ("passed", "failed", "missing", "inconclusive"))
    if found["status"] == "pass":
        return "PASS. All %d links pass. The report is in %s" % (total, where)
    counts = ", ".join("%d %s" % (found[name], name) for name in ("failed", "missing", "inconclusive") if found[name])
    lines = ["%s. Of %d links %s:" % ({"fail": "FAIL"}.get(found["status"], "INCONCLUSIVE"), total, counts)] + found["reasons"][:shown]
    if len(found["reasons"]) > shown:
        lines.append("and %d more" % (len(found["reasons"]) - shown))
    return "\n".join(lines + ["The report is in %s" % where])
