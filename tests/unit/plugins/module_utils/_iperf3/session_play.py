# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions at any point of a test, for the tests of the control session: one table of a whole good test drives them."""

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import states
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.events import Cookie, Parameters, Results, State
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.session import ControlSession

TEXT = "bii7ag7iyhs3gwa2eiadkbl34kqpdirtymzo"
PARAMETERS = {"tcp": True, "omit": 0, "time": 1, "len": 4096}
CLIENT_RESULTS = {"cpu_util_total": 0.5, "streams": [{"id": 1, "bytes": 126976}]}
SERVER_RESULTS = {"cpu_util_total": 0.25, "streams": [{"id": 1, "bytes": 126976, "retransmits": -1}]}


def message(body):
    return b"\0\0\0" + bytes(bytearray([len(body)])) + body


# A whole good test: who speaks, what, the bytes on the wire
TEST = [
    ("client", Cookie(TEXT), TEXT.encode("ascii") + b"\0"),
    ("server", State(states.PARAM_EXCHANGE), b"\x09"),
    ("client", Parameters(PARAMETERS), message(b'{"tcp":true,"omit":0,"time":1,"len":4096}')),
    ("server", State(states.CREATE_STREAMS), b"\x0a"),
    ("server", State(states.TEST_START), b"\x01"),
    ("server", State(states.TEST_RUNNING), b"\x02"),
    ("client", State(states.TEST_END), b"\x04"),
    ("server", State(states.EXCHANGE_RESULTS), b"\x0d"),
    ("client", Results(CLIENT_RESULTS), message(b'{"cpu_util_total":0.5,"streams":[{"id":1,"bytes":126976}]}')),
    ("server", Results(SERVER_RESULTS), message(
        b'{"cpu_util_total":0.25,"streams":[{"id":1,"bytes":126976,"retransmits":-1}]}')),
    ("server", State(states.DISPLAY_RESULTS), b"\x0e"),
    ("client", State(states.IPERF_DONE), b"\x10"),
]
STEPS = range(len(TEST))
OTHER = {"client": "server", "server": "client"}
OTHER_WAY = {"sent": "received", "received": "sent"}


def events_of(peer):
    found = []
    while True:
        event = peer.next_event()
        if event is None:
            return found
        found.append(event)


def feed(peer, data, size=None, now=0.0):
    """Hand in data in pieces of this size, collect the events."""
    found = []
    for start in range(0, len(data), size or len(data)):
        peer.receive_data(data[start:start + (size or len(data))], now)
        found += events_of(peer)
    return found


def played(role, steps, now=0.0, timers=None):
    """A session of this role that has gone through the first steps of TEST."""
    peer = ControlSession(role, now, timers=timers)
    for sender, event, data in TEST[:steps]:
        if sender == role:
            assert peer.send(event, now) == data
        else:
            assert feed(peer, data, now=now) == [event]
    return peer


def in_phase(role, phase, now=0.0, timers=None):
    for steps in range(len(TEST) + 1):
        peer = played(role, steps, now, timers)
        if peer.phase == phase:
            return peer
    raise ValueError(phase)
