# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a fleet's run, looked at before anything starts. PRIVATE to the collection.

Whoever gave a wrong value learns it in a second, in one line with the option, the value and what is allowed, and not from a node in the middle of a run.
Ranges of the tests' options are those of the engine itself: its Settings are made of them as a node will make them.
"""

import difflib
import math
import os

from . import baseline, criteria, plan, topology
from ..module_utils._iperf3 import errors, settings
from ..module_utils._iperf3.options import BOTH, BY_NAME, CLIENT, OPTIONS

PROTOCOLS = ("tcp", "udp")
PREFIX = "iperf_"
# What the plan decides, so that iperf_options cannot: {option of iperf_client: what to use instead}
DECIDED = {"client": "iperf_networks or iperf_address", "port": "iperf_port", "udp": "iperf_protocols", "reverse": "both directions are measured anyway",
           "bidir": "both directions are measured anyway", "bind": "a node uses its own address of the network"}
# Options about a program's text and files, which a node's part has not
NO_USE = frozenset(("format", "pidfile", "verbose", "debug", "json", "json_stream", "json_stream_full_output", "logfile", "forceflush", "timestamps",
                    "no_fq_socket_pacing", "get_server_output"))
# How an option of a test is called in the role
NAMES = {"time": "iperf_time", "omit": "iperf_omit", "parallel": "iperf_streams", "interval": "iperf_interval", "bitrate": "iperf_udp_bitrate",
         "length": "iperf_udp_length", "port": "iperf_port"}
CHOICES = {"preflight": ("stop", "go_on", "skip"), "progress": ("auto", "bar", "lines", "none"), "supervisor": ("auto", "systemd", "daemon")}
BOOLEANS = ("udp", "parallel", "retry", "manage_firewall")
TRUTH = ("yes", "no", "true", "false", "on", "off", "1", "0", "y", "n", "t", "f", "1.0", "0.0")
WHOLE = ("port", "time", "omit", "streams")
LISTS = ("networks", "protocols", "report_formats", "firewall_sources")
# Variables of playbooks and of other roles that begin as ours do
OTHERS = frozenset(("iperf_hosts", "iperf_become", "iperf_result", "iperf_found", "iperf_left", "iperf_opening"))


def listed(value):
    """A list of what may be written as a list or as text with commas, as on a command line."""
    if isinstance(value, str):
        value = value.split(",")
    return [word.strip() if isinstance(word, str) else word for word in value or () if not isinstance(word, str) or word.strip()]


def problems(given):
    """Lines, one for each option that is not as it should be. given: {option without its prefix: its value}, all of the role."""
    found = []
    for look in (_booleans, _choices, _numbers, _lists, _folders, _topology, _criteria):
        found += look(given)
    return found or _tests(given)


def told(name, value, allowed):
    """The line about one option."""
    return "%s is %r, allowed is %s" % (name, value, allowed)


def strangers(names, known):
    """Lines about variables that look like options with a typing error. names: all variables. known: the options without their prefix."""
    options = sorted(PREFIX + name for name in known)
    found = []
    for name in sorted(name for name in names if name.startswith(PREFIX) and name not in options and name not in OTHERS):
        close = difflib.get_close_matches(name, options, 1, 0.85)
        if close:
            found.append("%s is no option, so it changes nothing; %s is one" % (name, close[0]))
    return found


def _booleans(given):
    return [told(PREFIX + name, given[name], "true or false") for name in BOOLEANS
            if name in given and not isinstance(given[name], bool) and str(given[name]).lower() not in TRUTH]


def _choices(given):
    found = []
    for name, allowed in CHOICES.items():
        value = given.get(name, allowed[0])
        if str(value).lower() not in allowed and not (name == "preflight" and str(value).lower() in ("no", "false")):
            found.append(told(PREFIX + name, value, ", ".join(allowed)))
    return found


def _numbers(given):
    found = []
    for name in WHOLE:
        if name in given and _number(given[name], int) is None:
            found.append(told(PREFIX + name, given[name], "a whole number"))
    for name, least in (("interval", None), ("min_mbps", 0), ("min_percent_of_link", 0)):
        number = _number(given.get(name, 0), float)
        if number is None or (least is not None and number < least):
            found.append(told(PREFIX + name, given[name], "a number" if least is None else "a number from %d on" % least))
    if not found and "time" in given and _number(given["time"], int) < 1:
        found.append(told("iperf_time", given["time"], "1 to %d s" % BY_NAME["time"].maximum))
    return found


def _number(value, kind):
    """The number, None for what is none."""
    try:
        number = float(value)
        fits = not isinstance(value, bool) and math.isfinite(number) and (kind is float or number == int(number))
    except (TypeError, ValueError):
        return None
    return kind(number) if fits else None


def _lists(given):
    found = []
    for name in LISTS:
        value = given.get(name)
        if value is not None and not isinstance(value, (str, list, tuple)) or any(not isinstance(one, str) for one in listed(value)):
            found.append(told(PREFIX + name, value, "a list of words"))
    wrong = [] if found else [word for word in listed(given.get("protocols", "tcp")) if word.lower() not in PROTOCOLS]
    if wrong or not found and not listed(given.get("protocols", "tcp")):
        found.append(told("iperf_protocols", given["protocols"], "tcp, udp or both"))
    return found


def _folders(given):
    found = []
    path = given.get("state_dir") or "/"
    if not isinstance(path, str) or not path.startswith(("/", "~", "$")):
        found.append(told("iperf_state_dir", path, "a path on the nodes that begins with /, or nothing for the default"))
    if not isinstance(given.get("report_dir", "reports"), str) or not given.get("report_dir", "reports").strip():
        found.append(told("iperf_report_dir", given["report_dir"], "a folder on the controller"))
    path = given.get("baseline") or ""
    if path:
        try:
            baseline.read(os.path.expanduser(str(path)), "iperf_baseline")
        except ValueError as error:
            found.append(str(error))
    path = os.path.expanduser(str(given.get("write_baseline") or ""))
    if path and os.path.isdir(path):
        found.append(told("iperf_write_baseline", path, "a file to write on the controller, and this is a folder"))
    return found


def _topology(given):
    try:
        topology.parse(given.get("topology", "mesh"))
    except ValueError as error:
        return [str(error)]
    return []


def _criteria(given):
    try:
        criteria.parse(given.get("criteria") or [])
    except ValueError as error:
        return ["iperf_criteria: %s" % error]
    return []


def _tests(given):
    """What the engine says to the tests of each protocol."""
    more = given.get("options") or {}
    if not isinstance(more, dict):
        return [told("iperf_options", more, "a dictionary of options of iperf_client")]
    unknown = ["iperf_options has %s, allowed is: %s" % (name, DECIDED[plan.option_name(name)]) for name in more if plan.option_name(name) in DECIDED]
    allowed = sorted(row.name for row in OPTIONS if row.supported and row.flags and row.roles in (CLIENT, BOTH)
                     and row.name not in NO_USE and row.name not in DECIDED)
    strange = [name for name in more if plan.option_name(name) not in allowed and plan.option_name(name) not in DECIDED and name != "burst"]
    if strange:
        close = difflib.get_close_matches(str(strange[0]), allowed, 1)
        unknown.append("iperf_options has %s, which is no option of a test%s; allowed are %s" % (
            ", ".join(map(str, strange)), ", %s is one" % close[0] if close else "", ", ".join(allowed)))
    if unknown:
        return unknown
    found = []
    options = {protocol: dict(values, **more) for protocol, values in _options(given).items()}
    for name, test in plan.tests(listed(given.get("protocols", "tcp")), options).items():
        try:
            settings.Settings("client", client="192.0.2.1", port=_whole(given.get("port", 5201)), reverse=test["direction"] == "reverse",
                              **test["options"]).check()
        except errors.IperfError as error:
            found.append(_named(error.detail or str(error), more))
    return list(dict.fromkeys(found))


def _options(given):
    common = {"time": _whole(given.get("time", 10)), "omit": _whole(given.get("omit", 0)), "parallel": _whole(given.get("streams", 1)),
              "interval": float(given.get("interval", 1))}
    return {"tcp": common, "udp": dict(common, bitrate=given.get("udp_bitrate", ""), length=given.get("udp_length", ""))}


def _whole(value):
    return _number(value, int)


def _named(detail, more):
    """The engine's line with the name that its option has in the role."""
    name, space, rest = detail.partition(" ")
    if name in {plan.option_name(one) for one in more}:
        return "iperf_options: %s" % detail
    return NAMES.get(name, name) + space + rest
