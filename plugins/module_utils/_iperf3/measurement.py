# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The numbers of one test, as one end sees them. PRIVATE to the collection.

The data path only adds to the plain counters of its `Stream`; they run from the start of the test to its end and are never set back. Everything
else is a difference of two readings: an interval is the reading now minus the one at the last tick, the measured period is the reading at the
end minus the one when the omit period ended. So no data path has to be stopped for a report, and nothing is counted twice or lost in between.

The other end's numbers come once, in its results message, and are kept apart (`stream.peer`): None means that it never told. What becomes of both
at the end of a test is in endings.py, the message itself in results.py.

Times are seconds of the caller's monotonic clock; `start` and `end` of what is reported count from the start of the test, and again from zero when
the omit period ended.
"""

from typing import NamedTuple, Optional

from . import endings, results
from .stats import UdpReceiver

# A last interval shorter than this part of the report interval is only reported if data moved in it (docs/docsite/rst/protocol.rst, "Intervals").
SHORT_TAIL = 0.1


class TcpSample(NamedTuple):
    """What the kernel tells of a sending TCP socket (struct tcp_info in linux/tcp.h). None: the kernel is too old to tell."""

    retransmits: int  # segments since the connection was made
    snd_cwnd: int  # bytes
    snd_wnd: Optional[int]  # bytes
    rtt: int  # microseconds
    rttvar: int  # microseconds
    pmtu: int  # bytes
    reorder: Optional[int]  # reordering events since the connection was made


class Counts(NamedTuple):
    """One reading of a stream's counters, or the difference of two."""

    bytes: int = 0
    packets: int = 0
    lost: int = 0
    out_of_order: int = 0
    retransmits: int = 0

    def since(self, earlier):
        """What was added after the earlier reading."""
        return Counts(*[new - old for new, old in zip(self, earlier)])


class Stream:
    """One data stream of this end. The data path adds to bytes, blocks and packets, that of a UDP receiver to bytes and udp."""

    def __init__(self, ident, number, sending, local, remote, udp=None):
        self.id = ident  # as in the results message: 1, 3, 4, 5...
        self.number = number  # as shown: the socket's descriptor
        self.sending = sending
        self.local = local  # (host, port)
        self.remote = remote
        self.bytes = 0
        self.blocks = 0
        self.packets = 0  # datagrams sent; a receiver's are in udp
        self.udp = udp  # stats.UdpReceiver of a receiving UDP stream
        self.kernel = KernelStats()
        self.omitted = Counts()  # reading when the measured period began
        self.reported = Counts()  # reading when the last interval ended
        self.peer = None  # results.PeerStream, what the other end tells of this stream
        self.file = None  # (name, bytes that it has) of the file that is sent or written

    def counts(self):
        """The counters now."""
        if self.udp is None:
            return Counts(self.bytes, self.packets, 0, 0, self.kernel.retransmits or 0)
        return Counts(self.bytes, self.udp.high, self.udp.lost, self.udp.out_of_order, 0)

    def measured(self):
        """Counts of the measured period. A datagram lost in the omit period that comes late in the measured one makes no negative loss."""
        counts = self.counts().since(self.omitted)
        return counts._replace(lost=max(0, counts.lost))


class KernelStats:
    """What the samples of a sending TCP stream add up to; every field is None until a sample told it."""

    __slots__ = ("retransmits", "reorder", "max_snd_cwnd", "max_snd_wnd", "max_rtt", "min_rtt", "_rtt_sum", "_rtt_count")

    def __init__(self):
        for name in self.__slots__:
            setattr(self, name, None)
        self._rtt_sum = self._rtt_count = 0

    def add(self, sample, of_interval):
        """A new TcpSample. The extremes and the mean are those of the samples that stand in intervals, as readers of the document can check."""
        self.retransmits = sample.retransmits
        self.reorder = sample.reorder
        if not of_interval:
            return
        self.max_snd_cwnd = max(self.max_snd_cwnd or 0, sample.snd_cwnd)
        if sample.snd_wnd is not None:
            self.max_snd_wnd = max(self.max_snd_wnd or 0, sample.snd_wnd)
        self.max_rtt = max(self.max_rtt or 0, sample.rtt)
        self.min_rtt = sample.rtt if self.min_rtt is None else min(self.min_rtt, sample.rtt)
        self._rtt_sum += sample.rtt
        self._rtt_count += 1

    @property
    def mean_rtt(self):
        """Microseconds, a whole number as iperf3's."""
        return self._rtt_sum // self._rtt_count if self._rtt_count else None


class Measurement:
    """One end's numbers of one test. settings: the test's Settings; role: "client" or "server"."""

    def __init__(self, settings, role):
        self.settings = settings
        self.role = role
        self.udp = settings.protocol == "UDP"
        self.streams = []
        self.intervals = []
        self.keep_intervals = True  # False when intervals are streamed out and a long test must not collect them
        self.seconds = 0.0  # length of the measured period, known after finish()
        self.omitting = bool(settings.omit)
        self.peer = None  # results.Peer, what the other end tells of itself
        self._origin = 0.0  # zero of the clock that reports show
        self._reported = 0.0  # end of the last interval

    def add_stream(self, number, sending, local, remote):
        """A stream in the order of creation (client) or acceptance (server). number: shown in reports; local, remote: (host, port)."""
        ident = len(self.streams) + (2 if self.streams else 1)  # 1, 3, 4, 5...: iperf3 never uses 2
        stream = Stream(ident, number, sending, local, remote, UdpReceiver() if self.udp and not sending else None)
        self.streams.append(stream)
        return stream

    def directions(self):
        """[(suffix of its keys in sums, streams)]: of a bidirectional test client to server first, then server to client, on both ends."""
        if not self.settings.bidir:
            return [("", self.streams)] if self.streams else []
        forward = [stream for stream in self.streams if stream.sending == (self.role == "client")]
        backward = [stream for stream in self.streams if stream.sending != (self.role == "client")]
        return [("", forward), ("_bidir_reverse", backward)] if forward and backward else []

    def start(self, now):
        """TEST_START: the clock of the test starts."""
        self._origin = self._reported = now

    def end_omit(self, now, samples):
        """The omit period is over: counting starts from zero, and so do the report intervals.

        Returns the last interval of the omit period, or None if it is empty because that has just been reported.
        samples, here and below: {stream.id: TcpSample or None}.
        """
        interval = self.settings.interval
        due = bool(interval) and now - self._reported >= SHORT_TAIL * interval
        result = self._interval(now, samples) if due else self._note(samples, False)
        for stream in self.streams:
            if stream.udp is not None:
                stream.udp.begin_measured()
            stream.omitted = stream.reported = stream.counts()
        self.omitting = False
        self._origin = self._reported = now
        return result

    def tick(self, now, samples):
        """A report interval ends. Returns it as in the document's `intervals[]`."""
        return self._interval(now, samples)

    def finish(self, now, samples):
        """The test ends. Returns the last interval, or None if it is short and empty.

        A test that ends while still omitting has measured nothing: `seconds` is 0.
        """
        moved = any(stream.bytes != stream.reported.bytes for stream in self.streams)
        due = moved or now - self._reported >= SHORT_TAIL * self.settings.interval
        result = self._interval(now, samples) if due else self._note(samples, False)
        if self.omitting:
            self.end_omit(now, samples)
        self.seconds = round(max(0.0, now - self._origin), 6)
        return result

    def results(self, cpu, congestion, extra=None):
        """The results message for the other end (protocol.rst, "Results"). cpu: (total, user, system) percent; congestion: name or None."""
        return results.build(self, cpu, congestion, extra)

    def take_results(self, values):
        """Store the other end's results message. Raises IperfError 117 (something required is missing) or 208 (unknown stream)."""
        self.peer, peers = results.parse(values, [stream.id for stream in self.streams])
        for stream in self.streams:
            stream.peer = peers.get(stream.id)

    def totals(self):
        """[endings.Totals] of all streams in order, of which end() and the text summary are made."""
        return [endings.totals(self, stream) for stream in self.streams]

    def end(self, cpu, congestion):
        """The document's `end` object. cpu: (total, user, system) percent or None; congestion: name in use here or None."""
        return endings.end(self, cpu, congestion)

    def _note(self, samples, of_interval):
        for stream in self.streams:
            sample = samples.get(stream.id) if samples else None
            if sample is not None and stream.sending:
                stream.kernel.add(sample, of_interval)

    def _interval(self, now, samples):
        self._note(samples, True)
        times = (self._reported - self._origin, now - self._origin, now - self._reported)
        deltas = {}
        for stream in self.streams:
            counts = stream.counts()
            deltas[stream.id] = counts.since(stream.reported)
            stream.reported = counts
        self._reported = now
        interval = {"streams": [self._stream_entry(times, stream, deltas[stream.id], (samples or {}).get(stream.id)) for stream in self.streams]}
        for suffix, streams in self.directions():
            interval["sum" + suffix] = self._entry(times, streams, [deltas[stream.id] for stream in streams])
        if self.keep_intervals:
            self.intervals.append(interval)
        return interval

    def _stream_entry(self, times, stream, delta, sample):
        entry = {"socket": stream.number}
        entry.update(self._entry(times, [stream], [delta], True, sample))
        return entry

    def _entry(self, times, streams, deltas, single=False, sample=None):
        start, end, seconds = times
        sending = streams[0].sending
        moved = sum(delta.bytes for delta in deltas)
        entry = {"start": round(start, 6), "end": round(end, 6), "seconds": round(seconds, 6), "bytes": moved,
                 "bits_per_second": moved * 8 / seconds if seconds > 0 else 0.0}
        if self.udp:
            packets = sum(delta.packets for delta in deltas)
            if not sending:
                entry["jitter_ms"] = 1000.0 * sum(stream.udp.jitter for stream in streams) / len(streams)
                entry["lost_packets"] = sum(delta.lost for delta in deltas)
            entry["packets"] = packets
            if not sending:
                entry["lost_percent"] = endings.percent(entry["lost_packets"], packets)
        elif sending and any(stream.kernel.retransmits is not None for stream in streams):
            entry["retransmits"] = sum(delta.retransmits for delta in deltas)
            if single:
                for name in ("snd_cwnd", "snd_wnd", "rtt", "rttvar", "pmtu", "reorder"):
                    entry[name] = getattr(sample, name, None)
        entry["omitted"] = self.omitting
        entry["sender"] = sending
        return entry
