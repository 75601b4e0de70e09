# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run as one HTML file that needs nothing else. PRIVATE to the collection.

What has to be read is in the page itself and needs no script: the verdict, who is to blame and what helps, the figures, the worst links, the environment.
The heat maps, and everything of one link on a click, are drawn by plotly.js, which plotly carries along. It and the data are in the page as gzip in base64,
so that a run of 9,900 links stays a file of some megabytes; the browser unpacks them by itself.
"""

import base64
import functools
import gzip
import json
import os

from collections import Counter

import jinja2

try:
    import plotly.graph_objects
    import plotly.offline
except ImportError:
    plotly = None  # formats.py tells

from . import blame, criteria, ranking, report_json, report_markdown, report_text, wording

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page")
STATUSES = ("ok", "failed", "missing", "inconclusive")
COLORS = {"failed": "#c62828", "missing": "#1d1a21", "inconclusive": "#f2a100"}
# From the slowest to the fastest link that passes; no color of it looks like one of the others.
SCALE = ("#edf6f8", "#c6e3ea", "#93c8d8", "#5ba7c2", "#3585a8")
MARKS = {"failed": "✕", "missing": "–", "inconclusive": "?"}
# More marks than these are left to the color alone, because browsers draw text slowly.
MOST_MARKS = 3000
WORST = 15
MOST_GROUPS = 40
MOST_LINKS_OF_A_GROUP = 60
NUMBERS = ("bps", "sent_bps", "baseline_bps", "change_percent", "retransmits", "lost_percent", "jitter_ms", "rtt_ms", "seconds", "cpu_from", "cpu_to",
           "limited_by", "attempts", "reason")


def render(run):
    maker = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    maker.filters.update(rate=wording.rate, percent=wording.percent, number=wording.number, duration=wording.duration, moment=wording.moment)
    places = {id(link): place for place, link in enumerate(run["links"])}
    tables = [_table(*table, nodes=run["nodes"]) for table in wording.tables(run["links"])]
    return maker.get_template("page.html.j2").render(
        run=run, verdict=run["verdict"], word=wording.VERDICTS[run["verdict"]["status"]], seconds=(run["ended"] or 0) - (run["started"] or 0), tables=tables,
        groups=_groups(run["links"], places), worst=[_row(link, places) for link in ranking.worst(run["links"], WORST)], colors=COLORS, marks=MARKS,
        scale=SCALE, criteria=[dict(one, asks=criteria.bounds(one), of=criteria.which(one)) for one in criteria.parse(run["criteria"])],
        preflight=report_markdown.preflight(run), pace=report_markdown.pace(run),
        options=json.dumps(report_json.plain(run["options"]), indent=1), style=_part("page.css"), script=_part("page.js"),
        library=_library(),
        data=_packed(_dumped(_data(run, tables, places))), details=_packed(_dumped(_details(run["links"]))),
    )


def _part(name):
    """A file of the page, without the comment that heads it."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as source:
        return jinja2.utils.markupsafe.Markup(source.read().partition("*/\n")[2])


@functools.lru_cache(maxsize=1)
def _library():
    return _packed(plotly.offline.get_plotlyjs())


def _packed(text):
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")


def _dumped(value):
    return json.dumps(_rounded(value), separators=(",", ":"), ensure_ascii=False)


def _rounded(value):
    """Floats in six digits, which is what a page can show; run.json has them all."""
    if isinstance(value, float):
        return None if value - value else float("%.6g" % value)
    if isinstance(value, dict):
        return {str(key): _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, (list, tuple)) else value


def _groups(links, places):
    """Who is to blame, with the diagnosis that most of the links have."""
    found = []
    for told, rows in blame.groups(links)[:MOST_GROUPS]:
        name, dummy, rest = told.partition(": ")
        diagnosed = _diagnosis(rows) or {}
        found.append({
            "name": name, "told": rest, "status": max(("missing", "failed", "inconclusive"), key=[link["status"] for link in rows].count),
            "explanation": diagnosed.get("explanation"), "evidence": report_markdown.listed(diagnosed.get("evidence") or []),
            "remedy": report_markdown.listed(diagnosed.get("remedy") or []), "more": max(0, len(rows) - MOST_LINKS_OF_A_GROUP),
            "links": [_row(link, places) for link in rows[:MOST_LINKS_OF_A_GROUP]],
        })
    return found


def _diagnosis(links):
    """The diagnosis that at least half of the links share, or None."""
    kinds = Counter(link["diagnosis"].get("class") for link in links if link["diagnosis"])
    kind, often = (kinds.most_common(1) or [(None, 0)])[0]
    return next(link["diagnosis"] for link in links if link["diagnosis"] and link["diagnosis"].get("class") == kind) if often * 2 >= len(links) else None


def _row(link, places):
    return dict(link, place=places[id(link)], pair=wording.pair(link), table=wording.table(link))


def _table(network, protocol, links, nodes):
    """What a heat map is made of, and the figures above it."""
    hosts = ranking.hosts(links, nodes)
    factor, unit = report_text.scale(links)
    index = {host: place for place, host in enumerate(hosts)}
    figures = ranking.by_table(links)[(network, protocol)]
    passed = [link["bps"] / factor for link in links if link["status"] == "ok"]
    top = max(passed, default=1)
    low = min(passed + [top / 2])
    return dict(figures, network=network, protocol=protocol, unit=unit, factor=factor, hosts=hosts, links=links, low=report_text.digits(low),
                top=report_text.digits(top), figure=_figure(links, index, factor, (low, top)))


def _figure(links, index, factor, scale):
    """Two heat maps over each other: rates of what passes, and the status of what does not."""
    rates, statuses, marks = ([[empty] * len(index) for dummy in index] for empty in (None, None, ""))
    for link in links:
        row, column = index[link["from"]], index[link["to"]]
        if link["status"] == "ok":
            rates[row][column] = float("%.4g" % (link["bps"] / factor))
        else:
            statuses[row][column] = STATUSES.index(link["status"])
            marks[row][column] = MARKS[link["status"]]
    steps = [[place / 3.0, color] for number, color in enumerate(COLORS.values()) for place in (number, number + 1)]
    few = sum(link["status"] != "ok" for link in links) <= MOST_MARKS
    figure = plotly.graph_objects.Figure(
        [plotly.graph_objects.Heatmap(z=rates, zmin=scale[0], zmax=scale[1], colorscale=[[place / 4.0, color] for place, color in enumerate(SCALE)],
                                      showscale=False, hoverinfo="text"),
         plotly.graph_objects.Heatmap(z=statuses, zmin=0.5, zmax=3.5, colorscale=steps, showscale=False, hoverinfo="text",
                                      **({"text": marks, "texttemplate": "%{text}", "textfont": {"color": "white"}} if few else {}))],
        {"template": "none", "xaxis": {"side": "top", "showgrid": False, "zeroline": False, "constrain": "domain"},
         "yaxis": {"autorange": "reversed", "showgrid": False, "zeroline": False}, "plot_bgcolor": "#f1f1ee", "dragmode": False})
    return figure.to_plotly_json()


def _data(run, tables, places):
    """What the heat maps and the numbers of a link need: columns with one value a link."""
    hosts = list(dict.fromkeys(host for table in tables for host in table["hosts"]))
    index = {host: place for place, host in enumerate(hosts)}
    columns = {name: [link.get(name) for link in run["links"]] for name in NUMBERS}
    return {
        "hosts": hosts, "from": [index[link["from"]] for link in run["links"]], "to": [index[link["to"]] for link in run["links"]],
        "status": [STATUSES.index(link["status"]) for link in run["links"]], "statuses": STATUSES, "columns": columns,
        "tables": [{
            "network": table["network"], "protocol": table["protocol"], "unit": table["unit"], "factor": table["factor"], "median": table["median_bps"],
            "hosts": [index[host] for host in table["hosts"]], "labels": list(wording.shortest_names(table["hosts"]).values()), "figure": table["figure"],
            "links": [places[id(link)] for link in table["links"]],
        } for table in tables],
    }


def _details(links):
    """What only one link at a time is asked for."""
    diagnoses = []
    numbers = {}
    for link in links:
        told = json.dumps(report_json.plain(link["diagnosis"]), sort_keys=True)
        if told not in numbers:
            numbers[told] = len(diagnoses)
            diagnoses.append(_listed(link["diagnosis"]))
        numbers[id(link)] = numbers[told]
    return {
        "diagnoses": diagnoses, "diagnosis": [numbers[id(link)] for link in links], "intervals": [link["intervals"] for link in links],
        "checks": [[[check["criterion"], check["status"], check["reason"] or check["wanted"]] for check in link.get("checks") or ()] for link in links],
        "transcript": [[[entry.get(key) for key in ("time", "direction", "name", "size", "content")] for entry in link["transcript"]] for link in links],
    }


def _listed(told):
    if not told:
        return None
    return dict(told, evidence=report_markdown.listed(told.get("evidence") or []), remedy=report_markdown.listed(told.get("remedy") or []))
