# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""From what somebody wrote to the value of one option. PRIVATE to the collection.

Theory: convert() turns a text of the command line, or a text, number or truth value of a module, into what the row's kind
says. One written value may set several options: "10M/5" a rate and a burst, "10.0.0.1%eth1" an address and an interface,
"ef" a TOS byte. So the answer is a dict. Only the form is looked at here; check_range() compares with the row's limits.
Every refusal names the option, what was written and what is allowed.
Source: docs/docsite/rst/protocol.rst, section "Command line".
"""
import re

from . import errors, units
from .options import BY_NAME, COMPANIONS
from .units import LARGEST

DEBUG_LEVEL = 4
TIMESTAMP = "%c "
KEEPALIVE_LIMITS = (32767, 32767, 127)  # seconds, seconds, probes: MAX_TCP_KEEPIDLE, _KEEPINTVL, _KEEPCNT of linux/tcp.h

# TOS bytes of the names that --dscp takes (RFC 2474, 2597, 3246, 5865; the last three are TOS bits of RFC 1349)
DSCP_NAMES = {"ef": 46 << 2, "va": 44 << 2, "lowdelay": 0x10, "throughput": 0x08, "reliability": 0x04}
DSCP_NAMES.update(("cs%d" % number, number << 5) for number in range(8))
DSCP_NAMES.update(("af%d%d" % (group, drop), (group << 5) + (drop << 3)) for group in (1, 2, 3, 4) for drop in (1, 2, 3))

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}\Z")
_ANY_BASE = re.compile(r"([+-]?)(0[xX][0-9a-fA-F]{1,15}|0[0-7]{0,20}|[1-9][0-9]{0,18})\Z")
_FLOAT = re.compile(r"[+-]?([0-9]{1,19}(\.[0-9]{0,19})?|\.[0-9]{1,19})\Z")


def refusal(number, detail):
    """The IperfError (a start-up one, whatever the number) that says `detail`."""
    error = errors.IperfError(number, detail)
    error.start = True
    return error


def allowed(option):
    """The row's range as text: "0.1 to 60 s, or 0"."""
    if option.maximum == LARGEST:
        return f"{option.minimum} {option.unit} or more"
    text = f"{option.minimum} to {option.maximum} {option.unit}".rstrip()
    return f"{text}, or 0" if option.zero else text


def bad(option, value, what=None, number=None):
    """The refusal of one option's value; `what` is allowed, by default the row's range."""
    return refusal(number or option.error, f"{option.name} is {value!r}, allowed is {what or allowed(option)}")


def check_range(option, value):
    """IperfError when a number lies outside of the row's limits."""
    if option.minimum is None or isinstance(value, (str, bool)) or (option.zero and value == 0):
        return
    if not option.minimum <= value <= option.maximum:
        raise bad(option, value)


def convert(option, value):
    """{name: value} of the options that this value of this option sets; True stands for a missing optional argument."""
    return _CONVERTERS[option.kind](option, value)


def _flag(option, value):
    if value not in (True, False):
        raise bad(option, value, "yes or no")
    if option.name == "no_fq_socket_pacing" and value:
        return {option.name: True, "fq_rate": 0}
    return {option.name: bool(value)}


def _text(option, value):
    if not isinstance(value, str):
        value = str(value)
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise bad(option, value, "valid text without a NUL", errors.BAD_VALUE)
    return {option.name: value}


def _integer(option, value):
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not _INTEGER.match(str(value)):
        raise bad(option, value, f"a whole number, {allowed(option)}")
    return {option.name: int(value)}


def _float(option, value):
    if isinstance(value, bool) or not _FLOAT.match(str(value)):
        raise bad(option, value, f"a number, {allowed(option)}")
    return {option.name: float(value)}


def _any_base(option, value):
    match = None if isinstance(value, bool) else _ANY_BASE.match(str(value))
    if not match:
        raise bad(option, value, f"a whole number, {allowed(option)}")
    sign, digits = match.groups()
    base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10
    return {option.name: int(sign + digits, base)}


def _number_with_unit(parse):
    def converter(option, value):
        if str(value).strip().startswith("-"):
            raise bad(option, value)  # a number that iperf3 understands, and never in range
        try:
            return {option.name: parse(value)}
        except ValueError as exc:
            raise refusal(38, f"{option.name} is {value!r}: {exc}")
    return converter


_rate = _number_with_unit(units.parse_rate)
_size = _number_with_unit(units.parse_size)


def _with_companion(separator, convert_first):
    """A value that may carry another option's behind a separator."""
    def converter(option, value):
        if not isinstance(value, str) or separator not in value:
            return convert_first(option, value)
        first, second = value.split(separator, 1)
        result = convert_first(option, first)
        result.update(convert(BY_NAME[COMPANIONS[option.name]], second))
        return result
    return converter


def _host(option, value):
    """host or host%dev; an IPv6 link-local address keeps its %dev, which is its scope (RFC 4007)."""
    host, percent, device = _text(option, value)[option.name].partition("%")
    if not host or (percent and not device):
        raise bad(option, value, "host or host%device", errors.BAD_VALUE)
    if not percent or re.match(r"fe[89ab][0-9a-f]:", host.lower()):
        return {option.name: host + percent + device}
    return {option.name: host, "bind_dev": device}


def _dscp(option, value):
    name = str(value).lower()
    if name in DSCP_NAMES:
        return {option.name: name, "tos": DSCP_NAMES[name]}
    try:
        number = _any_base(option, value)[option.name]
        check_range(option, number)
    except errors.IperfError:
        raise bad(option, value, f"{allowed(option)} or one of {' '.join(sorted(DSCP_NAMES))}")
    return {option.name: name, "tos": number << 2}


def _format_letter(option, value):
    letter = str(value)[:1]
    if letter == "" or letter not in "kmgtKMGT":
        raise bad(option, value, "one of k m g t K M G T")
    return {option.name: letter}


def _debug(option, value):
    if value is True:
        return {option.name: DEBUG_LEVEL}
    level = _integer(option, value)[option.name]
    # iperf3 takes any number here
    return {option.name: level if 0 <= level <= DEBUG_LEVEL else DEBUG_LEVEL}


def _strftime(option, value):
    return {option.name: TIMESTAMP} if value is True else _text(option, value)


def _keepalive(option, value):
    """(idle, interval, count), 0 for what is left to the system; "off" for no keepalive, None for the engine's own."""
    if value is False:
        return {option.name: None}
    if str(value).lower() in ("off", "no", "false"):  # YAML turns off into a truth value
        return {option.name: "off"}
    parts = [] if value is True or value == "" else str(value).split("/")
    what = "off, or idle/interval/count, each optional, up to %d s / %d s / %d" % KEEPALIVE_LIMITS
    if len(parts) > 3 or not all(part == "" or re.match(r"[0-9]{1,5}\Z", part) for part in parts):
        raise bad(option, value, what)
    numbers = tuple(int(part or 0) for part in parts) + (0,) * (3 - len(parts))
    if any(number > limit for number, limit in zip(numbers, KEEPALIVE_LIMITS)):
        raise bad(option, value, what)
    idle, interval, count = numbers
    if idle and interval and count and idle <= interval * count:
        raise bad(option, value, f"an idle time above {interval} * {count} = {interval * count} s")
    return {option.name: numbers}


_CONVERTERS = {
    "flag": _flag, "text": _text, "int": _integer, "float": _float, "anybase": _any_base, "rate": _rate, "size": _size,
    "bitrate": _with_companion("/", _rate), "affinity": _with_companion(",", _integer), "host": _host, "dscp": _dscp,
    "format": _format_letter, "debug": _debug, "strftime": _strftime, "keepalive": _keepalive,
}
