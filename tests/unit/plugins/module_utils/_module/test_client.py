# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What iperf_client returns: an account in check mode, a result, or a failure with what there is."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._engine.client import Outcome
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, client, guard
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import Module

TRANSCRIPT = [{"name": "Cookie", "direction": "sent", "time": 0.0, "size": 37, "content": None}]


def run(monkeypatch, outcome=None, check_mode=False, **params):
    """work() with an engine that returns, or raises, `outcome`; (results, the settings that the engine got)."""
    got = []

    def engine(settings, **dummy):
        got.append(settings)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    monkeypatch.setattr(client.client, "run", engine)
    monkeypatch.setattr(client.signals, "Catcher", lambda: None)
    params.setdefault("host", "192.0.2.1")
    module = Module(argspec.client_arguments(), check_mode, **params)
    results = client.work(module)
    return results, got, module.warnings


def outcome_of(error=None, found=None, checks=None, warnings=()):
    return Outcome({"end": {"n": 1}}, error, {"transcript": TRANSCRIPT}, [{"role": "control"}], {"status": "ok" if error is None else "failed"},
                   None, found, checks, warnings)


def test_success(monkeypatch):
    results, got, warnings = run(monkeypatch, outcome_of(), fact_name="mine", udp=True, bitrate="2M", title="a b")
    assert results["changed"] is False
    assert results["result"] == {"end": {"n": 1}} == results["ansible_facts"]["mine"]
    assert results["summary"] == {"status": "ok"} and results["connections"] == [{"role": "control"}]
    assert results["control"]["transcript"] == TRANSCRIPT
    assert "diagnosis" not in results and "preflight" not in results
    assert results["command"] == "iperf3 -p 5201 -c 192.0.2.1 -u -b 2000000 -T 'a b'"
    assert results["parameters"]["bandwidth"] == 2000000 and results["parameters"]["udp"] is True
    assert got[0].bitrate == 2000000 and warnings == []


@pytest.mark.parametrize("check_mode, told", [(False, ["no_delay has no effect on UDP", "length 1 is larger"]), (True, ["no_delay has no effect on UDP"])])
def test_warnings_are_told_once(monkeypatch, check_mode, told):
    """Some follow from the options alone, some are known only when the server was reached."""
    outcome = outcome_of(warnings=["no_delay has no effect on UDP", "length 1 is larger"])
    assert run(monkeypatch, outcome, check_mode=check_mode, udp=True, no_delay=True)[2] == told


def test_check_mode_sends_nothing(monkeypatch):
    results, got, dummy = run(monkeypatch, outcome_of(), check_mode=True, reverse=True)
    assert got == []
    assert set(results) == {"changed", "command", "parameters"}
    assert results["parameters"]["reverse"] is True


@pytest.mark.parametrize("check_mode", [False, True])
def test_bad_input_is_refused_before_anything_is_sent(monkeypatch, check_mode):
    with pytest.raises(guard.Failure) as caught:
        run(monkeypatch, AssertionError("not to be called"), check_mode=check_mode, parallel=129)
    assert "129" in caught.value.msg
    assert caught.value.results["error_number"] == 6
    assert caught.value.results["diagnosis"]["class"] == "bad_option"


def test_a_failed_test_returns_what_was_measured(monkeypatch):
    with pytest.raises(guard.Failure) as caught:
        run(monkeypatch, outcome_of(IperfError(109, "while the test ran"), {"class": "control_cut"}, [{"name": "control"}]))
    results = caught.value.results
    assert "while the test ran" in caught.value.msg
    assert results["result"] == {"end": {"n": 1}} and results["summary"]["status"] == "failed"
    assert results["control"] and results["connections"] and results["command"]
    assert results["diagnosis"] == {"class": "control_cut"} and results["preflight"] == [{"name": "control"}]
    assert "ansible_facts" not in results


def test_a_test_in_which_nothing_arrived_succeeds_with_a_diagnosis(monkeypatch):
    results, dummy, dummy = run(monkeypatch, outcome_of(None, {"class": "mtu_black_hole"}))
    assert results["diagnosis"] == {"class": "mtu_black_hole"} and "ansible_facts" in results


def test_an_engine_that_refuses(monkeypatch):
    with pytest.raises(guard.Failure) as caught:
        run(monkeypatch, IperfError(133, "affinity 99"))
    assert caught.value.results["diagnosis"]["class"] == "unsupported"
    assert "result" not in caught.value.results


@pytest.mark.parametrize("name", ["", "1x", "a-b", "a b", "{{ x }}", "x\n"])
def test_fact_name(monkeypatch, name):
    with pytest.raises(guard.Failure) as caught:
        run(monkeypatch, outcome_of(), fact_name=name)
    assert "fact_name" in caught.value.msg


def test_options_without_effect_are_told(monkeypatch):
    dummy, dummy, warnings = run(monkeypatch, outcome_of(), udp=True, no_delay=True)
    assert warnings == ["no_delay has no effect on UDP"]
