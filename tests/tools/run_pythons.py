# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the units of modules and module_utils on every Python that a managed node may have and that this machine has.

Interpreters are looked for as pythonX.Y in the folders of NFV_IPERF_PYTHONS (separated by colons), then on PATH. Each
gets a small environment with pytest under .cache/pythons, made once. `ansible.module_utils` comes from ansible-core
2.16, the last one that works on nodes with Python 3.6; the suite `units` covers the controller's own ansible-core.
"""

import concurrent.futures
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from xml.etree import ElementTree
import zipfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HOME = os.path.join(TOP, ".cache", "pythons")
LOGS = os.path.join(TOP, ".cache", "logs")

VERSIONS = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
TESTS = ("tests/unit/plugins/module_utils", "tests/unit/plugins/modules")
CORE = "ansible-core>=2.16.0,<2.17"
# The pip that comes with Python 3.6 does not look at what Python a package needs, so a newer one is installed first.
OLD_PIP = "pip>=21.3,<22; python_version < '3.7'"
TOOLS = ("pytest>=7.0,<10", "pytest-timeout>=2.1,<3")
NO_TESTS = 5                    # pytest's exit code
LIMIT = 600                     # seconds for one Python


def find_interpreter(version):
    """The path of a working pythonX.Y, or None. A name that answers with another version or not at all is no interpreter."""
    folders = [folder for folder in os.environ.get("NFV_IPERF_PYTHONS", "").split(":") if folder]
    candidates = []
    for folder in folders:
        for pattern in ("python" + version, "bin/python" + version, "*/bin/python" + version):
            candidates += sorted(glob.glob(os.path.join(folder, pattern)))
    on_path = shutil.which("python" + version)
    for path in candidates + ([on_path] if on_path else []):
        try:
            answer = subprocess.run([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, universal_newlines=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.returncode == 0 and answer.stdout.strip() == version:
            return path
    return None


def make_library():
    """A folder for PYTHONPATH with ansible.module_utils of CORE and this checkout as nfv.iperf."""
    library = os.path.join(HOME, "library")
    stamp = os.path.join(library, "stamp")
    if os.path.exists(stamp) and open(stamp, encoding="utf-8").read() == "%s %s" % (CORE, TOP):
        return library
    shutil.rmtree(library, ignore_errors=True)
    os.makedirs(os.path.join(library, "ansible_collections", "nfv"))
    os.symlink(TOP, os.path.join(library, "ansible_collections", "nfv", "iperf"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:",
                        "--ignore-requires-python", "-d", folder, CORE], check=True)
        with zipfile.ZipFile(glob.glob(os.path.join(folder, "*.whl"))[0]) as archive:
            names = [name for name in archive.namelist() if name in ("ansible/__init__.py", "ansible/release.py")
                     or name.startswith("ansible/module_utils/")]
            archive.extractall(library, names)
    with open(stamp, "w", encoding="utf-8") as handle:
        handle.write("%s %s" % (CORE, TOP))
    return library


def make_environment(version, interpreter):
    """The Python of a venv with TOOLS for one interpreter."""
    folder = os.path.join(HOME, version)
    python = os.path.join(folder, "bin", "python")
    stamp = os.path.join(folder, "stamp")
    wanted = hashlib.sha256("\n".join((interpreter, OLD_PIP) + TOOLS).encode("utf-8")).hexdigest()
    if os.path.exists(stamp) and open(stamp, encoding="utf-8").read() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([interpreter, "-m", "venv", folder], check=True)
    for requirements in ([OLD_PIP], list(TOOLS)):
        subprocess.run([python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"] + requirements, check=True)
    with open(stamp, "w", encoding="utf-8") as handle:
        handle.write(wanted)
    return python


def run_one(version, interpreter, library, arguments):
    """(passed?, seconds, output) of the units on one interpreter."""
    begin = time.monotonic()
    tests = [folder for folder in TESTS if os.path.isdir(os.path.join(TOP, folder))]
    report = os.path.join(LOGS, "pythons-%s.xml" % version)
    environment = dict(os.environ, PYTHONPATH=library, PYTHONDONTWRITEBYTECODE="1")
    try:
        python = make_environment(version, interpreter)
        done = subprocess.run([python, "-m", "pytest", "-q", "-o", "cache_dir=.cache/pythons/%s/pytest" % version, "--junitxml=" + report]
                              + tests + arguments, cwd=TOP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                              check=False, timeout=LIMIT)
        return done.returncode in (0, NO_TESTS), time.monotonic() - begin, done.stdout
    except (OSError, subprocess.SubprocessError) as error:
        write_case(version, "error", "no test could run: %s" % error)
        return False, time.monotonic() - begin, str(error)


def write_case(version, tag, message):
    """A JUnit file with one case: how an interpreter that ran no test is reported."""
    suite = ElementTree.Element("testsuite")
    case = ElementTree.SubElement(suite, "testcase", name="python" + version)
    ElementTree.SubElement(case, tag, message=message)
    ElementTree.ElementTree(suite).write(os.path.join(LOGS, "pythons-%s.xml" % version))


def main():
    os.makedirs(LOGS, exist_ok=True)
    library = make_library()
    found = {}
    for version in VERSIONS:
        interpreter = find_interpreter(version)
        if interpreter:
            found[version] = interpreter
        else:
            write_case(version, "skipped", "no python%s on PATH or in NFV_IPERF_PYTHONS" % version)
            print("python%-5s not on this machine" % version, flush=True)
    bad = []
    jobs = max(1, min(2, os.cpu_count() or 1))
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(run_one, version, path, library, sys.argv[1:]): version for version, path in found.items()}
        for future in concurrent.futures.as_completed(running):
            good, seconds, output = future.result()
            lines = output.rstrip().splitlines()
            print("python%-5s %s in %.1f s: %s" % (running[future], "passed" if good else "FAILED", seconds, lines[-1] if lines else ""), flush=True)
            if not good:
                bad.append((running[future], output))
    for version, output in bad:
        print("\n--- python%s ---\n%s" % (version, output), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
