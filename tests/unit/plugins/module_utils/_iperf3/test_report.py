# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text report. The expected lines are those of iperf3 3.12 for tests with these numbers, with the one blank less that 3.18 and later print.

`|` marks the end of a line, so that trailing blanks show.
"""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.report import TextReport
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._iperf3.measurement_play import Play, client_settings, sample, server_settings

BLOCK = 131072


class Recorded(object):
    """The reports of both ends of one played test. form: options of the server's own report."""

    def __init__(self, options, form=None, **report):
        self.play = Play(**options)
        self.lines = ([], [])
        own = client_settings(**(form or {}))
        self.reports = [TextReport(self.play.client.settings, "client", self.lines[0].append, **report),
                        TextReport(own, "server", self.lines[1].append, **report)]
        self.reports[1].settings = self.play.server.settings

    def begin(self):
        self.reports[0].connecting("192.0.2.1", 5201)
        self.reports[1].accepted(("::ffff:192.0.2.2", 39999))
        for report, end in zip(self.reports, self.play.ends):
            report.begin(self.play.start_of(end))
        return self

    def seconds(self, *counts, **moved):
        for count in counts:
            self.each(self.play.second(count=count, **moved))
        return self

    def each(self, intervals):
        for report, interval in zip(self.reports, intervals):
            if interval is not None:
                report.interval(interval)

    def end_omit(self):
        self.each(self.play.end_omit())
        return self

    def finish(self, **options):
        for report, measurement, end in zip(self.reports, self.play.ends, self.play.finish(**options)):
            report.summary(end, measurement.totals())
        return self

    def text(self, role=0):
        return "".join(line + "|\n" for line in self.lines[role])


def played(counts=(20, 19), size=BLOCK, lost=0, form=None, **options):
    """Both reports of a test with so many blocks in its seconds."""
    recorded = Recorded(options, form)
    recorded.play.samples = lambda end, rtt=0: {} if end.udp else {one.id: sample(0, 79, 1178694) for one in end.streams if one.sending}
    return recorded.begin().seconds(*counts, size=size, lost=lost).finish()


# -- whole reports

def test_tcp():
    recorded = played()
    assert recorded.text() == """\
Connecting to host 192.0.2.1, port 5201|
[  5] local 192.0.2.2 port 40000 connected to 192.0.2.1 port 5201|
[ ID] Interval           Transfer     Bitrate         Retr  Cwnd|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0   1.12 MBytes       |
[  5]   1.00-2.00   sec  2.38 MBytes  19.9 Mbits/sec    0   1.12 MBytes       |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID] Interval           Transfer     Bitrate         Retr|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec    0            sender|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec                  receiver|
"""
    assert recorded.text(1) == """\
Accepted connection from 192.0.2.2, port 39999|
[  5] local 192.0.2.1 port 5201 connected to 192.0.2.2 port 40000|
[ ID] Interval           Transfer     Bitrate|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  |
[  5]   1.00-2.00   sec  2.38 MBytes  19.9 Mbits/sec                  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID] Interval           Transfer     Bitrate|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec                  receiver|
"""


def test_tcp_reverse():
    recorded = played(reverse=True)
    assert recorded.text() == """\
Connecting to host 192.0.2.1, port 5201|
Reverse mode, remote host 192.0.2.1 is sending|
[  5] local 192.0.2.2 port 40000 connected to 192.0.2.1 port 5201|
[ ID] Interval           Transfer     Bitrate|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  |
[  5]   1.00-2.00   sec  2.38 MBytes  19.9 Mbits/sec                  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID] Interval           Transfer     Bitrate         Retr|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec    0            sender|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec                  receiver|
"""
    assert recorded.text(1).endswith("""\
[ ID] Interval           Transfer     Bitrate         Retr|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec    0            sender|
""")


def test_tcp_parallel():
    recorded = played(parallel=2)
    assert recorded.text().rsplit("port 5201|\n", 1)[-1] == """\
[ ID] Interval           Transfer     Bitrate         Retr  Cwnd|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0   1.12 MBytes       |
[  7]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0   1.12 MBytes       |
[SUM]   0.00-1.00   sec  5.00 MBytes  41.9 Mbits/sec    0             |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[  5]   1.00-2.00   sec  2.38 MBytes  19.9 Mbits/sec    0   1.12 MBytes       |
[  7]   1.00-2.00   sec  2.38 MBytes  19.9 Mbits/sec    0   1.12 MBytes       |
[SUM]   1.00-2.00   sec  4.75 MBytes  39.8 Mbits/sec    0             |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID] Interval           Transfer     Bitrate         Retr|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec    0            sender|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec                  receiver|
[  7]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec    0            sender|
[  7]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec                  receiver|
[SUM]   0.00-2.00   sec  9.75 MBytes  40.9 Mbits/sec    0             sender|
[SUM]   0.00-2.00   sec  9.75 MBytes  40.9 Mbits/sec                  receiver|
"""
    assert recorded.text(1).rsplit("port 40001|\n", 1)[-1] == """\
[ ID] Interval           Transfer     Bitrate|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  |
[  8]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  |
[SUM]   0.00-1.00   sec  5.00 MBytes  41.9 Mbits/sec                  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[  5]   1.00-2.00   sec  2.38 MBytes  19.9 Mbits/sec                  |
[  8]   1.00-2.00   sec  2.38 MBytes  19.9 Mbits/sec                  |
[SUM]   1.00-2.00   sec  4.75 MBytes  39.8 Mbits/sec                  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID] Interval           Transfer     Bitrate|
[  5]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec                  receiver|
[  8]   0.00-2.00   sec  4.88 MBytes  20.4 Mbits/sec                  receiver|
[SUM]   0.00-2.00   sec  9.75 MBytes  40.9 Mbits/sec                  receiver|
"""


def test_tcp_in_both_directions():
    recorded = played(bidir=True, counts=(20,))
    assert recorded.text().rsplit("port 5201|\n", 1)[-1] == """\
[ ID][Role] Interval           Transfer     Bitrate         Retr  Cwnd|
[  5][TX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0   1.12 MBytes       |
[  7][RX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID][Role] Interval           Transfer     Bitrate         Retr|
[  5][TX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0            sender|
[  5][TX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
[  7][RX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0            sender|
[  7][RX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
"""
    assert recorded.text(1).rsplit("port 40001|\n", 1)[-1] == """\
[ ID][Role] Interval           Transfer     Bitrate         Retr  Cwnd|
[  5][RX-S]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  |
[  8][TX-S]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0   1.12 MBytes       |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID][Role] Interval           Transfer     Bitrate         Retr|
[  5][RX-S]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
[  8][TX-S]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0            sender|
"""


def test_udp_with_loss():
    recorded = played(udp=True, counts=(125,), size=1000, lost=25)
    assert recorded.text().rsplit("port 5201|\n", 1)[-1] == """\
[ ID] Interval           Transfer     Bitrate         Total Datagrams|
[  5]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  125  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams|
[  5]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  0.000 ms  0/125 (0%)  sender|
[  5]   0.00-1.00   sec  97.7 KBytes   800 Kbits/sec  0.000 ms  25/125 (20%)  receiver|
"""
    assert recorded.text(1).rsplit("port 40000|\n", 1)[-1] == """\
[ ID] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams|
[  5]   0.00-1.00   sec  97.7 KBytes   800 Kbits/sec  0.000 ms  25/125 (20%)  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams|
[  5]   0.00-1.00   sec  97.7 KBytes   800 Kbits/sec  0.000 ms  25/125 (20%)  receiver|
"""


def test_udp_in_both_directions_and_parallel():
    recorded = played(udp=True, bidir=True, parallel=2, counts=(125,), size=1000)
    assert recorded.text(1).rsplit("port 40003|\n", 1)[-1] == """\
[ ID][Role] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams|
[  5][RX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  0.000 ms  0/125 (0%)  |
[  8][RX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  0.000 ms  0/125 (0%)  |
[SUM][RX-S]   0.00-1.00   sec   244 KBytes  2.00 Mbits/sec  0.000 ms  0/250 (0%)  |
[ 11][TX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec            125  |
[ 14][TX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec            125  |
[SUM][TX-S]   0.00-1.00   sec   244 KBytes  2.00 Mbits/sec            250  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
[ ID][Role] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams|
[  5][RX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  0.000 ms  0/125 (0%)  receiver|
[  8][RX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  0.000 ms  0/125 (0%)  receiver|
[SUM][RX-S]   0.00-1.00   sec   244 KBytes  2.00 Mbits/sec  0.000 ms  0/250 (0%)  receiver|
[ 11][TX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  0.000 ms  0/125 (0%)  sender|
[ 14][TX-S]   0.00-1.00   sec   122 KBytes  1.00 Mbits/sec  0.000 ms  0/125 (0%)  sender|
[SUM][TX-S]   0.00-1.00   sec   244 KBytes  2.00 Mbits/sec  0.000 ms  0/250 (0%)  sender|
"""
    assert recorded.text().count("[SUM][TX-C]") == 3 and recorded.text().count("[SUM][RX-C]") == 3


@pytest.mark.parametrize("options, first, second", [
    ({}, "[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0   64.0 KBytes       (omitted)",
     "[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  (omitted)"),
    ({"udp": True}, "[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec  20  (omitted)",
     "[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec  0.000 ms  0/20 (0%)  (omitted)"),
    ({"parallel": 2}, "[SUM]   0.00-1.00   sec  5.00 MBytes  41.9 Mbits/sec    0             (omitted)",
     "[SUM]   0.00-1.00   sec  5.00 MBytes  41.9 Mbits/sec                  (omitted)"),
])
def test_intervals_of_the_omit_period_are_marked(options, first, second):
    recorded = Recorded(dict(options, omit=1)).begin().seconds(20, size=BLOCK).end_omit().seconds(19, size=BLOCK)
    assert first in recorded.lines[0] and second in recorded.lines[1]
    assert sum("(omitted)" in line for line in recorded.lines[0]) == (3 if "parallel" in options else 1)


def test_verbose_client():
    recorded = played(counts=(20,), verbose=True, bitrate=20000000, tos=16)
    assert recorded.text() == """\
iperf 3.21|
Linux host 6.18 x86_64|
Control connection MSS 1448|
Time: Thu, 26 Nov 2026 02:26:41 GMT|
Connecting to host 192.0.2.1, port 5201|
      Cookie: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|
      TCP MSS: 1448 (default)|
      Target Bitrate: 20000000|
[  5] local 192.0.2.2 port 40000 connected to 192.0.2.1 port 5201|
Starting Test: protocol: TCP, 1 streams, 131072 byte blocks, omitting 0 seconds, 10 second test, tos 16|
[ ID] Interval           Transfer     Bitrate         Retr  Cwnd|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0   1.12 MBytes       |
- - - - - - - - - - - - - - - - - - - - - - - - -|
Test Complete. Summary Results:|
[ ID] Interval           Transfer     Bitrate         Retr|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0            sender|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
CPU Utilization: local/sender 12.0% (2.0%u/10.0%s), remote/receiver 34.0% (4.0%u/30.0%s)|
snd_tcp_congestion cubic|
rcv_tcp_congestion cubic|
"""
    assert not any("Cookie" in line for line in recorded.lines[1])  # a server is verbose when it was told to be


def test_verbose_server():
    recorded = played(counts=(20,), form={"verbose": True}, set_mss=1400)
    assert recorded.text(1) == """\
Time: Thu, 26 Nov 2026 02:26:41 GMT|
Accepted connection from 192.0.2.2, port 39999|
      Cookie: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|
      TCP MSS: 1400|
[  5] local 192.0.2.1 port 5201 connected to 192.0.2.2 port 40000|
Starting Test: protocol: TCP, 1 streams, 131072 byte blocks, omitting 0 seconds, 10 second test, tos 0|
[ ID] Interval           Transfer     Bitrate|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  |
- - - - - - - - - - - - - - - - - - - - - - - - -|
Test Complete. Summary Results:|
[ ID] Interval           Transfer     Bitrate|
[  5] (sender statistics not available)|
[  5]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
rcv_tcp_congestion cubic|
"""


def test_verbose_end_of_both_directions():
    recorded = played(counts=(20,), form={"verbose": True}, verbose=True, bidir=True)
    assert recorded.text().split("Summary Results:|\n")[1] == """\
[ ID][Role] Interval           Transfer     Bitrate         Retr|
[  5][TX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0            sender|
[  5][TX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
CPU Utilization: local/sender 12.0% (2.0%u/10.0%s), remote/receiver 34.0% (4.0%u/30.0%s)|
CPU Utilization: local/receiver 12.0% (2.0%u/10.0%s), remote/sender 34.0% (4.0%u/30.0%s)|
snd_tcp_congestion cubic|
rcv_tcp_congestion cubic|
[  7][RX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0            sender|
[  7][RX-C]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
snd_tcp_congestion cubic|
rcv_tcp_congestion cubic|
"""
    assert recorded.text(1).split("Summary Results:|\n")[1] == """\
[ ID][Role] Interval           Transfer     Bitrate         Retr|
[  5] (sender statistics not available)|
[  5][RX-S]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec                  receiver|
[  8][TX-S]   0.00-1.00   sec  2.50 MBytes  21.0 Mbits/sec    0            sender|
[  8] (receiver statistics not available)|
CPU Utilization: local/sender 34.0% (4.0%u/30.0%s), remote/receiver 0.0% (0.0%u/0.0%s)|
CPU Utilization: local/receiver 34.0% (4.0%u/30.0%s), remote/sender 0.0% (0.0%u/0.0%s)|
snd_tcp_congestion cubic|
"""


@pytest.mark.parametrize("options, words", [
    ({"bytes": 2097152}, "2097152 bytes to send"), ({"blockcount": 20}, "20 blocks to send"), ({"time": 7}, "7 second test")])
def test_verbose_tells_what_ends_the_test(options, words):
    recorded = Recorded(dict(options, verbose=True, udp=True, length=1000, omit=2)).begin()
    assert recorded.lines[0][-1] == "Starting Test: protocol: UDP, 1 streams, 1000 byte blocks, omitting 2 seconds, %s, tos 0" % words


# -- single lines

def test_out_of_order_datagrams_stand_before_the_receivers_line():
    recorded = Recorded({"udp": True, "parallel": 2}).begin()
    recorded.play.move(count=24, size=1000)
    recorded.play.server.streams[0].udp.record_batch(3, 8, 0.0, 0.01)
    recorded.play.now += 2.05
    recorded.finish()
    assert recorded.text(1).endswith("""\
[SUM]  0.0- 2.0 sec  8 datagrams received out-of-order|
[  5]   0.00-2.05   sec  23.4 KBytes  93.7 Kbits/sec  0.000 ms  0/24 (0%)  receiver|
[  8]   0.00-2.05   sec  23.4 KBytes  93.7 Kbits/sec  0.000 ms  0/24 (0%)  receiver|
[SUM]   0.00-2.05   sec  46.9 KBytes   187 Kbits/sec  0.000 ms  0/48 (0%)  receiver|
""")
    assert "out-of-order" not in recorded.text()


def test_all_lost_is_shown_as_iperf3_shows_it():
    recorded = Recorded({"udp": True}).begin()
    recorded.play.move(count=1000, lost=999)
    recorded.each([None, recorded.play.server.tick(recorded.play.now + 1, {})])
    assert recorded.lines[1][-1].endswith("  999/1000 (1e+02%)  ")


@pytest.mark.parametrize("letter, rate", [(None, "21.0 Mbits/sec"), ("k", "20972 Kbits/sec"), ("M", "2.50 MBytes/sec"), ("K", "2560 KBytes/sec")])
def test_the_format_of_rates(letter, rate):
    recorded = played(counts=(20,), form={"format": letter}, format=letter)
    for lines in recorded.lines:
        assert any(line.startswith("[  5]   0.00-1.00   sec  2.50 MBytes  " + rate + "  ") for line in lines)


def test_a_client_puts_its_title_before_each_line_and_the_time_before_that():
    recorded = Recorded({"title": "link 7"}, stamp=lambda: "12:00 ").begin().seconds(20).finish()
    recorded.reports[0].done()
    assert all(line.startswith("12:00 link 7:  ") for line in recorded.lines[0])
    assert recorded.lines[0][-2:] == ["12:00 link 7:  ", "12:00 link 7:  iperf Done."]
    assert recorded.lines[1][0] == "12:00 Accepted connection from 192.0.2.2, port 39999"


def test_banner_of_a_server():
    lines = []
    report = TextReport(client_settings(verbose=True), "server", lines.append)
    report.versions("iperf 3.21", "Linux")
    report.listening(5201, 3)
    assert lines == ["iperf 3.21", "Linux", "-" * 59, "Server listening on 5201 (test #3)", "-" * 59]
    quiet = []
    TextReport(client_settings(), "server", quiet.append).versions("iperf 3.21", "Linux")
    assert quiet == []


@pytest.mark.parametrize("output, expected", [
    ({"server_output_text": "one\ntwo\n"}, ["T:  ", "Server output:", "one", "two", ""]),
    ({"server_output_json": {"end": {}}}, ["T:  ", "Server JSON output:", "{", '\t"end":\t{', "\t}", "}"]),
    ({}, [])])
def test_the_servers_own_report(output, expected):
    lines = []
    TextReport(client_settings(title="T"), "client", lines.append).server_output(output)
    assert lines == expected


@pytest.mark.parametrize("mode, missing, shown", [
    ({}, "[  5] (receiver statistics not available)", "sender"),
    ({"reverse": True}, "[  5] (sender statistics not available)", "receiver"),
    ({"udp": True}, "[  5] (receiver statistics not available)", "sender"),
    ({"udp": True, "reverse": True}, "[  5] (sender statistics not available)", "receiver"),
    ({"parallel": 2}, "[  7] (receiver statistics not available)", "sender"),
])
def test_what_never_came_from_the_server_is_said_and_not_shown_as_0(mode, missing, shown):
    recorded = Recorded(dict(mode, verbose=True)).begin().seconds(20).finish(exchange=False)
    assert missing in recorded.lines[0]
    assert not any("0.00 Bytes" in line or "None" in line for line in recorded.lines[0])
    assert any(line.endswith(" " + shown) for line in recorded.lines[0])
    assert not any(line.startswith("CPU") for line in recorded.lines[0])


@pytest.mark.parametrize("mode", [{}, {"udp": True}, {"udp": True, "reverse": True}, {"udp": True, "bidir": True, "parallel": 2}], ids=str)
def test_a_test_that_moved_nothing_and_had_no_answer_has_a_summary(mode):
    """A link that takes none of the datagrams lets every write fail."""
    recorded = Recorded(mode).begin().seconds(0).finish(exchange=False)
    assert any("statistics not available" in line for line in recorded.lines[0])
    assert not any("None" in line for line in recorded.lines[0])


def test_a_window_that_the_kernel_did_not_tell_leaves_its_column_empty():
    recorded = Recorded({}).begin().seconds(20, size=BLOCK)
    recorded.play.move(count=20, size=BLOCK)
    recorded.each([recorded.play.client.tick(recorded.play.now + 1, {1: None}), None])
    assert recorded.lines[0][-1] == "[  5]   1.00-2.00   sec  2.50 MBytes  21.0 Mbits/sec    0                     "


def test_an_error_brings_out_what_was_held_back():
    lines, errors = [], []
    report = TextReport(client_settings(verbose=True), "client", lines.append, write_error=errors.append)
    report.connecting("192.0.2.1", 5201)
    assert lines == []
    report.failed(IperfError(121))
    assert lines == ["Connecting to host 192.0.2.1, port 5201"]
    assert errors == ["iperf3: error - %s" % IperfError(121)]


def test_a_servers_report_keeps_its_form_when_it_learns_the_tests_settings():
    lines = []
    report = TextReport(client_settings(format="M"), "server", lines.append)
    report.settings = server_settings(client_settings(bidir=True, title="theirs"))
    play = Play(bidir=True)
    report.interval(play.second()[1])
    assert lines[1].startswith("[  5][RX-S]   0.00-1.00   sec   122 KBytes  0.12 MBytes/sec")
