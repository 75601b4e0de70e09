# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every linter of the checkout and tell which complained; none of them needs a network.

Python's style is not among them: ansible-test sanity (suite `sanity`) holds pep8 and pylint as the ecosystem does.
"""

import os
import shutil
import subprocess
import sys
from xml.etree import ElementTree

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LOGS = os.path.join(TOP, ".cache", "logs")
BIN = os.path.join(sys.prefix, "bin")


def listed(*patterns):
    """Paths that git tracks or would track and that match one of the patterns."""
    found = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--"] + list(patterns), cwd=TOP, stdout=subprocess.PIPE,
                           universal_newlines=True, check=True).stdout.splitlines()
    return sorted({path for path in found if os.path.isfile(os.path.join(TOP, path))})


def shell_scripts():
    scripts = listed("*.sh")
    for path in listed(".ci"):
        with open(os.path.join(TOP, path), "rb") as handle:
            if handle.readline().startswith((b"#!/bin/bash", b"#!/bin/sh", b"#!/usr/bin/env bash")):
                scripts.append(path)
    return sorted(set(scripts))


# name, command. An argument that is a function is replaced by the files it lists; a linter without files has nothing to do.
LINTERS = (
    ("yamllint", ["yamllint", "--strict", "."]),
    ("ansible-lint", ["ansible-lint", "--offline", "--profile", "production", "-q"]),
    ("shellcheck", ["shellcheck", shell_scripts]),
    ("changelog", ["antsibull-changelog", "lint"]),
    ("collection docs", ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", "."]),
    ("licences", ["reuse", "--root", ".", "lint", "--lines"]),
)


def run_linter(words):
    """(tag, message) of what went wrong, or None."""
    command = []
    for word in words:
        files = word() if callable(word) else [word]
        if not files:
            return None
        command += files
    program = os.path.join(BIN, command[0])
    program = program if os.path.exists(program) else shutil.which(command[0])
    if program is None:
        return "skipped", "%s is not installed" % command[0]
    environment = dict(os.environ, NO_COLOR="1", PATH=BIN + os.pathsep + os.environ.get("PATH", ""))
    status = subprocess.call([program] + command[1:], cwd=TOP, env=environment)
    return ("failure", "ended with status %d" % status) if status else None


def main():
    suite = ElementTree.Element("testsuite")
    failed = []
    for name, words in LINTERS:
        print("--- %s" % name, flush=True)
        case = ElementTree.SubElement(suite, "testcase", classname="lint", name=name)
        trouble = run_linter(words)
        if trouble:
            ElementTree.SubElement(case, trouble[0], message=trouble[1])
            if trouble[0] == "failure":
                failed.append(name)
    os.makedirs(LOGS, exist_ok=True)
    ElementTree.ElementTree(suite).write(os.path.join(LOGS, "lint.xml"))
    print("complaints: %s" % (", ".join(failed) or "none"), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
