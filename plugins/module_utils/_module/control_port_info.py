# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module control_port_info: whom this host's firewall keeps from the port, and what runs have opened. PRIVATE to the collection."""

import os

from .._firewall import journal, verdict
from .._firewall.host import FirewallError
from . import firewall_host, guard

ARGUMENTS = {
    "argument_spec": {
        "port": {"type": "int", "default": 5201},
        "protocols": {"type": "list", "elements": "str", "choices": ["tcp", "udp"], "default": ["tcp", "udp"]},
        "sources": {"type": "list", "elements": "str", "default": []},
        "journal_dir": {"type": "path", "default": journal.FOLDER},
    },
    "supports_check_mode": True,
}


def work(module):
    """The dict for exit_json. Raises guard.Failure."""
    options = module.params
    firewall_host.check_port(options["port"])
    firewall_host.checked_sources(options["sources"])
    readable = os.geteuid() == 0
    found = {"backends": [], "blocked": [], "commands": [], "lasting": []}
    if readable and options["sources"]:
        try:
            found = verdict.missing(firewall_host.host(module), options["sources"], options["port"], options["protocols"])
        except FirewallError as error:
            raise guard.Failure(str(error))
    return dict(found, changed=False, readable=readable, openings=openings(options["journal_dir"]))


def openings(folder):
    """[{"port", "run", "state", "backends"}] of what the role control_port has opened and not closed; None where only root may look, Failure for a journal
    that cannot be read."""
    try:
        return [{"port": one.port, "run": one.run, "state": one.state, "backends": one.backends} for one in journal.Store(folder).load()]
    except PermissionError:
        return None
    except ValueError as error:
        raise guard.Failure("the journal cannot be used: %s" % error)
