# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does this node's firewall stop a client, where, and which command lets it in. PRIVATE to the collection.

Only reads. The rules that decide are those of the role control_port (plan.py, nft_rules.py), so that the command told here is what the role would do.
"""

import errno
import os
import re
import subprocess

from . import addresses, nft_rules, plan, remedy
from .stops import stops
from .host import FirewallError, Host

SECONDS = 5
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", "/usr/local/sbin"))


def of_this_node(source, port, protocol):
    """judge() of this node; None when it may not be read (not root) or is not understood."""
    if os.geteuid() != 0:
        return None
    try:
        return judge(Host(Quick(run, read), read), source, port, protocol)
    except (FirewallError, ValueError, OSError):
        return None


def judge(host, source, port, protocol):
    """{"backend": name or "", "chains": [what stops it], "commands": [lines that let it in]} for packets of "tcp" or "udp" to `port` from the address `source`.

    Both lists are empty when nothing stops them; None for a source that never meets a firewall (loopback). Raises FirewallError.
    """
    request = _request(source, port, protocol)
    if not request.pairs():
        return None
    made = plan.make(host, request)
    backend = made.backends[0] if made.backends else ""
    chains = stops(host, source, port, protocol)
    if not chains:
        return {"backend": backend, "chains": [], "commands": []}
    commands = _commands(host, made)
    if commands and remedy.LASTING.get(backend):
        commands.append(remedy.LASTING[backend])
    return {"backend": backend, "chains": chains, "commands": commands}


def missing(host, sources, port, protocols):
    """What the firewall does not let in, and the rules that it lacks for all of that.

    sources: addresses or networks. Returns {"backends": [name], "blocked": [{"protocol", "source", "chains": [what stops it]}], "commands": [lines that let
    these in, and nobody else], "lasting": [lines that say how they are kept]}. Raises ValueError for a source that is none, FirewallError.
    """
    found = {"backends": [], "blocked": [], "commands": [], "lasting": []}
    for protocol in protocols:
        stopped = []
        for source in sources:
            chains = stops(host, source, port, protocol)
            if chains:
                stopped.append(source)
                found["blocked"].append({"protocol": protocol, "source": source, "chains": chains})
        if stopped:
            made = plan.make(host, _request(stopped, port, protocol))
            found["backends"] += [name for name in made.backends if name not in found["backends"]]
            found["commands"] += [line for line in _commands(host, made) if line not in found["commands"]]
    found["lasting"] = [remedy.LASTING[name] for name in found["backends"] if remedy.LASTING.get(name)]
    return found


def _request(sources, port, protocol):
    request = plan.Request(port, addresses.normalise(sources if isinstance(sources, list) else [sources]), "")
    request.protocols = (protocol,)
    return request


def _commands(host, made):
    """The lines that make the changes of a plan."""
    commands = []
    for change in made.changes:
        if change["kind"] == "nftables":
            commands += [remedy.line(remedy.nft(accept)) for accept in nft_rules.needed(host.nft, plan.nft_request(change))]
        elif remedy.command(change):
            commands.append(remedy.line(remedy.command(change)))
    return commands


class Quick:
    """run() with fewer processes, for a client waits for the answer: firewall-cmd and ufw are Python programs and take their time.

    One `firewall-cmd --list-all-zones` also says whether firewalld runs and, in its newer versions, which zone is the default. What is permanent
    is not asked for here. ufw is not asked when its file says that it is off.
    """

    def __init__(self, runner, reader):
        self._run = runner
        self._read = reader
        self._zones = None

    def __call__(self, argv, data=None):
        if argv[0] == "ufw" and not re.search("^ENABLED=yes", self._read("/etc/ufw/ufw.conf"), re.MULTILINE):
            return 1, "", ""
        if argv[0] != "firewall-cmd":
            return self._run(argv, data)
        if "--permanent" in argv:
            return 0, "", ""
        if self._zones is None:
            self._zones = self._run(["firewall-cmd", "--list-all-zones"])
        if argv[1] == "--state":
            return (0, "running\n", "") if self._zones[0] == 0 else self._zones
        default = re.search(r"^(\S+) \(default", self._zones[1], re.MULTILINE)
        if argv[1] == "--get-default-zone" and default:
            return 0, default.group(1) + "\n", ""
        return self._zones if argv[1] == "--list-all-zones" else self._run(argv, data)


def run(argv, data=None):
    """A command as Host wants it: (rc, out, err), rc 127 when there is no such command; it ends within SECONDS."""
    environment = dict(os.environ, LC_ALL="C", PATH=_PATH)
    try:
        done = subprocess.run(argv, input=data or "", stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=SECONDS,
                              env=environment, check=False)
    except OSError as exc:
        return (127 if exc.errno == errno.ENOENT else 126), "", str(exc)
    except subprocess.TimeoutExpired:
        return 124, "", "it did not end within %d s" % SECONDS
    return done.returncode, done.stdout, done.stderr


def read(path):
    """Text of a file, "" when it cannot be read."""
    try:
        with open(path, errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
