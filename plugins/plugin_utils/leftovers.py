# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs have left on a node, as lines for an operator. PRIVATE to the collection."""

import re

# Names of this role's runs; what the role control_port has opened under another name was meant to stay.
RUN = re.compile(r"\d{8}T\d{6}Z")
# The look before the load and the second attempt are parts of the run itself.
PART_OF = re.compile(r"_(look|again|again_look)\Z")


def openings(info):
    """The openings, of those in what iperf_plan_info returned, that runs of this role have made."""
    return [one for one in info.get("openings") or () if RUN.match(one["run"])]


def lines(info):
    """One line for each thing that is left on the node. info: what iperf_plan_info returned."""
    runs = {}
    for part in info.get("parts") or ():
        run = PART_OF.sub("", part["run"])
        runs[run] = runs.get(run, False) or part["running"]
    found = ["run %s %s" % (run, "still runs here; either somebody is measuring, or its controller was interrupted" if running else "has left files here")
             for run, running in runs.items()]
    found += ["run %s still runs here, from %s (pid %d) of the user with number %d" % (one["run"], one["path"], one["pid"], one["user"])
              for one in info.get("others") or ()]
    found += ["port %d is still %s in %s for run %s" % (one["port"], one["state"], ", ".join(one["backends"]) or "the conntrack settings", one["run"])
              for one in openings(info)]
    if info.get("openings", ()) is None:
        found.append("something was opened in the firewall, which only root may look at; use become, -e iperf_become=true")
    return found
