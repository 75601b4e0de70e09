# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write build/nfv-iperf.pyz, the engine as one executable file with iperf3's command line.

The archive is a function of the sources alone: names sorted, dates fixed, one set of permissions, and stored, since
compressors differ between Pythons. Two builds of one state are equal byte for byte, so a hash tells whether a node has
this very engine. The packages keep their names under
`nfv_iperf`, and because imports inside the engine are relative, the files run unchanged.
"""

import io
import os
import re
import stat
import sys
import zipfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCES = os.path.join(TOP, "plugins", "module_utils")
TARGET = os.path.join(TOP, "build", "nfv-iperf.pyz")

ALWAYS = ("_iperf3", "_engine")
SHEBANG = b"#!/usr/bin/env python3\n"
EARLIEST = (1980, 1, 1, 0, 0, 0)
HEADER = """\
# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""
MAIN = HEADER + """
import sys

from nfv_iperf._engine import cli

sys.exit(cli.main(sys.argv[1:]))
"""
NEIGHBOUR = re.compile(r"^\s*from \.\.(_[a-z0-9_]+)[ .]", re.MULTILINE)


def package_files(package):
    """{path inside plugins/module_utils: bytes} of one package."""
    found = {}
    for folder, names, files in os.walk(os.path.join(SOURCES, package)):
        names[:] = [name for name in names if name != "__pycache__"]
        for name in files:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                with open(path, "rb") as handle:
                    found[os.path.relpath(path, SOURCES).replace(os.sep, "/")] = handle.read()
    return found


def collect():
    """The files of the packages in ALWAYS and of every neighbour that they import."""
    files, wanted, done = {}, list(ALWAYS), set()
    while wanted:
        package = wanted.pop()
        if package in done:
            continue
        done.add(package)
        own = package_files(package)
        files.update(own)
        for source in own.values():
            wanted.extend(NEIGHBOUR.findall(source.decode("utf-8")))
    return files


def archive_bytes():
    """The whole archive. Raises SystemExit when there is no command line to start yet."""
    files = collect()
    if "_engine/cli.py" not in files:
        raise SystemExit("plugins/module_utils/_engine/cli.py is missing: no engine to put into the archive")
    members = {"nfv_iperf/" + name: content for name, content in files.items()}
    for name in list(members):
        folder = os.path.dirname(name)
        while folder:
            members.setdefault(folder + "/__init__.py", b"")
            folder = os.path.dirname(folder)
    members["__main__.py"] = MAIN.encode("ascii")
    buffer = io.BytesIO()
    buffer.write(SHEBANG)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, EARLIEST)
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, members[name])
    return buffer.getvalue()


def main():
    content = archive_bytes()
    try:
        with open(TARGET, "rb") as handle:
            if handle.read() == content:
                return
    except OSError:
        pass
    os.makedirs(os.path.dirname(TARGET), exist_ok=True)
    with open(TARGET + ".new", "wb") as handle:
        handle.write(content)
    os.chmod(TARGET + ".new", 0o755)
    os.replace(TARGET + ".new", TARGET)
    sys.stdout.write("wrote %s (%d bytes)\n" % (os.path.relpath(TARGET, TOP), len(content)))


if __name__ == "__main__":
    main()
