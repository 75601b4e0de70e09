# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An interval of a test as a line of text. PRIVATE to the collection."""

from . import wording

WORDS = (("retransmits", "%d retransmits"), ("lost_packets", "%d lost"), ("jitter_ms", "jitter %.3f ms"))


def line(interval):
    """The line for the sums of an interval, as the `intervals` of the JSON document have them."""
    parts = [_sum(interval[name], mark) for name, mark in (("sum", ""), ("sum_bidir_reverse", "back ")) if interval.get(name)]
    return "  ".join([_span(interval.get("sum") or {})] + parts)


def _span(one):
    return "%5.1f-%.1f s" % (one.get("start") or 0.0, one.get("end") or 0.0)


def _sum(one, mark):
    told = [form % one[name] for name, form in WORDS if one.get(name) is not None]
    return ", ".join([mark + wording.rate(one.get("bits_per_second"))] + told + ["omitted"] * bool(one.get("omitted")))
