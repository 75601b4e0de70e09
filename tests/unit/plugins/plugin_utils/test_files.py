# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of reports: written whole, only where they differ, and never half."""

import os

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import files


def test_a_file_is_written_once(tmp_path):
    wanted = files.in_folder(str(tmp_path / "new" / "folder"), {"a": ("a.txt", "eins\n"), "b": ("b.txt", "zwei ✓\n")})
    assert [diff["after"] for diff in files.put(wanted)] == ["eins\n", "zwei ✓\n"]
    assert files.put(wanted) == []
    assert (tmp_path / "new" / "folder" / "b.txt").read_text(encoding="utf-8") == "zwei ✓\n"
    assert sorted(os.listdir(str(tmp_path / "new" / "folder"))) == ["a.txt", "b.txt"]


def test_check_mode_tells_and_writes_nothing(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old\n", encoding="utf-8")
    assert files.put({"a": (str(path), "new\n")}, write=False) == [
        {"before_header": str(path), "after_header": str(path), "before": "old\n", "after": "new\n"}]
    assert path.read_text(encoding="utf-8") == "old\n"
    assert files.put({"a": (str(tmp_path / "no" / "folder"), "x")}, write=False) and not (tmp_path / "no").exists()


def test_large_files_are_told_by_their_size(tmp_path):
    diff = files.put({"a": (str(tmp_path / "a"), "x" * (files.LARGEST_DIFF + 1))})[0]
    assert (diff["before"], diff["after"]) == ("0 characters\n", "102401 characters\n")


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old\n", encoding="utf-8")

    def fail(*dummy):
        raise OSError("no room")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="no room"):
        files.put({"a": (str(path), "new\n")})
    assert os.listdir(str(tmp_path)) == ["a.txt"] and path.read_text(encoding="utf-8") == "old\n"
