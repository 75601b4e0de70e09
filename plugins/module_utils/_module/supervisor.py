# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who keeps a server running after the module has ended: systemd or nobody. PRIVATE to the collection.

Two backends with one interface. Daemon starts the server in a session of its own, so that nothing that ends the Ansible
connection reaches it. Systemd makes a transient service, which also survives a logind that kills a user's processes, gets a
control group and logs to the journal. `run` is how commands are run, a parameter so that tests can bring their own.
"""

import os
import subprocess
import time

from . import process
from .guard import Failure, one_line

COMMAND_SECONDS = 30
LOG_TAIL_BYTES = 4096


def run_command(arguments, seconds=COMMAND_SECONDS):
    """(exit code, output with standard error). Raises Failure when the command is missing or does not end in time."""
    environment = dict(os.environ, LC_ALL="C", SYSTEMD_COLORS="0", SYSTEMD_PAGER="")
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              universal_newlines=True, timeout=seconds, env=environment, check=False)
    except subprocess.TimeoutExpired:
        raise Failure("%s did not end within %d s" % (arguments[0], seconds))
    except OSError as error:
        raise Failure("cannot run %s: %s" % (arguments[0], error.strerror))
    return done.returncode, done.stdout


def last_line(text):
    """The last line that says something, without iperf3's prefix."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = lines[-1] if lines else ""
    for prefix in ("iperf3: error - ", "iperf3: parameter error - ", "iperf3: "):
        if line.startswith(prefix):
            return line[len(prefix):]
    return line


def tail(path):
    """The end of a log file as text, "" when there is none."""
    try:
        with open(path, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - LOG_TAIL_BYTES))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""


class Daemon(object):
    """A server that stands alone. log: the file that takes its output."""

    name = "daemon"
    unit = ""

    def __init__(self, log):
        self.log = log
        self._child = None

    def start(self, command):
        """Start it in a session of its own, with nothing of ours open. Raises OSError."""
        with open(self.log, "wb") as log:
            self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                           close_fds=True, start_new_session=True)

    def pid(self):
        """The server's pid."""
        return self._child.pid

    def ended(self):
        """How it ended, "" while it runs."""
        code = self._child.poll()
        if code is None:
            return ""
        return "ended with exit code %d" % code if code >= 0 else "was ended by signal %d" % -code

    def said(self):
        """The last line that it wrote."""
        return last_line(tail(self.log))

    def stop(self, leader, seconds):
        """End the process and its session; what cannot be ended comes back."""
        return process.terminate(leader, seconds)


class Systemd(object):
    """A transient service. unit: its name with .service."""

    name = "systemd"
    log = None

    def __init__(self, unit, run=run_command):
        self.unit = unit
        self._run = run

    def start(self, command):
        """Start the service. Raises Failure with systemd's words when it refuses."""
        self._run(["systemctl", "reset-failed", self.unit])  # one that failed before would keep the name
        code, output = self._run([
            "systemd-run", "--quiet", "--collect", "--unit", self.unit, "--description", "nfv.iperf server " + self.unit,
            "--property", "SyslogIdentifier=" + self.unit.rpartition(".")[0], "--property", "WorkingDirectory=/", "--"] + command)
        if code:
            raise Failure("systemd-run could not start %s: %s" % (self.unit, one_line(output) or "exit code %d" % code))

    def _show(self):
        dummy, output = self._run(["systemctl", "show", "--property", "MainPID,ActiveState", self.unit])
        return dict(line.partition("=")[::2] for line in output.splitlines())

    def pid(self):
        """The server's pid, 0 if it does not run."""
        text = self._show().get("MainPID", "0")
        return int(text) if text.isdigit() else 0

    def ended(self):
        """How it ended, "" while it runs."""
        state = self._show().get("ActiveState", "unknown")
        return "" if state in ("active", "activating", "reloading") else "is %s for systemd" % state

    def said(self):
        """The last line that it wrote to the journal."""
        code, output = self._run(["journalctl", "--unit", self.unit, "--lines", "20", "--output", "cat", "--no-pager",
                                  "--identifier", self.unit.rpartition(".")[0]])
        return "" if code else last_line(output)

    def stop(self, leader, seconds):
        """Stop the service with everything in its control group; what cannot be ended comes back."""
        members = process.session_members(leader.pid) if process.alive(leader) else []
        deadline = time.monotonic() + seconds
        self._run(["systemctl", "stop", self.unit], seconds + COMMAND_SECONDS)
        left = process.wait_gone([leader] + members, max(1.0, deadline - time.monotonic()))
        return left or []


def systemd_runs():
    """Whether systemd manages this machine and we may ask it to start something (sd_booted(3))."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep) + ["/usr/bin", "/bin"]
    return (os.path.isdir("/run/systemd/system") and os.geteuid() == 0
            and any(os.access(os.path.join(folder, "systemd-run"), os.X_OK) for folder in folders))


def choose(wanted, available=systemd_runs):
    """"systemd" or "daemon" for the option's value. Raises Failure when systemd is demanded where it cannot be had."""
    if wanted == "auto":
        return "systemd" if available() else "daemon"
    if wanted == "systemd" and not available():
        raise Failure("supervisor=systemd needs a machine that runs systemd, systemd-run in the path, and root (use become); "
                      "choose auto or daemon")
    return wanted
