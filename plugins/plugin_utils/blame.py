# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is to blame: many links that do not pass, told in few lines. PRIVATE to the collection.

A dead node of a hundred takes 198 links with it, and 198 lines hide what one line says. Links that do not pass are put together under what all of them
have in common and no passing link has: a host, one direction of it, a network, a protocol, or several of these. The largest such part comes first. What is
left is told link by link, or together where many links have the same kind of reason.
"""

import re

from collections import Counter

from . import wording

# Smaller parts are not worth a line of their own.
LEAST = 2
ALIKE = 4
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
    """The first reason why a link does not pass, without what a terminal would obey."""
    checks = [check["reason"] for check in link.get("checks") or () if check["status"] == link["status"]]
    return wording.printable((checks or [link["reason"]])[0] or "no reason was told")


def groups(links):
    """[(line, links)]: every link that does not pass is in one of them; the parts first, then the links that are alone in what they are."""
    found, single = parts(links)
    kinds = {}
    for link in single:
        kinds.setdefault(_kind(link), []).append(link)
    alike = sorted((rows for rows in kinds.values() if len(rows) >= ALIKE), key=len, reverse=True)
    return [(line(name, rows), rows) for name, rows in found] + [(line(_alike(rows), rows), rows) for rows in alike] + [
        ("%s (%s): %s: %s" % (wording.pair(link), wording.table(link), link["status"], cause(link)), [link])
        for rows in kinds.values() if len(rows) < ALIKE for link in rows]


def _kind(link):
    """What makes links alike that have no end in common: their status and the criterion, the diagnosis or the reason without its names and numbers."""
    checks = [check["criterion"] for check in link.get("checks") or () if check["status"] == link["status"]]
    reason = link["reason"].replace(link["from"], "").replace(link["to"], "")
    return link["status"], checks[0] if checks else (link.get("diagnosis") or {}).get("class") or re.sub("[0-9.]+", "", reason)


def _alike(links):
    """The name of links that are alike: one of them, how many more, and the host that most of them have in common, if there is one."""
    host, often = Counter(host for link in links for host in (link["from"], link["to"])).most_common(1)[0]
    most = ", %d of them with %s" % (often, host) if often * 2 > len(links) else ""
    return "%s (%s) and %d more%s" % (wording.pair(links[0]), wording.table(links[0]), len(links) - 1, most)


def reasons(links, most=40):
    """What does not pass, in at most `most` lines."""
    lines = [told for told, dummy in groups(links)]
    if len(lines) > most:
        lines[most - 1:] = ["and %d more" % (len(lines) - most + 1)]
    return lines
