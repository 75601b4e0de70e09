# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to blame: many links that do not pass, told in few lines. PRIVATE to the collection.

A dead node of a hundred takes 198 links with it, and 198 lines hide what one line says. Links that do not pass are put together under what all of them
have in common and no passing link has: everything, a host, a network, a host on a network, one protocol of it, one direction. The largest such part comes
first; what is left is told link by link.
"""

from collections import Counter

from . import wording

# Smaller parts are not worth a line of their own.
LEAST = 2


def keys(link):
    """The parts of a run that a link belongs to, from the largest to the smallest kind; the first one that is wholly bad takes it."""
    network, protocol = link["network"], link["protocol"]
    return [
        (0, "all"), (1, "host", link["from"]), (1, "host", link["to"]), (2, "network", network), (3, "table", network, protocol),
        (4, "on", link["from"], network), (4, "on", link["to"], network),
        (5, "by", link["from"], network, protocol), (5, "by", link["to"], network, protocol),
        (6, "out", link["from"], network, protocol), (6, "in", link["to"], network, protocol),
    ]


def _name(key):
    rest = key[2:]
    return {
        "all": lambda: "all links", "host": lambda: "%s, all links" % rest, "network": lambda: "%s, all links" % rest,
        "table": lambda: "%s, %s, all links" % rest, "on": lambda: "%s, all links on %s" % rest,
        "by": lambda: "%s, all links (%s, %s)" % rest, "out": lambda: "from %s, all links (%s, %s)" % rest,
        "in": lambda: "to %s, all links (%s, %s)" % rest,
    }[key[1]]()


def parts(links):
    """([(name, bad links of the part)], bad links that belong to none)."""
    total, bad = Counter(), {}
    for link in links:
        for key in keys(link):
            total[key] += 1
            if link["status"] != "ok":
                bad.setdefault(key, []).append(link)
    whole = sorted((key for key in bad if len(bad[key]) == total[key]), key=lambda key: (-len(bad[key]), key))
    taken, found = set(), []
    for key in whole:
        left = [link for link in bad[key] if id(link) not in taken]
        if len(left) >= LEAST:
            found.append((_name(key), left))
            taken.update(map(id, left))
    return found, [link for link in links if link["status"] != "ok" and id(link) not in taken]


def line(name, links):
    """A part in one line: how many, what they are, and the reason that most of them give."""
    counts = Counter(link["status"] for link in links)
    reason, often = Counter(cause(link) for link in links).most_common(1)[0]
    told = ", ".join("%d %s" % (counts[status], status) for status in ("failed", "missing", "inconclusive") if counts[status])
    if often == len(links):
        return "%s: %s: %s" % (name, told, reason)
    first = next(link for link in links if cause(link) == reason)
    return "%s: %s, as %s: %s" % (name, told, wording.pair(first), reason)


def cause(link):
    return link["reason"] or "no reason was told"


def reasons(links, most=40):
    """What does not pass, in at most `most` lines."""
    found, single = parts(links)
    lines = [line(name, rows) for name, rows in found]
    lines += ["%s (%s): %s: %s" % (wording.pair(link), wording.table(link), link["status"], cause(link)) for link in single]
    if len(lines) > most:
        lines[most - 1:] = ["and %d more" % (len(lines) - most + 1)]
    return lines
