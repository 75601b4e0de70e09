# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ours against the real iperf3, both ways round, over every kind of test: both ends must tell the same.

The cells run side by side before the first assertion, a server of its own for each, because a test lasts a second whatever the machine does meanwhile.
Rates are low, so that loopback loses nothing and what differs between the ends is what was in flight.
"""

import concurrent.futures
import itertools

import pytest

SIDE_BY_SIDE = 6
# UDP so slow that a receiver may be kept from the CPU for half a second before its socket's buffer is full.
PROTOCOLS = {"tcp": ["-b", "20M", "-l", "16K"], "udp": ["-u", "-b", "1M", "-l", "1000"]}
DIRECTIONS = {"normal": [], "reverse": ["-R"], "bidir": ["--bidir"]}
STREAMS = (1, 3)
BYTES = {"tcp": 600 * 1024, "udp": 100 * 1024}
ENDS = {"time": ["-t", "1"], "bytes": ["-n"], "blocks": ["-k", "100"], "omit": ["-O", "1", "-t", "1"]}
# At most some blocks a stream are under way at the end, and iperf3 does not count a block that the end cut.
FLIGHT = {"tcp": 12 * 16384, "udp": 40 * 1000}
WAYS = ("real client, our server", "our client, real server")
CELLS = list(itertools.product(WAYS, PROTOCOLS, DIRECTIONS, STREAMS, ENDS))
CONTROLS = list(itertools.product(PROTOCOLS, DIRECTIONS, STREAMS))


def options(protocol, direction, streams, end):
    amount = [str(BYTES[protocol])] if end == "bytes" else []
    return PROTOCOLS[protocol] + DIRECTIONS[direction] + ["-P", str(streams)] + ENDS[end] + amount + ["-J"]


def measure(client, server, args):
    with server.server("-1", "-J") as running:
        return client.client(running.port, *args), running.finish()


@pytest.fixture(scope="module")
def results(ours, real):
    """{cell: (client's Result, server's Result)} of all cells and of the real program against itself."""
    pairs = {WAYS[0]: (real, ours), WAYS[1]: (ours, real), "control": (real, real)}
    jobs = {}
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for cell in CELLS:
            jobs[cell] = pool.submit(measure, *pairs[cell[0]], options(*cell[1:]))
        for cell in CONTROLS:
            jobs[cell] = pool.submit(measure, real, real, options(*cell, "time"))
        return {cell: job.result(300) for cell, job in jobs.items()}


def cell_id(parts):
    return "-".join(str(part).replace(" ", "_") for part in parts)


@pytest.fixture(name="cell", params=CELLS, ids=cell_id)
def fixture_cell(request, results):
    client, server = results[request.param]
    return request.param, client, server


def test_both_ends_end_well(cell):
    name, client, server = cell
    assert (client.code, server.code) == (0, 0), client.out[-600:] + client.err + server.out[-600:] + server.err
    assert "error" not in client.document and "error" not in server.document


def sides(document):
    """[(what the sender tells, what the receiver tells)] of a client's document, per direction."""
    end = document["end"]
    return [(end["sum_sent" + suffix], end["sum_received" + suffix]) for suffix in ("", "_bidir_reverse") if "sum_sent" + suffix in end]


def test_bytes_agree_within_what_was_in_flight(cell):
    (way, protocol, direction, streams, end), client, server = cell
    pairs = sides(client.document)
    assert len(pairs) == (2 if direction == "bidir" else 1)
    for sent, received in pairs:
        assert sent["bytes"] > 0 and received["bytes"] > 0
        assert abs(sent["bytes"] - received["bytes"]) <= streams * FLIGHT[protocol], (sent, received)


def test_the_server_tells_what_the_client_tells_of_it(cell):
    """The server's own count, in its own document, is what the client shows as the server's."""
    (way, protocol, direction, streams, end), client, server = cell
    of_server = {"normal": ["sum_received"], "reverse": ["sum_sent"], "bidir": ["sum_received", "sum_sent_bidir_reverse"]}[direction]
    for key in of_server:
        assert server.document["end"][key]["bytes"] == client.document["end"][key]["bytes"] > 0, key


def test_every_stream_arrived_and_no_datagram_was_lost(cell):
    (way, protocol, direction, streams, end), client, server = cell
    for entry in client.document["end"]["streams"]:
        if protocol == "udp":
            assert entry["udp"]["lost_packets"] == 0
            assert entry["udp"]["packets"] > 0
        else:
            assert entry["sender"].get("retransmits") in (None, 0)


def test_it_ended_when_it_was_told_to(cell):
    (way, protocol, direction, streams, end), client, server = cell
    for sent, received in sides(client.document):
        if end in ("time", "omit"):
            assert 0.9 <= sent["seconds"] <= 2.5
        if end == "bytes" and direction == "normal":
            assert BYTES[protocol] <= sent["bytes"] <= BYTES[protocol] + streams * FLIGHT[protocol]


# What 3.21 has and Debian's version has not (docs/docsite/rst/protocol.rst, "Output formats").
NEWER = {"timemillisecs", "interval", "gso", "gro", "reorder", "max_snd_wnd", "snd_wnd", "fq_rate", "fqrate", "bidir", "target_bitrate"}


def shape(value, path=""):
    """All key paths of a document; lists are as their first element."""
    if isinstance(value, dict):
        found = set()
        for key, item in value.items():
            found.add(path + "." + key)
            found |= shape(item, path + "." + key)
        return found
    if isinstance(value, list) and value:
        return shape(value[0], path + "[]")
    return set()


@pytest.mark.parametrize("protocol,direction,streams", CONTROLS)
def test_documents_have_the_real_ones_keys(results, protocol, direction, streams):
    real_client, real_server = (result.document for result in results[(protocol, direction, streams)])
    our_client = results[(WAYS[1], protocol, direction, streams, "time")][0].document
    our_server = results[(WAYS[0], protocol, direction, streams, "time")][1].document
    for real, mine in ((real_client, our_client), (real_server, our_server)):
        missing = shape(real) - shape(mine)
        more = {path for path in shape(mine) - shape(real) if path.rsplit(".", 1)[1] not in NEWER}
        assert not missing and not more, "missing %s, more than the real one %s" % (sorted(missing), sorted(more))
