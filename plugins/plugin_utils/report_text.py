# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict as text that fits a screen. PRIVATE to the collection.

The verdict comes first, then who is to blame, then the rates: a matrix where it fits, otherwise the figures of each network and the worst links. However many
links fall short and however long the hosts' names are, the lines are no more and no longer than asked for.
"""

import re
import textwrap

from . import blame, ranking, wording

MARKS = {"ok": "", "failed": "!", "missing": "", "inconclusive": "?"}
# Columns and lines where there is no terminal, and what Ansible puts around a text of several lines.
DEFAULT = (100, 24)
AROUND = (11, 7)
# In fewer columns the figures of a network go without the last of them.
ALL_COLUMNS = 66
# Lines that a reason may take when there are many, and the least that all reasons get.
ROWS_OF_A_REASON = 2
LEAST_REASONS = 4
# Names are shortened to the first of these lengths that tells all hosts apart.
NAMES = (22, 28, 36, 48)
# The space between a number and its unit, where no line ends.
NUMBERS = re.compile(r"(?<=[0-9]) (?=%|[kMGT]?bit/s)")
NO_BREAK = "\u00a0"


def screen(size=None):
    """(width, height) of the text that a terminal of (columns, lines) shows without scrolling; None for no terminal."""
    if not size or not all(size):
        return DEFAULT
    return max(60, min(120, size[0] - AROUND[0])), max(14, min(40, size[1] - AROUND[1]))


def lines(run, width=DEFAULT[0], height=DEFAULT[1]):
    """At most `height` lines (14 are the least that something fits in) of at most `width` characters."""
    head = textwrap.wrap(wording.headline(run), width, subsequent_indent="  ", max_lines=2) + [_cut(_about(run), width)]
    reasons = _all_reasons(run, width)
    rates = _matrices(run, width)
    if not rates or len(head) + len(rates) + min(len(reasons), LEAST_REASONS) > height:
        rates = _figures(run["links"], width, max(2, height // 5))
        wanted = len(_wrapped(reasons, width, height))
        rates += _worst(run["links"], width, min(10, height - len(head) - len(rates) - wanted - 2))
    return head + _wrapped(reasons, width, height - len(head) - len(rates)) + rates


def _about(run):
    told = "%s (%s), %s" % (run["title"], run["id"], wording.duration((run["ended"] or 0) - (run["started"] or 0)))
    return told + ", tests of all pairs at the same time" * wording.at_once(run)


def _all_reasons(run, width):
    """What does not pass, with names that leave room for the reasons; then what is said of the whole run."""
    names = _names(ranking.hosts(run["links"]), width)
    links = [dict(link, **{"from": names[link["from"]], "to": names[link["to"]]}) for link in run["links"]]
    known = set(blame.reasons(run["links"]))
    return [told for told, dummy in blame.groups(links)] + [told for told in run["verdict"]["reasons"] if told not in known]


def _names(hosts, width):
    """{host: a name for a narrow place}; the middle of a long one is left out, if the rest tells the hosts apart."""
    short = wording.shortest_names(hosts)
    for size in (size for size in NAMES if size <= width // 2):
        names = {host: squeezed(name, size) for host, name in short.items()}
        if len(set(names.values())) == len(names):
            return names
    return short


def squeezed(name, size):
    """A name in at most `size` characters: its begin and its end."""
    end = size // 2
    return name if len(name) <= size else name[:size - end - 2] + ".." + name[-end:]


def _wrapped(reasons, width, most):
    """The reasons in at most `most` lines."""
    each = max(ROWS_OF_A_REASON, most // max(1, len(reasons)))
    found = []
    for place, reason in enumerate(reasons):
        reason = NUMBERS.sub(NO_BREAK, reason)
        rows = textwrap.wrap(reason, width, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False, max_lines=each, placeholder=" ...")
        last = place == len(reasons) - 1
        if len(found) + len(rows) > most - (not last):
            return (found + ["  * and %d more in the report" % (len(reasons) - place)])[:max(0, most)]
        found += [row.replace(NO_BREAK, " ") for row in rows]
    return found


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


def _matrix(network, protocol, links, width):
    """A matrix as lines, or [] if it is too wide."""
    hosts = ranking.hosts(links)
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
    matrices = [_matrix(network, protocol, links, width) for network, protocol, links in wording.tables(run["links"])]
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
    return [""] + [_cut(row, width) for row in _columns(grid, width, 0)] + rest


def _worst(links, width, count):
    rows = ranking.worst(links, count) if count > 1 else []
    names = wording.shortest_names(ranking.hosts(links))
    grid = _columns([(wording.rate(link["bps"]), link["status"], wording.table(link), "") for link in rows], width, 2)
    size = (width - max(map(len, grid), default=0) - 6) // 2
    pairs = [" -> ".join(squeezed(names[link[end]], max(8, size)) for end in ("from", "to")) for link in rows]
    return ["", "  the worst links that have a number:"] * bool(rows) + [_cut(row + told, width) for row, told in zip(grid, pairs)]


def _columns(grid, width, wide):
    """Rows of words as aligned lines, numbers to the right; the words of column number `wide` are shortened to what is left of the width."""
    widths = [max(map(len, column)) for column in zip(*grid)]
    if widths:
        widths[wide] = max(8, min(widths[wide], width - sum(widths) + widths[wide] - 2 * len(widths)))
    return ["  " + "  ".join(squeezed(word, size).rjust(size) if word[:1].isdigit() or not row[0] else squeezed(word, size).ljust(size)
                             for word, size in zip(row, widths)) for row in grid]


def _cut(text, width):
    return text if len(text) <= width else text[:width - 3] + "..."
