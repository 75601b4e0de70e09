# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine as one file for a node, made of the module's own payload. PRIVATE to the collection.

A server outlives the module that starts it, and the payload does not, so the node gets a zip archive that Python runs by
itself: package nfv_iperf with _engine/cli.py and whatever that imports, at any depth, and a __main__.py. This is how Ansible
chooses what it ships, so what is needed is there; and the sources come from the import system, so it does not matter whether
they lie in AnsiballZ's zip file or in a folder. Two archives of one state of the engine are equal wherever they are made.

The archive is a function of the sources alone: sorted names, one fixed date, nothing compressed. Its name carries the hash
of its content, so that two versions can serve side by side and "the same archive" is decided by comparing bytes.
"""

import hashlib
import importlib.util
import io
import os
import re
import tempfile
import zipfile

from typing import Dict, Iterable, List, NamedTuple, Tuple

# Imported for its effect: what cli needs is the engine, and is shipped because it is imported here.
from .._engine import cli  # pylint: disable=unused-import  # noqa: F401

Archive = NamedTuple("Archive", [("name", str), ("sha256", str), ("content", bytes)])

START = ("_engine", "cli")
PACKAGE = "nfv_iperf"
FILE_NAME = re.compile(r"nfv-iperf-[0-9a-f]{12}\.pyz\Z")
# from . import a, b / from .a import c / from .._iperf3 import (d, e): layers are flat, so two parts name a module
IMPORT = re.compile(r"^[ \t]*from (\.+)([\w.]*) import (\([^)]*\)|[^\n#]*)", re.MULTILINE)
SHEBANG = b"#!/usr/bin/env python3\n"
DATE = (1980, 1, 1, 0, 0, 0)
MAIN = '''import sys

from nfv_iperf._engine.cli import main

sys.exit(main(sys.argv[1:]))
'''


def _spec(path: Tuple[str, ...]):
    """Where the import system finds a module below module_utils."""
    spec = importlib.util.find_spec(".".join((__name__.rpartition("._module.")[0],) + path))
    if spec is None:
        raise ImportError("the engine lacks %s" % "/".join(path))
    return spec


def _imports(path: Tuple[str, ...], text: str) -> List[Tuple[str, ...]]:
    """The modules below module_utils that this one imports; inside the engine all imports of its own are relative. Read by a
    pattern, as parsing everything takes half a second on a small node; a test compares with what Python's parser finds."""
    found = []
    for dots, name, names in IMPORT.findall(text):
        base = path[:-len(dots)] + tuple(name.split(".") if name else ())
        if len(base) > 1:
            found.append(base)
        else:
            found += [base + (entry.split()[0],) for entry in names.strip("()").split(",") if entry.strip()]
    return found


def sources() -> Dict[str, bytes]:
    """{path in the archive: content} of the entry and of all that it imports, directly or not."""
    found = {PACKAGE + "/__init__.py": b"", "__main__.py": MAIN.encode("utf-8")}
    wanted = [START]
    while wanted:
        path = wanted.pop()
        name = "%s/%s.py" % (PACKAGE, "/".join(path))
        if name in found:
            continue
        spec = _spec(path)
        text = spec.loader.get_source(spec.name)
        found[name] = text.encode("utf-8")
        found["%s/%s/__init__.py" % (PACKAGE, path[0])] = b""
        wanted += _imports(path, text)
    return found


def pack(files: Dict[str, bytes]) -> Archive:
    """An archive of these files; the same files always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    content = SHEBANG + buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    return Archive("nfv-iperf-%s.pyz" % digest[:12], digest, content)


def build() -> Archive:
    """The archive of the engine that this module was shipped with."""
    return pack(sources())


def installed(archive: Archive, folder: str) -> bool:
    """Whether the folder holds this archive, byte for byte."""
    try:
        with open(os.path.join(folder, archive.name), "rb") as stream:
            return stream.read() == archive.content
    except OSError:
        return False


def install(archive: Archive, folder: str) -> str:
    """Put the archive into the folder unless it is there already; its path. Readers never see half of it."""
    path = os.path.join(folder, archive.name)
    if not installed(archive, folder):
        handle, temporary = tempfile.mkstemp(prefix=".nfv-iperf-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(archive.content)
            os.chmod(temporary, 0o755)
            os.rename(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    return path


def prune(folder: str, keep: Iterable[str]) -> List[str]:
    """Remove the archives of the folder whose paths are not in `keep`; the paths that went."""
    keep = set(keep)
    gone = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if FILE_NAME.match(name)]
    gone = [path for path in gone if path not in keep]
    for path in gone:
        os.unlink(path)
    return gone
