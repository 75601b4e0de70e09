# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection's archive, look at what is in it, install it into an empty folder and read its documentation there.

The archive may hold only what git tracks or would track and what a user of the collection needs. It is built from the
checkout as it stands, so that whatever lies around there and build_ignore in galaxy.yml does not know shows up.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile

from run_ansible_test import TOP, tracked

BIN = os.path.join(sys.prefix, "bin")

MUST_HAVE = ("MANIFEST.json", "FILES.json", "README.md", "CHANGELOG.md", "meta/runtime.yml", "LICENSES/GPL-3.0-or-later.txt",
             "LICENSES/BSD-2-Clause.txt", "requirements.txt")
GENERATED = {"MANIFEST.json", "FILES.json"}
# What a checkout has and a user of the collection does not need; a name with a slash at its end is a folder.
MUST_NOT_HAVE = (".ci/", ".cache/", ".venv/", ".git/", ".ansible/", ".nox/", "build/", "reports/", "tests/output/", "Makefile", "ansible.cfg",
                 "pytest.ini", ".gitignore")


def run(*words, **more):
    environment = dict(os.environ, ANSIBLE_NOCOLOR="1", ANSIBLE_COLLECTIONS_SCAN_SYS_PATH="0", **more)
    done = subprocess.run([os.path.join(BIN, words[0])] + list(words[1:]), cwd=TOP, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False)
    if done.returncode:
        raise SystemExit("'%s' ended with status %d:\n%s" % (" ".join(words), done.returncode, done.stdout))
    return done.stdout


def content_faults(names):
    """What is wrong with the archive's list of files, a line each."""
    faults = ["missing: " + name for name in MUST_HAVE if name not in names]
    known = tracked() | GENERATED
    for name in sorted(names):
        if any(name == bad or (bad.endswith("/") and name.startswith(bad)) for bad in MUST_NOT_HAVE):
            faults.append("does not belong there: " + name)
        elif name not in known:
            faults.append("git does not know it: " + name)
        elif "__pycache__" in name or name.endswith((".pyc", ".log", "~", ".orig", ".rej")):
            faults.append("a leftover: " + name)
    return faults


def expected_plugins(kind, home):
    """Full names of our plugins of a kind: modules by their files, others as the installed collection tells them."""
    folder = os.path.join(TOP, "plugins", "modules" if kind == "module" else kind)
    if not os.path.isdir(folder):
        return []
    if kind == "module":
        return sorted("nfv.iperf." + name[:-len(".py")] for name in os.listdir(folder) if name.endswith(".py"))
    return sorted(json.loads(run("ansible-doc", "-l", "-j", "-t", kind, "nfv.iperf", ANSIBLE_COLLECTIONS_PATH=home)))


def main():
    with tempfile.TemporaryDirectory() as folder:
        run("ansible-galaxy", "collection", "build", "--output-path", folder, ".")
        archive = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".tar.gz")][0]
        with tarfile.open(archive) as tar:
            names = {member.name for member in tar if not member.isdir()}
        print("%s: %d files, %d KiB" % (os.path.basename(archive), len(names), os.path.getsize(archive) // 1024))
        faults = content_faults(names)
        home = os.path.join(folder, "installed")
        run("ansible-galaxy", "collection", "install", "--offline", "-p", home, archive, ANSIBLE_COLLECTIONS_PATH=home)
        for kind in ("module", "filter"):
            expected = expected_plugins(kind, home)
            if not expected:
                continue
            shown = json.loads(run("ansible-doc", "-j", "-t", kind, *expected, ANSIBLE_COLLECTIONS_PATH=home))
            for name in expected:
                if name not in shown or "error" in shown[name]:
                    faults.append("ansible-doc does not know %s %s" % (kind, name))
                elif not shown[name]["doc"]["filename"].startswith(home):
                    faults.append("%s was read from %s, not from the installed archive" % (name, shown[name]["doc"]["filename"]))
                else:
                    print("documented: %s %s" % (kind, name))
        print("\n".join(faults), flush=True)
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
