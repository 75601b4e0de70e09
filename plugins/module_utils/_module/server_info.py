# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What iperf_server_info does: it finds our servers and asks each one. PRIVATE to the collection.

It only reads. A server that runs and does not answer is told as such, with no tests: what is not known is not zero.
"""

import os

from . import ports, servers, statedir
from .guard import Failure

# What the info socket tells beyond what the process shows
TOLD = ("version", "started", "max_clients", "tests", "running", "history")


def work(module):
    """The dict for exit_json."""
    params = module.params
    if params["timeout"] < 1:
        raise Failure("timeout is %d, allowed are 1 second and more" % params["timeout"])
    folders = [os.path.realpath(params["state_dir"] or statedir.default())]
    if not params["state_dir"] and os.geteuid() == 0:  # who else may not ask them
        folders += servers.staying_folders()
    found = [(folder, server) for folder in folders for server in servers.find_all(folder, params["port"])]
    return {"changed": False, "servers": [_tell(folder, server, params["timeout"]) for folder, server in found]}


def _tell(folder, server, seconds):
    path = servers.path_of(folder, server.stem, "sock")
    facts = servers.query(path, seconds)
    answers = facts.get("pid") == server.identity.pid
    entry = {name: facts.get(name) if answers else None for name in TOLD}
    entry.update(
        answers=answers, port=server.settings.port, bind=server.settings.bind, bind_dev=server.settings.bind_dev, pid=server.identity.pid,
        addresses=ports.addresses_of(server.identity.pid, server.settings.port), unit=server.unit or None, info_socket=path,
        archive=server.archive,
    )
    return entry
