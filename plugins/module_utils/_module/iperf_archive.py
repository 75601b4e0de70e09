# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What iperf_archive does: the engine as a file on the node, for a server that somebody else supervises. PRIVATE to the collection.

The file carries the hash of its content in its name, so whoever names it in a unit sees by the name that it must be read anew,
and an archive in use is never overwritten. The folder is this module's alone: older archives are removed from it on request,
when what used them has been restarted, and the folder goes with the last of them.
"""

import os
import sys

from . import archive, statedir
from .guard import Failure

LOCK_SECONDS = 30


def arguments():
    """Keyword arguments of AnsibleModule."""
    return {"argument_spec": {
        "path": {"type": "path", "required": True},
        "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
        "only": {"type": "bool", "default": False},
    }, "supports_check_mode": True}


def work(module):
    """Bring the folder into the wanted state; the dict for exit_json."""
    folder, present = module.params["path"], module.params["state"] == "present"
    if not os.path.isabs(folder):
        raise Failure("path is %s, allowed is an absolute path of a directory" % folder)
    built = archive.build()
    before = _archives(folder) if statedir.check(folder) else []
    whole = present and archive.installed(built, folder)
    if present:
        after = [built.name] if module.params["only"] else sorted(set(before + [built.name]))
    else:
        after = []
    changed = before != after or present and not whole
    if changed and not module.check_mode:
        with statedir.locked(folder, LOCK_SECONDS):
            if present:
                archive.install(built, folder)
            archive.prune(folder, [os.path.join(folder, name) for name in after])
    return {
        "changed": changed,
        "path": os.path.join(folder, built.name) if present else None,
        "sha256": built.sha256,
        "python": sys.executable,
        "diff": {"before": _listing(folder, before), "after": _listing(folder, after)},
    }


def _archives(folder):
    return sorted(name for name in os.listdir(folder) if archive.FILE_NAME.match(name))


def _listing(folder, found):
    return "".join("%s\n" % os.path.join(folder, name) for name in found)
