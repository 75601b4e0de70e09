# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting clients and servers, knowing when a server listens, and ending exactly what was started."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils.free_ports import free_port

LISTEN = "0A"


def real_iperf3():
    """The path of the real iperf3, or None."""
    return shutil.which("iperf3")


def listens(port):
    """Whether a TCP socket of this host listens on the port; found without a connection, which a real server would take for a client."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTEN and int(fields[1].rsplit(":", 1)[1], 16) == port:
                return True
    return False


def wait_until(condition, seconds=30.0):
    """Waits until condition() is true and says whether it came true in time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Result:
    """How a program ended."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def document(self):
        """The JSON document it printed; real versions may print a key twice, the last one counts here."""
        return json.loads(self.out)


class Program:
    """One iperf3, ours or the real one."""

    def __init__(self, name, command):
        self.name = name
        self.command = command

    def run(self, *args, timeout=60):
        """Runs it to its end."""
        done = subprocess.run(self.command + [str(arg) for arg in args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              universal_newlines=True, stdin=subprocess.DEVNULL, check=False)
        return Result(done.returncode, done.stdout, done.stderr)

    def client(self, port, *args, host="127.0.0.1", timeout=60):
        return self.run("-c", host, "-p", port, *args, timeout=timeout)

    @contextlib.contextmanager
    def server(self, *args):
        """A server in the background; yields an object with .port, and .finish() which waits for its end and returns the Result."""
        port = free_port()
        process = subprocess.Popen(self.command + ["-s", "-p", str(port)] + [str(arg) for arg in args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   universal_newlines=True, stdin=subprocess.DEVNULL)
        try:
            running = Running(process, port)
            if not wait_until(lambda: listens(port) or process.poll() is not None) or process.poll() is not None:
                raise RuntimeError("%s server does not listen: %s" % (self.name, running.finish(end=True).err))
            yield running
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(15)
            process.stdout.close()
            process.stderr.close()


class Running:
    """A server that was started."""

    def __init__(self, process, port):
        self.process = process
        self.port = port
        self.pid = process.pid

    def finish(self, end=False, timeout=30):
        """Waits for its end (asks for it if `end`) and returns its Result."""
        if end and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate(timeout=15)
        return Result(self.process.returncode, out, err)


def children(pid):
    """Process ids of the children of `pid` that live now."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path("/proc", entry, "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(entry))
    return found
