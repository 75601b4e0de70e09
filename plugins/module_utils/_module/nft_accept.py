# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module nft_accept: put an accept where the nftables ruleset would drop, or take it back. PRIVATE to the collection."""

import re

from .._firewall import nft_rules
from .._firewall.host import FirewallError
from . import firewall_host, guard

# what nft takes between double quotes, and what the kernel keeps of a comment (NFTNL_UDATA_COMMENT_MAXLEN)
COMMENT = re.compile(r'^[^"\\\n]{1,127}$')
TABLE_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,254}$")
HANDLE = re.compile(r" # handle \d+$", re.MULTILINE)
COUNTER = re.compile(r"counter packets \d+ bytes \d+")


def argument_spec():
    """What AnsibleModule takes; the module describes it."""
    return dict(
        port=dict(type="int", required=True),
        protocols=dict(type="list", elements="str", choices=["tcp", "udp"], default=["tcp", "udp"]),
        sources=dict(type="list", elements="str", default=[]),
        comment=dict(type="str", required=True),
        notrack_table=dict(type="str", default=""),
        ignore_comments=dict(type="str", default=""),
        skip_tables=dict(type="list", elements="str", default=[]),
        state=dict(type="str", choices=["present", "absent"], default="present"),
    )


def run_module(module):
    """The results of the module as a dict. Raises guard.Failure."""
    options = module.params
    host = firewall_host.host(module)
    request, present = _request(options), options["state"] == "present"
    try:
        ruleset = host.nft
    except FirewallError as error:
        raise guard.Failure(str(error))
    if ruleset is None:
        if not present:
            return dict(changed=False, commands=[], rules=[])
        raise guard.Failure("there is no nft command on this host: install nftables")
    commands, rules = nft_rules.changes(ruleset, request, present)
    result = dict(changed=bool(commands), commands=commands, rules=rules)
    before = _listing(module) if commands and module._diff else ""
    if commands and not module.check_mode:
        _apply(module, commands)
    if commands and module._diff:
        after = _preview(before, commands) if module.check_mode else _listing(module)
        result["diff"] = dict(before=before, after=after, before_header="nft list ruleset", after_header="nft list ruleset")
    return result


def _request(options):
    firewall_host.check_port(options["port"])
    if not COMMENT.match(options["comment"]):
        raise guard.Failure("comment: give 1 to 127 characters without double quotes, backslashes and line breaks")
    if options["notrack_table"] and not TABLE_NAME.match(options["notrack_table"]):
        raise guard.Failure("notrack_table: %r is not a table name, use letters, digits and _" % options["notrack_table"])
    skip = [tuple(table.split()) for table in options["skip_tables"]]
    if any(len(table) != 2 for table in skip):
        raise guard.Failure('skip_tables: write a table as family and name, such as "inet firewalld"')
    sources = firewall_host.checked_sources(options["sources"])
    if options["state"] == "present" and not any(sources.values()):
        raise guard.Failure("sources: name at least one address or CIDR that may reach the port")
    return nft_rules.Request(options["port"], options["protocols"], sources, options["comment"], options["notrack_table"], skip, options["ignore_comments"])


def _apply(module, commands):
    """All commands as one transaction of the kernel."""
    rc, dummy, err = firewall_host.runner(module)(["nft", "-f", "-"], "\n".join(commands) + "\n")
    if rc:
        raise guard.Failure("nft refused the change, nothing was changed: %s" % err, commands=commands)


def _listing(module):
    """The ruleset as people read it, without handles and counters, which change by themselves."""
    dummy, out, dummy = firewall_host.runner(module)(["nft", "list", "ruleset"])
    return COUNTER.sub("counter", HANDLE.sub("", out))


def _preview(before, commands):
    """In check mode the kernel is not asked to print what would be: the commands stand at the end."""
    return before + "".join("# would run: nft %s\n" % command for command in commands)
