# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rates of links as a matrix in text, from each host (row) to each other (column). PRIVATE to the collection."""

from ..module_utils._iperf3 import units

MISSING = "-"
# A matrix with more columns does not fit a terminal.
SHOWN = 12


def rate(bits):
    """A rate in short, "-" for none."""
    return MISSING if bits is None else units.format_rate(bits).strip() + "/s"


def cells(links):
    """(hosts in the order of the links, {(from, to): text}) of the links of one network and protocol."""
    hosts = list(dict.fromkeys(host for one in links for host in (one["from"], one["to"])))
    return hosts, {(one["from"], one["to"]): cell(one) for one in links}


def cell(one):
    """A link's rate, with ! where it does not pass, or the word for why there is none."""
    if one["bps"] is None or one.get("outcome", one)["status"] != "ok":
        return one["status"]
    return rate(one["bps"]) + ("" if one["status"] == "ok" else " !")


def tables(links):
    """(network, protocol, links) for each table that a run has."""
    found = {}
    for one in links:
        found.setdefault((one["network"], one["protocol"]), []).append(one)
    return [(network, protocol, rows) for (network, protocol), rows in found.items()]


def text(links, columns=SHOWN):
    """All matrices as lines of text; of a network with more than `columns` hosts, only the slowest links."""
    lines = []
    for network, protocol, rows in tables(links):
        hosts, found = cells(rows)
        if len(hosts) > columns:
            slow = sorted((one for one in rows if one["bps"] is not None), key=lambda one: one["bps"])[:columns]
            lines.append("%s %s, the slowest of %d links" % (network, protocol, len(rows)))
            lines += ["%s  %s -> %s" % (cell(one).ljust(14), one["from"], one["to"]) for one in slow]
            continue
        grid = [["from \\ to"] + hosts]
        grid += [[source] + [found.get((source, target), "" if source != target else ".") for target in hosts] for source in hosts]
        widths = [max(len(row[column]) for row in grid) for column in range(len(hosts) + 1)]
        lines.append("%s %s" % (network, protocol))
        lines += ["  ".join(word.rjust(width) if number else word.ljust(width)
                            for number, (word, width) in enumerate(zip(row, widths))).rstrip() for row in grid]
    return lines


def markdown(run):
    """A run as a page of Markdown: the verdict, the matrices, and what went wrong."""
    verdict = run["verdict"]
    lines = ["# %s: %s" % (run["title"], verdict["status"]), ""]
    lines += ["%d links passed, %d failed, %d are missing, %d are inconclusive." % tuple(
        verdict[name] for name in ("passed", "failed", "missing", "inconclusive")), ""]
    lines += ["* " + reason for reason in verdict["reasons"]] + [""] * bool(verdict["reasons"])
    for network, protocol, rows in tables(run["links"]):
        hosts, found = cells(rows)
        lines += ["## %s, %s" % (network, protocol), "", "Rates from the host of the row to the host of the column.", ""]
        lines += ["| | %s |" % " | ".join(hosts), "|---%s|" % ("|---:" * len(hosts))]
        lines += ["| %s | %s |" % (source, " | ".join(found.get((source, target), "") for target in hosts)) for source in hosts] + [""]
    if run["left_out"]:
        lines += ["## Left out", ""] + ["* %(host)s on %(network)s: %(reason)s" % one for one in run["left_out"]] + [""]
    return "\n".join(lines)
