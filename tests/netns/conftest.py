# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture `lab`: two hosts on one cable, made of network namespaces.

    client  10.99.X.1 fd00:99:X::1  nfv0 <---veth---> nfv0  10.99.X.2 fd00:99:X::2  server

Each test gets a lab of its own. Whatever a test starts in it is ended with it: what `start()` made, and any process that is
still inside one of the two namespaces, daemons included; nobody else puts processes there. A test run that was killed leaves
namespaces behind; the next lab removes them, because the name of a namespace carries the process id of its maker.

    def test_transfer(lab):
        lab.stateful("server", drop=True, accept=["tcp dport 5201"])
        lab.start(["iperf3", "-s", "-1"], "server")
        lab.wait_port(5201, "server")
        done = lab.run(["iperf3", "-c", lab.server.ipv4, "-n", "1M", "-J"], "client")
"""
import itertools
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

DEVICE = "nfv0"
_NAME = re.compile(r"nfvlab-(\d+)-\d+[cs]")
_numbers = itertools.count(1)


class Node:
    """One namespace: its name for `ip netns`, its two addresses, the name of its end of the cable."""

    def __init__(self, name, ipv4, ipv6):
        self.name = name
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.device = DEVICE


class Lab:
    """Two joined namespaces. Wherever a method takes `ns`, it is "client" or "server"."""

    def __init__(self):
        number = next(_numbers)
        base = "nfvlab-%d-%d" % (os.getpid(), number)
        third = number % 256
        self.client = Node(base + "c", "10.99.%d.1" % third, "fd00:99:%x::1" % third)
        self.server = Node(base + "s", "10.99.%d.2" % third, "fd00:99:%x::2" % third)
        self.nodes = {"client": self.client, "server": self.server}
        self._processes = []

    # -- making and removing ---------------------------------------------------------------------------------------------

    def make(self):
        for node in self.nodes.values():
            _command(["ip", "netns", "add", node.name])
        _command(["ip", "-n", self.client.name, "link", "add", DEVICE, "type", "veth", "peer", "name", DEVICE, "netns", self.server.name])
        for node in self.nodes.values():
            _command(["ip", "-n", node.name, "address", "add", node.ipv4 + "/24", "dev", DEVICE])
            _command(["ip", "-n", node.name, "address", "add", node.ipv6 + "/64", "dev", DEVICE, "nodad"])
            for device in ("lo", DEVICE):
                _command(["ip", "-n", node.name, "link", "set", device, "up"])

    def remove(self):
        for process in self._processes:
            if process.poll() is None:
                _kill(process.pid)
        for node in self.nodes.values():
            remove_namespace(node.name)
        for process in self._processes:
            process.communicate(timeout=10)

    # -- running commands in it ------------------------------------------------------------------------------------------

    def run(self, cmd, ns="client", check=True, timeout=60, **kwargs):
        """Run the list `cmd` in a namespace and return the CompletedProcess with text in stdout and stderr.

        A command that fails fails the test with its output, unless check is False. timeout is in seconds."""
        return _command(self._inside(cmd, ns), check=check, timeout=timeout, **kwargs)

    def start(self, cmd, ns="client", **kwargs):
        """Start the list `cmd` in a namespace and return its Popen (stdout and stderr are text pipes). It ends with the lab.

        `ip netns exec` becomes the command, so that the Popen's pid is the pid of the command."""
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        kwargs.setdefault("stdout", subprocess.PIPE)
        kwargs.setdefault("stderr", subprocess.PIPE)
        process = subprocess.Popen(self._inside(cmd, ns), universal_newlines=True, **kwargs)
        self._processes.append(process)
        return process

    def _inside(self, cmd, ns):
        return ["ip", "netns", "exec", self.nodes[ns].name] + [str(word) for word in cmd]

    # -- conditions ------------------------------------------------------------------------------------------------------

    def wait_for(self, condition, what, seconds=30):
        """Return the first true value of condition(), which is called again and again; fail the test after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                pytest.fail("waited %s seconds in vain for: %s" % (seconds, what))
            time.sleep(0.02)

    def wait_port(self, port, ns="server", protocol="tcp", seconds=30):
        """Wait until something listens on `port` (TCP) or has bound it (UDP)."""
        flag = {"tcp": "-t", "udp": "-u"}[protocol]
        listing = ["ss", "-Hlna", flag, "sport", "=", ":%d" % port]
        self.wait_for(lambda: self.run(listing, ns).stdout != "", "a listener on %s port %d of the %s" % (protocol, port, ns), seconds)

    # -- the network -----------------------------------------------------------------------------------------------------

    def rate(self, rate, ns=None):
        """Limit what `ns` (None: either end) sends, e.g. to "100mbit", with a token bucket filter."""
        for name in [ns] if ns else sorted(self.nodes):
            _command(["tc", "-n", self.nodes[name].name, "qdisc", "replace", "dev", DEVICE, "root",
                      "tbf", "rate", rate, "burst", "128kb", "latency", "50ms"])

    def nft(self, rules, ns="server"):
        """Load nftables text into a namespace."""
        _need("nft")
        return self.run(["nft", "-f", "-"], ns, input=rules)

    def stateful(self, ns="server", drop=False, accept=(), accounting=True):
        """Put a stateful firewall before `ns`, which is what makes conntrack keep entries there.

        drop: new connections are dropped, save those that match one of the nftables expressions in `accept` ("tcp dport 5201").
        accounting: conntrack counts packets and bytes of the connections that begin from now on."""
        if accounting:
            self.sysctl("net.netfilter.nf_conntrack_acct", 1, ns)
        rules = ["ct state established,related accept", "iifname lo accept", "meta l4proto ipv6-icmp accept"]
        rules += ["%s accept" % expression for expression in accept]
        self.nft("table inet nfv_lab {\nchain input {\ntype filter hook input priority 0; policy %s;\n%s\n}\n}\n"
                 % ("drop" if drop else "accept", "\n".join(rules)), ns)

    def sysctl(self, name, value=None, ns="server"):
        """Set a sysctl of a namespace if a value is given; return what it is, as text."""
        path = "/proc/sys/" + name.replace(".", "/")
        if value is not None:
            self.run(["sh", "-c", 'echo "$1" > "$2"', "sh", value, path], ns)
        return self.run(["cat", path], ns).stdout.strip()


def _command(cmd, check=True, timeout=60, **kwargs):
    if "input" not in kwargs:
        kwargs.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False,
                          timeout=timeout, **kwargs)
    if check and done.returncode:
        pytest.fail("%s: exit code %d\n%s%s" % (" ".join(cmd), done.returncode, done.stdout, done.stderr))
    return done


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def remove_namespace(name):
    """End the processes of a namespace, by their ids, until none is left (they may be forking), and remove it."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        pids = _command(["ip", "netns", "pids", name], check=False).stdout.split()
        if not pids:
            break
        for pid in pids:
            _kill(int(pid))
        time.sleep(0.01)
    _command(["ip", "netns", "delete", name], check=False)


def _remove_stale():
    for line in _command(["ip", "netns", "list"], check=False).stdout.splitlines():
        match = _NAME.fullmatch(line.split(" ")[0])
        if match and not os.path.exists("/proc/" + match.group(1)):
            remove_namespace(match.group(0))


def _need(tool):
    if not shutil.which(tool):
        pytest.skip("needs the command %s" % tool)


@pytest.fixture(scope="session")
def lab_possible():
    """Skip, with the reason, where namespaces cannot be made; remove what a killed run left."""
    for tool in ("ip", "tc", "ss"):
        _need(tool)
    if os.geteuid() != 0:
        pytest.skip("needs root to make network namespaces")
    probe = "nfvlab-%d-0c" % os.getpid()
    made = _command(["ip", "netns", "add", probe], check=False)
    remove_namespace(probe)
    if made.returncode:
        pytest.skip("cannot make network namespaces: %s" % made.stderr.strip())
    _remove_stale()


@pytest.fixture
def lab(lab_possible):
    """Two network namespaces joined by a veth pair (see the text at the top of this file)."""
    made = Lab()
    try:
        made.make()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="session")
def labs(lab_possible):
    """The class Lab, for tests that run several at once: make() and remove() are then theirs."""
    return Lab
