# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a fleet's run that are not as they should be are told before anything starts, each in one line."""

import os

import pytest
import yaml

from ansible_collections.nfv.iperf.plugins.plugin_utils import wishes

GIVEN = {
    "networks": [], "topology": "mesh", "parallel": False, "port": 5201, "time": 10, "omit": 0, "streams": 1, "interval": 1, "udp": False,
    "protocols": ["tcp", "udp"], "udp_bitrate": "100M", "udp_length": "", "options": {}, "min_mbps": 0, "min_percent_of_link": 0, "criteria": [],
    "baseline": "", "write_baseline": "", "report_formats": [], "report_dir": "reports", "preflight": "stop", "manage_firewall": False,
    "firewall_sources": [], "retry": True, "progress": "auto", "title": "t", "supervisor": "auto", "state_dir": "",
}


def test_the_defaults_and_what_a_command_line_makes_of_them_are_right():
    assert wishes.problems(GIVEN) == []
    assert wishes.problems(dict(GIVEN, port="5300", time="2", parallel="true", interval="0.5", protocols="tcp,udp", networks="tenant, storage")) == []


@pytest.mark.parametrize("option, value, words", [
    ("port", 70000, ("iperf_port", "70000", "65535")), ("port", "abc", ("iperf_port is 'abc'", "a whole number")), ("port", 0, ("iperf_port",)),
    ("time", 0, ("iperf_time is 0", "1 to 86400 s")), ("time", -1, ("iperf_time is -1",)), ("time", 2.5, ("iperf_time is 2.5", "whole number")),
    ("streams", 0, ("iperf_streams", "0")), ("streams", 500, ("iperf_streams", "500", "128")), ("interval", 0.01, ("iperf_interval", "0.01")),
    ("interval", "x", ("iperf_interval is 'x'",)), ("omit", 601, ("iperf_omit", "601")), ("protocols", ["sctp"], ("iperf_protocols", "sctp", "tcp, udp")),
    ("protocols", [], ("iperf_protocols",)), ("udp_bitrate", "fast", ("fast",)), ("options", {"nonsense": 1}, ("iperf_options has nonsense", "allowed are")),
    ("options", {"host": "x"}, ("iperf_options has host", "iperf_networks")), ("options", [], ()), ("options", "x", ("iperf_options is 'x'",)),
    ("options", {"congestin": "bbr"}, ("congestion is one",)), ("supervisor", "upstart", ("iperf_supervisor is 'upstart'", "systemd")),
    ("state_dir", "x/y", ("iperf_state_dir is 'x/y'",)), ("retry", "perhaps", ("iperf_retry is 'perhaps'",)), ("topology", "tree", ("iperf_topology", "mesh")),
    ("criteria", [{"mni": 1}], ("iperf_criteria", "mni")), ("baseline", "/no/such/file", ("iperf_baseline is /no/such/file", "No such file")),
    ("baseline", __file__, ("iperf_baseline is " + __file__, "no JSON", "give the run.json of a report")),
    ("baseline", "/", ("iperf_baseline is /run.json,", "No such file")),
    ("write_baseline", "/", ("iperf_write_baseline is '/'", "a folder")),
    ("progress", "loud", ("iperf_progress is 'loud'", "lines")), ("min_mbps", -1, ("iperf_min_mbps is -1",)), ("networks", [5], ("iperf_networks",)),
])
def test_a_wrong_option_is_told_with_its_name_its_value_and_what_is_allowed(option, value, words):
    found = wishes.problems(dict(GIVEN, **{option: value}))
    assert len(found) == (1 if words else 0), found
    assert all(word in found[0] for word in words), found


def test_a_typing_error_in_the_name_of_an_option_is_noticed():
    notes = wishes.strangers(["iperf_netwroks", "iperf_hosts", "iperf_port", "iperf_of_mine", "other"], GIVEN)
    assert notes == ["iperf_netwroks is no option, so it changes nothing; iperf_networks is one"]


def test_what_is_looked_at_is_what_the_role_documents():
    role = os.path.join(os.path.dirname(__file__), *[".."] * 4 + ["roles", "validate_bandwidth"])
    with open(os.path.join(role, "meta", "argument_specs.yml"), encoding="utf-8") as source:
        documented = yaml.safe_load(source)["argument_specs"]["main"]["options"]
    with open(os.path.join(role, "vars", "main.yml"), encoding="utf-8") as source:
        given = yaml.safe_load(source)["__validate_bandwidth_given"]
    options = {name[len(wishes.PREFIX):]: option for name, option in documented.items() if name.startswith(wishes.PREFIX)}
    assert set(documented) - {wishes.PREFIX + name for name in options} == {"validate_bandwidth_" + name for name in options}
    assert set(given) == set(GIVEN) == set(options) - {"address"}
    assert set(wishes.BOOLEANS) == {name for name, option in options.items() if option["type"] == "bool"}
    assert set(wishes.WHOLE) == {name for name, option in options.items() if option["type"] == "int"}
    assert set(wishes.LISTS) == {name for name, option in options.items() if option.get("elements") == "str"}
    assert {name: tuple(option["choices"]) for name, option in options.items() if "choices" in option}.items() <= wishes.CHOICES.items()
