# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors speak to an operator and keep the peers' numbers."""

import pickle

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors, events
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError


def test_one_line_with_what_and_where():
    error = IperfError(6, "parallel is 129")
    assert str(error) == "%s: parallel is 129" % errors.ERRORS[6]
    assert (error.number, error.text, error.detail, error.os_errno) == (6, errors.ERRORS[6], "parallel is 129", 0)


def test_detail_cannot_break_the_line():
    assert "\n" not in str(IperfError(110, "received\nHTTP/1.1\r\n\r\n"))


def test_without_detail():
    assert str(IperfError(121)) == errors.ERRORS[121]


@pytest.mark.parametrize("number", sorted(errors.ERRORS))
def test_texts(number):
    text = errors.ERRORS[number]
    assert text == " ".join(text.split())
    assert not text.endswith((".", ":"))
    assert text[:1].islower() or text[:3] in ("TCP", "UDP", "TOS")


@pytest.mark.parametrize("number, start", [
    (1, True), (5, True), (20, True), (40, True), (errors.USAGE, True), (errors.BAD_VALUE, True), (errors.NOT_SUPPORTED, True),
    (14, False), (17, False), (27, False), (37, False), (103, False), (121, False), (208, False), (errors.PEER_SILENT, False),
    (errors.INTERNAL, False),
])
def test_what_is_refused_before_anything_starts(number, start):
    assert IperfError(number).start is start


def test_own_numbers_never_go_on_the_wire():
    for number in errors.ERRORS:
        wire = IperfError(number).wire_number
        assert wire in errors.ERRORS
        assert wire < 1000
        assert number >= 1000 or wire == number


def test_from_wire():
    error = errors.from_wire(37, 0)
    assert error.number == 37
    assert "reported by the other end" in str(error)
    assert not errors.from_wire(6, 0).start, "the peer refused it, so the test had started here"


def test_from_wire_with_a_stale_errno():
    error = errors.from_wire(142, 9)
    assert error.os_errno == 9
    assert "9, which may be unrelated" in str(error)


@pytest.mark.parametrize("number", [99, 300, 2 ** 31 - 1, -5])
def test_unknown_number_from_the_wire(number):
    assert str(number) in str(errors.from_wire(number, 0))
    assert not errors.from_wire(number, 0).start


def test_no_number_from_the_wire():
    assert errors.from_wire(0, 0).number == errors.PEER_ERROR


def test_errors_travel_between_processes():
    error = errors.from_wire(6, 5)
    copy = pickle.loads(pickle.dumps(error))
    assert copy == error
    assert hash(copy) == hash(error)
    assert (str(copy), copy.start) == (str(error), False)
    assert copy != IperfError(6)


def test_events_compare_by_class_and_fields():
    assert events.State(1) == events.State(1)
    assert events.State(1) != events.State(2)
    assert events.Parameters({"a": 1}) == events.Parameters({"a": 1})
    assert events.Parameters({"a": 1}) != events.Results({"a": 1})
    assert events.Eof() == events.Eof()
    assert events.Eof() != events.State(1)
    assert events.Violation(IperfError(110, "x")) == events.Violation(IperfError(110, "x"))
    assert bool(events.Eof())


@pytest.mark.parametrize("event, text", [
    (events.Cookie("abc"), "Cookie('abc')"),
    (events.Refused(37), "Refused(37, 0)"),
    (events.TimedOut("running", 10.0), "TimedOut('running', 10.0)"),
    (events.Eof(), "Eof()"),
])
def test_events_show_their_fields(event, text):
    assert repr(event) == text
