# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the checkout's .venv: ansible-core for the Python at hand, and this checkout in it as the collection nfv.iperf.

Two levels. `run` is what a play needs: ansible-core and requirements.txt. `dev` adds tests/requirements.txt and three
collections that molecule, the linters and the integration tests use; they are taken out of the PyPI package `ansible`,
so that no Galaxy server is needed. A stamp that holds a hash of everything that decides the content makes a second
call a matter of milliseconds.

The collection is a symlink in site-packages: ansible-playbook, ansible-doc, linters and pytest find the checkout from
anywhere, it never goes stale, and git knows nothing of it.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(TOP, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")

# controller Python -> the newest ansible-core that runs on it, and the `ansible` package that carries collections for it
CORES = {
    (3, 10): ("ansible-core>=2.17.0,<2.18", "ansible>=10.0,<11"),
    (3, 11): ("ansible-core>=2.19.0,<2.20", "ansible>=12.0,<13"),
    (3, 12): ("ansible-core>=2.21.0,<2.22", "ansible>=14.0,<15"),
    (3, 13): ("ansible-core>=2.21.0,<2.22", "ansible>=14.0,<15"),
}
COLLECTIONS = ("ansible/posix", "community/general", "containers/podman")
LEVELS = {
    "run": ("requirements.txt",),
    "dev": ("requirements.txt", "tests/requirements.txt"),
}


def core_for(version):
    """The requirements (ansible-core, ansible) for a (major, minor); a Python newer than the table gets the newest row."""
    if version < min(CORES):
        raise SystemExit("Python %d.%d is too old for an Ansible controller: 3.10 or newer is needed.\n"
                         "Name another one with: make setup PYTHON=python3.12" % version)
    return CORES[min(version, max(CORES))]


def stamp_text(level):
    digest = hashlib.sha256()
    for name in LEVELS[level] + (os.path.relpath(__file__, TOP),):
        with open(os.path.join(TOP, name), "rb") as handle:
            digest.update(handle.read())
    return "%s python%d.%d %s %s\n" % (level, sys.version_info[0], sys.version_info[1], digest.hexdigest(), TOP)


def up_to_date(level):
    """Whether .venv was made by this very recipe, for this level or a larger one."""
    names = ["dev"] if level == "dev" else ["dev", "run"]
    for name in names:
        try:
            with open(os.path.join(VENV, "stamp-" + name), encoding="utf-8") as handle:
                if handle.read() == stamp_text(name) and os.path.exists(os.path.join(link_path(), "galaxy.yml")):
                    return True
        except OSError:
            continue
    return False


def run(*command):
    print("+ " + " ".join(command), flush=True)
    status = subprocess.call(command, cwd=TOP)
    if status:
        raise SystemExit("'%s' ended with status %d" % (" ".join(command), status))


def make_venv():
    """A venv with pip, also where Debian's python3-venv is not installed but a pip is."""
    if os.path.exists(VENV_PYTHON):
        ask = "import sys; print('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([VENV_PYTHON, "-c", ask], stdout=subprocess.PIPE, universal_newlines=True, check=False)
        works = subprocess.call([VENV_PYTHON, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if answer.stdout.strip() == "%d.%d" % sys.version_info[:2] and works == 0:
            return
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    print("+ " + " ".join(command), flush=True)
    if subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "virtualenv", VENV], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return
    if subprocess.call([sys.executable, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        run(sys.executable, "-m", "pip", "--python", VENV_PYTHON, "install", "-qq", "pip", "setuptools")
        return
    raise SystemExit("%s can neither make a virtual environment nor run pip.\n"
                     "On Debian or Ubuntu: apt-get install python3-venv" % sys.executable)


def site_packages():
    return os.path.join(VENV, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


def link_path():
    return os.path.join(site_packages(), "ansible_collections", "nfv", "iperf")


def link_checkout():
    link = link_path()
    os.makedirs(os.path.dirname(link), exist_ok=True)
    if os.path.islink(link) or os.path.exists(link):
        os.unlink(link)
    os.symlink(TOP, link)


def fetch_collections(requirement):
    """Unpack COLLECTIONS out of the wheel of the community package into site-packages."""
    root = os.path.join(site_packages(), "ansible_collections")
    with tempfile.TemporaryDirectory() as folder:
        run(VENV_PYTHON, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "--ignore-requires-python",
            "-d", folder, requirement)
        wheel = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".whl")][0]
        for name in COLLECTIONS:
            shutil.rmtree(os.path.join(root, name), ignore_errors=True)
        with zipfile.ZipFile(wheel) as archive:
            wanted = tuple("ansible_collections/%s/" % name for name in COLLECTIONS)
            archive.extractall(site_packages(), [name for name in archive.namelist() if name.startswith(wanted)])


def main():
    parser = argparse.ArgumentParser(description="Make or refresh .venv of this checkout.")
    parser.add_argument("--level", choices=sorted(LEVELS), default="dev")
    level = parser.parse_args().level
    core, community = core_for(sys.version_info[:2])
    if up_to_date(level):
        return
    make_venv()
    for name in ("stamp-run", "stamp-dev"):
        if os.path.exists(os.path.join(VENV, name)):
            os.unlink(os.path.join(VENV, name))
    command = [VENV_PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", core]
    for name in LEVELS[level]:
        command += ["-r", os.path.join(TOP, name)]
    run(*command)
    link_checkout()
    if level == "dev":
        fetch_collections(community)
    with open(os.path.join(VENV, "stamp-" + level), "w", encoding="utf-8") as handle:
        handle.write(stamp_text(level))
    print("ready: %s (%s)" % (os.path.relpath(VENV, TOP), core))


if __name__ == "__main__":
    main()
