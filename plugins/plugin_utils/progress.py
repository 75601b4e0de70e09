# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a fleet is, from what its nodes told last, and that as a bar or as lines. PRIVATE to the collection.

Pure functions: what nodes told comes in as the dicts of PLAN.progress (_engine/fleet_steps.py), time as numbers.
"""

from . import wording

FULL, EMPTY = "#", "."
BAR_WIDTH = 20


def gather(told, cost, elapsed, still=0.0, least=0.0):
    """The fleet's progress.

    told: what some of the nodes told last. cost: {"rounds", "visits", "seconds", "nodes"} of the plan, and "load": False if its rates mean nothing.
    elapsed: seconds since it began. still: seconds since the last visit ended; the round under way counts by them. least: the part that was done before,
    below which it does not fall. Where not all nodes have told yet, what they have done is taken for the others too. "round" is how many rounds are behind
    most nodes: one that died stays behind, and one that has nothing to do in the first is ahead.
    """
    known = [one for one in told if one.get("rounds") is not None]
    rounds = cost["rounds"]
    done = [one["rounds"] if one.get("round") is None else one["round"] for one in known]
    over = visits(told, cost)
    slow = [one["slowest"] for one in known if one.get("slowest")] if cost.get("load", True) else []
    part = max(least, _part(over, cost, still))
    return {
        "round": sorted(done)[(len(done) - 1) // 2] if over else 0, "rounds": rounds, "visits": over,
        "of": cost["visits"], "failed": sum(one["tests_failed"] for one in known), "part": part, "left": _left(part, cost["seconds"], elapsed),
        "slowest": min(slow, key=lambda one: one["bps"]) if slow else None,
    }


def visits(told, cost):
    """How many visits are over; arguments as for gather()."""
    known = [one for one in told if one.get("rounds") is not None]
    if not known:
        return 0
    share = max(1.0, cost["nodes"] / float(len(known)))
    # What is taken for the others is not said to be the end.
    return min(cost["visits"] if share == 1.0 else max(0, cost["visits"] - 1), int(sum(one["visits_done"] for one in known) * share))


def _part(over, cost, still):
    """How much of the plan is done, from 0 to 1: what is over, and of the visits under way, a round's at most, as much as their time has passed."""
    if not cost["visits"] or over >= cost["visits"]:
        return 1.0
    a_round = float(cost["visits"]) / max(1, cost["rounds"])
    seconds = float(cost["seconds"]) / max(1, cost["rounds"])
    running = min(a_round, cost["visits"] - over) * (min(0.95, still / seconds) if seconds else 0.0)
    return (over + running) / cost["visits"]


def _left(part, planned, elapsed):
    """Seconds to go: by the plan at first, and the more is done, the more by the pace so far."""
    by_pace = elapsed * (1.0 - part) / part if part else 0.0
    return by_pace * part + max(0.0, planned * (1.0 - part)) * (1.0 - part)


def words(facts, took=None):
    """The facts as a line of text. took: seconds, when it is over."""
    return "%d of %d rounds, %d of %d pairs, %d failed, %s%s" % (
        facts["round"], facts["rounds"], facts["visits"], facts["of"], facts["failed"],
        wording.duration(facts["left"]) + " left" if took is None else "over after " + wording.duration(took), _slowest(facts))


def drawn(facts, width):
    """The facts as a line of at most `width` characters with a bar in front."""
    full = int(round(BAR_WIDTH * facts["part"]))
    return ("[%s%s] rounds %d/%d  pairs %d/%d  failed %d  %s left%s" % (
        FULL * full, EMPTY * (BAR_WIDTH - full), facts["round"], facts["rounds"], facts["visits"], facts["of"], facts["failed"],
        wording.duration(facts["left"]), _slowest(facts)))[:max(BAR_WIDTH + 2, width)]


def _slowest(facts):
    slow = facts["slowest"]
    return ", slowest %s -> %s %s" % (slow["from"], slow["to"], wording.rate(slow["bps"])) if slow else ""
