# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes open a port on this host. PRIVATE to the collection.

A change is a flat dict that the journal keeps and a task of the role control_port carries out or takes back:
`kind` says which module does it, `id` says what it changes (without the run, so that two runs that need the same firewalld
rule know of each other), the rest are that module's arguments. Nothing here changes anything.
"""

from . import addresses, firewalld, nft_rules, persist
from .host import FirewallError

BACKENDS = ("firewalld", "ufw", "tripleo", "edpm", "nftables", "iptables")
NOTRACK_TABLES = "nfv_iperf_"
CONNTRACK = "net.netfilter.nf_conntrack_"
ACCT = CONNTRACK + "acct"
ESTABLISHED = CONNTRACK + "tcp_timeout_established"


class Request:
    """What the role was asked for: port, sources (of addresses.normalise()), backend ("auto" or a name), run, permanent,
    zone ("" = found), notrack (bool), acct (bool), timeout (seconds an idle established connection must live; 0 = as it is)."""

    protocols = ("tcp", "udp")

    def __init__(self, port, sources, run, backend="auto", permanent=False, zone="", notrack=False, acct=False, timeout=0):
        self.port = port
        self.sources = sources
        self.run = run
        self.backend = backend
        self.permanent = permanent
        self.zone = zone
        self.notrack = notrack
        self.acct = acct
        self.timeout = timeout

    @property
    def comment(self):
        """The comment that our rules carry where the backend has comments."""
        return self.kin + self.run

    @property
    def kin(self):
        """What the comments of all runs for this port contain: their rules go with them and are not relied on."""
        return "nfv.iperf port %d run " % self.port

    @property
    def notrack_table(self):
        return NOTRACK_TABLES + "%d_%s" % (self.port, "".join(c if c.isalnum() else "_" for c in self.run)) if self.notrack else ""

    def pairs(self):
        """(family, source) of all sources."""
        return [(family, source) for family in addresses.FAMILIES for source in self.sources.get(family, [])]


class Plan:
    """backends: names of the firewalls that need something; changes: what, in order; notes: what an operator should know."""

    def __init__(self):
        self.backends = []
        self.changes = []
        self.notes = []

    def add(self, backend, changes):
        if changes:
            self.backends.append(backend)
            self.changes += changes


def make(host, request):
    """The Plan for a request on a Host. FirewallError when a named backend is not there."""
    plan = Plan()
    auto = request.backend == "auto"
    if request.backend == "firewalld" and not host.firewalld:
        raise FirewallError("backend firewalld was asked for, but firewalld does not run on this host: start it, or use backend auto")
    if request.backend == "ufw" and not host.ufw:
        raise FirewallError("backend ufw was asked for, but ufw is not enabled on this host: enable it, or use backend auto")
    if host.firewalld and (auto or request.backend == "firewalld"):
        plan.add("firewalld", _firewalld(host, request))
    if host.ufw and (auto or request.backend == "ufw"):
        plan.add("ufw", _ufw(host, request, plan.notes))
    if request.backend in ("auto", "iptables", "tripleo"):
        _plan_iptables(host, request, plan)
    if request.backend in ("auto", "nftables", "tripleo", "edpm"):
        _plan_nftables(host, request, plan)
    if request.notrack and not any(change["kind"] == "nftables" for change in plan.changes):
        if host.nft is None:
            raise FirewallError("notrack needs the nft command on this host: install nftables, or leave notrack off")
        plan.changes.append(_notrack_only(host, request))
    plan.changes += _conntrack(host, request, plan.notes)
    return plan


def _others(host, request):
    """The pairs() of a request without this host's own addresses: their packets come in by lo, which no firewall stops."""
    return [(family, source) for family, source in request.pairs() if host.interface_to(source) != "lo"]


def _firewalld(host, request):
    changes = []
    sides = ("port", "source-port") if request.notrack else ("port",)
    for family, source in _others(host, request):
        zone = request.zone or host.zone_of(source)
        states = [host.firewalld[state].get(zone, {}) for state in ("zones", "permanent")]
        priority = firewalld.FIRST if any(firewalld.denies(state) for state in states) else ""
        for protocol in request.protocols:
            for side in sides:
                rule = firewalld.rich_rule(family, source, request.port, protocol, side, priority)
                for permanent in (False, True) if request.permanent else (False,):
                    changes.append({"kind": "firewalld", "zone": zone, "rule": rule, "permanent": permanent,
                                    "id": "firewalld %s %s %s" % ("permanent" if permanent else "runtime", zone, rule)})
    return _zone_files(host, changes) + changes


def _zone_files(host, changes):
    """Changes for the files that firewalld makes when a builtin zone gets its first permanent rule, and would leave behind."""
    files = []
    for zone in sorted(set(change["zone"] for change in changes if change["permanent"])):
        change = dict(firewalld.zone_files(zone), kind="firewalld_file", id="firewalld file of zone %s" % zone,
                      rules=[change["rule"] for change in changes if change["zone"] == zone and change["permanent"]])
        change["remove"] = [path for path in (change["path"], change["old"]) if not host.file(path)]
        if host.file(change["builtin"]):
            files.append(change)
    return files


def _ufw(host, request, notes):
    changes = []
    for family, source in _others(host, request):
        if family == "ipv6" and not host.ufw["ipv6"]:
            notes.append("ufw does not manage IPv6 here (IPV6=no in /etc/default/ufw): %s stays closed" % source)
            continue
        wanted = [("any", str(request.port), "")]
        if request.notrack:
            ephemeral = "%d:%d" % host.ephemeral_ports
            wanted += [(protocol, ephemeral, str(request.port)) for protocol in request.protocols]
        for protocol, port, from_port in wanted:
            changes.append({"kind": "ufw", "family": family, "source": source, "protocol": protocol, "port": port, "from_port": from_port,
                            "comment": request.comment, "id": "ufw %s %s %s %s" % (source, protocol, port, from_port)})
    return changes


def _plan_iptables(host, request, plan):
    if host.ufw or (host.firewalld and any(table.is_firewalld for table in host.iptables.values())):
        return      # these chains are theirs
    changes = []
    tripleo = any(table.is_tripleo for table in host.iptables.values())
    for family in addresses.FAMILIES:
        table = host.iptables[family]
        if not request.sources.get(family) or not table.blocks:
            continue
        for protocol in request.protocols:
            for dport, sport in ((str(request.port), ""), ("", str(request.port)))[:2 if request.notrack else 1]:
                changes.append({"kind": "iptables", "ip_version": family, "position": str(table.accept_position), "protocol": protocol,
                                "dport": dport, "sport": sport, "source": ",".join(request.sources[family]), "comment": request.comment,
                                "id": "iptables %s %s %s %s from %s (%s)" % (
                                    family, protocol, dport and "to " + dport, sport and "from " + sport, ",".join(request.sources[family]), request.comment)})
    name = "tripleo" if tripleo else "iptables"
    if changes and tripleo and request.permanent:
        changes = [persist.tripleo_firewall(request)]
    elif changes and request.permanent:
        changes.append(persist.unit(request, [persist.iptables_command(change) for change in changes]))
    plan.add(name, changes)


def _plan_nftables(host, request, plan):
    if host.nft is None:
        if request.backend in ("nftables", "edpm"):
            raise FirewallError("backend %s was asked for, but there is no nft command on this host" % request.backend)
        return
    change = _nftables(request, host.foreign_tables)
    accepts = nft_rules.needed(host.nft, nft_request(change))
    if not accepts:
        return
    names = set(chain.name for chain in host.nft.chains.values())
    name = "edpm" if "EDPM_INPUT" in names else "tripleo" if "TRIPLEO_INPUT" in names else "nftables"
    if request.permanent and name != "nftables":
        changes = [persist.snippet(request, name)] + ([_notrack_only(host, request)] if request.notrack else [])
    elif request.permanent:
        changes = [change, persist.unit(request, [persist.nft_command(accept, request.comment) for accept in accepts])]
    else:
        changes = [change]
    plan.add(name, changes)


def _nftables(request, skip_tables):
    return {"kind": "nftables", "port": request.port, "protocols": list(request.protocols), "sources": sum(
        (request.sources.get(family, []) for family in addresses.FAMILIES), []), "comment": request.comment,
        "ignored": request.kin, "notrack_table": request.notrack_table, "skip_tables": ["%s %s" % table for table in skip_tables],
        "id": "nftables %s" % request.comment}


def _notrack_only(host, request):
    """The change that makes the table without tracking, and nothing in the tables of others."""
    return _nftables(request, [table for table in host.nft.tables if not table[1].startswith(NOTRACK_TABLES)])


def nft_request(change):
    return nft_rules.Request(change["port"], change["protocols"], addresses.normalise(change["sources"]), change["comment"],
                             change["notrack_table"], [tuple(table.split()) for table in change["skip_tables"]], change["ignored"])


def _conntrack(host, request, notes):
    changes = []
    for name, wanted in ((ACCT, 1 if request.acct else 0), (ESTABLISHED, request.timeout)):
        if not wanted:
            continue
        before = host.sysctl(name)
        if not before:
            notes.append("%s is not there: connection tracking is not in use on this host" % name)
        else:
            # a larger value serves as well and is left alone
            changes.append({"kind": "sysctl", "name": name, "before": before, "after": str(max(wanted, int(before))), "id": "sysctl %s" % name})
    return changes
