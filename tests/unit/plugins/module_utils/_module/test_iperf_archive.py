# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine on the node: put, put again, replaced by another version, damaged and mended, taken away with its folder."""

import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import archive, guard, iperf_archive
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import Module, names, stub_archive


def put(folder, check_mode=False, **params):
    return iperf_archive.work(Module(iperf_archive.arguments(), check_mode=check_mode, path=str(folder), **params))


@pytest.fixture
def built(monkeypatch):
    """Sets the version that the collection has."""
    def choose(version):
        found = stub_archive(version)
        monkeypatch.setattr(archive, "build", lambda: found)
        return found
    return choose


def test_put_and_put_again(tmp_path, built):
    engine, folder = built("1"), tmp_path / "lib" / "server"
    result = put(folder)
    assert result["changed"] and result["path"] == str(folder / engine.name) and result["sha256"] == engine.sha256
    assert result["diff"] == {"before": "", "after": result["path"] + "\n"}
    assert (folder / engine.name).read_bytes() == engine.content
    assert not put(folder)["changed"] and not put(folder, only=True)["changed"]


def test_another_version_stands_beside_the_old_one_until_that_is_not_needed(tmp_path, built):
    old = built("1")
    put(tmp_path)
    new = built("2")
    assert put(tmp_path)["changed"] and names(tmp_path) == sorted([old.name, new.name])
    assert put(tmp_path, only=True)["changed"] and names(tmp_path) == [new.name]


def test_a_damaged_one_is_mended(tmp_path, built):
    engine = built("1")
    path = put(tmp_path)["path"]
    with open(path, "ab") as stream:
        stream.write(b"x")
    assert put(tmp_path)["changed"]
    assert (tmp_path / engine.name).read_bytes() == engine.content


def test_absent_takes_all_versions_and_the_folder(tmp_path, built):
    folder = tmp_path / "server"
    for version in "12":
        built(version)
        put(folder)
    result = put(folder, state="absent")
    assert result["changed"] and result["path"] is None and not os.path.exists(str(folder))
    assert not put(folder, state="absent")["changed"] and not os.path.exists(str(folder))


def test_absent_leaves_what_is_not_ours(tmp_path, built):
    built("1")
    put(tmp_path)
    (tmp_path / "notes").write_text(u"")
    put(tmp_path, state="absent")
    assert names(tmp_path) == ["notes"]


@pytest.mark.parametrize("params", [{}, {"state": "absent"}, {"only": True}])
def test_check_mode_tells_and_does_nothing(tmp_path, built, params):
    built("1")
    put(tmp_path)
    built("2")
    before = names(tmp_path)
    told = put(tmp_path, check_mode=True, **params)
    assert told["changed"] and names(tmp_path) == before
    assert put(tmp_path, **params)["diff"] == told["diff"]


@pytest.mark.parametrize("path", ["relative", "%s"])
def test_a_folder_that_will_not_do(tmp_path, built, path):
    built("1")
    os.chmod(str(tmp_path), 0o777)
    with pytest.raises(guard.Failure):
        put(path.replace("%s", str(tmp_path)))
