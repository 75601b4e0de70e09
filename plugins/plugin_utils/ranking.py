# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which links are worth looking at first, and what a table of links holds as a whole. PRIVATE to the collection."""

import statistics

from collections import Counter

SEVERITY = {"failed": 1, "missing": 1, "inconclusive": 2, "ok": 3}
# Of a host that is slow to all others a few links say it.
MOST_OF_A_HOST = 3


def worst(links, count):
    """The worst `count` of the links that have a number, worst first: failed, inconclusive, then by how far they fall behind the median of their table.

    Of one host no more than MOST_OF_A_HOST come in one direction.
    """
    middle = {key: row["median_bps"] for key, row in by_table(links).items()}

    def rank(link):
        median = middle[(link["network"], link["protocol"])]
        return (SEVERITY[link["status"]], link["bps"] / median if median else 1, -(link["lost_percent"] or 0))

    found, often = [], Counter()
    for link in sorted((link for link in links if link["bps"] is not None), key=rank):
        ends = (("from", link["from"]), ("to", link["to"]))
        if len(found) < count and all(often[end] < MOST_OF_A_HOST for end in ends):
            often.update(ends)
            found.append(link)
    return found


def by_table(links):
    """{(network, protocol): {"links", "measured", "passed", "median_bps", "slowest", "fastest"}}; the last two are links or None."""
    rows = {}
    for link in links:
        rows.setdefault((link["network"], link["protocol"]), []).append(link)
    return {key: _figures(found) for key, found in rows.items()}


def _figures(links):
    known = [link for link in links if link["bps"] is not None]
    return {
        "links": len(links), "measured": len(known), "passed": sum(link["status"] == "ok" for link in links),
        "median_bps": statistics.median(link["bps"] for link in known) if known else None,
        "slowest": min(known, key=lambda link: link["bps"], default=None), "fastest": max(known, key=lambda link: link["bps"], default=None),
    }


def hosts(links, nodes=()):
    """The hosts of links, in the order of the run's nodes if they are given, and else in that in which they occur."""
    found = dict.fromkeys(host for link in links for host in (link["from"], link["to"]))
    order = {host: place for place, host in enumerate(nodes)}
    return sorted(found, key=lambda host: order.get(host, len(order)))
