# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module conntrack_info: look at the connection tracking table, choose entries, tell its limits. PRIVATE to the collection."""

from .._conntrack import match, select, sources, table
from . import guard

PROTOCOLS = ("tcp", "udp", "udplite", "icmp", "icmpv6", "sctp", "gre")


def argument_spec():
    """What AnsibleModule takes; the module describes it."""
    return dict(
        ports=dict(type="list", elements="int", default=[], aliases=["port"]),
        protocol=dict(type="str", choices=list(PROTOCOLS)),
        addresses=dict(type="list", elements="str", default=[], aliases=["address"]),
        states=dict(type="list", elements="str", default=[], choices=list(select.STATES + select.FLAGS), aliases=["state"]),
        limit=dict(type="int", default=1000),
    )


def work(module, proc="/proc", run=sources.run_command):
    """The results of the module as a dict. Raises guard.Failure if an option makes no sense; an unreadable table is an answer."""
    options = module.params
    within = _check(options)
    reading = sources.read(match.line_filter(options["ports"]) if options["ports"] else None, proc=proc, run=run)
    found = select.select(reading.records, options["ports"], options["protocol"], within, options["states"])
    shown = found[:options["limit"]] if options["limit"] else found
    now = table.read(proc)
    return dict(now._asdict(), changed=False, available=reading.available, status=reading.status, reason=reading.reason,
                source=reading.source, entries=[record.to_dict() for record in shown],
                matched=len(found) if reading.available else None)


def _check(options):
    """Refuse numbers out of range; return the networks of the option `addresses`."""
    for port in options["ports"]:
        if not 1 <= port <= 65535:
            raise guard.Failure("ports: %d is not a port, give numbers from 1 to 65535" % port)
    if options["limit"] < 0:
        raise guard.Failure("limit: %d is negative, give the most entries to return, or 0 for all" % options["limit"])
    try:
        return select.networks(options["addresses"])
    except ValueError as error:
        raise guard.Failure("addresses: %s; give IP addresses or networks such as 192.0.2.0/24" % error)
