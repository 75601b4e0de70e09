# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What iperf_plan and iperf_plan_info do, with the real engine: a part is prepared, begun, told about and taken away without a trace."""

import os
import signal
import time

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._firewall import journal
from ansible_collections.nfv.iperf.plugins.module_utils._module import guard, plan, plan_info, plans, process, supervisor
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import Module, listening, names
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils.free_ports import free_port

NODE = "host/1 a"  # not fit for a file's name


class Host(object):
    """One state_dir, in which the modules are run."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.port = free_port()

    def run(self, state, run="r1", node=NODE, check_mode=False, **params):
        if state == "prepared":
            params.setdefault("plan", self.plan(run, node))
        return plan.work(Module(plan.ARGUMENTS, check_mode, state=state, run=run, node=node, state_dir=self.folder, **params))

    def plan(self, run="r1", node=NODE):
        return {"schema": plan.SCHEMA, "run": run, "node": node, "port": self.port, "rounds": 1, "tests": {},
                "networks": [{"name": "n", "peers": [["p", "127.0.0.9"]]}], "steps": [[0, 0, 0, 0]], "addresses": {"n": "127.0.0.1"},
                "limits": {"connect": 1, "grace": 60, "visit": 60, "prepared": 60, "total": 60}}

    def info(self, **params):
        return plan_info.work(Module(plan_info.ARGUMENTS, state_dir=self.folder, **params))


@pytest.fixture
def host(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "systemd_runs", lambda: False)
    one = Host(tmp_path / "state")
    yield one
    for part in plans.find_all(one.folder):
        if part.identity:
            process.terminate(part.identity, 20)


def wait_for(condition, what):
    limit = time.time() + 30
    while not condition():
        assert time.time() < limit, "waited in vain for %s" % what
        time.sleep(0.01)


def test_a_part_from_its_beginning_to_its_end(host):
    first = host.run("prepared")
    assert first["changed"] and process.identify(first["pid"]) and os.path.exists(first["progress_file"])
    again = host.run("prepared")
    assert not again["changed"] and again["pid"] == first["pid"]
    part = host.info()["parts"][0]
    assert (part["run"], part["node"], part["running"], part["progress"]["state"], part["results"]) == ("r1", NODE, True, "prepared", None)

    assert host.run("started", check_mode=True)["changed"]
    assert host.run("started")["changed"]
    wait_for(lambda: host.info()["parts"][0]["progress"]["state"] == "running", "the part to begin")
    assert not host.run("started")["changed"]

    assert host.run("absent", check_mode=True)["ended"] and process.identify(first["pid"])
    gone = host.run("absent")
    assert gone["changed"] and [one["pid"] for one in gone["ended"]] == [first["pid"]]
    assert process.identify(first["pid"]) is None and names(host.folder) == [] and not os.path.exists(host.folder)
    assert not host.run("absent")["changed"] and host.info()["parts"] == []


def test_a_run_and_what_belongs_to_it_go_together(host):
    for run in ("r1", "r1_look", "r2"):
        host.port = free_port()
        host.run("prepared", run)
    assert [one["run"] for one in host.run("absent")["ended"]] == ["r1", "r1_look"]
    assert [one["run"] for one in host.info()["parts"]] == ["r2"] and [name for name in names(host.folder) if name.endswith(".pyz")]
    assert host.run("absent", None, None)["ended"] and not os.path.exists(host.folder)


def test_a_part_that_died_is_told_and_removed(host):
    pid = host.run("prepared")["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: process.identify(pid) is None, "the part to die")
    part = host.info(results=True)["parts"][0]
    assert not part["running"] and part["progress"]["state"] == "died" and part["results"] == []
    assert not host.run("prepared")["changed"], "a run is not repeated under its name"
    assert host.run("absent")["ended"][0]["pid"] is None and not os.path.exists(host.folder)


def test_a_part_whose_record_is_lost_is_found(host):
    pid = host.run("prepared")["pid"]
    os.unlink(plans.path_of(host.folder, "r1", NODE) + ".record")
    assert host.info()["parts"][0]["pid"] == pid
    host.run("absent")
    assert process.identify(pid) is None


def test_a_part_in_another_folder_is_told(host, tmp_path):
    host.run("prepared")
    pid = host.run("prepared")["pid"]
    other = Host(tmp_path / "other").info()
    assert other["parts"] == [] and pid not in [one["pid"] for one in host.info()["others"]]
    mine = [one for one in other["others"] if one["pid"] == pid]
    assert [(one["run"], one["user"], os.path.dirname(one["path"])) for one in mine] == [("r1", os.geteuid(), host.folder)]


def test_what_is_open_in_the_firewall_is_told(host, tmp_path):
    journals = journal.Store(str(tmp_path / "journals"))
    with journals:
        journals.save(journal.Journal(5201, "r9", "open", ["nftables"]))
    assert host.info(journal_dir=journals.folder)["openings"] == [{"port": 5201, "run": "r9", "state": "open", "backends": ["nftables"]}]
    assert host.info(journal_dir=str(tmp_path / "none"))["openings"] == []
    with open(os.path.join(journals.folder, "control_port-1-x.json"), "w") as stream:
        stream.write("{}")
    with pytest.raises(guard.Failure, match="control_port-1-x.json: not a journal"):
        host.info(journal_dir=journals.folder)


def test_failed_tests_get_their_diagnosis_and_others_are_left_alone():
    error = {"number": 103, "detail": "127.0.0.1 port 5201: Connection refused", "os_errno": 111, "text": "..."}
    found = plan_info.explain({"test": "x", "error": error, "transcript": []})
    assert found["diagnosis"]["class"] and found["diagnosis"]["remedy"]
    assert plan_info.explain({"error": error, "diagnosis": {"class": "other"}})["diagnosis"] == {"class": "other"}
    assert plan_info.explain({"test": "x", "error": None}) == {"test": "x", "error": None}


def test_a_taken_port_is_told_with_who_has_it(host):
    with listening() as (dummy, port):
        host.port = port
        with pytest.raises(guard.Failure) as failure:
            host.run("prepared")
    assert "port %d is taken" % port in failure.value.msg and "(pid %d" % os.getpid() in failure.value.msg
    assert not os.path.exists(host.folder)


@pytest.mark.parametrize("changes, words", [
    ({"schema": "x"}, "plan-v1"), ({"run": "other"}, "'other'"), ({"node": "b"}, "'b'"), ({"steps": [[0, 5, 0, 0]]}, "did not start"),
    ({"addresses": {"n": "no such name."}}, "no such name"),
])
def test_a_plan_that_does_not_fit_is_refused(host, changes, words):
    with pytest.raises(guard.Failure) as failure:
        host.run("prepared", plan=dict(host.plan(), **changes))
    assert words in failure.value.msg and not os.path.exists(host.folder)


@pytest.mark.parametrize("params, words", [({"run": "../x"}, "letters, digits"), ({"timeout": 0}, "timeout is 0")])
def test_bad_options(host, params, words):
    with pytest.raises(guard.Failure) as failure:
        host.run("absent", **params)
    assert words in failure.value.msg


def test_a_part_cannot_begin_before_it_is_prepared(host):
    with pytest.raises(guard.Failure) as failure:
        host.run("started")
    assert "prepare it first" in failure.value.msg


def test_facts_of_the_host(host, tmp_path):
    facts = host.info(addresses={"net": "127.0.0.1", "name": "localhost"})
    assert facts["cpus"] >= 1 and facts["python"].count(".") == 2
    assert facts["link_speed"] == {"net": None, "name": None}


@pytest.mark.parametrize("content, speed", [("25000\n", 25 * 10 ** 9), ("-1\n", None), ("", None), (None, None)])
def test_link_speed(tmp_path, monkeypatch, content, speed):
    monkeypatch.setattr(plan_info, "interface_of", lambda address: "eth0")
    if content is not None:
        (tmp_path / "eth0").mkdir()
        (tmp_path / "eth0" / "speed").write_text(content)
    assert plan_info.link_speed("10.0.0.1", str(tmp_path)) == speed
