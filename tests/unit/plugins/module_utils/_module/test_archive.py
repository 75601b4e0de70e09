# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive is a function of the engine's sources, runs by itself, and is put in place and taken away with care."""

import ast
import os
import subprocess
import sys
import zipfile

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import archive

ONE = archive.pack({"__main__.py": b"print('one')\n"})
TWO = archive.pack({"__main__.py": b"print('two')\n"})


@pytest.mark.parametrize("text, modules", [
    ("import os\nfrom typing import List\n", []),
    ("from . import info, cli\n", [("_engine", "info"), ("_engine", "cli")]),
    ("from .info import query\n", [("_engine", "info")]),
    ("from .._iperf3 import codec as c\n", [("_iperf3", "codec")]),
    ("from .._iperf3.codec import load_json\n", [("_iperf3", "codec")]),
    ("def later():\n    from . import (\n        info,\n    )\n", [("_engine", "info")]),
])
def test_imports_are_found_at_any_depth(text, modules):
    assert archive._imports(("_engine", "client"), text) == modules


def parsed_imports(path, text):
    """What archive._imports() is to find, by Python's parser."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path[:-node.level] + tuple((node.module or "").split(".") if node.module else ())
            for alias in node.names:
                yield base if len(base) > 1 else base + (alias.name,)


def test_imports_are_those_that_the_parser_finds():
    for name, content in archive.sources().items():
        path = tuple(name[:-3].split("/")[1:])
        if len(path) == 2:
            text = content.decode("utf-8")
            assert set(archive._imports(path, text)) == set(parsed_imports(path, text)), name


def test_it_is_the_engine_and_nothing_of_ansible():
    files = archive.sources()
    assert {"__main__.py", "nfv_iperf/__init__.py", "nfv_iperf/_iperf3/session.py", "nfv_iperf/_engine/listener.py"} <= set(files)
    assert not [name for name in files if "_module" in name or "ansible" in name]
    assert set(files) >= {os.path.dirname(name) + "/__init__.py" for name in files if name.startswith("nfv_iperf/")}
    assert [name for name in files if name.endswith("__init__.py") and files[name]] == []


def test_two_builds_are_equal():
    assert archive.build() == archive.build()


def test_the_order_of_files_does_not_matter():
    assert archive.pack({"a": b"1", "b": b"2"}) == archive.pack({"b": b"2", "a": b"1"})


def test_the_name_follows_the_content():
    assert archive.FILE_NAME.match(ONE.name)
    assert ONE.name != TWO.name
    assert ONE.sha256[:12] in ONE.name


def test_it_runs_by_itself_and_holds_all_it_imports(tmp_path):
    path = archive.install(archive.build(), str(tmp_path))
    with zipfile.ZipFile(path) as packed:
        modules = [name[:-3].replace("/", ".") for name in packed.namelist() if name.startswith("nfv_iperf/") and "__init__" not in name]
    code = "import importlib, sys\nsys.path.insert(0, sys.argv[1])\nfor name in sys.argv[2:]:\n    importlib.import_module(name)"
    subprocess.run([sys.executable, "-I", "-c", code, path] + modules, check=True, timeout=60)
    said = subprocess.run([sys.executable, "-I", path, "--version"], stdout=subprocess.PIPE, universal_newlines=True, check=True, timeout=60).stdout
    assert "iperf" in said


def test_install_replaces_only_what_differs(tmp_path):
    path = archive.install(ONE, str(tmp_path))
    before = os.stat(path)
    assert archive.install(ONE, str(tmp_path)) == path
    assert os.stat(path).st_ino == before.st_ino
    with open(path, "ab") as stream:
        stream.write(b"damage")
    assert not archive.installed(ONE, str(tmp_path))
    archive.install(ONE, str(tmp_path))
    assert archive.installed(ONE, str(tmp_path))
    assert os.listdir(str(tmp_path)) == [ONE.name]
    assert os.stat(path).st_mode & 0o7777 == 0o755


def test_a_failed_install_leaves_nothing(tmp_path, monkeypatch):
    def refuse(old, new):
        raise OSError(28, "no space", new)
    monkeypatch.setattr(archive.os, "rename", refuse)
    with pytest.raises(OSError):
        archive.install(ONE, str(tmp_path))
    assert os.listdir(str(tmp_path)) == []


def test_prune_removes_archives_that_nobody_keeps(tmp_path):
    kept, gone = archive.install(ONE, str(tmp_path)), archive.install(TWO, str(tmp_path))
    (tmp_path / "nfv-iperf-mine.pyz").write_text(u"not one of ours")
    assert archive.prune(str(tmp_path), [kept]) == [gone]
    assert sorted(os.listdir(str(tmp_path))) == sorted([ONE.name, "nfv-iperf-mine.pyz"])
