# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run as a table with one link a line, for spreadsheets. PRIVATE to the collection.

Rates are in bit/s; what is not known is empty, never 0.
"""

import csv
import io

COLUMNS = ("network", "protocol", "from", "to", "status", "reason", "bps", "sent_bps", "baseline_bps", "change_percent", "retransmits", "lost_percent",
           "jitter_ms", "rtt_ms", "seconds", "limited_by", "cpu_from", "cpu_to", "attempts", "diagnosis")


def render(run):
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for link in run["links"]:
        table.writerow([_word(_diagnosis(link) if column == "diagnosis" else link.get(column)) for column in COLUMNS])
    return out.getvalue()


def _diagnosis(link):
    return (link["diagnosis"] or {}).get("class")


def _word(value):
    """A cell; text that a spreadsheet would take for a formula is led by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, float):
        return "%.10g" % value
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
