# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a link has to reach: criteria, and whether a link meets one. PRIVATE to the collection.

A criterion is a dict of KEYS. Its query, in JMESPath, is asked of the link's record (docs/schema/run-v1.json) together with what is computed of it:
mbps, link_speed (bit/s, of the slower interface), percent_of_link, asymmetry_percent (how far the link falls behind the other direction, 0 if it does not),
reverse (the record of the other direction), baseline (the record of the same link in the baseline) and change_percent (against the baseline).

Three rules:

* A value that is missing fails: it is not zero, and it is not fine.
* Something to compare with that is missing proves nothing: inconclusive.
* So does a value that misses its bound while a CPU was the limit, or while the test did not send more than it was told to.
"""

import fnmatch
import math
import re
import statistics

from ..module_utils._iperf3 import units
from . import wording

KEYS = {
    "name": "what the criterion is called in reports; made of the others by default",
    "query": "JMESPath over the link's record, a number; bps by default",
    "min": "the least that passes; rates as numbers in bit/s or as 9.5G",
    "max": "the most that passes",
    "within_percent_of": "fleet_median, baseline or link_speed",
    "percent": "how far from it a value may be; 10 by default",
    "better": "higher, lower or both: which side of it is bad; by the query's name by default",
    "network": "only links of this network, or of one of these",
    "protocol": "only links of TCP or UDP; by the query's name by default",
    "group": "only links with both ends in this group; of a list of two groups, with one end in each",
    "role": "another word for group",
    "pair": "only links between these two hosts, in both directions; patterns such as compute-* are allowed",
    "unknown": "failed, inconclusive or skip: what a link is that cannot be judged by it",
    "scope": "link, or run for a query over the numbers of the whole run",
}
REFERENCES = {"fleet_median": "the fleet's median", "baseline": "the baseline", "link_speed": "the speed of the link"}
LOWER_IS_BETTER = ("lost_percent", "jitter_ms", "rtt_ms", "retransmits", "asymmetry_percent", "cpu_from", "cpu_to")
ONLY = {"lost_percent": "UDP", "jitter_ms": "UDP", "retransmits": "TCP"}
RATES = ("bps", "sent_bps", "link_speed")
PROTOCOLS = ("TCP", "UDP")
CPU_LIMITS = {"from_cpu": "from", "to_cpu": "to"}
CHOICES = {"within_percent_of": tuple(REFERENCES), "better": ("higher", "lower", "both"), "unknown": ("failed", "inconclusive", "skip"),
           "scope": ("link", "run")}


def defaults(min_mbps=0, min_percent_of_link=0):
    """The criteria of a least rate in Mbit/s and of a least share of the interfaces' speed in percent; 0 asks for neither."""
    found = []
    if float(min_mbps or 0):
        found.append({"name": "minimum rate", "query": "bps", "min": float(min_mbps) * 1e6})
    if float(min_percent_of_link or 0):
        found.append({"name": "share of the link's speed", "query": "bps", "within_percent_of": "link_speed", "percent": 100 - float(min_percent_of_link)})
    return found


def parse(given):
    """Criteria with all that is left out filled in. Raises ValueError that names the criterion and what is allowed."""
    if not isinstance(given, list):
        raise ValueError("criteria are a list of dictionaries with keys of %s" % ", ".join(KEYS))
    return [_parse(one, "criterion %d" % place) for place, one in enumerate(given, 1)]


def _parse(one, place):
    if not isinstance(one, dict):
        raise ValueError("%s is %r, allowed is a dictionary with keys of %s" % (place, one, ", ".join(KEYS)))
    place = "%s (%s)" % (place, one["name"]) if one.get("name") else place
    unknown = sorted(set(one) - set(KEYS))
    if unknown:
        raise ValueError("%s has %s, allowed are %s" % (place, ", ".join(map(str, unknown)), ", ".join(KEYS)))
    if one.get("role") and one.get("group"):
        raise ValueError("%s has role and group, which are the same: leave one out" % place)
    query = one.get("query") or "bps"
    if not isinstance(query, str):
        raise ValueError("%s: query is %r, allowed is a JMESPath query, which is text" % (place, query))
    made = {"query": query, "scope": "link", "percent": 10, "better": "lower" if query in LOWER_IS_BETTER else "higher", "unknown": None,
            "min": None, "max": None, "within_percent_of": None, "network": None, "group": one.get("role"), "pair": None,
            "protocol": ONLY.get(query)}
    made.update({key: value for key, value in one.items() if value is not None and key != "role"})
    for key, allowed in CHOICES.items():
        if made[key] is not None and made[key] not in allowed:
            raise ValueError("%s: %s is %r, allowed are %s" % (place, key, made[key], ", ".join(allowed)))
    for key in ("min", "max", "percent"):
        made[key] = _bound(made[key], "%s: %s" % (place, key))
    if made["min"] is None and made["max"] is None and not made["within_percent_of"]:
        raise ValueError("%s has no bound: give min, max or within_percent_of" % place)
    if made["min"] is not None and made["max"] is not None and made["min"] > made["max"] or made["percent"] < 0:
        raise ValueError("%s has min %s, max %s and percent %s, which nothing can be within" % (place, made["min"], made["max"], made["percent"]))
    if made["within_percent_of"] and made["better"] == "higher" and made["percent"] >= 100:
        raise ValueError("%s: percent is %s, and every value is at most that much less than something else; allowed is less than 100" % (
            place, made["percent"]))
    protocols = [name for name in _many(made["protocol"]) if made["protocol"] is not None and str(name).upper() not in PROTOCOLS]
    if protocols:
        raise ValueError("%s: protocol is %r, allowed are %s" % (place, protocols[0], " and ".join(PROTOCOLS)))
    if made["scope"] == "run" and made["within_percent_of"]:
        raise ValueError("%s: scope run allows only min and max" % place)
    if isinstance(made["group"], (list, tuple)) and len(made["group"]) not in (1, 2) or made["pair"] and len(_many(made["pair"])) != 2:
        raise ValueError("%s: group is one or two groups, pair is two hosts" % place)
    made["ask"] = compiled(query, place)
    made["name"] = str(made.get("name") or "%s %s" % (query, bounds(made)))
    return made


def _bound(value, place):
    """A bound as a finite number. Nothing is below NaN and True is 1, so either would let every link pass."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError("%s is %r, allowed is a number, or a rate such as 9.5G" % (place, value))
    try:
        number = float(value)
    except (TypeError, ValueError):
        try:
            number = units.parse_rate(str(value))
        except ValueError as error:
            hint = "; for a share of something say within_percent_of and percent" if str(value).strip().endswith("%") else ""
            raise ValueError("%s is %r: %s%s" % (place, value, error, hint))
    if not math.isfinite(number):
        raise ValueError("%s is %r, allowed is a finite number, or a rate such as 9.5G" % (place, value))
    return value if isinstance(value, (int, float)) else number


def bounds(parsed):
    """What a parsed criterion asks for, in words."""
    words = _between(parsed, parsed["min"], parsed["max"])
    if parsed["within_percent_of"]:
        side = {"higher": "at most %s less than", "lower": "at most %s more than", "both": "within %s of"}[parsed["better"]]
        words.append("%s %s" % (side % wording.percent(parsed["percent"]), REFERENCES[parsed["within_percent_of"]]))
    return ", ".join(words)


def _between(criterion, low, high):
    return ["at least " + shown(criterion, low)] * (low is not None) + ["at most " + shown(criterion, high)] * (high is not None)


def which(parsed):
    """The links that a parsed criterion is for, in words; "all links"."""
    words = [" or ".join(map(str, _many(parsed[key]))) for key in ("network", "protocol") if parsed[key] is not None]
    words += ["between " + " and ".join(map(str, _many(parsed[key]))) for key in ("group", "pair") if parsed[key] is not None]
    return "the whole run" if parsed["scope"] == "run" else ", ".join(words) or "all links"


def compiled(query, place):
    """A function of a record. The name of a single key needs no library."""
    if re.match(r"^[A-Za-z_][A-Za-z0-9_]*$", query):
        return lambda record: record.get(query)
    try:
        import jmespath
    except ImportError:
        raise ValueError("%s: the query %s needs the Python library jmespath on the controller; pip install jmespath" % (place, query))
    try:
        expression = jmespath.compile(query)
    except Exception as error:  # pylint: disable=broad-except  # its errors have no class in common
        raise ValueError("%s: the query %s is no JMESPath: %s" % (place, query, " ".join(str(error).split())))

    def ask(record):
        try:
            return expression.search(record)
        except Exception as error:  # pylint: disable=broad-except
            raise ValueError("%s: the query %s does not fit: %s" % (place, query, " ".join(str(error).split())))
    return ask


def shown(criterion, value, digits=0):
    """A value or bound of a criterion with the unit that its query tells, in as many digits as people read or in so many."""
    name = criterion["query"].rpartition(".")[2]
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return wording.NOTHING if value is None else str(value)
    if name in RATES or name.endswith("_bps"):
        return wording.rate(value, digits)
    if name.endswith("percent"):
        return wording.percent(value, digits or 3)
    unit = " ms" if name.endswith("_ms") else " Mbit/s" if name == "mbps" else ""
    return wording.number(value, digits or 3) + unit


def _digits(criterion, value, bound):
    """In how many digits a value and the bound that it misses look different."""
    return next((digits for digits in (0, 4, 5, 6, 8, 10) if shown(criterion, value, digits) != shown(criterion, bound, digits)), 17)


def _many(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def applies(criterion, link, nodes):
    """Whether a link is one of those that a criterion is for."""
    if criterion["network"] is not None and link["network"] not in _many(criterion["network"]):
        return False
    if criterion["protocol"] is not None and link["protocol"] not in [str(name).upper() for name in _many(criterion["protocol"])]:
        return False
    if criterion["pair"] is not None and not _either_way(link, _many(criterion["pair"]), fnmatch.fnmatchcase):
        return False
    if criterion["group"] is not None:
        groups = _many(criterion["group"])
        return _either_way(link, [groups[0], groups[-1]], lambda host, group: group in (nodes.get(host) or {}).get("groups", ()))
    return True


def idle(criterion, links, nodes):
    """What is told of a criterion whose network, pair or group no link of the run has, None if there is such a link: a typing error must not let a run pass."""
    named = [key for key in ("network", "pair", "group") if criterion[key] is not None]
    if criterion["unknown"] == "skip" or not named or any(applies(dict(criterion, protocol=None), link, nodes) for link in links):
        return None
    reason = "no link of this run is of its %s; correct that, or say unknown: skip" % " and ".join("%s %s" % (key, criterion[key]) for key in named)
    return {"criterion": criterion["name"], "status": "inconclusive", "value": None, "wanted": "", "reason": reason}


def _either_way(link, wanted, fits):
    one, other = wanted
    return fits(link["from"], one) and fits(link["to"], other) or fits(link["from"], other) and fits(link["to"], one)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def medians(criterion, records):
    """{(network, protocol): median of the query's values}, of the records that a criterion is for."""
    found = {}
    for record in records:
        value = criterion["ask"](record)
        if _is_number(value):
            found.setdefault((record["network"], record["protocol"]), []).append(value)
    return {key: statistics.median(values) for key, values in found.items()}


def check(criterion, record, median=None):
    """Whether a record meets a criterion: {"criterion", "status", "value", "wanted", "reason"}.

    status is ok, failed, inconclusive or skipped. record: as judging.record() makes it. median: of the fleet, where the criterion asks for it.
    """
    value = criterion["ask"](record)
    found = {"criterion": criterion["name"], "status": "ok", "value": value, "wanted": "", "reason": ""}
    if not _is_number(value):
        found["value"] = None if isinstance(value, float) else value
        if _both_ways(criterion) and (record.get("reverse") or {}).get("bps") is None:
            return _unknown(found, criterion, "inconclusive", "the other direction was not measured, so it cannot be compared")
        return _unknown(found, criterion, "failed", "%s gives no number" % criterion["query"])
    low, high, reference = criterion["min"], criterion["max"], None
    if criterion["within_percent_of"]:
        reference = _reference(criterion, record, median)
        if reference is None:
            return _unknown(found, criterion, "inconclusive", "%s is not known, so %s cannot be compared with it" % (
                REFERENCES[criterion["within_percent_of"]], _named(criterion, value)))
        low, high = _within(criterion, reference, low, high)
    found["wanted"] = " and ".join(_between(criterion, low, high))
    if low is not None and value < low or high is not None and value > high:
        side, bound = ("below", low) if low is not None and value < low else ("above", high)
        found["status"] = "failed"
        digits = _digits(criterion, value, bound)
        found["reason"] = "%s is %s %s%s" % (_named(criterion, value, digits), side, shown(criterion, bound, digits), _from(criterion, reference, side))
        excuse = _excuse(criterion, record, side)
        if excuse:
            found["status"] = "inconclusive"
            found["reason"] += ", but " + excuse
    return found


def _named(criterion, value, digits=0):
    told = shown(criterion, value, digits)
    return told if criterion["query"] == "bps" else "%s of %s" % (criterion["query"], told)


def _from(criterion, reference, side):
    """Where a bound comes from, if it was computed."""
    if reference is None:
        return ""
    than = "less" if side == "below" else "more"
    return ", %s %s than %s, %s" % (wording.percent(criterion["percent"]), than, REFERENCES[criterion["within_percent_of"]], shown(criterion, reference))


def _unknown(found, criterion, status, reason):
    wanted = criterion["unknown"] or status
    return dict(found, status="skipped" if wanted == "skip" else wanted, reason=reason)


def _reference(criterion, record, median):
    if criterion["within_percent_of"] == "fleet_median":
        return median
    if criterion["within_percent_of"] == "link_speed":
        return record.get("link_speed")
    known = criterion["ask"](record["baseline"]) if record.get("baseline") else None
    return known if isinstance(known, (int, float)) and not isinstance(known, bool) else None


def _within(criterion, reference, low, high):
    """Both bounds with the reference taken into account: the narrower one counts."""
    share = abs(reference) * criterion["percent"] / 100.0
    if criterion["better"] in ("higher", "both"):
        low = reference - share if low is None else max(low, reference - share)
    if criterion["better"] in ("lower", "both"):
        high = reference + share if high is None else min(high, reference + share)
    return low, high


def _both_ways(criterion):
    return "asymmetry" in criterion["query"] or "reverse" in criterion["query"]


def _excuse(criterion, record, side):
    """Why a missed bound says nothing of the link, or ""."""
    back = record.get("reverse") if _both_ways(criterion) else None
    for one in [record] + [back] * bool(back):
        end = CPU_LIMITS.get(one.get("limited_by"))
        if end:
            return "the CPU of %s was the limit" % one[end]
    if side == "below" and record.get("limited_by") == "target_rate" and criterion["query"] in RATES + ("mbps",):
        return "the test was told to send no more"
    return ""
