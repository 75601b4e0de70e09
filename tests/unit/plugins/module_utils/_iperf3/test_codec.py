# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bytes to values and back, one message at a time."""

import json

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import codec, extension, states

COOKIE = "bii7ag7iyhs3gwa2eiadkbl34kqpdirtymzo"


@pytest.mark.parametrize("code, byte, name", [
    (1, b"\x01", "TEST_START"),
    (2, b"\x02", "TEST_RUNNING"),
    (4, b"\x04", "TEST_END"),
    (9, b"\x09", "PARAM_EXCHANGE"),
    (10, b"\x0a", "CREATE_STREAMS"),
    (11, b"\x0b", "SERVER_TERMINATE"),
    (12, b"\x0c", "CLIENT_TERMINATE"),
    (13, b"\x0d", "EXCHANGE_RESULTS"),
    (14, b"\x0e", "DISPLAY_RESULTS"),
    (16, b"\x10", "IPERF_DONE"),
    (-1, b"\xff", "ACCESS_DENIED"),
    (-2, b"\xfe", "SERVER_ERROR"),
])
def test_states(code, byte, name):
    assert codec.pack_state(code) == byte
    assert states.name(code) == name
    assert getattr(states, name) == code


def test_every_state_is_in_the_table_above():
    assert len(states.NAMES) == 12


@pytest.mark.parametrize("code", [0, 3, 15, 17, 127, -3])
def test_other_bytes_are_no_states(code):
    assert "UNKNOWN" in states.name(code)
    assert "%02x" % (code & 255) in states.name(code)
    with pytest.raises(ValueError):
        codec.pack_state(code)


def test_cookie_both_ways():
    data = codec.pack_cookie(COOKIE)
    assert data == COOKIE.encode("ascii") + b"\0"
    assert len(data) == codec.COOKIE_SIZE
    assert codec.unpack_cookie(data) == COOKIE


def test_any_printable_cookie_is_sent():
    text = "".join(chr(code) for code in list(range(32, 50)) + list(range(109, 127)))
    assert codec.pack_cookie(text) == text.encode("ascii") + b"\0"


def test_make_cookie_uses_the_random_bytes():
    cookie = codec.make_cookie(bytes(bytearray(range(200, 240))))
    assert len(cookie) == 36
    assert cookie[:32] == "ijklmnopqrstuvwxyz234567abcdefgh"
    assert codec.unpack_cookie(codec.pack_cookie(cookie)) == cookie
    assert codec.make_cookie(b"\0" * 36) != codec.make_cookie(b"\1" * 36)


@pytest.mark.parametrize("text", ["", "short", COOKIE + "x", COOKIE[:-1] + "\n", COOKIE[:-1] + "\u00e4", COOKIE[:-1] + "\0"])
def test_no_other_cookie_is_sent(text):
    with pytest.raises(ValueError):
        codec.pack_cookie(text)


@pytest.mark.parametrize("data, text", [
    (b"vm.1795421415.671685.135e261555092a3\0", "vm.1795421415.671685.135e261555092a3"),    # 3.0 and 3.1
    (b"short\0" + b"x" * 31, "short"),
    (b"\xff" * 37, "\xff" * 37),
])
def test_any_cookie_is_taken(data, text):
    assert codec.unpack_cookie(data) == text


def test_too_few_random_bytes():
    with pytest.raises(ValueError):
        codec.make_cookie(b"x" * 35)


@pytest.mark.parametrize("number, os_errno, data", [
    (37, 0, b"\xfe\0\0\0\x25\0\0\0\0"),
    (208, 9, b"\xfe\0\0\0\xd0\0\0\0\x09"),
    (-1, -1, b"\xfe" + b"\xff" * 8),
])
def test_error_frame(number, os_errno, data):
    assert codec.pack_error(number, os_errno) == data
    if not os_errno:
        assert codec.pack_error(number) == data


# value, its JSON on the wire
PACKED = [
    ({}, b"{}"),
    ({"tcp": True, "omit": 0}, b'{"tcp":true,"omit":0}'),
    ({"jitter": 0.5, "nested": {"list": [1, 2.5, "x"]}}, b'{"jitter":0.5,"nested":{"list":[1,2.5,"x"]}}'),
    ({"title": "\u00e4\u20ac"}, b'{"title":"\\u00e4\\u20ac"}'),
    ({"number": 2 ** 63 - 1, "negative": -1}, b'{"number":9223372036854775807,"negative":-1}'),
]


@pytest.mark.parametrize("value, body", PACKED)
def test_json_both_ways(value, body):
    data = codec.pack_json(value)
    assert data == b"\0\0\0" + bytes(bytearray([len(body)])) + body
    assert codec.load_json(body) == value


def test_length_is_in_network_order():
    assert codec.pack_json({"x": "y" * 0x12345})[:4] == b"\x00\x01\x23\x4d"


def test_no_number_that_json_does_not_have():
    value = {"a": float("nan"), "b": [float("inf")], "c": ({"d": float("-inf")},)}
    assert json.loads(codec.pack_json(value)[4:].decode("ascii")) == {"a": None, "b": [None], "c": [{"d": None}]}


# what, JSON text, what is read
LOADED = [
    ("unsigned -1 of 3.12", b'{"retransmits":18446744073709551615}', {"retransmits": -1}),
    ("lowest of unsigned", b'{"n":9223372036854775808}', {"n": -2 ** 63}),
    ("highest signed", b'{"n":9223372036854775807}', {"n": 2 ** 63 - 1}),
    ("lowest signed", b'{"n":-9223372036854775808}', {"n": -2 ** 63}),
    ("highest unsigned and one more", b'{"n":18446744073709551616}', {"n": 2 ** 64}),
    ("more than 64 bit", b'{"n":18446744073709551616000}', {"n": 18446744073709551616000.0}),
    ("endless number", b'{"n":' + b"9" * 5000 + b"}", {"n": None}),
    ("float where an integer is due", b'{"len":5e3,"time":1.0,"num":1e+15}', {"len": 5000.0, "time": 1.0, "num": 1e15}),
    ("number without a value", b'{"n":1e999,"m":-1e999}', {"n": None, "m": None}),
    ("words that are no JSON", b'{"n":NaN,"m":-Infinity}', {"n": None, "m": None}),
    ("keys in any case", b'{"MSS":1400,"TOS":16,"Inner":{"KEY":1}}', {"mss": 1400, "tos": 16, "inner": {"key": 1}}),
    ("first of equal keys", b'{"time":1,"TIME":2,"time":3}', {"time": 1}),
    ("white space", b' \r\n\t{ "tcp" :\ttrue ,\n"len": 1 }\n ', {"tcp": True, "len": 1}),
    ("text behind the value", b'{"a":1}, and {"b":2}\0\xff', {"a": 1}),
    ("byte order mark", b'\xef\xbb\xbf{"a":1}', {"a": 1}),
    ("bytes that are no UTF-8", b'{"title":"\xff"}', {"title": "\ufffd"}),
    ("raw line end in a text", b'{"server_output_text":"a\n\tb"}', {"server_output_text": "a\n\tb"}),
    ("null", b'{"a":null}', {"a": None}),
]


@pytest.mark.parametrize("data, value", [row[1:] for row in LOADED], ids=[row[0] for row in LOADED])
def test_tolerant_reading(data, value):
    loaded = codec.load_json(bytearray(data))
    assert loaded == value
    assert [type(item) for item in loaded.values()] == [type(value[key]) for key in loaded]


@pytest.mark.parametrize("data", [
    b"", b" ", b"[]", b"1", b'"text"', b"null", b"{", b'{"a"}', b'{"a":1', b"{'a':1}", b"<html>", b"\0\0\0\0", b'{"a":' + b"[" * 100000,
], ids=repr)
def test_what_is_no_json_object(data):
    with pytest.raises(ValueError) as caught:
        codec.load_json(data)
    assert "JSON" in str(caught.value)


def test_udp_words():
    assert codec.UDP_HELLO == b"\x39\x38\x37\x36"
    assert codec.UDP_REPLY == b"\x36\x37\x38\x39"
    assert codec.UDP_REPLY in codec.UDP_REPLIES
    assert b"\xb1\x68\xde\x3a" in codec.UDP_REPLIES
    assert all(len(word) == 4 for word in codec.UDP_REPLIES)


def test_extension_both_ways():
    message = {"tcp": True}
    message.update(extension.build(version="1.0.0", running=3, nothing=None))
    loaded = codec.load_json(codec.pack_json(message)[4:])
    assert extension.parse(loaded) == {"version": "1.0.0", "running": 3}
    assert extension.is_ours(loaded)


def test_an_empty_extension_still_tells_who_we_are():
    assert extension.is_ours(extension.build())
    assert extension.parse(extension.build()) == {}


@pytest.mark.parametrize("message", [
    {}, {"nfv_iperf": None}, {"nfv_iperf": 1}, {"nfv_iperf": "text"}, {"nfv_iperf": []}, {"nfv_iperf": True}, None, [], "nfv_iperf",
])
def test_any_extension_is_tolerated(message):
    assert extension.parse(message) == {}
    assert not extension.is_ours(message)
