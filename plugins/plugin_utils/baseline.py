# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that a run is compared with. PRIVATE to the collection.

A baseline is a run of schema run-v1, whole as a report's run.json or as slim() leaves it: without transcripts, intervals and what did not pass. So a link that
failed when the baseline was written has none, and no later run is measured against a failure.
"""

import json
import os

SCHEMA = "nfv.iperf/run-v1"
KEPT = ("id", "network", "from", "to", "protocol", "status", "bps", "sent_bps", "retransmits", "lost_percent", "jitter_ms", "rtt_ms", "limited_by", "seconds")


def check(run, what="the baseline"):
    """Raises ValueError if something is no run of our schema."""
    if not isinstance(run, dict) or run.get("schema") != SCHEMA or not isinstance(run.get("links"), list):
        told = run.get("schema") if isinstance(run, dict) else type(run).__name__
        raise ValueError("%s is no run of schema %s but %s; take the run.json of a report" % (what, SCHEMA, told))
    return run


def read(path, option):
    """The run in the file, or in the run.json of the folder, that an option names. Raises ValueError that names both."""
    if os.path.isdir(path):
        path = os.path.join(path, "run.json")
    try:
        with open(path, encoding="utf-8") as source:
            run = json.load(source)
    except OSError as error:
        raise ValueError("%s is %s, which cannot be read: %s; give the run.json of a report" % (option, path, error.strerror))
    except ValueError as error:
        raise ValueError("%s is %s, which is no JSON: %s; give the run.json of a report" % (option, path, error))
    return check(run, "%s, which is %s," % (option, path))


def links(baseline):
    """{id: link} of the links that a baseline has a rate of."""
    return {} if nothing(baseline) else {link["id"]: link for link in check(baseline)["links"] if link["bps"] is not None}


def nothing(baseline):
    """Whether there is no baseline; "" is what a variable without a value gives."""
    return baseline is None or baseline == ""


def slim(run):
    """What is kept of a judged run to compare others with."""
    return {
        "schema": SCHEMA, "id": run["id"], "title": run["title"], "started": run["started"], "ended": run["ended"], "environment": run["environment"],
        "options": run["options"], "networks": run["networks"],
        "links": [{key: link.get(key) for key in KEPT} for link in run["links"] if link["status"] == "ok"],
    }


def told(baseline, run, known):
    """What a run's data set says of its baseline."""
    if nothing(baseline):
        return None
    names = {link["id"] for link in run["links"]}
    return {"id": baseline["id"], "title": baseline.get("title", ""), "started": baseline.get("started"), "links": len(known),
            "compared": len(names & set(known)), "new": len(names - set(known)), "gone": sorted(set(known) - names)}


def change(before, after):
    """By how much a rate changed, in percent of before; None where one is missing or before is 0."""
    return None if not before or after is None else 100.0 * (after - before) / before
