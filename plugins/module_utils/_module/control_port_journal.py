# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module control_port_journal: the four steps of the transaction that opens a port. PRIVATE to the collection."""

from .._firewall import effect, journal, plan
from .._firewall.host import FirewallError
from .._firewall.stops import stops
from . import firewall_host, guard

ALL_RUNS = "all"
# Of many sources so many are followed through the rules at the end.
FOLLOWED = 20


def argument_spec():
    """What AnsibleModule takes; the module describes it."""
    return dict(
        state=dict(type="str", required=True, choices=["opening", "open", "closing", "closed"]),
        port=dict(type="int", default=5201),
        run=dict(type="str", default="manual"),
        sources=dict(type="list", elements="str", default=[]),
        backend=dict(type="str", default="auto", choices=["auto", "none"] + list(plan.BACKENDS)),
        zone=dict(type="str", default=""),
        permanent=dict(type="bool", default=False),
        notrack=dict(type="bool", default=False),
        conntrack_acct=dict(type="bool", default=False),
        conntrack_timeout=dict(type="int", default=0),
        journal_dir=dict(type="path", default=journal.FOLDER),
    )


def run_module(module):
    """The results of the module as a dict. Raises guard.Failure."""
    options = module.params
    firewall_host.check_port(options["port"])
    if not firewall_host.RUN_NAME.match(options["run"]):
        raise guard.Failure("run: %r is not a run's name: use up to 64 letters, digits, dots, _ and -" % options["run"])
    if options["run"] == ALL_RUNS and options["state"] in ("opening", "open"):
        raise guard.Failure("run: %r closes every run's changes and cannot be opened: choose another name" % ALL_RUNS)
    host = firewall_host.host(module)
    try:
        with journal.Store(options["journal_dir"]) as store:
            return STEPS[options["state"]](module, host, store, store.load())
    except FirewallError as error:
        raise guard.Failure(str(error))
    except ValueError as error:
        raise guard.Failure("the journal cannot be used: %s" % error)


def _opening(module, host, store, journals):
    """Write down what will be changed, before anything is."""
    options = module.params
    sources = firewall_host.checked_sources(options["sources"])
    if options["backend"] != "none" and not any(sources.values()):
        raise guard.Failure("sources: name at least one address or CIDR that may reach the port")
    wanted = plan.make(host, plan.Request(
        options["port"], sources, options["run"], backend=options["backend"], permanent=options["permanent"], zone=options["zone"],
        notrack=options["notrack"], acct=options["conntrack_acct"], timeout=options["conntrack_timeout"]))
    own, others = journal.split(journals, options["port"], options["run"])
    record, make, undo = journal.opening(own, others, wanted.changes, lambda change: effect.in_force(host, change))
    same = own is not None and own.state == "open" and own.changes == record and not make and not undo
    if record and not same and not module.check_mode:
        store.save(journal.Journal(options["port"], options["run"], "opening", wanted.backends, record))
    return _result(store, module, changed=bool(record) and not same, backends=wanted.backends, make=make,
                   undo=[_to_undo(host, change) for change in undo], notes=wanted.notes, changes=record, diff=_diff(own.changes if own else [], record))


def _open(module, host, store, journals):
    """Say that all was made, and forget what an earlier open of the same run needed and this one took back."""
    options = module.params
    own, dummy = journal.split(journals, options["port"], options["run"])
    if own is None:
        return _result(store, module)
    kept = [change for change in own.changes if not change.get("stale")]
    missing = [change["id"] for change in kept if not effect.in_force(host, change)]
    if missing and not module.check_mode:
        raise guard.Failure("the port is not open, since this is not in force: %s" % "; ".join(missing))
    changed = own.state != "open" or kept != own.changes
    if changed and not module.check_mode:
        own.state, own.changes = "open", kept
        store.save(own)
    return _result(store, module, changed=changed, backends=own.backends, changes=kept, notes=[] if module.check_mode else _stopped(host, options))


def _stopped(host, options):
    """Lines about sources that do not surely get in, although all changes are in force: rules before ours deny, or are not understood."""
    sources = sum(firewall_host.checked_sources(options["sources"]).values(), []) if options["backend"] != "none" else []
    found = {}
    for source in sources[::len(sources) // FOLLOWED + 1]:
        for protocol in plan.Request.protocols:
            for what in stops(host, source, options["port"], protocol, untracked=options["notrack"]):
                found.setdefault(what, []).append("%s over %s" % (source, protocol.upper()))
    return ["%s may still stop %s%s, by rules that come before those of the opening: look at them" % (
        what, ", ".join(who[:3]), " and others" if len(who) > 3 else "") for what, who in found.items()]


def _chosen(options, journals):
    """(the journals to close, those that stay)."""
    chosen = [one for one in journals if one.port == options["port"] and options["run"] in (ALL_RUNS, one.run)]
    return chosen, [one for one in journals if one not in chosen]


def _to_undo(host, change):
    """A change with what its task has to know to take it back."""
    return dict(change, regenerate=effect.generated(host, change)) if change["kind"] == "snippet" else change


def _closing(module, host, store, journals):
    """Say what has to be taken back."""
    chosen, others = _chosen(module.params, journals)
    undo = [_to_undo(host, change) for change in journal.closing(chosen, others) if effect.remains(host, change)]
    for one in chosen:
        if one.state != "closing" and not module.check_mode:
            one.state = "closing"
            store.save(one)
    return _result(store, module, changed=bool(chosen), undo=undo, runs=[one.run for one in chosen],
                   backends=sorted(set(name for one in chosen for name in one.backends)))


def _closed(module, host, store, journals):
    """Remove the journals, once nothing of them is left on the host."""
    chosen, others = _chosen(module.params, journals)
    left = [change for change in journal.closing(chosen, others) if effect.remains(host, change)]
    if left and not module.check_mode:
        raise guard.Failure("not closed, the journal stays: this is still in force: %s" % "; ".join(change["id"] for change in left), left=left)
    for one in chosen:
        if not module.check_mode:
            store.remove(one)
    return _result(store, module, changed=bool(chosen), runs=[one.run for one in chosen],
                   diff=_diff([change for one in chosen for change in one.changes], []))


def _diff(before, after):
    return dict(before="".join("%s\n" % change["id"] for change in before), after="".join("%s\n" % change["id"] for change in after))


def _result(store, module, **found):
    result = dict(changed=False, backends=[], make=[], undo=[], changes=[], notes=[], runs=[],
                  journal=store.path(module.params["port"], module.params["run"]))
    result.update(found)
    return result


STEPS = {"opening": _opening, "open": _open, "closing": _closing, "closed": _closed}
