# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The time of a test in which data flows: one loop over the control connection and all data streams.

PRIVATE to the collection. One thread and one poll() serve every stream of a test; each worker moves data for a few milliseconds at a time, so
that the control connection, the report interval and the end of the test are never late by more than that.
Garbage collection is off meanwhile: nothing in the loop makes cycles.
"""

import errno
import gc
import select
import time

from .._iperf3 import errors
from . import control, failure, signals, tcp_info

# A worker that failed at a moment is not asked again for so long; seconds.
LONGEST_WAIT = 1.0


class Traffic(object):
    """Moves the data of one test.

    channel: ControlChannel. workers: list of data workers. measurement: layer 1's Measurement.
    on_interval: called with each interval's dict. Everything in seconds of time.monotonic().
    """

    def __init__(self, channel, workers, measurement, settings, on_interval=None, on_turn=None):
        self.channel = channel
        self.workers = workers
        self.measurement = measurement
        self.settings = settings
        self.on_interval = on_interval or (lambda interval: None)
        self.on_turn = on_turn
        self.udp = settings.protocol == "UDP"
        self.started = None
        self.omit_at = None
        self.omitted = False
        self._tick_from = None
        self._ticks = 0
        self._moved = {}
        self._moved_at = None
        self._poller = select.poll()
        self._masks = {}

    # -- the steps of a test ------------------------------------------------------------------------------------------------

    def start(self):
        """TEST_START: both clocks begin."""
        now = time.monotonic()
        self.started = now
        self._moved_at = now
        self.measurement.start(now)
        self.omit_at = now + self.settings.omit if self.settings.omit else None
        self.omitted = bool(self.settings.omit)
        self._begin_ticks(now)
        for worker in self.workers:
            worker.start(now)

    def run(self, ended):
        """Moves data until the control connection has an event (returned) or ended(now) is true (returns None).

        Raises IperfError 144 when this end receives and nothing came for rcv_timeout, 205/206 when a stream is lost,
        Interrupted when a signal came.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            for number in [self.channel.sock.fileno()] + signals.descriptor(self.channel.stop):
                self._poller.register(number, select.POLLIN)
            while True:
                event = self.channel.next_event()
                if event is not None:
                    return event
                name = self.channel.stop()
                if name:
                    raise control.Interrupted(name)
                now = time.monotonic()
                self._clockwork(now)
                if ended(now):
                    return None
                self._turn(now, ended)
        finally:
            if collecting:
                gc.enable()

    def drain(self, until, wanted):
        """After TEST_END: reads and drops what still arrives, until the control connection has an event (or None at `until`).

        Single-threaded servers block in a full pipe unless the client goes on reading (protocol.rst, "Errors and endings").
        """
        receivers = [worker for worker in self.workers if not worker.sending]
        while time.monotonic() < until:
            numbers = [worker.sock.fileno() for worker in receivers if not worker.finished and worker.sock.fileno() >= 0]
            event = self.channel.wait(also=numbers, until=until)
            if event is not None:
                return event
            for worker in receivers:
                worker.drop()
        return None

    def finish(self):
        """The end of the measured time: what has arrived by now still counts, then comes the last, perhaps short, interval."""
        now = time.monotonic()
        for worker in self.workers:
            if not worker.sending and not worker.finished:
                worker.service(now)
        now = time.monotonic()
        interval = self.measurement.finish(now, self.samples())
        if interval is not None:
            self.on_interval(interval)
        return now

    def samples(self):
        """TCP_INFO of every stream that this end sends on; None where the kernel does not tell."""
        if self.udp:
            return {}
        return dict((worker.stream.id, tcp_info.sample(worker.sock)) for worker in self.workers if worker.sending)

    # -- inside ---------------------------------------------------------------------------------------------------------------

    def _begin_ticks(self, now):
        self._tick_from = now
        self._ticks = 1

    def _next_tick(self):
        if not self.settings.interval:
            return None
        return self._tick_from + self._ticks * self.settings.interval

    def _end_omit(self, now):
        self.omit_at = None
        self.omitted = False
        interval = self.measurement.end_omit(now, self.samples())
        if interval is not None and self.settings.interval:
            self.on_interval(interval)
        self._begin_ticks(now)

    def _clockwork(self, now):
        tick = self._next_tick()
        if tick is not None and now >= tick and (self.omit_at is None or tick <= self.omit_at):
            self._ticks += 1
            while self._next_tick() <= now:
                self._ticks += 1
            self.on_interval(self.measurement.tick(now, self.samples()))
        if self.omit_at is not None and now >= self.omit_at:
            self._end_omit(now)
        if self.on_turn:
            self.on_turn(now)
        timer = self.channel.session.next_timeout()
        if timer is not None and now >= timer:
            self.channel.session.handle_timeout(now)

    def _turn(self, now, ended):
        wake = now + LONGEST_WAIT
        for at in (self._next_tick(), self.omit_at, self.channel.session.next_timeout(), getattr(ended, "at", None)):
            if at is not None and at < wake:
                wake = at
        by_number = {}
        busy = False
        for worker in self.workers:
            if worker.finished:
                self._mask(worker.number, 0)
                continue
            mask, due = worker.wants(now)
            by_number[worker.number] = worker
            if due is not None:
                wake = min(wake, due)
                if due <= now:
                    busy = True
            self._mask(worker.number, mask)
        ready = self._poller.poll(0 if busy else max(0.0, wake - now) * 1000)
        channel = self.channel.sock.fileno()
        for number, mask in ready:
            if number == channel:
                self.channel.receive()
                continue
            worker = by_number.get(number)
            if worker is not None:
                worker.service(time.monotonic())
                if worker.error is not None:
                    self._failed(worker)
        self._check_silence(time.monotonic())

    def _mask(self, number, mask):
        if self._masks.get(number, 0) == mask:
            return
        if not mask:
            self._poller.unregister(number)
        elif self._masks.get(number):
            self._poller.modify(number, mask)
        else:
            self._poller.register(number, mask)
        self._masks[number] = mask

    def _failed(self, worker):
        """A stream is lost: an error only if the control connection does not say in the next moments why."""
        self._mask(worker.number, 0)
        worker.finished = True
        if self.udp and not worker.sending:
            return
        event = self.channel.wait(until=time.monotonic() + 1.0)
        if event is not None:
            self.channel.fail(event)
        number = 205 if worker.sending else 206
        remote = worker.stream.remote
        if worker.error.filename:
            raise failure.system(14, "file '%s' of stream %d" % (worker.error.filename, worker.stream.id), worker.error)
        what = "stream %d to %s port %d" % (worker.stream.id, remote[0], remote[1])
        if worker.error.errno == errno.EMSGSIZE:
            what += ", datagrams of length %d are larger than its route takes in one packet, ask for a smaller length" % self.settings.length
        raise failure.system(number, what, worker.error)

    def _check_silence(self, now):
        """rcv_timeout (milliseconds): data that this end waits for must keep coming."""
        receivers = [worker.stream for worker in self.workers if not worker.sending]
        limit = (self.settings.rcv_timeout or 0) / 1000.0
        if not receivers or not limit:
            return
        moved = sum(stream.bytes for stream in receivers)
        if moved != self._moved:
            self._moved = moved
            self._moved_at = now
        elif now - self._moved_at >= limit:
            raise errors.IperfError(144, "nothing arrived for %g s (rcv_timeout %d ms)" % (limit, self.settings.rcv_timeout))
