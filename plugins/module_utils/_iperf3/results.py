# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The results message: what the two ends tell each other after a test. PRIVATE to the collection.

Sent strictly as iperf3 3.21 sends it, read as loosely as the versions since 3.0 make necessary (docs/docsite/rst/protocol.rst, "Results"):

* Integers may come as floats. Negative ones as unsigned 64-bit numbers (3.12, 3.13) are put right by codec.py, as for all messages.
* Before 3.14 packets and errors are 32-bit counters that wrap negative, and nothing tells their part in the omit period.
* Before 3.2 nothing tells the length of the period: None here, and this end's own length is used instead.
* Keys that nobody requires may be absent or wrong; keys that every version sends may not.
"""

from typing import NamedTuple, Optional

from .errors import IperfError

ERROR_RESULTS = 117
ERROR_STREAM_ID = 208


class PeerStream(NamedTuple):
    """What the other end tells of one stream. bytes of the measured period, packets and errors with the omit period in them."""

    bytes: int
    retransmits: int  # -1: not known
    jitter: float  # seconds
    errors: int
    packets: int
    omitted_errors: Optional[int]  # None: a peer before 3.14
    omitted_packets: Optional[int]
    seconds: Optional[float]  # None: a peer before 3.2


class Peer(NamedTuple):
    """What the other end tells of itself."""

    cpu: tuple  # (total, user, system) percent of one CPU
    has_retransmits: int  # 1: it sends and knows them; 0: it sends and does not; -1: it only receives
    congestion: Optional[str]
    values: dict  # the whole message, for the keys that are nobody's business here


def build(measurement, cpu, congestion, extra=None):
    """The results message of this end. cpu: (total, user, system) percent; congestion: name or None (not TCP); extra: further keys, e.g. server output."""
    senders = [stream for stream in measurement.streams if stream.sending]
    if not senders:
        has_retransmits = -1
    else:
        has_retransmits = int(any(stream.kernel.retransmits is not None for stream in senders))
    message = {"cpu_util_total": cpu[0], "cpu_util_user": cpu[1], "cpu_util_system": cpu[2], "sender_has_retransmits": has_retransmits}
    if congestion is not None:
        message["congestion_used"] = congestion
    message.update(extra or {})
    message["streams"] = [_stream(measurement, stream) for stream in measurement.streams]
    return message


def _stream(measurement, stream):
    counts = stream.counts()
    measured = stream.measured()
    jitter, errors, omitted_errors = 0.0, counts.lost, stream.omitted.lost
    if stream.udp is not None:
        jitter = stream.udp.jitter
    elif measurement.role == "server" and stream.peer is not None:
        # A server knows the client's results by now and real ones repeat its loss for the streams that they sent.
        jitter, errors, omitted_errors = stream.peer.jitter, stream.peer.errors, stream.peer.omitted_errors or 0
    return {
        "id": stream.id,
        "bytes": measured.bytes,
        "retransmits": measured.retransmits if stream.sending and stream.kernel.retransmits is not None else -1,
        "jitter": jitter,
        "errors": errors,
        "omitted_errors": omitted_errors,
        "packets": counts.packets,
        "omitted_packets": stream.omitted.packets,
        "start_time": 0,
        "end_time": measurement.seconds,
    }


def parse(values, known_ids):
    """(Peer, {id: PeerStream}) from the other end's message. Raises IperfError 117 or 208; nothing is half taken over."""
    if not isinstance(values, dict):
        raise IperfError(ERROR_RESULTS, "the message is no object")
    cpu = tuple(_float(values, "cpu_util_" + part) for part in ("total", "user", "system"))
    has_retransmits = _int(values, "sender_has_retransmits")
    congestion = values.get("congestion_used")
    entries = values.get("streams")
    if not isinstance(entries, list):
        raise IperfError(ERROR_RESULTS, "the message has no list of streams")
    streams = {}
    for entry in entries:
        if not isinstance(entry, dict):
            raise IperfError(ERROR_RESULTS, "an entry of the list of streams is no object")
        ident = _int(entry, "id")
        if ident not in known_ids:
            raise IperfError(ERROR_STREAM_ID, "the other end tells of stream %d, this end has %s" % (ident, ", ".join(str(known) for known in known_ids)))
        streams[ident] = _peer_stream(entry)
    return Peer(cpu, has_retransmits, congestion if isinstance(congestion, str) else None, values), streams


def _peer_stream(entry):
    omitted = [_number(entry.get(key)) for key in ("omitted_errors", "omitted_packets")]
    if None in omitted:
        omitted = [None, None]
    else:
        omitted = [_counter(int(value)) for value in omitted]
    start, end = _number(entry.get("start_time")), _number(entry.get("end_time"))
    seconds = end - start if start is not None and end is not None and end > start else None
    return PeerStream(_int(entry, "bytes"), _int(entry, "retransmits"), _float(entry, "jitter"), _counter(_int(entry, "errors")),
                      _counter(_int(entry, "packets")), omitted[0], omitted[1], seconds)


def _number(value):
    """The value if it is a number that a 64-bit peer can have meant, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -2 ** 64 < value < 2 ** 64:
        return None
    return value


def _float(values, key):
    value = _number(values.get(key))
    if value is None:
        raise IperfError(ERROR_RESULTS, "%s is missing or no number" % key)
    return float(value)


def _int(values, key):
    value = _number(values.get(key))
    if value is None:
        raise IperfError(ERROR_RESULTS, "%s is missing or no number" % key)
    return int(value)


def _counter(value):
    """A count that can not be negative: one of an old peer whose 32 bits ran over."""
    return value % 2 ** 32 if value < 0 else value
