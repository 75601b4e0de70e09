# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Settings as the parameters of the wire, both ways. PRIVATE to the collection.

Theory: strict in what is sent. Real servers take a flag for set when its key is there, whatever its value, so flags are sent
only when true; nothing is null; the keys without which old servers keep those of the test before are always there; the text
stays below what servers from 3.18 on read. Tolerant in what is taken: keys in any case, unknown keys, numbers written as
integers or floats, and a value of the wrong type is as good as absent. A number out of range is refused as iperf3 3.21+
does, with the number that its client explains.
Source: docs/docsite/rst/protocol.rst, section "Parameters".
"""
import json

from . import errors, values
from .options import BY_NAME, LEVEL, OPTIONS, UDP_LARGEST, UDP_LENGTH, UDP_SMALLEST

CLIENT_VERSION = f"{LEVEL}-nfv.iperf"  # for people who read captures; no server looks at it
SIZE_LIMIT = 8192  # bytes, servers 3.18 and later
RESERVED = 1024  # bytes of SIZE_LIMIT that are kept for the extension
OFFLOAD_SEGMENTS = 128  # segments that a kernel takes at once

# Sent also when 0: servers before 3.12 keep what the last test set, and 3.2 to 3.6 end a test of unknown duration
_ALWAYS = ("omit", "time", "bytes", "blockcount", "parallel")


def to_wire(settings):
    """The dict a client sends. Its UDP block size must be known (Settings.with_mss)."""
    wire = {settings.protocol.lower(): True}
    for option in OPTIONS:
        if not option.wire or option.name in ("udp", "gsro"):
            continue
        value = getattr(settings, option.name)
        if option.name in _ALWAYS or value:
            wire[option.wire] = int(value) if option.wire_type in ("int", "one") else value
        elif option.name == "server_affinity" and value is not None:
            wire[option.wire] = value
    if settings.udp:
        wire.update(_offload(settings))
    wire["client_version"] = CLIENT_VERSION
    return wire


def _offload(settings):
    """The keys that 3.21 always sends with UDP; 0 also takes back what a 3.21 server kept from the test before."""
    buffer_size = UDP_LARGEST
    if settings.gsro and settings.length:
        buffer_size = settings.length * min(UDP_LARGEST // settings.length, OFFLOAD_SEGMENTS)
    wanted = int(settings.gsro)
    return {"gso": wanted, "gso_dg_size": (settings.length or 0) * wanted, "gso_bf_size": buffer_size, "gro": wanted, "gro_bf_size": UDP_LARGEST}


def check_size(settings):
    """IperfError when the parameters would not fit with what the extension needs."""
    size = len(json.dumps(to_wire(settings), separators=(",", ":")))
    if size > SIZE_LIMIT - RESERVED:
        raise values.refusal(errors.TOO_LARGE, f"title, extra_data and congestion make parameters of {size} bytes, allowed are {SIZE_LIMIT - RESERVED}")


def read_into(settings, parameters):
    """Set a server's settings from received parameters (dict) and return them; IperfError as the client is to be told."""
    if not isinstance(parameters, dict):
        raise errors.IperfError(114, "the parameters are no JSON object")
    received = {}
    for key, value in parameters.items():
        received.setdefault(key.lower(), value)
    if _is_set(received.get("sctp")):
        raise errors.IperfError(131, "sctp was asked for, allowed are tcp and udp")
    _read_options(settings, received)
    settings.client_version = _text(received.get("client_version")) or ""
    settings.authtoken = _text(received.get("authtoken")) or ""
    _default_and_check(settings, received)
    _check_limits(settings)
    return settings


def _read_options(settings, received):
    for option in OPTIONS:
        if not option.wire or not option.supported:
            continue
        value = _READERS[option.wire_type](received.get(option.wire.lower()))
        if value is None:
            continue
        if option.wire_type == "int" and option.name != "length":
            if option.name == "pacing_timer" and not option.minimum <= value <= option.maximum:
                continue  # nothing here depends on it
            values.check_range(option, value)
        setattr(settings, option.name, value)
        settings.given.add(option.name)


def _default_and_check(settings, received):
    """The defaults of a server and the rules between parameters."""
    if "time" not in settings.given and (settings.bytes or settings.blockcount):
        settings.time = 0  # clients before 3.3 leave it out
    if "length" not in settings.given:
        settings.length = UDP_LENGTH if settings.udp else BY_NAME["length"].default
    if settings.udp and not UDP_SMALLEST <= settings.length <= UDP_LARGEST:
        raise errors.IperfError(20, f"length is {settings.length}, allowed over UDP is {UDP_SMALLEST} to {UDP_LARGEST} bytes")
    if not 0 < settings.length <= BY_NAME["length"].maximum:
        raise errors.IperfError(7, f"length is {settings.length}, allowed is {values.allowed(BY_NAME['length'])}")
    if settings.bidir:
        settings.reverse = False
    if settings.server_affinity is not None:
        settings.affinity = settings.server_affinity


def _check_limits(settings):
    """The limits that this server was started with (protocol.rst, "Limits of servers")."""
    limit = settings.server_max_duration
    if limit and not 0 < settings.duration <= limit:
        raise errors.IperfError(37, f"{settings.duration or 'no'} seconds were asked for, allowed are 1 to {limit}")
    limit = settings.server_bitrate_limit
    wanted = settings.parallel * (2 if settings.bidir else 1) * max(settings.bitrate, settings.fq_rate)
    if limit and wanted > limit:
        raise errors.IperfError(27, f"{wanted} bit/s were asked for by all streams together, allowed are {limit}")


def _integer(value):
    """An int from a JSON number; None from anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):  # not a number, infinite
        return None


def _text(value):
    return value if isinstance(value, str) else None


def _is_set(value):
    """True for a JSON boolean of either value, as for every real server, and for a number that is not 0; else None."""
    return True if isinstance(value, bool) or _integer(value) else None


def _one(value):
    """True for true and for a number that is not 0; else None."""
    return True if value is True or _integer(value) else None


_READERS = {"int": _integer, "text": _text, "true": _is_set, "one": _one}
