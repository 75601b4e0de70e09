# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Bytes of the control connection and of the UDP handshake, to and from values. PRIVATE to the collection.

No state is kept here: pack_... makes the bytes of one message, load_json and unpack_... read one that is complete.
Where messages begin and end is the session's business. What is packed is strict; what is read is taken as peers read it
(protocol.rst, "JSON framing" and "Tolerance"). Bad input raises ValueError with a line that says what is wrong.
"""

import json
import math
import struct

from . import states

COOKIE_SIZE = 37
COOKIE_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH_SIZE = 4
ERROR_SIZE = 9
PARAMETERS_LIMIT = 8192
RESULTS_LIMIT = 64 * 1024 * 1024

UDP_HELLO = b"9876"
UDP_REPLY = b"6789"
# 3.12+, 3.0-3.11 little-endian, 3.0-3.11 big-endian, 3.12-3.16 big-endian (protocol.rst, "UDP handshake")
UDP_REPLIES = (UDP_REPLY, b"\xb1\x68\xde\x3a", b"\x3a\xde\x68\xb1", b"9876")


def make_cookie(randbytes):
    """A new cookie's 36 characters from at least 36 random bytes (protocol.rst, "Cookie")."""
    if len(randbytes) < COOKIE_SIZE - 1:
        raise ValueError("a cookie needs 36 random bytes, not %d" % len(randbytes))
    return "".join(COOKIE_ALPHABET[byte & 31] for byte in bytearray(randbytes[:COOKIE_SIZE - 1]))


def pack_cookie(text):
    """The 37 bytes that open a control connection or a TCP data stream: 36 printable ASCII characters and a NUL."""
    if len(text) != COOKIE_SIZE - 1 or not all(" " <= char <= "~" for char in text):
        raise ValueError("a cookie is 36 printable ASCII characters, not %r" % text)
    return text.encode("ascii") + b"\0"


def unpack_cookie(data):
    """The text of 37 received bytes, up to the first NUL; any byte is accepted, for a server only compares cookies."""
    return bytes(data[:COOKIE_SIZE]).split(b"\0", 1)[0].decode("latin-1")


def pack_state(code):
    """One state byte. code: one of states.NAMES."""
    if code not in states.NAMES:
        raise ValueError("no state: %r" % (code,))
    return struct.pack("b", code)


def pack_json(obj):
    """Length (4 bytes, network order) and compact JSON of an object; NaN and infinities become null."""
    body = json.dumps(_finite(obj), separators=(",", ":"), allow_nan=False).encode("ascii")
    return struct.pack(">I", len(body)) + body


def pack_error(number, os_errno=0):
    """The 9 bytes of SERVER_ERROR with iperf3's error number and the system's (both signed 32 bit)."""
    return struct.pack(">bii", states.SERVER_ERROR, number, os_errno)


def load_json(data):
    """The object in a message's bytes (without the length), as peers' parsers take it.

    Keys come back in lower case and the first of equal keys wins; what follows the first value is ignored; integers of
    2**63 and more are negative ones that a 3.12 or 3.13 peer printed unsigned; a number without a value (1e999) is None.
    """
    text = bytes(data).decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    try:
        value = _DECODER.raw_decode(text)[0]
    except RecursionError:
        raise ValueError("not usable JSON: nested too deeply")
    except ValueError as error:
        raise ValueError("not JSON: %s" % error)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object but %s" % type(value).__name__)
    return value


def _finite(value):
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _object(pairs):
    result = {}
    for key, value in pairs:
        result.setdefault(key.lower(), value)
    return result


def _integer(text):
    if len(text) > 20:      # beyond 64 bit; also keeps Python from converting megabytes of digits
        return _float(text[:400])
    value = int(text)
    return value - 2 ** 64 if 2 ** 63 <= value < 2 ** 64 else value


def _float(text):
    value = float(text)
    return value if math.isfinite(value) else None


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=lambda text: None, strict=False)
