# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nodes returned becomes a run: every link once, missing ones without a number, the second attempt counted."""

import json

from ansible_collections.nfv.iperf.plugins.plugin_utils import judging, plan, preflight, run_data, shortfall

HOSTS = ["a", "b", "c"]
ADDRESSES = {"net": {host: "10.0.0.%d" % number for number, host in enumerate(HOSTS, 1)}}
SUMMARY = {"status": "ok", "seconds": 2.0, "received_bps": 9e8, "sent_bps": 9.1e8, "retransmits": 3, "lost_percent": None, "jitter_ms": None,
           "rtt_ms_mean": 0.4, "limited_by": "link", "cpu_local_percent": 40.0, "cpu_remote_percent": 60.0}
ERROR = {"number": 1013, "detail": "", "os_errno": 110, "text": "UDP data does not reach the server"}


def fleet(protocols=("tcp",)):
    return plan.make("r1", ADDRESSES, HOSTS, plan.tests(protocols, {}), "mesh")


def result(visitor, peer, test, status="ok", **changes):
    found = {"test": test, "status": status, "network": "net", "visitor": visitor, "peer": peer, "round": 0, "error": None, "summary": dict(SUMMARY, **changes),
             "transcript": [{"name": "TEST_START"}], "intervals": [9e8, None], "diagnosis": None, "began": 5.0}
    return found if status == "ok" else dict(found, error=ERROR, summary=None, diagnosis={"class": "udp_data_blocked"})


def by_id(links):
    return {link["id"]: link for link in links}


def test_directions_and_ends():
    links = by_id(run_data.collect(fleet(), [[result("a", "b", "tcp-forward"), result("a", "b", "tcp-reverse", limited_by="local_cpu")]]))
    assert len(links) == 6
    there, back = links["net:a>b:tcp"], links["net:b>a:tcp"]
    assert (there["status"], there["bps"], there["rtt_ms"], there["cpu_from"], there["cpu_to"], there["limited_by"]) == ("ok", 9e8, 0.4, 40.0, 60.0, "link")
    assert (back["cpu_from"], back["cpu_to"], back["limited_by"], back["visitor"], back["attempts"]) == (60.0, 40.0, "to_cpu", "a", 1)
    assert there["intervals"] == [9e8, None] and there["transcript"]


def test_what_is_missing_has_a_reason_and_no_number():
    absent = {"status": "absent", "host": "a", "peer": "c", "network": "net", "round": 1, "reason": "it went on without this visit"}
    links = by_id(run_data.collect(fleet(), [[absent]], {"b": "it could not be reached"}))
    assert all(link["status"] == "missing" and link["bps"] is None and link["attempts"] == 0 for link in links.values())
    assert links["net:a>c:tcp"]["reason"] == links["net:c>a:tcp"]["reason"] == "c did not come to a: it went on without this visit"
    assert links["net:b>c:tcp"]["reason"] == "b is to blame, it could not be reached"
    assert by_id(run_data.collect(fleet(), []))["net:a>b:tcp"]["reason"] == "neither node returned a result"


def test_a_test_without_a_rate_fails():
    links = by_id(run_data.collect(fleet(), [[result("a", "b", "tcp-forward", received_bps=None)]]))
    assert links["net:a>b:tcp"]["status"] == "failed" and links["net:a>b:tcp"]["bps"] is None


def test_the_second_attempt_counts_but_does_not_undo_a_good_first_one():
    first = [result("a", "b", "tcp-forward", "failed"), result("a", "b", "tcp-reverse")]
    second = [result("b", "a", "tcp-reverse"), result("b", "a", "tcp-forward", "failed")]
    links = by_id(run_data.collect(fleet(), [first, second]))
    assert links["net:a>b:tcp"]["status"] == "ok" and links["net:a>b:tcp"]["attempts"] == 2 and links["net:a>b:tcp"]["visitor"] == "b"
    assert links["net:b>a:tcp"]["status"] == "ok" and links["net:b>a:tcp"]["visitor"] == "a"


def test_links_worth_a_second_attempt():
    links = run_data.collect(fleet(), [[result("a", "b", "tcp-forward"), result("a", "b", "tcp-reverse", "failed")]])
    assert len(run_data.failed(links)) == 5
    assert len(run_data.failed(links, {("net", "b", "a", "TCP")})) == 4


def test_files_of_nodes(tmp_path):
    (tmp_path / "r1").mkdir()
    (tmp_path / "r1" / "x_y.json").write_text(json.dumps({"node": "x/y", "progress": {}, "lost": "", "results": [1, 2]}))
    assert run_data.load(str(tmp_path), "r1")["x/y"]["results"] == [1, 2]
    assert run_data.results_of(run_data.load(str(tmp_path), "r1")) == [1, 2]
    assert run_data.load(str(tmp_path), "none") == {}


def test_of_very_many_links_those_that_are_well_come_without_details(tmp_path, monkeypatch):
    (tmp_path / "r1").mkdir()
    results = [result("a", "b", "tcp-forward"), dict(result("a", "b", "tcp-reverse", "failed"), transcript=[{"name": "TEST_START"}])]
    (tmp_path / "r1" / "a.json").write_text(json.dumps({"node": "a", "progress": {}, "lost": "", "results": results}))
    about = {"title": "", "started": 1.0, "ended": 2.0, "groups": {}, "preflight": [], "ansible": "2.19.0"}
    told = []
    for monkeypatched in (run_data.DETAILED, 5):
        monkeypatch.setattr(run_data, "DETAILED", monkeypatched)
        links = by_id(run_data.gather(fleet(), str(tmp_path), {"addresses": ADDRESSES, "left_out": []}, dict.fromkeys(HOSTS), about)["links"])
        told.append([(len(links[name]["transcript"]), len(links[name]["intervals"]), links[name]["bps"]) for name in ("net:a>b:tcp", "net:b>a:tcp")])
    assert told == [[(1, 2, 9e8), (1, 2, None)], [(0, 0, 9e8), (1, 2, None)]]


def whole_run(results):
    facts = {"id": "r1", "title": "Title", "started": 1.0, "ended": 2.0, "groups": {"a": ["g"]}, "preflight": [], "environment": {}, "options": {},
             "seconds": {"ideal": 1, "measured": None, "overhead_percent": None}}
    infos = {"a": {"python": "3.6.8", "cpus": 4, "link_speed": {"net": 1e9}}}
    return run_data.run(fleet(), [results], {"addresses": ADDRESSES, "left_out": []}, infos, {"c": "it could not be reached"}, facts)


def test_the_whole_data_set_and_its_verdict():
    run = whole_run([result("a", "b", "tcp-forward"), result("a", "b", "tcp-reverse")])
    assert run["schema"] == "nfv.iperf/run-v1" and run["rounds"] == 3 and run["networks"] == ["net"]
    assert run["nodes"]["a"] == {"addresses": {"net": "10.0.0.1"}, "groups": ["g"], "python": "3.6.8", "cpus": 4, "link_speed": {"net": 1e9}, "notes": []}
    assert run["nodes"]["c"]["notes"] == ["it could not be reached"] and run["nodes"]["c"]["cpus"] is None
    judged = judging.judge(run, [{"query": "bps", "min": "1G"}])
    lines = shortfall.text(judged, "reports/r1").splitlines()
    assert len(lines) == 1 + 6 + 1 and lines[-1] == "The reports are in reports/r1"
    assert any(line.startswith("a -> b (net, TCP): failed: ") and "900 Mbit/s" in line and "1.00 Gbit/s" in line for line in lines)
    assert any(line.startswith("a -> c (net, TCP): missing: c is to blame") for line in lines)
    assert len(shortfall.text(judged, "x", 2).splitlines()) <= 4


def test_seconds():
    nodes = {"a": {"progress": {"started": 10.0, "ended": 75.0}}, "b": {"progress": {"started": 500.0, "ended": 560.0}}, "c": {"progress": {}}}
    assert run_data.seconds(fleet(), nodes) == {"ideal": 60.0, "measured": 65.0, "overhead_percent": 100.0 * (65.0 / 60.0 - 1.0)}
    assert run_data.seconds(fleet(), {})["measured"] is None


# -- the look before the load --------------------------------------------------------------------------------------------

def looked(visitor, peer, **checks):
    found = [{"name": name, "ok": ok, "needed": True, "detail": "" if ok else "why not", "seconds": 0.1} for name, ok in checks.items()]
    status = "ok" if all(checks.values()) else "failed"
    return {"test": "look", "status": status, "network": "net", "visitor": visitor, "peer": peer, "round": 0, "checks": found,
            "error": None if status == "ok" else ERROR, "diagnosis": None if status == "ok" else {"remedy": ["firewall-cmd --add-port=5201/udp"]}}


def test_the_look_is_a_plan_with_one_short_test():
    look = preflight.fleet(fleet(("tcp", "udp")))
    assert look["run"] == "r1_look" and look["at_once"] == preflight.AT_ONCE and look["cost"]["load"] is False
    assert list(look["tests"]) == ["look"] and look["tests"]["look"]["look"] and look["tests"]["look"]["options"]["udp"]
    assert "udp" not in preflight.fleet(fleet())["tests"]["look"]["options"]
    assert plan.node_plan(look, "a")["steps"]


def test_what_stands_in_the_way_names_host_rule_and_remedy():
    results = [looked("a", "b", control=True, tcp_data=True, udp_data=False), looked("c", "b", control=True, udp_data=False),
               looked("a", "c", control=True, tcp_data=True, udp_data=True)]
    pairs = preflight.gather(fleet(("tcp", "udp")), results)
    lines = preflight.problems(fleet(), pairs)
    assert lines[0] == "b (10.0.0.2, network net) is not reached on UDP port 5201 from a (10.0.0.1), c (10.0.0.3), why not"
    assert lines[1] == "  remedy for b, firewall-cmd --add-port=5201/udp"
    assert preflight.blocked(pairs) == {("net", "a", "b", "UDP"), ("net", "b", "a", "UDP"), ("net", "c", "b", "UDP"), ("net", "b", "c", "UDP")}


def firewall(**found):
    return {"b": dict({"readable": True, "blocked": [], "commands": [], "lasting": ["to keep it: save it"]}, **found)}


def test_what_the_firewall_of_a_host_says_of_itself_goes_before_what_a_visitor_guesses():
    results = [looked("a", "b", control=True, udp_data=False), looked("c", "b", control=False), looked("a", "c", control=True, tcp_full_size=False)]
    pairs = preflight.gather(fleet(("tcp", "udp")), results)
    assert preflight.unreached(fleet(("tcp", "udp")), pairs) == {"b": {"sources": ["10.0.0.1", "10.0.0.3"], "protocols": ["tcp", "udp"]}}
    only_udp = preflight.gather(fleet(("tcp", "udp")), results[:1])
    assert preflight.unreached(fleet(("tcp", "udp")), only_udp) == {"b": {"sources": ["10.0.0.1"], "protocols": ["udp"]}}
    rules = ["nft add rule %d" % number for number in range(preflight.RULES + 3)]
    blocked = [{"protocol": "udp", "source": "10.0.0.1", "chains": ["chain inet filter input"]}]
    lines = preflight.problems(fleet(), only_udp, firewall(blocked=blocked, commands=rules))
    assert lines[1:3] == ["  chain inet filter input on b stops them. The missing rules, for root on b:", "    nft add rule 0"]
    assert lines[-2:] == ["    and 3 more like these", "  to keep it: save it"] and len(lines) == preflight.RULES + 4
    assert "something on the way stops them" in preflight.problems(fleet(), only_udp, firewall())[1]
    lines = preflight.problems(fleet(), only_udp, firewall(readable=False))
    assert "firewall-cmd" in lines[1] and "run this again with become" in lines[2]


def test_a_protocol_that_the_run_does_not_use_stops_nothing():
    pairs = preflight.gather(fleet(("tcp",)), [looked("a", "b", control=True, tcp_data=True, udp_data=False)])
    assert preflight.problems(fleet(), pairs) == []


def test_a_visitor_that_did_not_come_is_a_problem_of_the_control_connection():
    absent = {"status": "absent", "host": "a", "peer": "c", "network": "net", "round": 0, "reason": "refused"}
    pairs = preflight.gather(fleet(), [absent])
    assert pairs[0]["from"] == "c" and pairs[0]["checks"][0]["ok"] is False
    assert ("net", "a", "c", "TCP") in preflight.blocked(pairs)
    failed = dict(looked("a", "b"), status="failed", error=ERROR, checks=[])
    assert preflight.gather(fleet(), [failed])[0]["checks"][0]["detail"] == ERROR["text"]
