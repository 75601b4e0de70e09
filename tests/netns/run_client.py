# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a namespace: one test of our engine; prints its Outcome as one JSON object.

Argument: the settings as JSON. Without the word "client" in them they are a server's, which runs until it is ended.
"""
import json
import sys

from ansible_collections.nfv.iperf.plugins.module_utils._engine import cli, client, signals
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import settings as settings_


def main(values):
    if "client" not in values:
        return cli.main(["-s"] + values["words"])
    outcome = client.run(settings_.Settings("client", **values), stop=signals.Catcher())
    error = outcome.error
    print(json.dumps({
        "number": error.number if error else None, "error": str(error) if error else None, "diagnosis": outcome.diagnosis, "control": outcome.control,
        "connections": outcome.connections, "summary": outcome.summary, "preflight": outcome.preflight, "interrupted": outcome.interrupted}))
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
