# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The client: one test against one server, from the name to the results.

PRIVATE to the collection. run() reads as the sequence of the protocol (docs/docsite/rst/protocol.rst, "The sequence of a test"); whatever ends a
test early still yields a document with all that was measured before.
"""

import errno
import os
import platform
import time

from .._iperf3 import codec, diagnosis, document, errors, events, extension, measurement, session, session_errors, states, summary
from . import autopsy, control, cpu, dial, failure, limit, output, sockopts, tcp, tcp_file, tcp_info, tracking, traffic, udp

# How long the server may take to answer TEST_END, over and above its own timers; seconds.
END_LIMIT = 30.0
# A TEST_END that its kernel has not even acknowledged by then never gets there: TCP has sent it six times; seconds.
CUT_LIMIT = 15.0
# How long what listens on the port may take to show that it is an iperf3 server; seconds.
ANSWER_LIMIT = 10.0
# iperf3 3.21 waits for our FIN as we wait for its; seconds.
CLOSE_LIMIT = 1.0
# Between two attempts to reach a server that is not ready for the next test; seconds.
PAUSE = 0.1


class Outcome(object):
    """What a test came to.

    document: the -J document (dict). error: IperfError or None. control: facts of the control connection with its transcript.
    connections: list of flows. summary: flat numbers (summary.py). interrupted: the signal's name or None.
    diagnosis: of a failure, or of a test in which no data arrived (diagnosis.py), else None. preflight: list of checks (preflight.py), or None.
    warnings: lines about what was asked for and has no effect, or not the one expected.
    """

    def __init__(self, whole, error, control_facts, connections, numbers, interrupted=None, found=None, checks=None, warnings=()):
        self.document = whole
        self.error = error
        self.control = control_facts
        self.connections = connections
        self.summary = numbers
        self.interrupted = interrupted
        self.diagnosis = found
        self.preflight = checks
        self.warnings = list(warnings)


def run(settings, report=None, on_interval=None, stop=None):
    """Runs one test and returns its Outcome; raises IperfError only for settings that are refused before anything starts.

    settings: Settings of role "client", checked here. report: Output or None for silence. on_interval: called with each interval's dict.
    stop: callable returning None or a signal's name.
    """
    settings.check()
    if settings.file and settings.senders_here():
        settings = settings.with_file(tcp_file.size_of(settings.file))
    if not settings.preflight:
        return Test(settings, report, on_interval, stop).run()
    from . import preflight
    checks, failed = preflight.check(settings, stop)
    test = Test(settings, report, on_interval, stop, patience=preflight.PATIENCE)
    test.checks = checks
    return test.run() if failed is None else test.refuse(failed)


class Test(object):
    """The state of one test while run() is in it.

    patience: for how many seconds a server that is not ready for the next test is asked again: real ones close their port between tests.
    limits: dial.Limits.
    """

    def __init__(self, settings, report=None, on_interval=None, stop=None, patience=0.0, limits=dial.NORMAL):
        self.settings = settings
        self.report = report or output.Output(settings, "client", output.silent)
        self.on_interval = on_interval
        self.stop = stop
        self.patience = patience
        self.limits = limits
        self.checks = None
        self.cookie = codec.make_cookie(os.urandom(64))
        self.channel = None
        self.session = None
        self.numbers = measurement.Measurement(settings, "client")
        self.workers = []
        self.traffic = None
        self.start = {}
        self.mss = 0
        self.meter = cpu.CpuMeter()
        self.load = (0.0, 0.0, 0.0)
        self.peer_results = None
        self.flows = []
        self.running = False
        self.local = self.remote = None
        self.keepalive = None
        self.tracker = tracking.Tracker(settings.port, lambda: self.flows) if settings.conntrack else None
        self.tracked = {}
        self.question = None
        self.ends = []
        self.kernel = {}

    # -- the sequence ---------------------------------------------------------------------------------------------------------

    def run(self):
        error = None
        interrupted = None
        self.report.warn(self.settings.warnings())
        try:
            self._begin()
            self._create_streams()
            self._measure()
            self._exchange()
        except errors.IperfError as exc:
            error = exc
            if exc.number == 120 and self.channel is not None:
                self.channel.try_send(events.State(states.IPERF_DONE))
        except control.Interrupted as exc:
            interrupted = exc.name
            error = errors.IperfError(errors.INTERRUPTED, "by signal %s" % exc.name)
            if self.channel is not None:
                self.channel.try_send(events.State(states.CLIENT_TERMINATE))
        except OSError as exc:
            error = failure.system(errors.SYSTEM, "", exc)
        if error is not None and self.running:
            self._stop_measuring()
        if error is not None:
            self.question = error.facts.pop("inquiry", None)
        return self._finish(error, interrupted)

    def refuse(self, failed):
        """The Outcome of a test that is not begun because its preflight failed. failed: the check's Outcome."""
        self.report.warn(self.settings.warnings())
        whole = document.document(self._early_start(), [], {}, error=failed.error, title=self.settings.title, extra_data=self.settings.extra_data)
        self.report.ended(whole, failed.error)
        numbers = summary.summarize(whole, self.settings, failed.error)
        return Outcome(whole, failed.error, failed.control, failed.connections, numbers, failed.interrupted, failed.diagnosis, self.checks,
                       self.report.warnings)

    def _begin(self):
        """The control connection and the agreement, again for `patience` seconds while the server is not ready."""
        until = time.monotonic() + self.patience
        self.report.text.connecting(self.settings.client, self.settings.port)
        while True:
            try:
                self._connect()
                self._agree()
                return
            except errors.IperfError as exc:
                if time.monotonic() >= until or not self._is_early(exc):
                    raise
            if self.channel is not None:
                self.channel.close()
            self.channel = self.session = None
            del self.flows[:]
            time.sleep(PAUSE)

    def _is_early(self, error):
        """Whether a server between two tests answers so (protocol.rst, "Ends")."""
        phase = self.session.left or self.session.phase if self.session is not None else ""
        if error.number == 103:
            return error.os_errno in (errno.ECONNREFUSED, errno.ECONNRESET, errno.ENOTCONN, errno.EPIPE)
        return error.number in (109, 121) and phase in diagnosis.BEFORE_PARAMETERS

    def _check_stop(self):
        name = self.stop and self.stop()
        if name:
            raise control.Interrupted(name)

    def _connect(self):
        sock, self.mss, self.remote = dial.connect_control(self.settings, self._check_stop, self.limits)
        now = time.monotonic()
        self.session = session.ControlSession("client", now, cookie=self.cookie, timers={"answer": ANSWER_LIMIT})
        self.channel = control.ControlChannel(sock, self.session, self.stop)
        self.local = sock.getsockname()[:2]
        self.keepalive = sockopts.keepalive(sock)
        self.settings = self.settings.with_mss(self.mss)
        self.numbers.settings = self.settings
        self.report.warn(self.settings.warnings(self.mss))
        self.flows.append(flow("control", "tcp", None, self.local, self.remote[:2]))

    def _agree(self):
        self.channel.send(events.Cookie(self.cookie))
        self.channel.expect(states.PARAM_EXCHANGE)
        values = self.settings.to_wire()
        silence = tracking.planned_silence(self.settings, self.keepalive)
        values.update(extension.build(conntrack={"silence": silence} if self.tracker else None))
        self.channel.send(events.Parameters(values))
        self.channel.expect(states.CREATE_STREAMS)

    def _create_streams(self):
        plan = self.settings.stream_plan("client")
        early = False
        directions = {True: limit.Limit(self.settings), False: limit.Limit(self.settings)}
        is_udp = self.settings.protocol == "UDP"
        for index, sending in enumerate(plan):
            port = self.settings.cport + index if self.settings.cport else 0
            if is_udp:
                sock, early = dial.udp_stream(self.settings, self.remote, port, self.channel, index == len(plan) - 1, self.limits)
            else:
                sock = dial.tcp_stream(self.settings, self.remote, self.cookie, port, self._check_stop, self.limits)
            stream = self.numbers.add_stream(sock.fileno(), sending, sock.getsockname()[:2], self.remote[:2])
            self.workers.append((udp if is_udp else tcp).worker(sock, stream, self.settings, directions[sending]))
            self.flows.append(flow("data", "udp" if is_udp else "tcp", stream.id, stream.local, stream.remote))
        if not early:
            self.channel.expect(states.TEST_START)
        self.channel.expect(states.TEST_RUNNING)
        self.ends = [one for one in directions.values() if one.active]
        buffers = sockopts.buffer_sizes(self.workers[0].sock)
        self.start = document.start_document(
            self.settings, "client", streams=self.numbers.streams, version=VERSION, system_info=system_info(), cookie=self.cookie,
            timestamp=time.time(), mss=self.mss, sndbuf=buffers[0], rcvbuf=buffers[1], peer=(self.settings.client, self.settings.port))
        self.report.text.begin(self.start)
        self.report.started(self.start)

    def _measure(self):
        self.traffic = traffic.Traffic(self.channel, self.workers, self.numbers, self.settings, self._interval,
                                       self.tracker.turn if self.tracker else None)
        self.meter.start()
        self.traffic.start()
        self.running = True
        event = self.traffic.run(self._end_condition())
        if event is not None:
            self.channel.fail(event)
        self._stop_measuring()

    def _end_condition(self):
        return EndCondition(self.settings, self.traffic, self.ends)

    def _interval(self, interval):
        self.report.interval(interval)
        if self.on_interval:
            self.on_interval(interval)

    def _stop_measuring(self):
        if self.running:
            self.running = False
            self.traffic.finish()
            self.load = self.meter.percent()
            self.kernel = dict((worker.stream.id, tcp_info.counters(worker.sock)) for worker in self.workers)

    def _exchange(self):
        if self.tracker:
            self.tracker.look()
        self.channel.send(events.State(states.TEST_END))
        event = self._await_answer()
        if not (isinstance(event, events.State) and event.code == states.EXCHANGE_RESULTS):
            self.channel.fail(event)
        values = self.numbers.results(self.load, sockopts.congestion(self.workers, self.settings))
        self.channel.send(events.Results(values))
        event = self.channel.wait()
        if not isinstance(event, events.Results):
            self.channel.fail(event)
        self.peer_results = event.values
        self.numbers.take_results(event.values)
        event = self.channel.wait()
        if not (isinstance(event, events.Eof) or (isinstance(event, events.State) and event.code == states.DISPLAY_RESULTS)):
            self.channel.fail(event)
        self._close_streams()
        self.channel.try_send(events.State(states.IPERF_DONE))

    def _await_answer(self):
        """What follows TEST_END on the control connection. A byte that not even the server's kernel takes is not waited for as long as a slow server."""
        begin = time.monotonic()
        event = self.traffic.drain(begin + CUT_LIMIT, states.EXCHANGE_RESULTS)
        if event is None and not autopsy.unacknowledged(self.channel.sock):
            event = self.traffic.drain(begin + END_LIMIT, states.EXCHANGE_RESULTS)
        if event is None:
            waited = time.monotonic() - begin
            error = session_errors.silence("client", "ending", round(waited, 1))
            error.facts["waited"] = waited
            raise error
        return event

    # -- the end --------------------------------------------------------------------------------------------------------------

    def _close_streams(self):
        for worker in self.workers:
            worker.sock.close()

    def _finish(self, error, interrupted):
        end = self.numbers.end(self.load, sockopts.congestion(self.workers, self.settings)) if self.traffic is not None else {}
        start = self.start or self._early_start()
        whole = document.document(start, self.numbers.intervals, end, error=error, title=self.settings.title, extra_data=self.settings.extra_data,
                                  server_output=server_output(self.peer_results))
        if self.traffic is not None:
            self.report.text.summary(end, self.numbers.totals())
            self.report.text.server_output(server_output(self.peer_results))
        self.report.ended(whole, error)
        peer = extension.parse(self.peer_results) if self.peer_results else {}
        facts = self._control_facts(peer)
        clues = autopsy.seen(self, error)
        self._close_streams()
        if self.channel is not None:
            self.channel.close(CLOSE_LIMIT if error is None else 0.0)
        found = autopsy.explain(self, error, clues)
        numbers = summary.summarize(whole, self.settings, error, extension=peer)
        return Outcome(whole, error, facts, self.flows, numbers, interrupted, found, self.checks, self.report.warnings)

    def _early_start(self):
        """What is known of a test that never came to TEST_START."""
        start = {"connected": [], "version": VERSION, "system_info": system_info()}
        if self.remote is not None:
            start["connecting_to"] = {"host": self.settings.client, "port": self.settings.port}
            start["cookie"] = self.cookie
        return start

    def _control_facts(self, peer):
        if self.tracker:
            self.tracked = {"client": self.tracker.report(tracking.planned_silence(self.settings, self.keepalive)),
                            "server": peer.get("conntrack") if isinstance(peer.get("conntrack"), dict) else None}
            tracking.attach(self.flows, self.tracked["client"], self.tracked["server"])
        facts = {"cookie": self.cookie, "local": None, "remote": None, "keepalive": None, "bytes_sent": 0, "bytes_received": 0,
                 "longest_silence": None, "conntrack": None, "transcript": []}
        if self.tracker:
            facts["conntrack"] = dict((node, tracking.table(report)) for node, report in self.tracked.items())
        if self.channel is None:
            return facts
        log = self.session.transcript
        facts.update(local=endpoint(self.local), remote=endpoint(self.remote), keepalive=self.keepalive,
                     bytes_sent=log.bytes_sent, bytes_received=log.bytes_received, longest_silence=log.longest_silence(time.monotonic()),
                     transcript=log.entries)
        return facts


class EndCondition(object):
    """True when the client has to end the test: duration (with the omitted time), bytes, blocks or the ends of the files that it sends.

    at: the moment of time.monotonic() at which the loop must look again, or None.
    """

    def __init__(self, settings, flow_of_data, limits):
        self._limits = limits
        self._traffic = flow_of_data
        self.at = None
        self._files = [worker for worker in flow_of_data.workers if worker.sending] if settings.file else []
        if settings.time and not limits:
            self.at = flow_of_data.started + settings.omit + settings.time

    def __call__(self, now):
        if self.at is not None and now >= self.at or self._files and all(worker.finished for worker in self._files):
            return True
        return bool(self._limits) and not self._traffic.omitted and any(one.reached for one in self._limits)


VERSION = "iperf 3.21"


def system_info():
    """uname as the `start` object has it."""
    name = platform.uname()
    return " ".join((name.system, name.node, name.release, name.version, name.machine))


def server_output(results):
    """The server's own report out of its results: {"server_output_text": str} or {"server_output_json": dict} or {}."""
    found = {}
    for key in ("server_output_text", "server_output_json"):
        if results and results.get(key):
            found[key] = results[key]
    return found


def endpoint(address):
    """{host, port} of a socket address; IPv4-mapped ones as IPv4."""
    if address is None:
        return None
    host = address[0][7:] if address[0].startswith("::ffff:") else address[0]
    return {"host": host, "port": address[1]}


def flow(role, protocol, stream, local, remote):
    """One connection of a test, as `connections` returns it."""
    return {"role": role, "protocol": protocol, "stream": stream, "local": endpoint(local), "remote": endpoint(remote)}
