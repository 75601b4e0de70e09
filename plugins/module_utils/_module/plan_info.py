# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What iperf_plan_info does: how far a node's part of a plan is, what it measured, and what the node is. PRIVATE to the collection.

It only reads. A failed test gets its diagnosis here, because that is where error numbers have a meaning for operators.
"""

import os
import platform
import socket
import subprocess

from .._firewall import journal
from .._iperf3.errors import IperfError
from . import control_port_info, diagnosis, plans

IP_SECONDS = 10

# Keyword arguments of AnsibleModule for iperf_plan_info
ARGUMENTS = {
    "argument_spec": {
        "run": {"type": "str"},
        "node": {"type": "str"},
        "results": {"type": "bool", "default": False},
        "addresses": {"type": "dict", "default": {}},
        "state_dir": {"type": "path"},
        "journal_dir": {"type": "path", "default": journal.FOLDER},
    },
    "required_by": {"node": ("run",)},
    "supports_check_mode": True,
}


def work(module):
    """The dict for exit_json."""
    params = module.params
    folder = os.path.abspath(params["state_dir"] or plans.default_folder())
    found = plans.find_all(folder, plans.check_run(params["run"]) if params["run"] else "", params["node"] or "")
    return {"changed": False, "parts": [_tell(part, params) for part in found], "others": plans.elsewhere(folder),
            "openings": control_port_info.openings(params["journal_dir"]), "python": platform.python_version(), "cpus": os.cpu_count(),
            "link_speed": {network: link_speed(address) for network, address in sorted((params["addresses"] or {}).items())}}


def _tell(part, params):
    facts = {"run": part.run, "node": part.node, "running": part.identity is not None, "pid": part.identity.pid if part.identity else None,
             "progress": plans.progress(part.path), "results": None}
    facts["node"] = facts["progress"].get("node", part.node)
    if part.identity is None and facts["progress"].get("state") in ("prepared", "running"):
        facts["progress"]["state"] = "died"
    if params["results"]:
        facts["results"] = [explain(result) for result in plans.results(part.path)]
    return facts


def explain(result):
    """The result with a `diagnosis` if its test failed."""
    error = result.get("error")
    if error and not result.get("diagnosis"):
        result = dict(result, diagnosis=diagnosis.diagnose(
            IperfError(error["number"], error["detail"], error["os_errno"]), {"transcript": result.get("transcript") or []}))
    return result


def link_speed(address, root="/sys/class/net"):
    """Bits per second of the interface that has the address, as its driver tells; None where it does not. Bonds tell the sum, VLANs their parent's."""
    name = interface_of(address)
    try:
        with open(os.path.join(root, name, "speed")) as stream:
            megabits = int(stream.read())
    except (OSError, ValueError):
        return None
    return megabits * 1000000 if megabits > 0 else None


def interface_of(address):
    """Name of the interface that has a numeric address, "" if none does or it cannot be told."""
    try:
        numbers = {info[4][0].partition("%")[0] for info in socket.getaddrinfo(address, None, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)}
        output = subprocess.run(["ip", "-o", "address", "show"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                universal_newlines=True, timeout=IP_SECONDS, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    for line in output.splitlines():
        words = line.split()
        if len(words) > 3 and words[2] in ("inet", "inet6") and words[3].partition("/")[0] in numbers:
            return words[1]
    return ""
