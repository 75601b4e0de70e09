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

import yaml

KINDS = ("mesh", "ring", "star", "pairs", "groups", "sample")
FORMS = ("mesh", "ring", "star", "star:HOST", "sample:3", "{sample: 3, seed: 7}", "{pairs: [[HOST, HOST], ...]}", "{groups: [GROUP, GROUP]}")
NAME = "iperf_topology"


def _refuse(wanted, allowed=""):
    raise ValueError("%s is %r, allowed is %s" % (NAME, wanted, allowed or "one of " + ", ".join(FORMS)))


def parse(wanted):
    """A topology as {"kind", ...} from what a user says: a word, a dict, or a dict as text. Raises ValueError naming the value and what is allowed."""
    given, wanted = wanted, _read(wanted)
    kinds = [name for name in wanted if name in KINDS] if isinstance(wanted, dict) else []
    if len(kinds) != 1 or set(wanted) - set(kinds) - ({"seed"} if kinds == ["sample"] else set()):
        _refuse(given)
    kind, value = kinds[0], wanted[kinds[0]]
    if kind == "sample":
        seed = wanted.get("seed", 0)
        if isinstance(value, bool) or not str(value).isdigit() or int(value) < 1:
            _refuse(given, "sample with a number of hosts from 1 on, as in sample:3")
        if isinstance(seed, bool) or not isinstance(seed, (int, str)):
            _refuse(given, "sample with a whole number or a word as its seed, as in {sample: 3, seed: 7}")
        return {"kind": kind, "count": int(value), "seed": int(seed) if str(seed).isdigit() else seed}
    if kind == "pairs":
        if not isinstance(value, list) or not value or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in value):
            _refuse(given, "pairs with a list of pairs of hosts, as in {pairs: [[A, B], [A, C]]}")
        found = [[str(end) for end in pair] for pair in value]
        if any(one == other for one, other in found):
            _refuse(given, "pairs with two different hosts in each")
        return {"kind": kind, "pairs": found}
    if kind == "groups":
        value = value.split(",") if isinstance(value, str) else value
        if not isinstance(value, list) or len(value) != 2:
            _refuse(given, "groups with a list of two groups, as in {groups: [Controller, Compute]}")
        return {"kind": kind, "groups": [str(name).strip() for name in value]}
    if kind == "star":
        if value is not None and not isinstance(value, str):
            _refuse(given, "star with the name of one host, as in star:HOST")
        return {"kind": kind, "center": value or None}
    if value not in (None, "", True):
        _refuse(given)
    return {"kind": kind}


def _read(wanted):
    """The dict that a text stands for. On a command line -e name=value makes text of a dict too."""
    if not isinstance(wanted, str):
        return wanted
    if wanted.strip().startswith("{"):
        try:
            return yaml.safe_load(wanted)
        except yaml.YAMLError:
            return None
    kind, dummy, value = wanted.partition(":")
    return {kind.strip().lower(): value.strip() or None}


def problems(topology, hosts, groups, inventory):
    """Lines about names that nobody has. hosts: of the play, in order. groups: {group: hosts}. inventory: all hosts that there are."""
    if topology["kind"] == "star" and topology["center"] and topology["center"] not in hosts:
        return [_nobody("star", [topology["center"]], hosts, inventory)]
    if topology["kind"] == "pairs":
        unknown = [end for end in dict.fromkeys(end for pair in topology["pairs"] for end in pair) if end not in inventory]
        return [_nobody("pairs", unknown, hosts, inventory)] if unknown else []
    found = []
    for name in topology.get("groups") or ():
        if name not in groups:
            found.append("%s groups names %r, allowed are the groups of the inventory: %s" % (NAME, name, _some(
                group for group in groups if group not in ("all", "ungrouped"))))
        elif not set(groups[name]).intersection(hosts):
            found.append("%s groups names %r, none of whose hosts is in this play; look at --limit and iperf_hosts" % (NAME, name))
    return found


def _nobody(kind, names, hosts, inventory):
    absent = [name for name in names if name not in inventory]
    if absent:
        return "%s %s names %s, which the inventory does not have; hosts of this play are %s" % (NAME, kind, _some(absent), _some(hosts))
    return "%s %s names %s, which is not in this play; look at --limit and iperf_hosts" % (NAME, kind, _some(names))


def _some(names, most=10):
    names = list(names)
    return ", ".join(names[:most]) + (" and %d more" % (len(names) - most) if len(names) > most else "")


def left_out(topology, hosts):
    """The given pairs of which a host is not in the play."""
    return [pair for pair in topology.get("pairs") or () if not set(pair).issubset(hosts)]


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
