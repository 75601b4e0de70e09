# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The connection tracking table as a whole: how full it is, its timeouts, whether it counts bytes.

All of it comes from files that any user may read: the sysctls net.netfilter.nf_conntrack_* (the kernel's document
networking/nf_conntrack-sysctl) and the counters of /proc/net/stat/nf_conntrack, one line of hexadecimal numbers a CPU. They are
those of the network namespace of the reader. A file that is missing gives None, never 0.
"""

import os
import re
from typing import Dict, NamedTuple, Optional

_SYSCTLS = "sys/net/netfilter"
_STATISTICS = "net/stat/nf_conntrack"
_TIMEOUT = re.compile(r"nf_conntrack_((?!frag6_)\w*timeout\w*)")
LOSSES = ("drop", "early_drop", "insert_failed")


class Table(NamedTuple):
    """count and max: entries. fill_percent: of max. timeouts: seconds by the sysctl's name without "nf_conntrack_",
    e.g. tcp_timeout_established, udp_timeout_stream. accounting: whether new entries count packets and bytes.
    losses: packets since boot, by the names of LOSSES: drop (no room for a new entry), early_drop (entries that were removed
    before their time to make room), insert_failed (lost races); an empty dict if they are not to be had."""

    count: Optional[int] = None
    max: Optional[int] = None
    fill_percent: Optional[float] = None
    timeouts: Dict[str, int] = {}
    accounting: Optional[bool] = None
    losses: Dict[str, int] = {}


def read(proc="/proc"):
    """The Table of this network namespace; every field is None or empty where connection tracking is not loaded."""
    folder = os.path.join(proc, _SYSCTLS)
    count, maximum = _number(os.path.join(folder, "nf_conntrack_count")), _number(os.path.join(folder, "nf_conntrack_max"))
    accounting = _number(os.path.join(folder, "nf_conntrack_acct"))
    return Table(count, maximum, fill(count, maximum), _timeouts(folder), None if accounting is None else bool(accounting),
                 losses(_text(os.path.join(proc, _STATISTICS))))


def fill(count, maximum):
    """count as a percentage of maximum, to two decimals; None if either is unknown. A maximum of 0 means no limit: 0 percent."""
    if count is None or maximum is None:
        return None
    return round(100.0 * count / maximum, 2) if maximum else 0.0


def losses(text):
    """The sums over all CPUs of the columns in LOSSES, from the text of /proc/net/stat/nf_conntrack."""
    lines = [line.split() for line in text.splitlines()]
    if len(lines) < 2:
        return {}
    # The header separates some names with two blanks, so that columns are found by name. A kernel may end it with more names.
    sums = {}
    for name in LOSSES:
        if name in lines[0]:
            column = lines[0].index(name)
            sums[name] = sum(int(line[column], 16) for line in lines[1:] if len(line) > column)
    return sums


def _timeouts(folder):
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    found = [(_TIMEOUT.match(name), _number(os.path.join(folder, name))) for name in names]
    return {match.group(1): seconds for match, seconds in found if match and seconds is not None}


def _number(path):
    try:
        return int(_text(path))
    except ValueError:
        return None


def _text(path):
    try:
        with open(path) as stream:
            return stream.read()
    except OSError:
        return ""
