# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence from made-up looks at the table: each case is a story of one connection."""

import json

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._conntrack import evidence, match, parse, table

CONTROL = match.Flow("control", "tcp", ("10.0.0.1", 40000), ("10.0.0.2", 5201))
DATA = match.Flow("data", "udp", ("10.0.0.1", 40001), ("10.0.0.2", 5201), 1)


def make_record(timeout, packets=None, state="ESTABLISHED", flow=CONTROL, flags="[ASSURED]"):
    """The entry of a flow. packets: in the original direction, of 100 bytes each; one less in the reply. None: not counted."""
    local, remote = flow.local, flow.remote
    counts = ["", ""] if packets is None else ["packets=%d bytes=%d" % (number, 100 * number) for number in (packets, packets - 1)]
    return parse.parse_line("ipv4 2 %s %s src=%s dst=%s sport=%d dport=%d %s src=%s dst=%s sport=%d dport=%d %s %s mark=0 use=1" % (
        flow.protocol + (" 6" if flow.protocol == "tcp" else " 17"),
        "%s %s" % ("" if timeout is None else timeout, state), local[0], remote[0], local[1], remote[1], counts[0],
        remote[0], local[0], remote[1], local[1], counts[1], flags))


def make_looks(story):
    """Snapshots from [(now, arguments of make_record, or None for no entry)]."""
    return [(float(now), [] if values is None else [make_record(*values)]) for now, values in story]


def codes(result):
    return [note["code"] for note in result["notes"]]


IDLE_TIMES = [
    # the story of (timeout, packets), idle, longest idle
    ("counted, silent", [(0, (1000, 8)), (10, (990, 8)), (20, (980, 8))], 20.0, 20.0),
    ("counted, spoke at the end", [(0, (1000, 8)), (10, (990, 8)), (20, (1000, 9))], 0.0, 10.0),
    ("counted, more time left but no packet is impossible, the counter decides", [(0, (1000, 8)), (10, (1000, 8))], 10.0, 10.0),
    ("not counted, silent", [(0, (1000, None)), (10, (991, None)), (20, (979, None))], 20.0, 20.0),
    ("not counted, spoke in between", [(0, (1000, None)), (10, (997, None)), (20, (987, None))], 10.0, 10.0),
    ("not counted, data without answer shortens the time left", [(0, (432000, None)), (10, (300, None))], 0.0, 0.0),
    ("keepalive every second, looked at every second", [(now, (1000, None)) for now in range(20)], 1.0, 2.0),
    ("seen once", [(0, (1000, 8))], None, None),
]


@pytest.mark.parametrize("story, idle, longest", [case[1:] for case in IDLE_TIMES], ids=[case[0] for case in IDLE_TIMES])
def test_idle_time(story, idle, longest):
    flow, = evidence.gather([CONTROL], make_looks(story))["flows"]
    assert (flow["idle"], flow["longest_idle"]) == (idle, longest)


NOTES = [
    # the story of (timeout, packets, state), planned silence, codes of the notes
    ("enough time", [(0, (120, 8)), (10, (110, 8))], 90.0, []),
    ("silence longer than the timeout", [(0, (30, 8)), (10, (20, 8))], 90.0, ["timeout_too_short"]),
    ("no plan known", [(0, (30, 8))], None, []),
    ("time of another state is not the connection's", [(0, (60, 1, "SYN_RECV")), (1, (432000, 8))], 90.0, []),
    ("ran out, the next look shows it", [(0, (30, 8)), (20, (10, 8)), (40, None)], None, ["entry_expired"]),
    ("ran out with a warning before", [(0, (30, 8)), (20, (10, 8)), (40, None)], 90.0, ["timeout_too_short", "entry_expired"]),
    ("ran out and came back", [(0, (30, 8)), (20, (10, 8)), (40, None), (60, (30, 1))], None, ["entry_expired"]),
    ("missed in one look, then there", [(0, (900, 8)), (1, None), (2, (898, 8))], None, []),
    ("missed in the last look only", [(0, (900, 8)), (1, None)], None, []),
    ("removed", [(0, (900, 8)), (1, None), (2, None)], None, ["entry_removed"]),
    ("removed and made anew", [(0, (900, 8)), (1, None), (2, None), (3, (900, 1))], None, ["entry_removed"]),
    ("closed, then forgotten", [(0, (10, 8, "CLOSE")), (20, None), (21, None)], None, []),
    ("after the end of the test", [(0, (432000, 8)), (1, (120, 9, "TIME_WAIT")), (130, None), (131, None)], None, []),
    ("never seen", [(0, None), (1, None)], 90.0, ["not_tracked"]),
    ("not looked at", [], 90.0, []),
    ("there from the second look on", [(0, None), (1, None), (2, (900, 8))], None, []),
]


@pytest.mark.parametrize("story, silence, expected", [case[1:] for case in NOTES], ids=[case[0] for case in NOTES])
def test_notes_of_the_control_connection(story, silence, expected):
    flow, = evidence.gather([CONTROL], make_looks(story), silence)["flows"]
    assert codes(flow) == expected


def test_the_words_for_an_entry_that_ran_out():
    looks = make_looks([(100, (30, 8)), (120, (10, 8)), (140, None), (160, (30, 1))])
    note, = evidence.gather([CONTROL], looks)["flows"][0]["notes"]
    assert "10 s were left at second 20, and it was gone at second 40, and came back as a new one at second 60" in note["text"]
    assert "cntl_ka" in note["remedy"] and "nf_conntrack_tcp_timeout_established" in note["remedy"]


def test_silence_of_the_data_is_no_concern():
    flow = DATA._replace(protocol="tcp")
    assert evidence.gather([flow], [(0.0, [make_record(30, flow=flow)])], 90.0)["flows"][0]["notes"] == []


def test_a_flow_is_told_from_its_own_end():
    record = make_record(300, packets=8)
    client, server = evidence.gather([CONTROL, CONTROL._replace(local=CONTROL.remote, remote=CONTROL.local)], [(5.0, [record])])["flows"]
    assert (client["bytes_sent"], client["bytes_received"], client["packets_sent"], client["packets_received"]) == (800, 700, 8, 7)
    assert (server["bytes_sent"], server["bytes_received"], server["packets_sent"], server["packets_received"]) == (700, 800, 7, 8)
    assert client["entry"] == server["entry"] == record.to_dict()
    assert (client["state"], client["timeout_left"], client["present"]) == ("ESTABLISHED", 300, True)


def test_all_flows_of_a_test_and_no_other():
    looks = [(1.0, [make_record(300), make_record(29, state="", flow=DATA, flags="[UNREPLIED]"),
                    make_record(300, flow=CONTROL._replace(local=("10.0.0.9", 40000)))])]
    control, data = evidence.gather([CONTROL, DATA], looks)["flows"]
    assert (control["role"], control["stream"], control["entry"]["l4"]) == ("control", None, "tcp")
    assert (data["role"], data["stream"], data["entry"]["l4"], codes(data)) == ("data", 1, "udp", ["unreplied"])
    assert "(UDP)" in data["notes"][0]["text"]


def test_unknown_is_none():
    flow, = evidence.gather([CONTROL], [])["flows"]
    assert {flow[name] for name in ("entry", "state", "timeout_left", "bytes_sent", "packets_received", "idle")} == {None}
    assert flow["present"] is False
    assert evidence.gather([CONTROL], make_looks([(0, (300, None))]))["flows"][0]["bytes_sent"] is None


def test_an_offloaded_flow_has_no_idle_time():
    looks = [(float(now), [make_record(None, packets=8, flags="[OFFLOAD]")]) for now in range(3)]
    flow, = evidence.gather([CONTROL], looks, 90.0)["flows"]
    assert (flow["idle"], flow["timeout_left"], codes(flow)) == (None, None, ["offloaded"])


def test_translation_is_told_in_full():
    line = ("ipv4 2 tcp 6 300 ESTABLISHED src=10.0.0.1 dst=192.0.2.80 sport=40000 dport=80 "
            "src=10.0.0.2 dst=10.0.0.1 sport=5201 dport=40000 [ASSURED] use=1")
    note, = evidence.gather([CONTROL], [(0.0, parse.parse([line]))])["flows"][0]["notes"]
    assert "10.0.0.1:40000 to 192.0.2.80:80 is 10.0.0.1:40000 to 10.0.0.2:5201 on the other side" in note["text"]


def test_the_table_is_judged_too_and_all_is_json():
    result = evidence.gather([CONTROL, DATA], make_looks([(0, (30, 8)), (40, None)]), 90.0, table.Table(95, 100, 95.0, {}, False, {"drop": 3}),
                             table.Table(5, 100, 5.0, {}, False, {"drop": 1}))
    assert codes(result) == ["table_nearly_full", "table_dropped", "not_counted"]
    json.dumps(result, allow_nan=False)
