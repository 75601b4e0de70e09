# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict as text that fits a screen. PRIVATE to the collection.

The verdict comes first, then who is to blame, then the rates: a matrix where it fits, otherwise the figures of each network and the worst links. However many
links fall short and however long the hosts' names are, the lines are no more and no longer than asked for.
"""

import textwrap

from . import blame, ranking, screen, wording

MARKS = {"ok": "", "failed": "!", "missing": "", "inconclusive": "?"}
# The least lines that all reasons get.
LEAST_REASONS = 4
# In fewer columns the figures of a network go without the last of them.
ALL_COLUMNS = 66


def lines(run, width=screen.DEFAULT[0], height=screen.DEFAULT[1]):
    """At most `height` lines (14 are the least that something fits in) of at most `width` characters."""
    head = textwrap.wrap(wording.headline(run), width, subsequent_indent="  ", max_lines=2) + [screen.cut(_about(run), width)]
    reasons = _all_reasons(run, width)
    rates = _matrices(run, width)
    if not rates or len(head) + len(rates) + min(len(reasons), LEAST_REASONS) > height:
        rates = _figures(run["links"], width, max(2, height // 5))
        wanted = len(screen.wrapped(reasons, width, height))
        rates += _worst(run["links"], width, min(10, height - len(head) - len(rates) - wanted - 2))
    return head + screen.wrapped(reasons, width, height - len(head) - len(rates)) + rates


def _about(run):
    told = "%s (%s), %s" % (run["title"], run["id"], wording.duration((run["ended"] or 0) - (run["started"] or 0)))
    return told + ", tests of all pairs at the same time" * wording.at_once(run)


def _all_reasons(run, width):
    """What does not pass, with names that leave room for the reasons; then what is said of the whole run."""
    names = screen.names(ranking.hosts(run["links"]), width)
    links = [dict(link, **{"from": names[link["from"]], "to": names[link["to"]]}) for link in run["links"]]
    known = set(blame.reasons(run["links"]))
    return [told for told, dummy in blame.groups(links)] + [told for told in run["verdict"]["reasons"] if told not in known]


def scale(links):
    """(factor, unit) in which the rates of links are short: the largest rate has at most three digits before the point."""
    largest = max((link["bps"] for link in links if link["bps"] is not None), default=0)
    return next(((factor, unit) for factor, unit in wording.SCALES if largest >= factor), wording.SCALES[-1])


def cell(link, factor):
    """A link in a matrix: its rate and a mark, or the word for why there is none."""
    if link is None:
        return ""
    if link["bps"] is None:
        return link["status"]
    return digits(link["bps"] / factor) + MARKS[link["status"]]


def digits(value):
    return "%.2f" % value if value < 9.995 else "%.1f" % value if value < 99.95 else "%.0f" % value


def _matrix(network, protocol, links, nodes, width):
    """A matrix as lines, or [] if it is too wide."""
    hosts = ranking.hosts(links, nodes)
    factor, unit = scale(links)
    names = wording.shortest_names(hosts)
    found = {(link["from"], link["to"]): link for link in links}
    grid = [[""] + [names[host] for host in hosts]]
    grid += [[names[source]] + ["." if source == target else cell(found.get((source, target)), factor) for target in hosts] for source in hosts]
    widths = [max(len(row[column]) for row in grid) for column in range(len(hosts) + 1)]
    if sum(widths) + 2 * len(widths) > width:
        return []
    rows = ["  " + "  ".join([row[0].ljust(widths[0])] + [word.rjust(size) for word, size in zip(row[1:], widths[1:])]).rstrip() for row in grid]
    unit = " in " + unit if any(link["bps"] is not None for link in links) else ""
    return ["  %s, %s%s, from row to column" % (network, protocol, unit)] + rows


def _matrices(run, width):
    """All rates as matrices, or [] if one is too wide."""
    matrices = [_matrix(network, protocol, links, run["nodes"], width) for network, protocol, links in wording.tables(run["links"])]
    legend = [word for status, word in (("failed", "! failed"), ("inconclusive", "? inconclusive"))
              if any(link["status"] == status and link["bps"] is not None for link in run["links"])]
    return [row for rows in matrices for row in [""] + rows] + ["  " + ", ".join(legend)] * bool(legend) if all(matrices) else []


def _figures(links, width, most):
    """What each network has in numbers, a line each; of more than `most` those with the most links that do not pass."""
    found = ranking.by_table(links)
    if not found:
        return []
    shown = sorted(found, key=lambda key: found[key]["passed"] - found[key]["links"])[:most - (len(found) > most)]
    grid = [("", "passed", "median", "slowest", "fastest")]
    for key, row in found.items():
        if key in shown:
            rates = (row["median_bps"], row["slowest"] and row["slowest"]["bps"], row["fastest"] and row["fastest"]["bps"])
            grid.append((", ".join(key), "%d of %d" % (row["passed"], row["links"])) + tuple(wording.rate(bits) for bits in rates))
    if width < ALL_COLUMNS:
        grid = [row[:-1] for row in grid]
    rest = ["  and %d more in the report" % (len(found) - len(shown))] * (len(found) > len(shown))
    return [""] + [screen.cut(row, width) for row in screen.columns(grid, width, 0)] + rest


def _worst(links, width, count):
    rows = ranking.worst(links, count) if count > 1 else []
    names = wording.shortest_names(ranking.hosts(links))
    grid = screen.columns([(wording.rate(link["bps"]), link["status"], wording.table(link), "") for link in rows], width, 2)
    size = (width - max(map(len, grid), default=0) - 6) // 2
    pairs = [" -> ".join(screen.squeezed(names[link[end]], max(8, size)) for end in ("from", "to")) for link in rows]
    return ["", "  the worst links that have a number:"] * bool(rows) + [screen.cut(row + told, width) for row, told in zip(grid, pairs)]
