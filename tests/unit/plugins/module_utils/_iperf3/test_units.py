# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers with units: read with the right factor, refused with a reason, shown in iperf3's columns."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import units


@pytest.mark.parametrize("text, rate, size", [
    ("0", 0, 0),
    ("1", 1, 1),
    ("10k", 10000, 10240),
    ("10K", 10000, 10240),
    ("1m", 1000000, 1048576),
    ("2.25G", 2250000000, 2415919104),
    ("1t", 10 ** 12, 2 ** 40),
    ("4T", 4 * 10 ** 12, 2 ** 42),
    (".5K", 500, 512),
    ("5.", 5, 5),
    ("1e3", 1000, 1000),
    ("1e3K", 1000000, 1024000),
    ("0.3M", 300000, 314572),  # the fraction that is left is cut off
    ("1.9", 1, 1),
    (" 7 ", 7, 7),
    (12, 12, 12),
    (1.5, 1, 1),
    (1e16, 10 ** 16, 10 ** 16),
    (2 ** 63 - 1, 2 ** 63 - 1, 2 ** 63 - 1),
])
def test_parse(text, rate, size):
    assert units.parse_rate(text) == rate
    assert units.parse_size(text) == size


def test_no_rounding_on_the_way():
    assert units.parse_rate("9007199254740993") == 2 ** 53 + 1
    assert units.parse_rate("4.35M") == 4350000  # 4349999 by way of a float
    assert units.parse_size("8388607.9999999999T") < 2 ** 63


@pytest.mark.parametrize("value", [
    "", " ", "k", "M", ".", "-", "-1", "+1", "1X", "10Mb", "10 M", "1kk", "0x10", "1,5", "1e", "1e999999999", "1e99", "inf", "nan", "10\n5", "\u0663",
    float("inf"), float("nan"), -1, True, None, [], "9999999T", 2 ** 63,
])
def test_refuse(value):
    for parse in (units.parse_rate, units.parse_size):
        with pytest.raises(ValueError) as caught:
            parse(value)
        assert "allowed" in str(caught.value)


def test_refusal_names_the_suffix():
    with pytest.raises(ValueError) as caught:
        units.parse_rate("10X")
    assert "suffix X" in str(caught.value)


# What the real iperf3 3.12 prints for these numbers
@pytest.mark.parametrize("count, letter, shown", [
    (0, None, "0.00 Byte"),
    (999, None, " 999 Byte"),
    (1000, None, "1000 Byte"),
    (1023, None, "1023 Byte"),
    (1024, None, "1.00 KByte"),
    (126000, None, " 123 KByte"),
    (1310720, None, "1.25 MByte"),
    (10 * 2 ** 20, None, "10.0 MByte"),
    (99.94 * 2 ** 20, None, "99.9 MByte"),
    (99.96 * 2 ** 20, None, " 100 MByte"),
    (9.994 * 2 ** 30, None, "9.99 GByte"),
    (9.996 * 2 ** 30, None, "10.0 GByte"),
    (2 ** 40, None, "1.00 TByte"),
    (2 ** 52, None, "4096 TByte"),
    (2 ** 20, "K", "1024 KByte"),
    (2 ** 20, "G", "0.00 GByte"),
])
def test_format_bytes(count, letter, shown):
    assert units.format_bytes(count, letter) == shown


@pytest.mark.parametrize("rate, letter, shown", [
    (0, "a", "0.00 bit"),
    (999, "a", " 999 bit"),
    (1000, "a", "1.00 Kbit"),
    (10470912, "a", "10.5 Mbit"),
    (94.1e9, "a", "94.1 Gbit"),
    (1e12, "a", "1.00 Tbit"),
    (2535000, "a", "2.53 Mbit"),  # a float's rounding, the same as in iperf3
    (10470912, "k", "10471 Kbit"),
    (10470912, "m", "10.5 Mbit"),
    (10470912, "g", "0.01 Gbit"),
    (10470912, "t", "0.00 Tbit"),
    (10470912, "K", "1278 KByte"),
    (10470912, "M", "1.25 MByte"),
    (10470912, "G", "0.00 GByte"),
    (8 * 2.0 ** 40, "T", "1.00 TByte"),
])
def test_format_rate(rate, letter, shown):
    assert units.format_rate(rate, letter) == shown


def test_default_letter_follows_the_number():
    assert units.format_rate(1e6) == units.format_rate(1e6, "a") == "1.00 Mbit"
