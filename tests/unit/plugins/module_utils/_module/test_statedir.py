# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers' folder: whose it may be, who works in it, and when it goes."""

import fcntl
import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import guard, statedir


def test_default_of_root_and_of_others(monkeypatch, tmp_path):
    monkeypatch.setattr(statedir.os, "geteuid", lambda: 0)
    assert statedir.default() == "/run/nfv-iperf"
    monkeypatch.setattr(statedir.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(statedir.platform, "node", lambda: "node1")
    monkeypatch.setenv("XDG_CACHE_HOME", "/some/cache")
    assert statedir.default() == "/some/cache/nfv-iperf-node1"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert statedir.default() == str(tmp_path / ".cache" / "nfv-iperf-node1")


def a_file(path):
    path.write_text(u"")


def a_link(path):
    path.symlink_to(str(path.parent))


def a_folder(mode):
    def make(path):
        path.mkdir()
        path.chmod(mode)
    return make


@pytest.mark.parametrize("make, owner, complaint", [
    (lambda path: None, 0, None),
    (a_folder(0o700), 0, None),
    (a_folder(0o755), 0, None),
    (a_folder(0o777), 0, "can be written by others (mode 0777)"),
    (a_folder(0o1777), 0, "can be written by others"),
    (a_folder(0o770), 0, "can be written by others"),
    (a_folder(0o755), 1, "belongs to user id"),
    (a_file, 0, "is not a directory"),
    (a_link, 0, "is not a directory"),
])
def test_a_folder_that_others_could_use_is_refused(tmp_path, monkeypatch, make, owner, complaint):
    path = tmp_path / "state"
    make(path)
    user = os.geteuid()
    monkeypatch.setattr(statedir.os, "geteuid", lambda: user + owner)
    if complaint is None:
        assert statedir.check(str(path)) is path.exists()
    else:
        with pytest.raises(guard.Failure) as caught:
            statedir.check(str(path))
        assert complaint in caught.value.msg and str(path) in caught.value.msg


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_it_is_made_with_the_same_mode_whatever_the_umask(tmp_path, mask):
    path = tmp_path / "state"
    before = os.umask(mask)
    try:
        with statedir.locked(str(path), 5):
            assert path.stat().st_mode & 0o777 == 0o755
    finally:
        os.umask(before)


def test_an_empty_folder_goes_and_one_in_use_stays(tmp_path):
    path = tmp_path / "above" / "state"
    with statedir.locked(str(path), 5):
        (path / "file").write_text(u"")
    assert path.exists()
    with statedir.locked(str(path), 5):
        (path / "file").unlink()
    assert not path.exists()


def test_it_goes_also_after_a_failure(tmp_path):
    path = tmp_path / "state"
    with pytest.raises(KeyError):
        with statedir.locked(str(path), 5):
            raise KeyError("x")
    assert not path.exists()


def test_whoever_holds_it_is_waited_for_but_not_for_ever(tmp_path, monkeypatch):
    path = str(tmp_path)
    waits = []
    handle = os.open(path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    def release(seconds):
        waits.append(seconds)
        os.close(handle)
    with monkeypatch.context() as patch:
        patch.setattr(statedir.time, "sleep", release)
        (tmp_path / "file").write_text(u"")
        with statedir.locked(path, 60):
            assert len(waits) == 1
            with pytest.raises(guard.Failure) as caught:
                with statedir.locked(path, 0):
                    pass
    assert "another module run has held" in caught.value.msg


def test_a_folder_that_was_removed_while_we_waited_is_made_anew(tmp_path, monkeypatch):
    path = tmp_path / "state"
    original = statedir._lock

    def remove_first(handle):
        monkeypatch.setattr(statedir, "_lock", original)
        path.rmdir()
        return original(handle)
    monkeypatch.setattr(statedir, "_lock", remove_first)
    with statedir.locked(str(path), 60):
        assert path.is_dir()


@pytest.mark.parametrize("length, fits", [(107, True), (108, False)])
def test_socket_path(length, fits):
    path = "/" + "x" * (length - 1)
    if fits:
        statedir.check_socket_path(path)
    else:
        with pytest.raises(guard.Failure):
            statedir.check_socket_path(path)
