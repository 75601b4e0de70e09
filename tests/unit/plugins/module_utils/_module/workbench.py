# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several tests of _module share: a stand-in for AnsibleModule, processes to look at, and a server that is none."""

import contextlib
import os
import socket
import subprocess
import sys

from ansible_collections.nfv.iperf.plugins.module_utils._module import archive, process

# A server as the module sees one: it answers on its info socket. Two addresses make it fail, or not answer.
STUB = '''
import json, os, socket, sys
words = sys.argv[1:]
duty = words[words.index("-B") + 1] if "-B" in words else ""
if duty == "127.0.0.66":
    sys.stderr.write("iperf3: error - no such luck\\n")
    sys.exit(3)
visitors = socket.socket(socket.AF_UNIX)
visitors.bind("" if duty == "127.0.0.77" else words[words.index("--info-socket") + 1])
visitors.listen(5)
while True:
    visitor = visitors.accept()[0]
    visitor.sendall(json.dumps({"pid": os.getpid(), "port": int(words[words.index("-p") + 1]), "version": "stub"}).encode())
    visitor.close()
'''
FAILS, SILENT = "127.0.0.66", "127.0.0.77"


def stub_archive(version="1"):
    """An archive that runs STUB; another version has another hash."""
    return archive.pack({"__main__.py": STUB.encode("utf-8"), "version": version.encode("utf-8")})


class Module(object):
    """What a module's work() needs of an AnsibleModule: the parameters with their defaults."""

    def __init__(self, arguments, check_mode=False, **params):
        self.params = {name: spec.get("default") for name, spec in arguments["argument_spec"].items()}
        unknown = set(params) - set(self.params)
        if unknown:
            raise KeyError(unknown)
        self.params.update(params)
        self.check_mode = check_mode
        self.warnings = []

    def warn(self, text):
        self.warnings.append(text)


@contextlib.contextmanager
def child(*words, **options):
    """A process with these words behind its own, which ends when we no longer hold its standard input; its Popen."""
    code = options.get("code", "import sys; sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()")
    running = subprocess.Popen([sys.executable, "-c", code] + list(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               start_new_session=options.get("session", False))
    try:
        running.stdout.read(1)
        yield running
    finally:
        running.stdin.close()
        running.stdout.close()
        if running.poll() is None:
            identity = process.identify(running.pid)
            process.wait_gone([identity] if identity else [], 20)
        running.wait()


@contextlib.contextmanager
def listening(address="127.0.0.1", kind=socket.SOCK_STREAM):
    """A socket of ours on a port that the system chose; (socket, port)."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    with contextlib.closing(sock):
        sock.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            sock.listen(1)
        yield sock, sock.getsockname()[1]


def names(folder):
    """The files of a folder, [] when it does not exist."""
    return sorted(os.listdir(str(folder))) if os.path.isdir(str(folder)) else []
