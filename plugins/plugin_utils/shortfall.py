# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which links a run falls short with, each by its name. PRIVATE to the collection."""

from . import blame, wording

SHOWN = 8


def text(run, folder, shown=SHOWN):
    """The verdict in one line, every link that does not pass in a line of its own, and where the reports are. More than `shown` links are put together by
    what they have in common."""
    short = [link for link in run["links"] if link["status"] != "ok"]
    lines = ["%s (%s): %s: %s" % (wording.pair(link), wording.table(link), link["status"], blame.cause(link)) for link in short]
    if len(short) > shown:
        lines = blame.reasons(run["links"], shown)
    for_all = [one["reason"] for one in run["verdict"].get("checks") or () if one["status"] != "ok"]
    return "\n".join([wording.headline(run)] + lines + for_all + ["The reports are in " + folder])
