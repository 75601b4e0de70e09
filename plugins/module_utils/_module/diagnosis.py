# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The diagnosis of a failure of which only the error and the transcript are left. PRIVATE to the collection.

A test of this process brings its diagnosis along (client.Outcome), made while its sockets were still there.
"""

from .._iperf3 import diagnosis


def diagnose(error, control=None):
    """{class, explanation, evidence, remedy} of an IperfError; control: facts of the control connection (client.Outcome), if there was one."""
    transcript = (control or {}).get("transcript") or []
    facts = {"phase": diagnosis.phase_of(transcript)} if transcript else {}
    facts.update(error.facts)
    found = diagnosis.classify(error, facts)
    if transcript:
        last = transcript[-1]
        found["evidence"].append("the last control message was %s, %s %.3f s after the first one" % (last["name"], last["direction"], last["time"]))
    return found
