# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Numbers with units, read and written as iperf3 does. PRIVATE to the collection.

Theory: what a user writes is a decimal number and at most one letter k, m, g or t, in either case. Rates count in steps of
1000, sizes and counts in steps of 1024. What a report shows is a number in four columns, a blank and a unit name without the
plural s; transfers are bytes in steps of 1024, rates are bits in steps of 1000 unless a capital letter asks for bytes.
Sources: docs/docsite/rst/protocol.rst, sections "Command line" and "Text output".
"""
import re
from decimal import Decimal

POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
LARGEST = 2 ** 63 - 1  # integers on the wire are signed 64-bit

_NUMBER = re.compile(r"([0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,2})?([^\W\d_]?)\Z")
_PREFIXES = ("", "K", "M", "G", "T")


def parse_rate(value):
    """The integer bits per second of a number or of text such as "10M" (factor 1000). ValueError says what is allowed."""
    return _parse(value, 1000, "10M")


def parse_size(value):
    """The integer bytes (or count) of a number or of text such as "128K" (factor 1024). ValueError says what is allowed."""
    return _parse(value, 1024, "128K")


def _parse(value, step, example):
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"a number with an optional suffix k, m, g or t (factor {step}) such as {example} is allowed")
    # float's repr is the shortest text that names it, so 0.1 stays one tenth
    match = _NUMBER.match(value.strip() if isinstance(value, str) else repr(value))
    if not match:
        raise ValueError(f"a number, not negative, with an optional suffix k, m, g or t (factor {step}) such as {example} is allowed")
    number, exponent, suffix = match.groups()
    if suffix.lower() not in POWERS:
        raise ValueError(f"the suffix {suffix} is unknown: k, m, g or t (factor {step}) such as {example} is allowed")
    result = Decimal(number + (exponent or "")) * step ** POWERS[suffix.lower()]
    if result > LARGEST:
        raise ValueError(f"at most {LARGEST} is allowed")
    return int(result)


def format_bytes(count, letter=None):
    """A transfer of `count` bytes as "1.25 MByte"; `letter` K, M, G or T fixes the unit, else it follows the number."""
    return _format(float(count), 1024, (letter or "").lower(), "Byte")


def format_rate(bits_per_second, letter="a"):
    """A rate in bits per second as "10.5 Mbit".

    `letter`: k, m, g or t fixes the unit in bits (steps of 1000), K, M, G or T in bytes (steps of 1024), "a" follows the number.
    """
    if letter in ("K", "M", "G", "T"):
        return _format(bits_per_second / 8.0, 1024, letter.lower(), "Byte")
    return _format(float(bits_per_second), 1000, letter or "", "bit")


def _format(number, step, letter, unit):
    power = POWERS.get(letter, 0)
    if not power:
        while power < len(_PREFIXES) - 1 and number >= step ** (power + 1):
            power += 1
    number *= 1.0 / step ** power  # not a division: rounds as iperf3 rounds, also at x.xx5
    if number < 9.995:
        shown = f"{number:4.2f}"
    elif number < 99.95:
        shown = f"{number:4.1f}"
    else:
        shown = f"{number:4.0f}"
    return f"{shown} {_PREFIXES[power]}{unit}"
