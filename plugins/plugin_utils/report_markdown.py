# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run as a page of Markdown. PRIVATE to the collection.

The same order as in all reports: the verdict, why, the rates, the worst links, what helps, the criteria, the environment.
"""

import re

from . import criteria, ranking, report_text, wording

# A matrix of more hosts than this is not read in Markdown.
WIDEST = 16
WORST = 20
MOST_DIAGNOSES = 20


def render(run):
    parts = [_head(run), _rates(run), _worst(run), _diagnoses(run), _preflight(run), _criteria(run), _baseline(run), _environment(run)]
    return "\n".join(line for part in parts for line in part + [""] * bool(part))


def escaped(text):
    """Text that is no markup inside a line or a table's cell."""
    return re.sub(r"([\\`*\[\]<|~]|\b_|_\b)", r"\\\1", " ".join(str(text).split()))


def table(head, rows, right=()):
    """A table; `right`: places of the columns that are set to the right."""
    ruler = ["---:" if place in right else "---" for place in range(len(head))]
    return ["| " + " | ".join(row) + " |" for row in [[escaped(word) for word in head], ruler] + [[escaped(word) for word in row] for row in rows]]


def _head(run):
    verdict = run["verdict"]
    found = ["# " + escaped(run["title"]), "", "**%s**" % escaped(wording.headline(run)), ""]
    found += ["Run %s, %s, took %s." % (escaped(run["id"]), wording.moment(run["started"]), wording.duration((run["ended"] or 0) - (run["started"] or 0)))]
    if verdict["reasons"]:
        found += [""] + ["* " + escaped(reason) for reason in verdict["reasons"]]
    return found


def _rates(run):
    found = []
    for network, protocol, links in wording.tables(run["links"]):
        figures = ranking.by_table(links)[(network, protocol)]
        found += ["## %s, %s" % (escaped(network), protocol), ""]
        if figures["measured"]:
            found += ["%d of %s passed; median %s, slowest %s (%s), fastest %s." % (
                figures["passed"], wording.counted(figures["links"], "link"), wording.rate(figures["median_bps"]), wording.rate(figures["slowest"]["bps"]),
                escaped(wording.pair(figures["slowest"])), wording.rate(figures["fastest"]["bps"])), ""]
        hosts = ranking.hosts(links, run["nodes"])
        if len(hosts) <= WIDEST:
            factor, unit = report_text.scale(links)
            known = {(link["from"], link["to"]): link for link in links}
            found += ["Rates in %s from the host of the row to the host of the column; ! did not pass, ? is inconclusive." % unit, ""]
            rows = [[source] + ["" if source == target else report_text.cell(known.get((source, target)), factor) for target in hosts] for source in hosts]
            found += table([""] + hosts, rows, right=range(1, len(hosts) + 1)) + [""]
    return found[:-1]


def _worst(run):
    rows = [[wording.pair(link), wording.table(link), link["status"], wording.rate(link["bps"]), wording.percent(link["lost_percent"]),
             wording.number(link["retransmits"]), wording.percent(link.get("change_percent")), link["limited_by"] or wording.NOTHING]
            for link in ranking.worst(run["links"], WORST)]
    head = ["Link", "Network", "Status", "Rate", "Loss", "Retransmits", "Change", "Limited by"]
    return ["## The worst links", ""] + table(head, rows, right=(3, 4, 5, 6)) if rows else []


def _diagnoses(run):
    links = [link for link in run["links"] if link["diagnosis"]]
    found = []
    for link in links[:MOST_DIAGNOSES]:
        told = link["diagnosis"]
        found += ["### %s (%s)" % (escaped(wording.pair(link)), escaped(wording.table(link))), "", escaped(told["explanation"]), ""]
        for title, key in (("Evidence", "evidence"), ("What helps", "remedy")):
            if told.get(key):
                found += ["%s:" % title, ""] + ["* " + escaped(line) for line in listed(told[key])] + [""]
    if len(links) > MOST_DIAGNOSES:
        found += ["%d more have a diagnosis, see the other reports." % (len(links) - MOST_DIAGNOSES), ""]
    return ["## Diagnosis", ""] + found[:-1] if found else []


def listed(value):
    """Evidence and remedies as lines, of a list of texts or dictionaries, or of one text."""
    return [one if isinstance(one, str) else ", ".join("%s: %s" % item for item in one.items()) if isinstance(one, dict) else str(one)
            for one in (value if isinstance(value, (list, tuple)) else [value])]


def _preflight(run):
    rows = [[one["from"], one["to"], one["network"], one["name"], one["detail"], "; ".join(one["remedy"])] for one in preflight(run)]
    return ["## Preflight checks that failed", ""] + table(["From", "To", "Network", "Check", "Detail", "What helps"], rows) if rows else []


def preflight(run):
    """The preflight checks that failed although the tests depend on them: {"from", "to", "network", "name", "detail", "remedy": lines}."""
    return [
        {"from": one["from"], "to": one["to"], "network": one["network"], "name": check["name"], "detail": check.get("detail") or "",
         "remedy": listed((one.get("diagnosis") or {}).get("remedy") or [])}
        for one in run["preflight"] for check in one["checks"] if check["ok"] is False and check.get("needed", True)]


def pace(run):
    """How long the tests took beside what they need at least, and whether all pairs were measured at the same time, as sentences; "" if there is neither."""
    spent = run.get("seconds") or {}
    found = ["All pairs were measured at the same time."] * wording.at_once(run)
    if spent.get("ideal") and spent.get("measured") is not None:
        found.append("The tests took %s, and need %s at least." % (wording.duration(spent["measured"]), wording.duration(spent["ideal"])))
    return " ".join(found)


def _criteria(run):
    rows = [[one["name"], one["query"], criteria.bounds(one), criteria.which(one)] for one in criteria.parse(run["criteria"])]
    return ["## Criteria", ""] + table(["Name", "Query", "Asks for", "Of"], rows) if rows else []


def _baseline(run):
    told = run["baseline"]
    if not told:
        return []
    return ["## Baseline", "", "Compared with run %s of %s: %d links have one, %d are new, %d are gone." % (
        escaped(told["id"]), wording.moment(told["started"]), told["compared"], told["new"], len(told["gone"]))]


def _environment(run):
    known = run["environment"]
    found = ["## Environment", "", "Controller %s, nfv.iperf %s, ansible-core %s, %s." % (
        escaped(known["controller"]), known["collection"], known["ansible"], wording.counted(run["rounds"] or 0, "round")), ""]
    found = found[:-1] + [pace(run), ""] if pace(run) else found
    rows = []
    for host, node in run["nodes"].items():
        speeds = ", ".join("%s %s" % (name, wording.rate(speed)) for name, speed in (node["link_speed"] or {}).items() if speed)
        addresses = ", ".join("%s %s" % item for item in node["addresses"].items())
        rows.append([host, addresses, ", ".join(node["groups"]), node["python"] or "", wording.number(node["cpus"]), speeds, "; ".join(node["notes"])])
    found += table(["Node", "Addresses", "Groups", "Python", "CPUs", "Link speed", "Notes"], rows)
    if run["left_out"]:
        found += ["", "Left out:", ""] + ["* %s on %s: %s" % tuple(escaped(one[key]) for key in ("host", "network", "reason")) for one in run["left_out"]]
    return found
