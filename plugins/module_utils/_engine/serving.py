# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""One test on the server's side, in a process of its own.

PRIVATE to the collection. serve() runs after fork() with the control connection and a channel to the listener, reads as the server's
part of the sequence (docs/docsite/rst/protocol.rst, "The sequence of a test"), and always returns: each step has its limit. Settings of one
test never reach another, because the process ends with it.
"""

import os
import socket
import sys
import time

from .._iperf3 import codec, document, errors, events, extension, measurement, session, states
from .._iperf3 import settings as settings_
from . import client, control, cpu, failure, limit, output, passing, signals, sockopts, tcp, tracking, traffic, udp

VERSION = client.VERSION
# Streams must exist this long after CREATE_STREAMS; seconds.
STREAMS_LIMIT = 30.0
# How long a client may take between DISPLAY_RESULTS and IPERF_DONE; seconds.
DONE_LIMIT = 10.0
# A test whose client has gone silent is ended this long after its time is over; seconds (protocol.rst, "Timers").
WATCHDOG = 40.0


def serve(sock, peer, cookie, channel, server, write, number):
    """Runs one test. sock: control connection behind the cookie. channel: passing socket to the listener. server: the server's Settings.

    write: text to the server's standard output or log. number: which test of this server it is. Returns the process's exit status.
    """
    signals.default()
    stop = signals.Catcher()
    test = _Test(sock, peer, cookie, channel, server, write, number, stop)
    try:
        test.run()
    except Exception as exc:  # the last resort of this process: its test fails, the server does not
        test.report.text.failed(errors.IperfError(errors.SYSTEM, "%s: %s" % (type(exc).__name__, exc)))
        return 1
    return 0


class _Test(object):
    """The state of one test while run() is in it."""

    def __init__(self, sock, peer, cookie, channel, server, write, number, stop):
        self.server = server
        self.channel = channel
        self.peer = peer
        self.cookie = cookie
        self.report = output.Output(server, "server", write, keep=True, complain=output.writer(sys.stderr))
        self.session = session.ControlSession("server", time.monotonic(), cookie=cookie)
        self.control = control.ControlChannel(sock, self.session, stop)
        self.settings = None
        self.numbers = None
        self.workers = []
        self.traffic = None
        self.start = {}
        self.meter = cpu.CpuMeter()
        self.load = (0.0, 0.0, 0.0)
        self.running = False
        self.streams = []
        self.answered = False
        self.tracker = None
        self.silence = None

    # -- the sequence ---------------------------------------------------------------------------------------------------------

    def run(self):
        error = None
        try:
            self.report.text.accepted(self.peer)
            self._agree()
            self._create_streams()
            self._measure()
            self._exchange()
        except errors.IperfError as exc:
            error = exc
            if exc.number not in (109, 119, 120):
                self._refuse(error, events.Refused(exc.wire_number, exc.os_errno))
        except control.Interrupted as exc:
            error = errors.IperfError(120, "by signal %s" % exc.name)
            self._refuse(error, events.State(states.SERVER_TERMINATE))
        except OSError as exc:
            error = failure.system(errors.SYSTEM, "", exc)
            self._refuse(error, events.Refused(200, exc.errno or 0))
        self._finish(error)

    def _refuse(self, error, event):
        """Ends the test at the client with this message. The listener hears of it before: the client asks it at once why (inquiry.py)."""
        self._tell(status="failed", error=str(error))
        self.control.try_send(event)

    def _agree(self):
        sockopts.control(self.control.sock, self.server)
        self.control.send(events.State(states.PARAM_EXCHANGE))
        event = self.control.wait()
        if not isinstance(event, events.Parameters):
            self.control.fail(event)
        self.settings = settings_.Settings.from_wire(event.values, self.server)
        asked = extension.parse(event.values).get("conntrack")
        if isinstance(asked, dict):
            self.silence = asked.get("silence")
            self.tracker = tracking.Tracker(self.server.port, self._flows, lambda notes: self._tell(notes=notes))
        if self.settings.mptcp and not self.server.mptcp:
            self.report.warn(["mptcp was asked for and this server was started without it, so the data goes over TCP"])
        # The report's form is the server's, what it says of the test is the client's.
        self.report.text.settings = self.settings
        self.numbers = measurement.Measurement(self.settings, "server")
        self._tell(protocol=self.settings.protocol, direction=self.settings.direction, parallel=self.settings.parallel,
                   seconds=self.settings.duration, status="starting")

    def _create_streams(self):
        plan = self.settings.stream_plan("server")
        is_udp = self.settings.protocol == "UDP"
        limit_at = time.monotonic() + STREAMS_LIMIT
        if is_udp:
            passing.send(self.channel, {"op": "udp", "count": len(plan)})
            self._wait_message("turn", limit_at)
            limit_at = time.monotonic() + STREAMS_LIMIT
        self.control.send(events.State(states.CREATE_STREAMS))
        peers = {}  # as they were at acceptance: a client that is gone already has no address any more
        while len(self.streams) < len(plan):
            message, descriptor = self._wait_message("flow" if is_udp else "stream", limit_at)
            sock = passing.adopt(descriptor)
            sock.setblocking(False)
            self.streams.append((message.get("number", len(self.streams)), sock))
            peers[sock] = tuple(message["peer"])
            self.report.warn(sockopts.apply(sock, self.settings, "server"))
            if is_udp:
                _answer(sock)
        if is_udp:
            passing.send(self.channel, {"op": "udp_done"})
        # The client counts its streams in the order of its connects, which is the order of acceptance and not that of the cookies' arrival.
        self.streams.sort(key=lambda entry: entry[0])
        directions = {True: limit.Limit(self.settings), False: limit.Limit(self.settings)}
        for sending, (dummy, sock) in zip(plan, self.streams):
            stream = self.numbers.add_stream(sock.fileno(), sending, sock.getsockname()[:2], peers[sock])
            self.workers.append((udp if is_udp else tcp).worker(sock, stream, self.settings, directions[sending]))
        buffers = sockopts.buffer_sizes(self.workers[0].sock)
        self.start = document.start_document(
            self.settings, "server", streams=self.numbers.streams, version=VERSION, system_info=client.system_info(), cookie=self.cookie,
            timestamp=time.time(), mss=0, sndbuf=buffers[0], rcvbuf=buffers[1], peer=self.peer[:2])

    def _wait_message(self, wanted, until):
        """The listener's next message of this kind; what the control connection says meanwhile ends the test."""
        while True:
            hellos = [sock.fileno() for dummy, sock in self.streams] if self.settings.protocol == "UDP" else []
            event = self.control.wait(also=[self.channel.fileno()] + hellos, until=until)
            if event is not None:
                self.control.fail(event)
            for dummy, sock in self.streams if hellos else ():
                _answer_again(sock)
            try:
                self.channel.setblocking(False)
                message, descriptor = passing.receive(self.channel)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise errors.IperfError(204, "%d came within %d s, look for a firewall that lets the control connection through and not the data" % (
                        len(self.streams), STREAMS_LIMIT))
                continue
            if message is None:
                raise errors.IperfError(120, "the listener is gone")
            if message.get("op") == wanted:
                return message, descriptor
            if descriptor is not None:
                os.close(descriptor)

    def _measure(self):
        self.traffic = traffic.Traffic(self.control, self.workers, self.numbers, self.settings, self._interval, self._turns())
        self.control.send(events.State(states.TEST_START))
        self.control.send(events.State(states.TEST_RUNNING))
        self.report.text.begin(self.start)
        self.report.started(self.start)
        self.meter.start()
        self.traffic.start()
        self.running = True
        self._tell(status="running", began=time.time())
        event = self.traffic.run(_Watchdog(self.settings, self.traffic.started))
        self._stop_measuring()
        if event is None:
            raise errors.IperfError(160, "%d s after its time" % WATCHDOG)
        if not (isinstance(event, events.State) and event.code == states.TEST_END):
            self.control.fail(event)

    def _turns(self):
        """What is to be done on every turn of the data loop, or None."""
        wanted = [one for one in (self._rate_check(), self.tracker.turn if self.tracker else None) if one]

        def turn(now):
            for one in wanted:
                one(now)
        return turn if wanted else None

    def _flows(self):
        """The connections of this test as this end sees them."""
        sock = self.control.sock
        flows = [client.flow("control", "tcp", None, sock.getsockname()[:2], self.peer[:2])]
        protocol = self.settings.protocol.lower()
        return flows + [client.flow("data", protocol, stream.id, stream.local, stream.remote) for stream in self.numbers.streams]

    def _evidence(self):
        """What connection tracking shows here, if the client asked for it and it can be told."""
        if not self.tracker:
            return None
        try:
            self.tracker.look()
            silences = [tracking.planned_silence(self.settings, sockopts.keepalive(self.control.sock)), self.silence]
            known = [one for one in silences if isinstance(one, (int, float))]
            return self.tracker.report(min(known) if known else None)
        except OSError:
            return None

    def _rate_check(self):
        """Called on every turn of the loop: error 27 when the average of both directions passes the server's limit."""
        ceiling = self.server.server_bitrate_limit
        if not ceiling:
            return None
        span = self.server.server_bitrate_interval or 5.0
        marks = []

        def check(now):
            if marks and now - marks[-1][0] < 0.1:
                return
            marks.append((now, sum(stream.bytes for stream in self.numbers.streams)))
            while len(marks) > 2 and now - marks[1][0] >= span:
                del marks[0]
            passed = now - marks[0][0]
            if passed >= span and (marks[-1][1] - marks[0][1]) * 8 / passed > ceiling:
                raise errors.IperfError(27, "more than %d bit/s over %g s" % (ceiling, span))
        return check

    def _interval(self, interval):
        self.report.interval(interval)

    def _stop_measuring(self):
        if self.running:
            self.running = False
            self.traffic.finish()
            self.load = self.meter.percent()

    def _exchange(self):
        self._end_streams()
        self.control.send(events.State(states.EXCHANGE_RESULTS))
        event = self.control.wait()
        if not isinstance(event, events.Results):
            self.control.fail(event)
        self.numbers.take_results(event.values)
        congestion = sockopts.congestion(self.workers, self.settings)
        extra = extension.build(conntrack=self._evidence())
        if self.settings.get_server_output:
            extra.update(self._own_output(congestion))
        self.control.send(events.Results(self.numbers.results(self.load, congestion, extra)))
        self.control.send(events.State(states.DISPLAY_RESULTS))
        self._await_goodbye()
        if self.settings.file and self.settings.protocol == "TCP":
            for worker in self.workers:
                if not worker.sending:
                    worker.rest(time.monotonic() + DONE_LIMIT)

    def _await_goodbye(self):
        until = time.monotonic() + DONE_LIMIT
        while True:
            event = self.control.wait(until=until)
            if event is None or isinstance(event, (events.Eof, events.TimedOut)):
                return
            if isinstance(event, events.State) and event.code == states.IPERF_DONE:
                return
            if isinstance(event, events.State) and event.code == states.CLIENT_TERMINATE:
                self.control.fail(event)

    def _end_streams(self):
        """Ends what this end sends. A client that reads whole blocks (3.12) waits in the last one, which the end of the test cut, until it is told."""
        for worker in self.workers:
            if worker.sending and self.settings.protocol == "TCP":
                try:
                    worker.sock.shutdown(socket.SHUT_WR)
                except OSError:
                    pass

    def _own_output(self, congestion):
        """get_server_output: the server's report so far, in the form in which it reports."""
        end = self.numbers.end(self.load, congestion)
        if self.report.json:
            return {"server_output_json": document.document(self.start, self.numbers.intervals, end, title=self.settings.title,
                                                            extra_data=self.settings.extra_data)}
        self.report.text.summary(end, self.numbers.totals())
        self.answered = True
        return {"server_output_text": "".join(self.report.kept)}

    # -- the end --------------------------------------------------------------------------------------------------------------

    def _finish(self, error):
        try:
            if error is not None:
                self._stop_measuring()
            end = {}
            if self.traffic is not None:
                end = self.numbers.end(self.load, sockopts.congestion(self.workers, self.settings))
                if not self.answered:
                    self.report.text.summary(end, self.numbers.totals())
            shown = self.settings or self.server
            whole = document.document(self.start, self.numbers.intervals if self.numbers else [], end, error=error, title=shown.title,
                                      extra_data=shown.extra_data)
            self.report.ended(whole, error)
            if error is not None:
                self.report.text.failed(error)
            self._tell(**self._final_facts(error, end))
        finally:
            for dummy, sock in self.streams:
                sock.close()
            self.control.close(0.5)

    def _final_facts(self, error, end):
        facts = {"status": "ok" if error is None else "failed", "error": str(error) if error is not None else None}
        if error is not None and self.tracker and self.numbers.streams:
            facts["notes"] = (tracking.facts(self._evidence()) or {}).get("notes")
        if self.traffic is not None:
            whole = end.get("sum_received") or end.get("sum") or {}
            sent = end.get("sum_sent") or {}
            facts["bits_per_second"] = whole.get("bits_per_second") or sent.get("bits_per_second")
        return facts

    def _tell(self, **facts):
        passing.send(self.channel, {"op": "facts", "facts": facts})


class _Watchdog(object):
    """True when a test of known length should have been over for WATCHDOG seconds."""

    def __init__(self, settings, started):
        self.at = started + settings.time + settings.omit + WATCHDOG if settings.time else None

    def __call__(self, now):
        return self.at is not None and now >= self.at


def _answer(sock):
    """The server's reply to a stream's first datagram (protocol.rst, "The UDP handshake"); one that is lost is asked for again or shown by TEST_START."""
    try:
        sock.send(codec.UDP_REPLY)
    except OSError:
        pass


def _answer_again(sock):
    """Takes repeated first datagrams off a stream's socket, so that they are never counted as data, and answers each."""
    try:
        while len(sock.recv(65536, socket.MSG_PEEK)) == len(codec.UDP_HELLO):
            sock.recv(65536)
            _answer(sock)
    except OSError:
        pass
