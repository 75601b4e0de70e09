# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The JSON document of a test (-J) and the lines of --json-stream. PRIVATE to the collection.

Keys and units are iperf3 3.21's (docs/docsite/rst/protocol.rst, "JSON output"; schema: docs/schema/result-v1.json). Three things are better than
there: no key appears twice, what is not known is null, and what is not a number (NaN, infinity) is null too.
`intervals` and `end` come from measurement.py; this file adds `start` and writes it all down as iperf3 does: a tab before the value, a tab per
level, numbers without a fraction as integers.
"""

import json
import math
from datetime import datetime, timedelta

_MAPPED = "::ffff:"
# Not strftime's names, which follow the locale.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plain_host(host):
    """The address as iperf3 shows it: an IPv4 address inside IPv6 as IPv4."""
    return host[len(_MAPPED):] if host.startswith(_MAPPED) and "." in host else host


def start_document(settings, role, streams=(), version="", system_info="", cookie="", timestamp=0.0, mss=0, sndbuf=None, rcvbuf=None, peer=None):
    """The `start` object of a test that reached TEST_START.

    streams: what Measurement.streams holds. version: as "iperf 3.21". timestamp: seconds since 1970. mss: of the control connection in bytes, on a
    server 0. sndbuf, rcvbuf: bytes as the kernel tells for a data socket. peer: on a client (host, port) it was asked to connect to, on a server the
    address that was accepted.
    """
    bitrate = settings.bitrate or 0
    start = {
        "connected": [_connected(stream) for stream in streams],
        "version": version,
        "system_info": system_info,
        "timestamp": {"time": _rfc1123(timestamp), "timesecs": int(timestamp), "timemillisecs": int(timestamp * 1000)},
    }
    if peer is not None:
        start["connecting_to" if role == "client" else "accepted_connection"] = {"host": plain_host(peer[0]), "port": peer[1]}
    start["cookie"] = cookie
    if settings.protocol == "TCP":
        if settings.set_mss:
            start["tcp_mss"] = settings.set_mss
        else:
            start["tcp_mss_default"] = mss or 0
    start.update({
        "target_bitrate": bitrate,
        "fq_rate": settings.fq_rate or 0,
        "sock_bufsize": settings.window or 0,
        "sndbuf_actual": sndbuf,
        "rcvbuf_actual": rcvbuf,
        "test_start": {
            "protocol": settings.protocol,
            "num_streams": settings.parallel,
            "blksize": settings.length,
            "omit": settings.omit,
            "duration": settings.time,
            "bytes": settings.bytes or 0,
            "blocks": settings.blockcount or 0,
            "reverse": int(bool(settings.reverse)),
            "tos": settings.tos or 0,
            "target_bitrate": bitrate,
            "bidir": int(bool(settings.bidir)),
            "fqrate": settings.fq_rate or 0,
            "interval": settings.interval,
            "gso": int(bool(settings.gsro)),
            "gro": int(bool(settings.gsro)),
        },
    })
    return start


def _connected(stream):
    return {"socket": stream.number, "local_host": plain_host(stream.local[0]), "local_port": stream.local[1],
            "remote_host": plain_host(stream.remote[0]), "remote_port": stream.remote[1]}


def _rfc1123(timestamp):
    when = datetime(1970, 1, 1) + timedelta(seconds=int(timestamp))
    return "%s, %02d %s %d %02d:%02d:%02d GMT" % (_DAYS[when.weekday()], when.day, _MONTHS[when.month - 1], when.year, when.hour, when.minute, when.second)


def document(start, intervals, end, error=None, title=None, extra_data=None, server_output=None):
    """The whole document. error: IperfError, text or None. server_output: {"server_output_text": str} or {"server_output_json": dict} or None."""
    whole = {"start": start, "intervals": intervals, "end": end}
    if title:
        whole["title"] = title
    if extra_data:
        whole["extra_data"] = extra_data
    whole.update(server_output or {})
    if error is not None:
        whole["error"] = str(error)
    return whole


def dumps(value):
    """Text of a document in iperf3's layout, without a line feed at the end. Only valid JSON, in ASCII."""
    return _text(value, 0)


def stream_line(event, data):
    """One line of --json-stream, without a line feed at the end. event: "start", "interval", "end", "error", "server_output_json" or "..._text"."""
    return json.dumps({"event": event, "data": _clean(data)}, separators=(",", ":"))


def _text(value, depth):
    if isinstance(value, dict):
        inner = "\t" * (depth + 1)
        members = ["%s%s:\t%s" % (inner, json.dumps(str(key)), _text(member, depth + 1)) for key, member in value.items()]
        return "{\n" + ",\n".join(members) + ("\n" if members else "") + "\t" * depth + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_text(member, depth + 1) for member in value) + "]"
    return json.dumps(_scalar(value))


def _clean(value):
    if isinstance(value, dict):
        return {key: _clean(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(member) for member in value]
    return _scalar(value)


def _scalar(value):
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        if value.is_integer() and abs(value) < 1e15:
            return int(value)
    return value
