# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many hosts on several networks, made of network namespaces, and Ansible's way into them.

Each network is a bridge in a namespace of its own; each host has one end of a veth pair on it, with a token bucket filter that gives what the host sends a
known rate. Ansible reaches a host by the local connection and an interpreter that is a script: it runs Python inside the namespace. A host that "dies" loses
its links, its processes and its interpreter.
"""
import json
import os
import subprocess
import sys

from ansible_collections.nfv.iperf.tests.netns import conftest

# A packet of 1514 bytes on the wire carries 1448 bytes of TCP payload (MTU 1500, timestamps on).
TCP_SHARE = 1448.0 / 1514.0


def ip(*words):
    return conftest._command(["ip"] + [str(word) for word in words])


class FleetLab:
    """networks: {name: {host: Mbit/s that it may send}}. folder: pathlib.Path for scripts and state. addresses: {network: {host: address}}, of /24s of
    their own, if they are not to be made up."""

    def __init__(self, networks, folder, first=900, addresses=None):
        self.networks = networks
        self.addresses = addresses
        self.folder = folder
        self.hosts = list(dict.fromkeys(host for found in networks.values() for host in found))
        # Names that conftest takes away after a run that was killed
        self.switch = "nfvlab-%d-%ds" % (os.getpid(), first)
        self.names = {host: "nfvlab-%d-%ds" % (os.getpid(), first + number) for number, host in enumerate(self.hosts, 1)}

    def make(self):
        ip("netns", "add", self.switch)
        for name in self.names.values():
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        for number, (network, rates) in enumerate(self.networks.items()):
            ip("-n", self.switch, "link", "add", "br%d" % number, "type", "bridge")
            ip("-n", self.switch, "link", "set", "br%d" % number, "up")
            for host, rate in rates.items():
                port, device, name = "p%d-%d" % (number, self.hosts.index(host)), "net%d" % number, self.names[host]
                ip("-n", name, "link", "add", device, "type", "veth", "peer", "name", port, "netns", self.switch)
                ip("-n", name, "address", "add", self.address(network, host) + "/24", "dev", device)
                ip("-n", name, "link", "set", device, "up")
                ip("-n", self.switch, "link", "set", port, "master", "br%d" % number, "up")
                conftest._command(["tc", "-n", name, "qdisc", "replace", "dev", device, "root", "tbf", "rate", "%gmbit" % rate, "burst", "16kb",
                                   "latency", "40ms"])

    def remove(self):
        for name in list(self.names.values()) + [self.switch]:
            conftest.remove_namespace(name)

    def address(self, network, host):
        if self.addresses:
            return self.addresses[network][host]
        return "10.97.%d.%d" % (list(self.networks).index(network), self.hosts.index(host) + 1)

    def run(self, host, *words):
        return conftest._command(["ip", "netns", "exec", self.names[host]] + list(words))

    def pids(self, host):
        return [int(pid) for pid in ip("netns", "pids", self.names[host]).stdout.split()]

    # -- Ansible ---------------------------------------------------------------------------------------------------------

    def interpreter(self, host):
        return self.folder / ("python-" + host)

    def state_dir(self, host):
        return self.folder / ("state-" + host)

    def inventory(self, variables):
        """Path of an inventory. variables: {host: further variables}. Where addresses were given it has only Ansible's way to the hosts, for use beside
        the inventory that the addresses are of."""
        hosts = {}
        for host in self.hosts:
            script = self.interpreter(host)
            script.write_text('#!/bin/sh\nexec ip netns exec %s %s "$@"\n' % (self.names[host], sys.executable))
            script.chmod(0o755)
            hosts[host] = {"ansible_connection": "local", "ansible_python_interpreter": str(script), "iperf_state_dir": str(self.state_dir(host))}
            if not self.addresses:
                hosts[host]["ansible_host"] = self.address(next(network for network in self.networks if host in self.networks[network]), host)
            hosts[host].update(variables.get(host, {}))
        path = self.folder / "inventory.json"
        path.write_text(json.dumps({"all": {"hosts": hosts}}))
        return path

    def playbook(self, name, inventory, *options, **variables):
        """Popen of a playbook of the collection; its output is in the file `log` of the folder."""
        top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        command = [os.path.join(os.path.dirname(sys.executable), "ansible-playbook"), os.path.join(top, "playbooks", name), "-i", str(inventory),
                   "-e", json.dumps(dict({"iperf_supervisor": "daemon", "iperf_report_dir": str(self.folder / "reports")}, **variables))] + list(options)
        environment = dict(os.environ, ANSIBLE_FORKS="20", ANSIBLE_PIPELINING="1", ANSIBLE_CONFIG=os.path.join(top, "ansible.cfg"),
                           ANSIBLE_LOCAL_TEMP=str(self.folder / "local"), ANSIBLE_REMOTE_TEMP=str(self.folder / "remote"),
                           ANSIBLE_STDOUT_CALLBACK="ansible.builtin.default")
        with open(str(self.folder / "log"), "a") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=str(self.folder), env=environment,
                                    start_new_session=True)

    def log(self):
        return (self.folder / "log").read_text()

    def die(self, host):
        """The machine is gone from one moment to the next."""
        for number in range(len(self.networks)):
            conftest._command(["ip", "-n", self.names[host], "link", "set", "net%d" % number, "down"], check=False)
        for pid in self.pids(host):
            conftest._kill(pid)
        self.interpreter(host).write_text("#!/bin/sh\nexit 1\n")

    def left(self):
        """What is left of ours: processes in the namespaces, and files."""
        processes = {host: self.pids(host) for host in self.hosts}
        return [(host, pids) for host, pids in processes.items() if pids] + [str(self.state_dir(host)) for host in self.hosts if self.state_dir(host).exists()]
