# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Have the container image of Molecule's nodes in podman and print its name on the last line.

The image is Debian with systemd, every firewall that the roles know, and the real iperf3. It is made once by mmdebstrap,
kept in .cache as a file that the list of packages names, and imported when podman does not have it. Where that cannot be
done, NFV_MOLECULE_IMAGE names an image with the same packages, which podman pulls.
"""

import hashlib
import os
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(TOP, ".cache", "images")
SUITE = "bookworm"
PACKAGES = ("systemd", "systemd-sysv", "libpam-systemd", "dbus", "python3", "iproute2", "nftables", "iptables", "firewalld", "ufw", "netbase",
            "procps", "conntrack", "iperf3")
LEAVE_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*")
# firewalls are installed but off: a scenario starts the one it is about
OFF = ("firewalld", "ufw", "nftables")
BUILD_SECONDS = 900


def name():
    """The image's name, which changes with what is in it."""
    content = repr((SUITE, PACKAGES, LEAVE_OUT, OFF))
    return "localhost/nfv-iperf-node:" + hashlib.sha256(content.encode()).hexdigest()[:12]


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=sys.stderr, timeout=BUILD_SECONDS, **options)


def build(path):
    """Write the root file system to the path."""
    if shutil.which("mmdebstrap") is None:
        sys.exit("the image is built by mmdebstrap: install it, or set NFV_MOLECULE_IMAGE to an image with %s" % ", ".join(PACKAGES))
    os.makedirs(FOLDER, exist_ok=True)
    options = ["--dpkgopt=path-exclude=" + pattern for pattern in LEAVE_OUT]
    options += ['--customize-hook=chroot "$1" systemctl disable ' + " ".join(OFF)]
    new = os.path.join(FOLDER, "new-" + os.path.basename(path))
    run("mmdebstrap", "-q", "--variant=minbase", "--include=" + ",".join(PACKAGES), *options, SUITE, new)
    os.rename(new, path)
    print("built " + path, file=sys.stderr)


def main():
    image = os.environ.get("NFV_MOLECULE_IMAGE")
    if not image:
        image = name()
        if subprocess.run(["podman", "image", "exists", image], check=False).returncode:
            path = os.path.join(FOLDER, image.rpartition(":")[2] + ".tar.gz")
            if not os.path.exists(path):
                build(path)
            run("podman", "import", "--quiet", path, image)
    print(image)


if __name__ == "__main__":
    main()
