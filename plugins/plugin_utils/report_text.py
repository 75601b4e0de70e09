# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict as text that fits a screen. PRIVATE to the collection.

The verdict comes first, then who is to blame, then the rates: a matrix where it fits, otherwise the figures of each network and the worst links.
"""

import textwrap

from . import ranking, wording

MARKS = {"ok": "", "failed": "!", "missing": "", "inconclusive": "?"}
SCALES = ((1e12, "Tbit/s"), (1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1, "bit/s"))


def lines(run, width=100, height=40):
    """Lines of at most `width` characters, and not many more than `height` of them."""
    found = [_cut(wording.headline(run), width)]
    found += [_cut("%s (%s), %s" % (run["title"], run["id"], wording.duration((run["ended"] or 0) - (run["started"] or 0))), width)]
    found += _reasons(run["verdict"]["reasons"], width, max(6, height // 2))
    matrices = [_matrix(network, protocol, links, width) for network, protocol, links in wording.tables(run["links"])]
    if all(matrices) and sum(map(len, matrices)) + len(found) <= height:
        for rows in matrices:
            found += [""] + rows
        legend = [word for status, word in (("failed", "! failed"), ("inconclusive", "? inconclusive"))
                  if any(link["status"] == status and link["bps"] is not None for link in run["links"])]
        return found + ["  " + ", ".join(legend)] * bool(legend)
    found += [""] + [_cut("  " + _figures(key, row), width) for key, row in ranking.by_table(run["links"]).items()]
    rows = _worst(run["links"], max(5, min(10, height - len(found) - 2)))
    return found + ["", "  the worst links that have a number:"] * bool(rows) + [_cut("    " + row, width) for row in rows]


def _reasons(reasons, width, most):
    """The reasons, wrapped, in about `most` lines."""
    found = []
    for place, reason in enumerate(reasons):
        rows = textwrap.wrap(reason, width, initial_indent="  * ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        if found and len(found) + len(rows) >= most and place < len(reasons) - 1:
            return found + ["  * and %d more in the report" % (len(reasons) - place)]
        found += [_cut(row, width) for row in rows]
    return found


def scale(links):
    """(factor, unit) in which the rates of links are short: the largest rate has at most three digits before the point."""
    largest = max((link["bps"] for link in links if link["bps"] is not None), default=0)
    return next(((factor, unit) for factor, unit in SCALES if largest >= factor), SCALES[-1])


def cell(link, factor):
    """A link in a matrix: its rate and a mark, or the word for why there is none."""
    if link is None:
        return ""
    if link["bps"] is None:
        return link["status"]
    return digits(link["bps"] / factor) + MARKS[link["status"]]


def digits(value):
    return "%.2f" % value if value < 9.995 else "%.1f" % value if value < 99.95 else "%.0f" % value


def _matrix(network, protocol, links, width):
    """A matrix as lines, or [] if it is too wide."""
    hosts = ranking.hosts(links)
    factor, unit = scale(links)
    names = wording.short_names(hosts)
    found = {(link["from"], link["to"]): link for link in links}
    grid = [[""] + [names[host] for host in hosts]]
    grid += [[names[source]] + ["." if source == target else cell(found.get((source, target)), factor) for target in hosts] for source in hosts]
    widths = [max(len(row[column]) for row in grid) for column in range(len(hosts) + 1)]
    if sum(widths) + 2 * len(widths) > width:
        return []
    rows = ["  " + "  ".join([row[0].ljust(widths[0])] + [word.rjust(size) for word, size in zip(row[1:], widths[1:])]).rstrip() for row in grid]
    unit = " in " + unit if any(link["bps"] is not None for link in links) else ""
    return ["  %s, %s%s, from row to column" % (network, protocol, unit)] + rows


def _figures(key, row):
    told = "%s, %s: %s" % (key[0], key[1], "%d of %s passed" % (row["passed"], wording.counted(row["links"], "link")))
    if row["measured"]:
        told += ", median %s, slowest %s, fastest %s" % tuple(
            wording.rate(bits) for bits in (row["median_bps"], row["slowest"]["bps"], row["fastest"]["bps"]))
    return told


def _worst(links, count):
    rows = [(wording.pair(link), wording.table(link), wording.rate(link["bps"]), link["status"]) for link in ranking.worst(links, count)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2].rjust(widths[2]), row[3]]) for row in rows]


def _cut(text, width):
    return text if len(text) <= width else text[:width - 3] + "..."
