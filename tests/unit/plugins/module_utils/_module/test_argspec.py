# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument specs follow the engine's table; bad input gets one line with option, value and what is allowed."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import cmdline
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.options import BY_NAME, OPTIONS
from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import Module


def client(**params):
    return argspec.client_settings(Module(argspec.client_arguments(), **dict({"host": "192.0.2.1"}, **params)).params)


def server(**params):
    return argspec.server_settings(Module(argspec.server_arguments(), **params).params, "/run/x.sock")


@pytest.mark.parametrize("arguments", [argspec.client_arguments(), argspec.server_arguments(), argspec.server_info_arguments()])
def test_names_and_aliases_do_not_collide(arguments):
    spec = arguments["argument_spec"]
    every = list(spec) + [alias for option in spec.values() for alias in option.get("aliases", ())]
    assert len(every) == len(set(every))
    assert arguments["supports_check_mode"] is True


def test_each_option_of_a_client_is_in_the_module_or_left_out_for_a_reason():
    spec = argspec.client_arguments()["argument_spec"]
    for row in OPTIONS:
        offered = row.supported and row.roles != "server" and row.name not in argspec.PROGRAM_ONLY
        assert (argspec.option_name(row) in spec) is offered, row.name
    assert set(argspec.PROGRAM_ONLY) <= set(BY_NAME)


def test_host_and_length_have_the_names_that_people_expect():
    spec = argspec.client_arguments()["argument_spec"]
    assert spec["host"] == {"type": "str", "required": True, "aliases": ["client", "server"]}
    assert "len" in spec["length"]["aliases"]
    assert spec["fact_name"]["default"] == "iperf_result"


@pytest.mark.parametrize("params, words", [
    ({}, "-c 192.0.2.1"),
    ({"udp": True, "bitrate": "10M/5", "length": "1K", "parallel": 3}, "-u -b 10000000/5 -l 1024 -P 3"),
    ({"bitrate": "1G", "burst": 4}, "-b 1000000000/4"),
    ({"reverse": True, "bytes": "1M", "cntl_ka": "60//5", "rcv_timeout": 500}, "--cntl-ka=60//5 -R -n 1048576"),
    ({"dscp": "ef", "interval": 0.5}, "-i 0.5 --dscp ef"),
    ({"tos": "0x10", "affinity": "1,2", "omit": 1}, "-A 1,2 -S 16 -O 1"),
    ({"bind": "127.0.0.1%lo", "title": "two words", "fq_rate": "5m"}, "-B 127.0.0.1 --bind-dev lo --fq-rate 5000000 -T"),
])
def test_the_command_line_means_the_same(params, words):
    settings = client(**params)
    written = argspec.command_words(settings)
    for word in words.split():
        assert word in written
    again = cmdline.parse(written)
    assert {row.name: getattr(again, row.name) for row in OPTIONS} == {row.name: getattr(settings, row.name) for row in OPTIONS}
    assert again.to_wire() == settings.to_wire()


@pytest.mark.parametrize("params, kept", [
    ({}, 1 << 20), ({"keep_log": "64K"}, 65536), ({"keep_log": "0"}, 0), ({"logfile": "/some/log"}, 0), ({"logfile": "/some/log", "keep_log": "2M"}, 2 << 20),
])
def test_a_log_of_our_own_is_kept_short_and_somebody_elses_as_asked_for(params, kept):
    assert server(**params).keep_log == kept


@pytest.mark.parametrize("params", [
    {}, {"one_off": True, "idle_timeout": 5, "bind": "127.0.0.1"}, {"server_bitrate_limit": "10G/2", "server_max_duration": 60, "affinity": "0"},
    {"logfile": "/some/log", "rcv_timeout": 1000, "max_clients": 3, "bind_dev": "lo"},
])
def test_a_servers_command_line_means_the_same(params):
    settings = server(**params)
    again = cmdline.parse(argspec.command_words(settings))
    assert again.role == "server"
    assert {row.name: getattr(again, row.name) for row in OPTIONS} == {row.name: getattr(settings, row.name) for row in OPTIONS}
    assert argspec.command_words(again) == argspec.command_words(settings)


@pytest.mark.parametrize("make, params, parts", [
    (client, {"parallel": 129}, ("parallel", "129", "1 to 128")),
    (client, {"time": -1}, ("time", "-1", "86400")),
    (client, {"time": 0}, ("time", "0", "1 to 86400")),
    (client, {"udp": True, "length": "70000"}, ("length", "70000", "16 to 65507")),
    (client, {"udp": True, "set_mss": 1000}, ("set_mss", "1000", "TCP only")),
    (client, {"bitrate": "10X"}, ("bitrate", "10X", "k, m, g or t")),
    (client, {"bind_dev": "nope0"}, ("bind_dev", "nope0", "lo")),
    (client, {"host": "192.0.2.1%nope0"}, ("bind_dev", "nope0", "lo")),
    (client, {"bind": "fe80::1%nope0"}, ("bind", "nope0", "lo")),
    (client, {"reverse": True, "bidir": True}, ("reverse", "bidir")),
    (client, {"bytes": "1M", "time": 3}, ("bytes", "time")),
    (client, {"rcv_timeout": 1000}, ("rcv_timeout", "reverse")),
    (client, {"port": 0}, ("port", "0", "1 to 65535")),
    (client, {"cntl_ka": "often"}, ("cntl_ka", "often")),
    (client, {"affinity": "x"}, ("affinity", "x", "0 to 1024")),
    (client, {"host": ""}, ("client",)),
    (server, {"max_clients": 0}, ("max_clients", "0", "1 to 1000")),
    (server, {"idle_timeout": 0}, ("idle_timeout", "0", "1 to 86400")),
    (server, {"server_bitrate_limit": "fast"}, ("server_bitrate_limit", "fast")),
    (server, {"affinity": "1,2"}, ("server_affinity",)),
    (server, {"bind_dev": "nope0"}, ("bind_dev", "nope0", "lo")),
])
def test_bad_input(make, params, parts):
    with pytest.raises(IperfError) as caught:
        make(**params)
    line = str(caught.value)
    assert caught.value.start
    assert "\n" not in line
    for part in parts:
        assert part in line
