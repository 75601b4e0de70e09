# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What iperf_client does: one test, or in check mode the account of one. PRIVATE to the collection.

All that can be told from the options alone is told before a name is looked up or a packet sent. A test that fails returns
what it measured until then, under the same keys.
"""

import json
import re
import shlex

from .._engine import client, signals, sockopts
from .._iperf3.errors import IperfError
from . import argspec, diagnosis
from .guard import Failure

FACT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def teller(path):
    """What writes the sums of each interval into a file as they come, None without a path. Raises OSError."""
    if not path:
        return None
    target = open(path, "a")

    def tell(interval):
        target.write(json.dumps({name: value for name, value in interval.items() if name != "streams"}) + "\n")
        target.flush()
    return tell


def work(module):
    """The dict for exit_json; raises Failure with what there is."""
    fact_name = module.params["fact_name"]
    if not FACT_NAME.match(fact_name):
        raise Failure("fact_name is %r, allowed is a name of a variable: letters, digits and underscores, no digit in front" % fact_name)
    plan = {"changed": False}
    try:
        settings = argspec.client_settings(module.params)
        told = settings.warnings()
        for warning in told:
            module.warn(warning)
        plan["command"] = " ".join(shlex.quote(word) for word in ["iperf3"] + argspec.command_words(settings))
        plan["parameters"] = settings.to_wire()
        if module.check_mode:
            return plan
        sockopts.set_affinity(settings)
        outcome = client.run(settings, on_interval=teller(module.params["progress_file"]), stop=signals.Catcher())
    except IperfError as error:
        raise Failure(str(error), error_number=error.number, diagnosis=diagnosis.diagnose(error), **plan)
    for warning in outcome.warnings:
        if warning not in told:
            module.warn(warning)
    plan.update(result=outcome.document, summary=outcome.summary, control=outcome.control, connections=outcome.connections)
    if outcome.preflight is not None:
        plan["preflight"] = outcome.preflight
    if outcome.diagnosis is not None:
        plan["diagnosis"] = outcome.diagnosis
    if outcome.error is not None:
        raise Failure(str(outcome.error), error_number=outcome.error.number, **plan)
    return dict(plan, ansible_facts={fact_name: outcome.document})
