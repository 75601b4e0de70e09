# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewalls of one host, as its own commands tell. PRIVATE to the collection.

Each property asks once and only when it is needed, and only reads. What cannot be read because the command is missing is
None; what answers with an error raises FirewallError. The commands come through `run`, files through `read`, so that tests
and modules plug in their own.
"""

from . import addresses, firewalld, iptables, ufw
from .nft_ruleset import Ruleset

# the tables that the iptables commands keep in nftables (iptables-nft(8))
IPTABLES_TABLES = ("filter", "nat", "mangle", "raw", "security")
SAVE = {"ipv4": "iptables-save", "ipv6": "ip6tables-save"}


class FirewallError(Exception):
    """One line for an operator: what was asked of which command, what came back, what to do."""


def cached(method):
    """A property that is computed once per object."""
    name = "_" + method.__name__

    def getter(self):
        if not hasattr(self, name):
            setattr(self, name, method(self))
        return getattr(self, name)
    getter.__doc__ = method.__doc__
    return property(getter)


class Host:
    """run(argv, data=None) -> (rc, out, err), rc 127 when there is no such command; read(path) -> text, "" when there is no such file."""

    def __init__(self, run, read):
        self._run = run
        self._read = read
        self._interfaces = {}

    def _ask(self, *argv):
        rc, out, err = self._run(list(argv))
        if rc:
            raise FirewallError("%s failed (%d): %s" % (" ".join(argv), rc, (err or out).strip()))
        return out

    @cached
    def firewalld(self):
        """None when firewalld does not run, else {"default": zone, "zones": {...}, "permanent": {...}}."""
        rc, out, dummy = self._run(["firewall-cmd", "--state"])
        if rc or out.strip() != "running":
            return None
        return {"default": self._ask("firewall-cmd", "--get-default-zone").strip(),
                "zones": firewalld.parse_zones(self._ask("firewall-cmd", "--list-all-zones")),
                "permanent": firewalld.parse_zones(self._ask("firewall-cmd", "--permanent", "--list-all-zones"))}

    @cached
    def ufw(self):
        """None when ufw is not on, else {"ipv6": bool, "tuples": set, "rules": {family: ufw.parse_rules()}, "default": text}."""
        rc, out, dummy = self._run(["ufw", "status"])
        if rc or not ufw.is_active(out):
            return None
        texts = {path: self._read(path) for path in ufw.RULE_FILES}
        defaults = self._read("/etc/default/ufw")
        rules = {family: ufw.parse_rules("\n".join(text for path, text in texts.items() if path.endswith("/" + name)))
                 for family, name in (("ipv4", "user.rules"), ("ipv6", "user6.rules"))}
        return {"ipv6": ufw.has_ipv6(defaults), "tuples": ufw.parse_tuples("\n".join(texts.values())), "rules": rules, "default": ufw.default(defaults)}

    @cached
    def iptables(self):
        """{family: iptables.Filter}, empty ones where the command is missing or says that nft owns the table."""
        found = {}
        for family in addresses.FAMILIES:
            rc, out, err = self._run([SAVE[family], "-t", "filter"])
            usable = not rc and not iptables.INCOMPATIBLE.search(out + err)
            found[family] = iptables.Filter(out if usable else "")
        return found

    @cached
    def nft(self):
        """The Ruleset, or None when there is no nft command."""
        rc, out, err = self._run(["nft", "-j", "-a", "list", "ruleset"])
        if rc == 127:
            return None
        if rc:
            raise FirewallError("nft -j list ruleset failed (%d): %s. nft 0.9.1 or newer, built with JSON, and root are needed" % (rc, err.strip()))
        return Ruleset.parse(out)

    @cached
    def foreign_tables(self):
        """[(family, table)] of the nftables ruleset that firewalld or the iptables commands own."""
        owned = [("inet", "firewalld"), ("ip", "firewalld"), ("ip6", "firewalld")] if self.firewalld is not None else []
        for family, nft_family in (("ipv4", "ip"), ("ipv6", "ip6")):
            if self.iptables[family].policy:
                owned += [(nft_family, table) for table in IPTABLES_TABLES]
        return [table for table in owned if table in self.nft.tables]

    def interface_to(self, source):
        """The interface towards a source, which is the one its packets come in by; "" when there is no route."""
        if source not in self._interfaces:
            self._interfaces[source] = self._route(source)
        return self._interfaces[source]

    def _route(self, source):
        version = "-6" if ":" in source else "-4"
        rc, out, dummy = self._run(["ip", "-o", version, "route", "get", addresses.first_host(source)])
        words = out.split()
        return words[words.index("dev") + 1] if not rc and "dev" in words[:-1] else ""

    def zone_of(self, source):
        """The firewalld zone in which a source arrives."""
        state = self.firewalld
        return firewalld.zone_of(source, self.interface_to(source), state["zones"], state["default"])

    @cached
    def ephemeral_ports(self):
        """(first, last) port that this host's own connections come from (net.ipv4.ip_local_port_range)."""
        words = self._read("/proc/sys/net/ipv4/ip_local_port_range").split()
        return (int(words[0]), int(words[1])) if len(words) == 2 else (32768, 60999)

    def file(self, path):
        """Text of a file, "" when it is missing."""
        return self._read(path)

    def sysctl(self, name):
        """The value as text, "" when this kernel has no such setting (or conntrack is not loaded)."""
        return self._read("/proc/sys/" + name.replace(".", "/")).strip()
