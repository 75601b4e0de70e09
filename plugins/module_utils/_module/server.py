# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What iperf_server does. PRIVATE to the collection.

Everything is decided first: what is wanted, what runs, and what would change. Only then, and not in check mode, is anything
done. A server whose options or archive differ from what is wanted is stopped and started anew, because iperf3 reads its
options once. Work on one state_dir is done under its lock (statedir.py).
"""

import contextlib
import os
import sys
import time

from . import archive, argspec, ports, process, servers, statedir, supervisor
from .guard import Failure

POLL_SECONDS = 0.02
# Settings that are the module's affair and not shown as options
INTERNAL = ("server", "info_socket")


def work(module):
    """Bring the server into the wanted state; the dict for exit_json."""
    return _Run(module).run()


class _Run(object):
    """One call of the module."""

    def __init__(self, module):
        params = module.params
        self.check_mode = module.check_mode
        self.state = params["state"]
        self.timeout = params["timeout"]
        if self.timeout < 1:
            raise Failure("timeout is %d, allowed are 1 second and more" % self.timeout)
        self.folder = os.path.realpath(params["state_dir"] or statedir.default())
        nameless = argspec.server_settings(params, None)
        self.stem = servers.stem_of(nameless)
        self.socket = servers.path_of(self.folder, self.stem, "sock")
        statedir.check_socket_path(self.socket)
        self.settings = argspec.server_settings(params, self.socket)
        self.supervisor = params["supervisor"]
        self.archive = archive.build()

    def run(self):
        exists = statedir.check(self.folder)
        nothing_to_stop = self.state == "stopped" and not exists and not self._rivals()
        with contextlib.ExitStack() as stack:
            if not self.check_mode and not nothing_to_stop:
                stack.enter_context(statedir.locked(self.folder, self.timeout))
            return self._stopped() if self.state == "stopped" else self._started()

    # -- decide ----------------------------------------------------------------------------------------------------------

    def _rivals(self):
        """Our servers that are, or are in the way of, the wanted one."""
        found = servers.find_all(self.folder, self.settings.port)
        return [server for server in found if servers.same_place(server.settings, self.settings)]

    def _as_wanted(self, server):
        """Whether a running server is just what is wanted, and serves."""
        return (server.words == argspec.command_words(self.settings)
                and os.path.basename(server.archive) == self.archive.name
                and self.supervisor in ("auto", _supervisor_name(server.unit))
                and servers.query(self.socket).get("pid") == server.identity.pid)

    def _started(self):
        rivals = self._rivals()
        keep = next((server for server in rivals if self.state == "started" and self._as_wanted(server)), None)
        changed = keep is None or len(rivals) > 1
        kind = supervisor.choose(self.supervisor) if keep is None else _supervisor_name(keep.unit)
        after = {self.stem: _options(self.settings, self.archive.name, kind)}
        if keep is None:
            self._check_port(rivals)
        pid = keep.identity.pid if keep else None
        if changed and not self.check_mode:
            for server in rivals:
                if server is not keep:
                    self._stop(server)
            pid = keep.identity.pid if keep else self._start(kind)
        elif keep and not keep.record and not self.check_mode:
            self._record(keep.identity, kind, keep.unit, keep.words)
        if not self.check_mode:
            self._prune()
        return self._result(changed, _describe(rivals), after, "started", pid, kind)

    def _stopped(self):
        rivals = self._rivals()
        if not self.check_mode and os.path.isdir(self.folder):
            for server in rivals:
                self._stop(server)
            for stem in servers.stems(self.folder, self.settings.port):
                if servers.find(self.folder, stem) is None:
                    servers.remove_files(self.folder, stem)  # of a server that ended by itself
            self._prune()
        return self._result(bool(rivals), _describe(rivals), {}, "stopped", None, None)

    def _check_port(self, rivals):
        """Raises Failure when something that is not going to be stopped holds the port."""
        try:
            wanted = ports.resolve(self.settings.bind)
        except OSError as error:
            raise Failure("bind is %r, allowed is an address of this host: %s" % (self.settings.bind, error.strerror))
        found = ports.overlapping(ports.listeners(self.settings.port), wanted)
        held = ports.holders(found)
        ours = {one.pid for server in rivals for one in process.session_members(server.identity.pid) + [server.identity]}
        for one in found:
            pids = held[one.inode]
            if pids and ours.issuperset(pids):
                continue
            raise Failure("port %d is taken: %s port %d on %s is held by %s; stop that, or choose another port or bind"
                          % (one.port, one.protocol.upper(), one.port, one.address, ports.describe(one, pids)))

    # -- do --------------------------------------------------------------------------------------------------------------

    def _stop(self, server):
        backend = supervisor.Systemd(server.unit) if server.unit else supervisor.Daemon(None)
        left = backend.stop(server.identity, self.timeout)
        if left:
            raise Failure("the server on port %d did not end: %s" % (server.settings.port, process.describe(left[0].pid)))
        servers.remove_files(self.folder, server.stem)

    def _start(self, kind):
        servers.remove_files(self.folder, self.stem)
        path = archive.install(self.archive, self.folder)
        words = argspec.command_words(self.settings)
        if kind == "systemd":
            backend = supervisor.Systemd("nfv-iperf-%s.service" % self.stem.partition("-")[2])
        else:
            backend = supervisor.Daemon(servers.path_of(self.folder, self.stem, "log"))
        backend.start([sys.executable, "-I", path] + words)
        identity = self._wait(backend)
        self._record(identity, kind, backend.unit, words)
        return identity.pid

    def _wait(self, backend):
        """Until the server answers on its info socket; its identity. A server that does not is taken away again."""
        deadline = time.monotonic() + self.timeout
        while True:
            pid = servers.query(self.socket, 1.0).get("pid")
            identity = process.identify(pid) if isinstance(pid, int) else None
            if identity is not None:
                return identity
            ended = backend.ended()
            if ended or time.monotonic() >= deadline:
                break
            time.sleep(POLL_SECONDS)
        said = backend.said()
        identity = process.identify(backend.pid()) if not ended else None
        if identity is not None:
            backend.stop(identity, self.timeout)
        servers.remove_files(self.folder, self.stem)
        self._prune()
        what = ended or "does not answer after %d s" % self.timeout
        raise Failure("the server on port %d did not start, its process %s%s" % (self.settings.port, what, ": " + said if said else ""))

    def _record(self, identity, kind, unit, words):
        servers.save(servers.path_of(self.folder, self.stem, "json"), {
            "pid": identity.pid, "start": identity.start, "boot": identity.boot, "supervisor": kind, "unit": unit,
            "port": self.settings.port, "archive": self.archive.name, "sha256": self.archive.sha256, "words": words, "since": time.time(),
        })

    def _prune(self):
        """Remove the archives that no running server needs."""
        archive.prune(self.folder, [server.archive for server in servers.find_all(self.folder)])

    # -- tell ------------------------------------------------------------------------------------------------------------

    def _result(self, changed, before, after, state, pid, kind):
        server = servers.find(self.folder, self.stem) if pid else None
        facts = servers.query(self.socket) if pid else {}
        unit = server.unit if server else ""
        log = self.settings.logfile
        if not log and kind:
            log = "journalctl -u %s" % unit if kind == "systemd" else servers.path_of(self.folder, self.stem, "log")
        return {
            "changed": changed,
            "state": state,
            "port": self.settings.port,
            "pid": pid,
            "addresses": ports.addresses_of(pid, self.settings.port) if pid else [],
            "archive": {"path": os.path.join(self.folder, self.archive.name), "version": facts.get("version"), "sha256": self.archive.sha256},
            "supervisor": kind,
            "unit": unit or None,
            "log": log,
            "info_socket": self.socket,
            "diff": {"before": before, "after": after},
        }


def _supervisor_name(unit):
    return "systemd" if unit.startswith("nfv-iperf-") else "daemon"


def _options(settings, archive_name, kind):
    """What is worth comparing of a server: its options that were asked for, its archive and who keeps it running."""
    shown = {name: getattr(settings, name) for name in settings.given if name not in INTERNAL}
    return dict(shown, archive=archive_name, supervisor=kind)


def _describe(found):
    """The diff's view of running servers."""
    return {server.stem: _options(server.settings, os.path.basename(server.archive), _supervisor_name(server.unit)) for server in found}
