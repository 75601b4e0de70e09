# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity` or `ansible-test integration` on a mirror of this checkout.

ansible-test insists on a real folder .../ansible_collections/nfv/iperf. The mirror under .cache holds exactly what git
tracks or would track; files that did not change keep their dates, so that a second run is quick. The controller's
Python alone is used: the syntax of older ones is held by tests/unit/test_architecture.py and the suite `pythons`.
"""

import filecmp
import glob
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOT = os.path.join(TOP, ".cache", "ansible-test")
MIRROR = os.path.join(ROOT, "ansible_collections", "nfv", "iperf")
LOGS = os.path.join(TOP, ".cache", "logs")
COLLECTIONS = ("ansible/posix", "community/general", "containers/podman")


def tracked():
    """Relative paths of what is in git or would be added by `git add -A`, and exists."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=TOP, stdout=subprocess.PIPE, check=True)
    names = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}
    return {name for name in names if os.path.isfile(os.path.join(TOP, name))}


def mirror():
    wanted = tracked()
    for folder, names, files in os.walk(MIRROR, topdown=False):
        if ".git" in os.path.relpath(folder, MIRROR).split(os.sep):
            continue
        for name in files:
            path = os.path.join(folder, name)
            if os.path.relpath(path, MIRROR) not in wanted:
                os.unlink(path)
        if folder != MIRROR and not os.listdir(folder):
            os.rmdir(folder)
    for name in wanted:
        source, target = os.path.join(TOP, name), os.path.join(MIRROR, name)
        if not os.path.exists(target) or not filecmp.cmp(source, target, shallow=False):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy2(source, target)
        elif os.stat(source).st_mode != os.stat(target).st_mode:
            shutil.copymode(source, target)
    if not os.path.isdir(os.path.join(MIRROR, ".git")):
        subprocess.run(["git", "init", "-q", MIRROR], check=True)


def link_collections():
    """The collections of .venv beside the mirror, where ansible-test's own search finds them."""
    installed = os.path.join(sys.prefix, "lib", "python%d.%d" % sys.version_info[:2], "site-packages", "ansible_collections")
    for name in COLLECTIONS:
        link = os.path.join(ROOT, "ansible_collections", name)
        if os.path.isdir(os.path.join(installed, name)) and not os.path.islink(link):
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(os.path.join(installed, name), link)


def output_reports():
    return sorted(glob.glob(os.path.join(MIRROR, "tests", "output", "junit", "*.xml")))


def collect_sanity(_status):
    """Copy the JUnit files to the logs and print what failed, since ansible-test's own account drowns in installations."""
    for path in output_reports():
        root = ElementTree.parse(path).getroot()
        if any("No tests applicable" in (case.get("message") or case.text or "") for case in root.iter("skipped")):
            continue
        name = os.path.basename(path).replace("ansible-test-sanity-", "")
        shutil.copy(path, os.path.join(LOGS, "sanity-" + name))
        for case in list(root.iter("failure")) + list(root.iter("error")):
            print("%s: %s\n%s" % (name, case.get("message") or "", (case.text or "").strip()), flush=True)


def collect_integration(status):
    """Write one JUnit case per target. A report's own cases are tasks, where a rescued failure or a `when` is nothing amiss."""
    folder = os.path.join(MIRROR, "tests", "integration", "targets")
    suite = ElementTree.Element("testsuite")
    for target in sorted(os.listdir(folder)):
        if target.startswith(("setup_", "prepare_")):
            continue
        case = ElementTree.SubElement(suite, "testcase", classname="integration", name=target)
        reports = [path for path in output_reports() if re.match(re.escape(target) + r"-[^-]+-[^-]+\.xml$", os.path.basename(path))]
        if not reports and not os.path.exists(os.path.join(folder, target, "runme.sh")):
            ElementTree.SubElement(case, "skipped", message="ansible-test did not run it")
        for path in reports if status else []:
            for one in ElementTree.parse(path).getroot().iter("testcase"):
                for bad in one.findall("failure") + one.findall("error"):
                    ElementTree.SubElement(case, "failure", message="%s: %s" % (one.get("name"), bad.get("message")))
    ElementTree.ElementTree(suite).write(os.path.join(LOGS, "integration.xml"))


def main():
    command, arguments = sys.argv[1], sys.argv[2:]
    python = "%d.%d" % sys.version_info[:2]
    os.makedirs(MIRROR, exist_ok=True)
    os.makedirs(LOGS, exist_ok=True)
    mirror()
    shutil.rmtree(os.path.join(MIRROR, "tests", "output"), ignore_errors=True)
    link_collections()
    words = [os.path.join(sys.prefix, "bin", "ansible-test"), command, "--color", "no", "--python", python]
    words += {"sanity": ["--junit"], "integration": ["--continue-on-error"]}[command]
    environment = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=ROOT)
    environment["PATH"] = os.path.join(sys.prefix, "bin") + os.pathsep + environment.get("PATH", "")
    status = subprocess.call(words + arguments, cwd=MIRROR, env=environment)
    {"sanity": collect_sanity, "integration": collect_integration}[command](status)
    return status


if __name__ == "__main__":
    sys.exit(main())
