# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module conntrack_setting: one number below net.netfilter, until the next reboot. PRIVATE to the collection."""

import os

from . import firewall_host, guard

FOLDER = "/proc/sys/net/netfilter"
NAMES = ("nf_conntrack_acct", "nf_conntrack_tcp_timeout_established")


def argument_spec():
    """What AnsibleModule takes; the module describes it."""
    return dict(
        name=dict(type="str", required=True, choices=list(NAMES)),
        value=dict(type="int", required=True),
        only_from=dict(type="int"),
    )


def run_module(module, folder=FOLDER):
    """The results of the module as a dict. Raises guard.Failure."""
    name, value = module.params["name"], module.params["value"]
    path = os.path.join(folder, name)
    text = firewall_host.read(path).strip()
    if not text:
        raise guard.Failure("%s is not there: connection tracking is not in use on this host" % path)
    if value < 0:
        raise guard.Failure("value: %d is negative" % value)
    before = int(text)
    only_from = module.params["only_from"]
    left_alone = only_from is not None and before not in (only_from, value)
    changed = before != value and not left_alone
    if changed and not module.check_mode:
        try:
            with open(path, "w") as stream:
                stream.write("%d\n" % value)
        except (IOError, OSError) as error:
            raise guard.Failure("cannot set %s to %d: %s; root in the host's own network namespace is needed" % (path, value, error.strerror))
    after = value if changed else before
    return dict(changed=changed, before=before, after=after, left_alone=left_alone,
                diff=dict(before="%s = %d\n" % (name, before), after="%s = %d\n" % (name, after)))
