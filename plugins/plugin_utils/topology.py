# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pairs of hosts are measured. PRIVATE to the collection.

A topology gives unordered pairs, each once; both directions of a pair are measured in one visit. It is asked for by a word or by a dict with one word:

    mesh                               every pair
    ring                               each host with the next one, the last one with the first
    star, {star: HOST}                 all with one, by default with the first
    {pairs: [[A, B], ...]}             these
    {groups: [GROUP, GROUP]}           each host of the first group with each of the second
    sample:K, {sample: K, seed: N}     each host with K others, chosen at random; the same seed chooses the same

Host names are sorted nowhere: the inventory's order is kept, so that a run can be compared with the run before.
"""

import random

KINDS = ("mesh", "ring", "star", "pairs", "groups", "sample")


def parse(wanted):
    """A topology as {"kind", ...} from what a user says. Raises ValueError naming the value and what is allowed."""
    if isinstance(wanted, str):
        kind, colon, number = wanted.partition(":")
        wanted = {kind: number if colon else None}
    kinds = [name for name in wanted if name in KINDS] if isinstance(wanted, dict) else []
    if len(kinds) != 1:
        raise ValueError("topology is %r, allowed is one of %s" % (wanted, ", ".join(KINDS)))
    kind, value = kinds[0], wanted[kinds[0]]
    if kind == "sample":
        if not str(value).isdigit() or int(value) < 1:
            raise ValueError("topology sample is %r, allowed is a number of hosts, as in sample:3" % (value,))
        return {"kind": kind, "count": int(value), "seed": wanted.get("seed", 0)}
    if kind == "pairs":
        if not isinstance(value, list) or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in value):
            raise ValueError("topology pairs is %r, allowed is a list of pairs of hosts" % (value,))
        return {"kind": kind, "pairs": [[str(end) for end in pair] for pair in value]}
    if kind == "groups":
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError("topology groups is %r, allowed is a list of two groups" % (value,))
        return {"kind": kind, "groups": [str(name) for name in value]}
    return {"kind": kind, "center": str(value) if value else None} if kind == "star" else {"kind": kind}


def pairs(topology, hosts, groups=None):
    """The pairs among `hosts` (names in order), as (index, index) into it; groups: {group: hosts}. Raises ValueError."""
    return globals()["_" + topology["kind"]](topology, hosts, groups or {})


def _index(hosts):
    return {host: number for number, host in enumerate(hosts)}


def _mesh(dummy, hosts, groups):
    return [(one, other) for one in range(len(hosts)) for other in range(one + 1, len(hosts))]


def _ring(dummy, hosts, groups):
    count = len(hosts)
    if count < 3:
        return _mesh(dummy, hosts, groups)
    return [(number, (number + 1) % count) for number in range(count)]


def _star(topology, hosts, groups):
    center = topology["center"] or (hosts[0] if hosts else None)
    if center not in hosts:
        return []  # not on this network: its note tells
    middle = hosts.index(center)
    return [(number, middle) for number in range(len(hosts)) if number != middle]


def _pairs(topology, hosts, groups):
    index = _index(hosts)
    known = [(index[one], index[other]) for one, other in topology["pairs"] if one in index and other in index and one != other]
    return _once(known)


def _groups(topology, hosts, groups):
    for name in topology["groups"]:
        if name not in groups:
            raise ValueError("topology groups names %r, allowed are the groups of the inventory" % name)
    index = _index(hosts)
    first, second = ([index[host] for host in groups[name] if host in index] for name in topology["groups"])
    return _once((one, other) for one in first for other in second if one != other)


def _sample(topology, hosts, groups):
    count = len(hosts)
    chooser = random.Random(topology["seed"])
    chosen = []
    for number in range(count):
        others = chooser.sample(range(count - 1), min(topology["count"], count - 1))
        chosen += [(number, other if other < number else other + 1) for other in others]
    return _once(chosen)


def _once(found):
    """Without pairs that occur before, in either order."""
    kept = {}
    for pair in found:
        kept.setdefault(frozenset(pair), pair)
    return list(kept.values())
