# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the table is read from, and what is said where it cannot be."""

import errno

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import sources

LINE = ("ipv4     2 tcp      6 300 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=5201 src=10.0.0.2 dst=10.0.0.1 sport=5201 "
        "dport=40000 mark=0 use=1\n")
LINE6 = LINE.replace("ipv4     2", "ipv6     10").replace("10.0.0.", "fd00::")
DENIED = "conntrack v1.4.7 (conntrack-tools): Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this\n"


class Command(object):
    """A conntrack command that answers by family and remembers how it was called."""

    def __init__(self, **answers):
        self.answers = answers
        self.calls = []

    def __call__(self, argv):
        self.calls.append(argv)
        answer = self.answers[argv[-1]]
        if isinstance(answer, Exception):
            raise answer
        return answer


def make_proc(tmp_path, text=None, loaded=True, count=None):
    folder = tmp_path / "sys" / "net" / "netfilter"
    folder.mkdir(parents=True)
    (tmp_path / "net").mkdir()
    if loaded:
        (folder / "nf_conntrack_max").write_text(u"1000\n")
    if count is not None:
        (folder / "nf_conntrack_count").write_text(u"%d\n" % count)
    if text is not None:
        (tmp_path / "net" / "nf_conntrack").write_text(u"" + text)
    return str(tmp_path)


def installed(name):
    return "/usr/sbin/" + name


def missing(name):
    return None


def refuse(argv):
    raise AssertionError("nothing may be run")


def test_the_file_comes_first(tmp_path):
    proc = make_proc(tmp_path, LINE + LINE6)
    reading = sources.read(proc=proc, run=refuse, which=installed)
    assert (reading.status, reading.reason, reading.source, reading.available) == ("ok", "", proc + "/net/nf_conntrack", True)
    assert [record.l3 for record in reading.records] == ["ipv4", "ipv6"]


@pytest.mark.parametrize("count, wanted, status", [
    (None, None, "idle"), (0, None, "idle"), (0, "any", "idle"), (5, "any", "ok"), (None, "any", "ok"),
])
def test_an_empty_table_is_told_from_a_filter_that_keeps_nothing(tmp_path, count, wanted, status):
    reading = sources.read(wanted and (lambda line: False), proc=make_proc(tmp_path, "", count=count), run=refuse, which=missing)
    assert (reading.status, reading.records, reading.available) == (status, [], True)
    assert ("stateful" in reading.reason) == (status == "idle")


def test_without_the_file_the_command_is_asked_once_a_family(tmp_path):
    run = Command(ipv4=(0, LINE, "conntrack: 1 flow entries have been shown.\n"), ipv6=(0, LINE6, ""))
    reading = sources.read(lambda line: "fd00" in line, proc=make_proc(tmp_path), run=run, which=installed)
    assert run.calls == [["/usr/sbin/conntrack", "-L", "-o", "extended", "-f", family] for family in ("ipv4", "ipv6")]
    assert (reading.status, reading.source, [record.l3 for record in reading.records]) == ("ok", "conntrack -L", ["ipv6"])


def test_a_kernel_without_ipv6_is_no_failure(tmp_path):
    run = Command(ipv4=(0, LINE, ""), ipv6=(1, "", "Operation failed: invalid parameters"))
    assert len(sources.read(proc=make_proc(tmp_path), run=run, which=installed).records) == 1


FAILURES = [
    # answer of the command for IPv4, status, words of the reason
    ((1, "", DENIED), "not_permitted", "become"),
    ((1, "", "Operation not permitted"), "not_permitted", "become"),
    ((1, "", "conntrack v1.4.7: Can't open handler\n"), "failed", "Can't open handler"),
    ((3, "", ""), "failed", "exit code 3"),
    (OSError(errno.ETIMEDOUT, "conntrack did not end within 30 seconds"), "failed", "within 30 seconds"),
]


@pytest.mark.parametrize("answer, status, words", FAILURES)
def test_a_command_that_fails(tmp_path, answer, status, words):
    reading = sources.read(proc=make_proc(tmp_path), run=Command(ipv4=answer), which=installed)
    assert (reading.status, reading.available, reading.source, reading.records) == (status, False, "", [])
    assert words in reading.reason


def test_a_command_is_not_run_where_it_would_load_the_kernel_module(tmp_path):
    reading = sources.read(proc=make_proc(tmp_path, loaded=False), run=refuse, which=installed)
    assert (reading.status, reading.available) == ("not_loaded", False)


def test_neither_file_nor_command(tmp_path):
    reading = sources.read(proc=make_proc(tmp_path), run=refuse, which=missing)
    assert (reading.status, reading.available) == ("no_source", False)
    assert "conntrack-tools" in reading.reason


@pytest.mark.parametrize("number, status", [(errno.EACCES, "not_permitted"), (errno.EPERM, "not_permitted"), (errno.EIO, "failed")])
def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch, number, status):
    proc = make_proc(tmp_path, LINE)

    def refuse_open(path, **kwargs):
        raise OSError(number, "refused", path)

    monkeypatch.setattr(sources, "open", refuse_open, raising=False)
    reading = sources.read(proc=proc, run=refuse, which=missing)
    assert (reading.status, reading.available) == (status, False)
    assert sources.read(proc=proc, run=Command(ipv4=(0, LINE, ""), ipv6=(0, "", "")), which=installed).source == "conntrack -L"


def test_a_real_command_and_its_time_limit(monkeypatch):
    assert sources.run_command(["sh", "-c", "echo out; echo err >&2; exit 3"]) == (3, "out\n", "err\n")
    monkeypatch.setattr(sources, "SECONDS", 0.05)
    with pytest.raises(OSError, match="did not end"):
        sources.run_command(["sleep", "60"])


def test_all_statuses_have_words():
    assert set(sources.REASONS) == {sources.OK, sources.IDLE, sources.NOT_LOADED, sources.NOT_PERMITTED, sources.NO_SOURCE, sources.FAILED}
