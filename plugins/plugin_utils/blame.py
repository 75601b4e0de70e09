# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to blame: many links that do not pass, told in few lines. PRIVATE to the collection.

A dead node of a hundred takes 198 links with it, and 198 lines hide what one line says. Links that do not pass are put together under what all of them
have in common and no passing link has: a host, one direction of it, a network, a protocol, or several of these. The largest such part comes first; what is
left is told link by link.
"""

from collections import Counter

from . import wording

# Smaller parts are not worth a line of their own.
LEAST = 2
SIDES = {"": "%s, all links%s", "from": "from %s, all links%s", "to": "to %s, all links%s"}


def keys(link):
    """The parts of a run that a link belongs to: (side, host, network, protocol), "" for any."""
    ends = (("", ""), ("", link["from"]), ("", link["to"]), ("from", link["from"]), ("to", link["to"]))
    return [end + within for end in ends for within in (("", ""), (link["network"], ""), ("", link["protocol"]), (link["network"], link["protocol"]))]


def _name(key):
    side, host, network, protocol = key
    within = ", ".join(word for word in (network, protocol) if word)
    if not host:
        return "all links of " + within if within else "all links"
    return SIDES[side] % (host, " (%s)" % within if within else "")


def parts(links):
    """([(name, bad links of the part)], bad links that belong to none)."""
    bad, good = {}, set()
    for link in links:
        if link["status"] == "ok":
            good.update(keys(link))
        else:
            for key in keys(link):
                bad.setdefault(key, []).append(link)
    whole = sorted((key for key in bad if key not in good), key=lambda key: (-len(bad[key]), sum(map(bool, key))))
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
    told = ", ".join("%d %s" % (count, status) for status, count in counts.most_common())
    return "%s: %s%s: %s" % (name, told, "" if often == len(links) else ", for example", reason)


def cause(link):
    """The first reason why a link does not pass."""
    checks = [check["reason"] for check in link.get("checks") or () if check["status"] == link["status"]]
    return (checks or [link["reason"]])[0] or "no reason was told"


def groups(links):
    """[(line, links)]: every link that does not pass is in one of them; the parts first, then the links that stand alone."""
    found, single = parts(links)
    return [(line(name, rows), rows) for name, rows in found] + [
        ("%s (%s): %s: %s" % (wording.pair(link), wording.table(link), link["status"], cause(link)), [link]) for link in single]


def reasons(links, most=40):
    """What does not pass, in at most `most` lines."""
    lines = [told for told, dummy in groups(links)]
    if len(lines) > most:
        lines[most - 1:] = ["and %d more" % (len(lines) - most + 1)]
    return lines
