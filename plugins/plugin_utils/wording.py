# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of a run that all reports share. PRIVATE to the collection."""

import os

from datetime import datetime, timezone

from ..module_utils._iperf3 import units

NOTHING = "-"
# status of a link -> what it says of it in a sentence
STATUSES = {"ok": "passed", "failed": "failed", "missing": "missing", "inconclusive": "inconclusive"}
SCALES = ((1e12, "Tbit/s"), (1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1, "bit/s"))
VERDICTS = {"pass": "PASS", "fail": "FAIL", "inconclusive": "INCONCLUSIVE"}


def rate(bits, digits=0):
    """A rate in bit/s in short, as "9.41 Gbit/s", or in so many digits; "-" for none."""
    if bits is None or not digits:
        return NOTHING if bits is None else units.format_rate(bits).strip() + "/s"
    factor, unit = next((one for one in SCALES if abs(bits) >= one[0]), SCALES[-1])
    return "%.*g %s" % (digits, bits / factor, unit)


def number(value, digits=3):
    """A number in as many digits as people read, whole numbers whole; "-" for none."""
    if value is None or isinstance(value, (str, bool)):
        return NOTHING if value is None else str(value)
    if value == int(value) and abs(value) < 1e15:
        return "%d" % value
    return "%.*g" % (digits, value)


def percent(value, digits=3):
    return NOTHING if value is None else number(value, digits) + " %"


def duration(seconds):
    """A time as "45 s", "12 min 05 s" or "3 h 02 min"."""
    seconds = int(round(seconds or 0))
    if seconds < 60:
        return "%d s" % seconds
    if seconds < 3600:
        return "%d min %02d s" % divmod(seconds, 60)
    return "%d h %02d min" % divmod(seconds // 60, 60)


def moment(epoch):
    """Seconds since 1970 as a date and a time in UTC."""
    return datetime.fromtimestamp(epoch or 0, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def printable(text):
    """The text with a space for each character that a terminal would obey instead of showing it."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


def counted(count, one, many=None):
    """ "1 link", "5 links"."""
    return "%d %s" % (count, one if count == 1 else many or one + "s")


def pair(link):
    return "%s -> %s" % (link["from"], link["to"])


def table(link):
    """What a link is compared within: its network and protocol."""
    return "%s, %s" % (link["network"], link["protocol"])


def tables(links):
    """[(network, protocol, links)] in the order of the run."""
    found = {}
    for link in links:
        found.setdefault((link["network"], link["protocol"]), []).append(link)
    return [(network, protocol, rows) for (network, protocol), rows in found.items()]


def at_once(run):
    """Whether all pairs were measured at the same time."""
    return run["options"].get("at_once") == 0


def headline(run):
    """The verdict in one line."""
    verdict = run["verdict"]
    parts = ["%d %s" % (verdict[name], name) for name in ("passed", "failed", "missing", "inconclusive") if verdict[name] or name == "passed"]
    return "%s: %s of %s" % (VERDICTS[verdict["status"]], ", ".join(parts), counted(len(run["links"]), "link"))


def short_names(hosts):
    """{host: its name without the domain, where that still tells the hosts apart}."""
    names = {host: host.split(".")[0] for host in hosts}
    if len(set(names.values())) == len(names) and not any(name.isdigit() for name in names.values()):
        return names
    return {host: host for host in hosts}


def shortest_names(hosts):
    """{host: its short name without the words that all begin with}, such as compute-0 of overcloud-compute-0, for where there is little room."""
    names = short_names(hosts)
    common = os.path.commonprefix(list(names.values()))
    common = common[:common.rfind("-") + 1]
    return {host: name[len(common):] or name for host, name in names.items()} if len(names) > 1 else names
