# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet's plan in words: what will be done, how long it takes, and who is left out. PRIVATE to the collection."""

from . import plan, wording

ROUNDS = 20
PAIRS = 8
LEFT_OUT = 10


def lines(fleet, left_out=(), rounds=False, notes=()):
    """Lines that fit a screen. notes: further lines, of which some are shown. rounds: whether to list the rounds with their pairs."""
    cost = fleet["cost"] if "cost" in fleet else plan.duration(fleet)
    shape = fleet["topology"]
    found = ["%s on %s, %s, %s%s" % (wording.counted(cost["nodes"], "node"), ", ".join(fleet["addresses"]), _shape(shape), _protocols(fleet),
                                     "" if fleet["at_once"] else ", all at once for stress")]
    found.append("%s in %s and %s, about %s" % (wording.counted(cost["tests"], "test"), wording.counted(cost["visits"], "visit"),
                                                wording.counted(cost["rounds"], "round"), wording.duration(cost["seconds"])))
    found += ["%(host)s is left out on %(network)s, %(reason)s" % one for one in left_out[:LEFT_OUT]]
    if len(left_out) > LEFT_OUT:
        found.append("%d more are left out" % (len(left_out) - LEFT_OUT))
    found += list(notes[:LEFT_OUT]) + (["%d more notes" % (len(notes) - LEFT_OUT)] if len(notes) > LEFT_OUT else [])
    return found + (_rounds(fleet) if rounds else [])


def _shape(shape):
    words = [shape["kind"]] + [str(shape[name]) for name in ("center", "count") if shape.get(name)]
    return " ".join(words + [" and ".join(shape["groups"])] if shape.get("groups") else words + ["seed %s" % shape["seed"]] if shape.get("seed") else words)


def _protocols(fleet):
    return " and ".join(dict.fromkeys(test["protocol"] for test in fleet["tests"].values())) + " both ways"


def _rounds(fleet):
    found = []
    every = plan.round_pairs(fleet)
    for number, (network, pairs) in enumerate(every[:ROUNDS], 1):
        more = " and %d more" % (len(pairs) - PAIRS) if len(pairs) > PAIRS else ""
        found.append("round %d on %s, %s%s" % (number, network, ", ".join("%s - %s" % pair for pair in pairs[:PAIRS]), more))
    if len(every) > ROUNDS:
        found.append("and %d more rounds" % (len(every) - ROUNDS))
    return found
