# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole test in memory: the Measurements of both ends, moved second by second, with all numbers known beforehand."""

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import document
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.measurement import Measurement, TcpSample
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.settings import Settings

CLIENT_CPU = (12.0, 2.0, 10.0)
SERVER_CPU = (34.0, 4.0, 30.0)
T0 = 5000.0  # any monotonic clock
COOKIE = "a" * 36


def sample(retransmits=0, rtt=100, snd_cwnd=65536, snd_wnd=131072, rttvar=10, pmtu=1500, reorder=0):
    return TcpSample(retransmits, snd_cwnd, snd_wnd, rtt, rttvar, pmtu, reorder)


def client_settings(**options):
    return Settings(role="client", client="192.0.2.1", **options).with_mss(1448)


def server_settings(client):
    server = Settings.from_wire(client.to_wire())
    server.interval = client.interval
    return server


class Play(object):
    """client, server: Measurement. pairs: [(sending Stream, receiving Stream)] in the order of creation."""

    def __init__(self, **options):
        settings = client_settings(**options)
        self.client = Measurement(settings, "client")
        self.server = Measurement(server_settings(settings), "server")
        self.pairs = []
        for index, sending in enumerate(settings.stream_plan("client")):
            here, there = ("192.0.2.2", 40000 + index), ("192.0.2.1", 5201)
            one = self.client.add_stream(5 + 2 * index, sending, here, there)
            other = self.server.add_stream(5 + 3 * index, not sending, there, here)
            self.pairs.append((one, other) if sending else (other, one))
        for end in (self.client, self.server):
            end.start(T0)
        self.now = T0
        self.retransmits = 0

    @property
    def ends(self):
        return (self.client, self.server)

    def samples(self, end, rtt=100):
        if end.udp:
            return {}
        return {stream.id: sample(self.retransmits, rtt) for stream in end.streams if stream.sending}

    def move(self, count=125, size=1000, lost=0, transit=0.01):
        """Each sender sends `count` blocks of `size` bytes at once; of UDP datagrams the first `lost` ones are lost."""
        for sender, receiver in self.pairs:
            sender.bytes += count * size
            sender.blocks += count
            receiver.bytes += (count - lost) * size
            receiver.blocks += count - lost
            if receiver.udp is not None:
                receiver.udp.record_batch(sender.packets + lost + 1, count - lost, self.now, self.now + transit)
                sender.packets += count

    def second(self, seconds=1.0, rtt=100, **moved):
        """Time passes, data moves, both ends report. Returns both intervals."""
        self.now += seconds
        self.move(**moved)
        return [end.tick(self.now, self.samples(end, rtt)) for end in self.ends]

    def end_omit(self):
        return [end.end_omit(self.now, self.samples(end)) for end in self.ends]

    def finish(self, congestion="cubic", exchange=True):
        """The end of the test and the exchange of results. Returns both `end` objects."""
        name = None if self.client.udp else congestion
        for end in self.ends:
            end.finish(self.now, self.samples(end))
        if exchange:
            self.server.take_results(self.client.results(CLIENT_CPU, name))
            self.client.take_results(self.server.results(SERVER_CPU, name))
        return self.client.end(CLIENT_CPU, name), self.server.end(SERVER_CPU, name)

    def start_of(self, end):
        peer = ("192.0.2.1", 5201) if end.role == "client" else ("::ffff:192.0.2.2", 39999)
        return document.start_document(end.settings, end.role, streams=end.streams, version="iperf 3.21", system_info="Linux host 6.18 x86_64",
                                       cookie=COOKIE, timestamp=1795660001.25, mss=1448 if end.role == "client" else 0, sndbuf=16384,
                                       rcvbuf=131072, peer=peer)

    def documents(self, seconds=2, **moved):
        """Both documents of a test of so many seconds."""
        for dummy in range(seconds):
            self.second(**moved)
        return [document.document(self.start_of(end), end.intervals, last) for end, last in zip(self.ends, self.finish())]


MODES = {
    "tcp": {}, "tcp reverse": {"reverse": True}, "tcp bidir": {"bidir": True}, "tcp parallel": {"parallel": 2},
    "udp": {"udp": True}, "udp reverse": {"udp": True, "reverse": True}, "udp bidir": {"udp": True, "bidir": True},
    "udp bidir parallel": {"udp": True, "bidir": True, "parallel": 2},
}
