# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What both ends measured, put together at the end of a test: the document's `end` object. PRIVATE to the collection.

Each stream has a sending and a receiving side (`Totals`), one of which is here. What the other side counted is known to a client from the results
message. A server prints its report without it, as real ones do, with 0 for everything of the other side; that is iperf3's format, and the one place
where 0 stands for "not known". On a client that never got the results, because the test broke off, the other side is None, which becomes null.

Keys and meanings are iperf3 3.21's (docs/docsite/rst/protocol.rst, "JSON output"). Two slips of the real program are not repeated: `receiver.seconds`
is the length of the receiver's own period, and the sums of the second direction of a bidirectional test have that direction's times.
"""

from typing import NamedTuple, Optional


class Side(NamedTuple):
    """One side of one stream in the measured period. None: not known."""

    seconds: float
    bytes: Optional[int]
    packets: Optional[int]  # UDP; sent, or the receiver's highest number
    retransmits: Optional[int] = None  # TCP sender
    lost: Optional[int] = None  # UDP receiver, as the next two
    jitter: Optional[float] = None  # seconds
    out_of_order: Optional[int] = None


class Totals(NamedTuple):
    """Both sides of one stream; the one that is here is stream.sending's."""

    stream: object  # measurement.Stream
    sender: Side
    receiver: Side


def percent(part, whole):
    """part of whole in percent, 0 of nothing; None if either is not known."""
    if part is None or whole is None:
        return None
    return 100.0 * part / whole if whole else 0.0


def rate(count, seconds):
    """Bits per second of `count` bytes; None if they are not known."""
    if count is None:
        return None
    return count * 8 / seconds if seconds > 0 else 0.0


def totals(measurement, stream):
    """Totals of one stream of a Measurement."""
    here = stream.measured()
    seconds = measurement.seconds
    other = _other_side(measurement, stream)
    if stream.sending:
        known = stream.kernel.retransmits is not None
        return Totals(stream, Side(seconds, here.bytes, here.packets, here.retransmits if known else None), other)
    jitter = stream.udp.jitter if stream.udp is not None else None
    return Totals(stream, other, Side(seconds, here.bytes, here.packets, None, here.lost, jitter, here.out_of_order))


def _other_side(measurement, stream):
    peer = stream.peer
    if measurement.role == "server":
        return Side(measurement.seconds, 0, 0, None, 0, 0.0, 0)
    if peer is None:
        return Side(measurement.seconds, None, None)
    seconds = measurement.seconds if peer.seconds is None else peer.seconds
    # Peers before 3.14 do not tell what fell into the omit period. Of the packets this end knows about as many, of the losses nothing.
    omitted = stream.omitted.packets if peer.omitted_packets is None else peer.omitted_packets
    packets = max(0, peer.packets - omitted)
    if stream.sending:
        return Side(seconds, peer.bytes, packets, None, max(0, peer.errors - (peer.omitted_errors or 0)), peer.jitter, None)
    return Side(seconds, peer.bytes, packets, peer.retransmits if peer.retransmits >= 0 else None)


def end(measurement, cpu, congestion):
    """The `end` object. cpu: (total, user, system) percent of this end or None; congestion: the algorithm in use here or None."""
    every = {entry.stream.id: entry for entry in measurement.totals()}
    one_stream = _udp_stream if measurement.udp else _tcp_stream
    result = {"streams": [one_stream(entry) for entry in every.values()]}
    for suffix, streams in measurement.directions():
        members = [every[stream.id] for stream in streams]
        if measurement.udp:
            result["sum" + suffix] = _udp_sum(members)
        for name, key in (("sender", "sum_sent"), ("receiver", "sum_received")):
            result[key + suffix] = _sum(measurement, members, name)
    result["cpu_utilization_percent"] = _cpu(measurement, cpu)
    if not measurement.udp:
        result.update(_congestion(measurement, congestion))
    return result


def _sum_of(values):
    values = list(values)
    return None if None in values else sum(values)


def _period(seconds, count):
    return {"start": 0, "end": seconds, "seconds": seconds, "bytes": count, "bits_per_second": rate(count, seconds)}


def _milliseconds(jitters):
    total = _sum_of(jitters)
    return None if total is None else 1000.0 * total / len(jitters)


def _losses(members):
    """Jitter and loss of these streams. Losses are a part of what was sent; a server, which does not know that, takes the receiver's count."""
    lost = _sum_of(entry.receiver.lost for entry in members)
    sent, received = (_sum_of(getattr(entry, side).packets for entry in members) for side in ("sender", "receiver"))
    packets = received if not sent and received is not None else sent
    return {"jitter_ms": _milliseconds([entry.receiver.jitter for entry in members]), "lost_packets": lost, "packets": packets,
            "lost_percent": percent(lost, packets)}


# -- one stream

def _tcp_stream(entry):
    stream = entry.stream
    sides = {}
    for name, side in (("sender", entry.sender), ("receiver", entry.receiver)):
        sides[name] = {"socket": stream.number}
        sides[name].update(_period(side.seconds, side.bytes))
        if side.retransmits is not None:
            sides[name]["retransmits"] = side.retransmits
            for detail in ("reorder", "max_snd_cwnd", "max_snd_wnd", "max_rtt", "min_rtt", "mean_rtt"):
                sides[name][detail] = getattr(stream.kernel, detail)
        sides[name]["sender"] = stream.sending
    if stream.file is not None:
        return {"sender": sides["sender"], "diskfile": _diskfile(stream.file, entry), "receiver": sides["receiver"]}
    return sides


def _diskfile(file, entry):
    """What of the file of a stream was sent and received. file: (name, bytes that it has)."""
    name, size = file
    result = {"sent": entry.sender.bytes, "received": entry.receiver.bytes, "size": size}
    for key in ("sent", "received"):
        result["percent_" + key] = None if result[key] is None else 100 * result[key] // size if size else 100
    result["filename"] = name
    return result


def _udp_stream(entry):
    udp = {"socket": entry.stream.number}
    udp.update(_period(entry.sender.seconds, entry.sender.bytes))
    udp.update(_losses([entry]))
    udp["out_of_order"] = entry.receiver.out_of_order
    udp["sender"] = entry.stream.sending
    return {"udp": udp}


# -- sums of a direction

def _sum(measurement, members, side):
    parts = [getattr(entry, side) for entry in members]
    result = _period(parts[0].seconds, _sum_of(part.bytes for part in parts))
    if not measurement.udp:
        if side == "sender" and all(part.retransmits is not None for part in parts):
            result["retransmits"] = sum(part.retransmits for part in parts)
        result["sender"] = members[0].stream.sending
        return result
    packets = _sum_of(part.packets for part in parts)
    if side == "sender":
        result.update(jitter_ms=0.0, lost_packets=0, packets=packets, lost_percent=0.0, sender=True)
    else:
        result.update(_losses(members), packets=packets, sender=False)
    return result


def _udp_sum(members):
    """The sum that mixes both sides: what was sent in the sender's time, over the receiver's period, with the receiver's losses."""
    sender, receiver = members[0].sender, members[0].receiver
    result = _period(receiver.seconds, _sum_of(entry.sender.bytes for entry in members))
    result["bits_per_second"] = rate(result["bytes"], sender.seconds)
    result.update(_losses(members))
    result["sender"] = members[0].stream.sending
    return result


# -- the two ends

def _cpu(measurement, cpu):
    other = (0.0, 0.0, 0.0) if measurement.role == "server" else (measurement.peer.cpu if measurement.peer else None)
    result = {}
    for owner, values in (("host", cpu), ("remote", other)):
        for part, value in zip(("total", "user", "system"), values or (None, None, None)):
            result["%s_%s" % (owner, part)] = value
    return result


def _congestion(measurement, own):
    """Algorithms in use; a server tells only its own. In bidirectional tests both ends send, and the first direction decides as in iperf3."""
    sending = any(stream.sending for stream in measurement.streams)
    result = {"sender_tcp_congestion" if sending else "receiver_tcp_congestion": own}
    if measurement.role == "client" and measurement.peer is not None:
        result["receiver_tcp_congestion" if sending else "sender_tcp_congestion"] = measurement.peer.congestion
    return {key: name for key, name in result.items() if name is not None}
