# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transaction: recorded before made, nobody else's changes taken, shared changes taken back by the last one."""

import os

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import journal
from ansible_collections.nfv.iperf.plugins.module_utils._firewall.journal import Journal, Store


def change(name, **more):
    return dict(more, id=name, kind="test")


A, B, C = change("a"), change("b"), change("c")


def ids(changes):
    return [one["id"] for one in changes]


def plan(wanted, there=(), own=None, others=()):
    """ids of (record, make, undo) for changes in force named in `there`."""
    return [ids(part) for part in journal.opening(own, list(others), wanted, lambda one: one["id"] in there)]


@pytest.mark.parametrize("there, own, others, expected", [
    ((), None, (), [["a", "b"], ["a", "b"], []]),                                           # new
    (("a",), None, (), [["b"], ["b"], []]),                                                 # a was there before us
    (("a", "b"), None, (), [[], [], []]),
    (("a",), [A, B], (), [["a", "b"], ["b"], []]),                                          # interrupted: a made, b not
    (("a", "b"), [A, B], (), [["a", "b"], [], []]),                                         # a second time
    (("a", "b", "c"), [A, C], (), [["a", "c"], [], ["c"]]),                                 # c is no longer wanted
    (("a", "b", "c"), [A, C], [[C]], [["a", "c"], [], []]),                                 # but another run wants it
    (("a", "b"), None, [[A]], [["a"], [], []]),                                             # shared with another run
])
def test_opening(there, own, others, expected):
    own = Journal(5201, "r1", changes=own) if own else None
    others = [Journal(5201, "r%d" % number, changes=changes) for number, changes in enumerate(others, 2)]
    assert plan([A, B], there, own, others) == expected


def test_what_was_before_is_what_the_first_run_found():
    first = Journal(5201, "r1", changes=[change("sysctl x", before="0", after="1")])
    record, make, dummy = journal.opening(None, [first], [change("sysctl x", before="1", after="1")], lambda one: True)
    assert record == [change("sysctl x", before="0", after="1")]
    assert make == []


def test_the_last_run_takes_shared_changes_back():
    first, second = Journal(5201, "r1", changes=[A, B]), Journal(5202, "r2", changes=[B, C])
    assert ids(journal.closing([first], [second])) == ["a"]
    assert ids(journal.closing([second], [])) == ["c", "b"]
    assert ids(journal.closing([first, second], [])) == ["c", "b", "a"]


def test_a_journal_is_on_disk_and_gone_with_its_folder(tmp_path):
    folder = str(tmp_path / "deep" / "journals")
    with Store(folder) as store:
        assert store.load() == []
        store.save(Journal(5201, "r1", backends=["ufw"], changes=[A]))
    with Store(folder) as store:
        one, = store.load()
        assert (one.port, one.run, one.state, one.backends, one.changes) == (5201, "r1", "opening", ["ufw"], [A])
        assert os.stat(store.path(5201, "r1")).st_mode & 0o777 == 0o600
        store.remove(one)
    assert not os.path.exists(folder)


def test_a_folder_with_other_journals_stays(tmp_path):
    with Store(str(tmp_path)) as store:
        store.save(Journal(5201, "r1"))
        store.save(Journal(5201, "r2"))
        own, others = journal.split(store.load(), 5201, "r1")
        store.remove(own)
        assert [one.run for one in others] == [one.run for one in store.load()] == ["r2"]


@pytest.mark.parametrize("text", ["", "[]", "{\"version\": 2}", "{\"version\": 1}"])
def test_a_journal_that_cannot_be_read_is_never_ignored(tmp_path, text):
    (tmp_path / "control_port-5201-r1.json").write_text(text)
    with Store(str(tmp_path)) as store, pytest.raises(ValueError) as caught:
        store.load()
    assert "control_port-5201-r1.json" in str(caught.value)


def test_other_files_are_none_of_our_business(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with Store(str(tmp_path)) as store:
        assert store.load() == []
