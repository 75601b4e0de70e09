# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The command line: iperf3's options, output and exit codes.

PRIVATE to the collection; the stand-alone archive's entry point. 0 success or end by signal, 1 any error (protocol.rst, "Exit codes").
"""

import os
import sys

from .._iperf3 import cmdline, errors, options
from . import client, daemon, failure, fleet_node, listener, logfile, output, signals, sockopts, tracking


def main(argv=None):
    """Runs the command line (without the program's name) and returns the exit code."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["--plan"] and len(words) == 2:  # not iperf3's: a node's part in a fleet's plan
        return fleet_node.main(words[1])
    try:
        settings = cmdline.parse(words)
        settings.check()
    except cmdline.Help as exc:
        sys.stdout.write(str(exc))
        return 0
    except cmdline.Version as exc:
        sys.stdout.write("%s%s\n" % (exc, client.system_info()))
        return 0
    except errors.IperfError as exc:
        sys.stderr.write("iperf3: parameter error - %s\n\n%s" % (exc, cmdline.USAGE))
        return 1
    try:
        return _server(settings) if settings.server else _client(settings)
    except errors.IperfError as exc:
        sys.stderr.write("iperf3: error - %s\n" % exc)
        return 1
    except OSError as exc:
        sys.stderr.write("iperf3: error - %s\n" % failure.system(errors.SYSTEM, "", exc))
        return 1


def _open_log(settings):
    if not settings.logfile:
        return sys.stdout
    try:
        return open(settings.logfile, "a")
    except OSError as exc:
        raise failure.system(17, "logfile '%s'" % settings.logfile, exc)


def _client(settings):
    sockopts.set_affinity(settings)
    target = _open_log(settings)
    report = output.Output(settings, "client", output.writer(target, settings.forceflush), complain=output.writer(sys.stderr))
    outcome = client.run(settings, report, stop=signals.Catcher())
    if outcome.interrupted:
        sys.stderr.write("iperf3: interrupt - %s\n" % outcome.error)
        return 0
    if not settings.json:
        _explain(settings, outcome)
    if outcome.error is not None:
        return 1
    report.text.done()
    return 0


def _explain(settings, outcome):
    """What iperf3 has no words for: the preflight's checks, the error with its class and what to do, and what connection tracking showed."""
    lines = []
    for check in outcome.preflight or ():
        result = "not checked" if check["ok"] is None else "ok" if check["ok"] else "FAILED"
        lines.append("preflight - %-13s %s in %.3f s%s" % (check["name"], result, check["seconds"], ", " + check["detail"] if check["ok"] is False else ""))
    if outcome.error is not None:
        lines.append("error - %s" % outcome.error)
    if outcome.diagnosis:
        lines.append("diagnosis - %s: %s" % (outcome.diagnosis["class"], outcome.diagnosis["explanation"]))
        lines += ["evidence - %s" % line for line in outcome.diagnosis["evidence"]]
        lines += ["hint - %s" % line for line in outcome.diagnosis["remedy"]]
    lines += ["conntrack - %s" % line for line in tracking.lines(outcome.connections)] if settings.conntrack else []
    sys.stderr.write("".join("iperf3: %s\n" % line for line in lines))


def _server(settings):
    settings = _absolute(settings)
    target = _open_log(settings)
    output.Output(settings, "server", output.silent, complain=output.writer(sys.stderr)).warn(settings.warnings())
    sockopts.set_affinity(settings)
    stop = signals.Catcher()
    write = output.writer(target, settings.forceflush)
    keep = logfile.Keeper(target.fileno(), settings.keep_log)
    server = listener.Listener(settings, write, stop)
    server.open()
    if settings.daemon:
        daemon.detach(target.fileno() if settings.logfile else None)
    pidfile = None
    try:
        if settings.pidfile:
            try:
                pidfile = daemon.PidFile(settings.pidfile)
            except OSError as exc:
                raise failure.system(errors.SYSTEM, "pidfile '%s'" % settings.pidfile, exc)
        name = server.run(keep)
    finally:
        server.close()
        if pidfile is not None:
            pidfile.remove()
    if name:
        sys.stderr.write("iperf3: interrupt - the server has terminated by signal %s\n" % name)
    return 0


def _absolute(settings):
    """A daemon leaves its folder: relative paths mean the folder it was started in."""
    for name in ("logfile", "pidfile", "info_socket"):
        value = getattr(settings, name)
        if value:
            setattr(settings, name, os.path.abspath(value))
    return settings


OPTIONS = options.OPTIONS
