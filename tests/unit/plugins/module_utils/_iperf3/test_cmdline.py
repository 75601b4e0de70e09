# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: words are read as getopt_long reads them, and mean what they mean to iperf3.

tests/interop/test_command_lines.py asks the real iperf3 whether it takes the same lines.
"""

import re

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import cmdline, errors
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.options import KINDS, OPTIONS


def parse(line):
    return cmdline.parse(line.split())


def refused(words):
    with pytest.raises(errors.IperfError) as caught:
        cmdline.parse(words)
    assert caught.value.start
    return caught.value


@pytest.mark.parametrize("line, given", [
    ("-c h", {}),
    ("-ch", {}),
    ("--client h", {}),
    ("--client=h", {}),
    ("-c h -t 5", {"time": 5}),
    ("-c h -t5", {"time": 5}),
    ("-c h --time 5", {"time": 5}),
    ("-c h --time=5", {"time": 5}),
    ("-c h -i0.5", {"interval": 0.5}),
    ("-uRch -P4", {"udp": True, "reverse": True, "parallel": 4}),
    ("-c h -uP4R", None),  # R belongs to the value of P
    ("-c h -NVJ", {"no_delay": True, "verbose": True, "json": True}),
    ("-c h --len 1K", {"length": 1024}),
    ("-c h --le=1K", {"length": 1024}),
    ("-c h --para 3", {"parallel": 3}),
    ("-c h --rev", {"reverse": True}),
    ("-c h --band 1M", {"bitrate": 1000000}),
    ("-c h --bit 1M", {"bitrate": 1000000}),
    ("-c h --linux bbr", {"congestion": "bbr"}),
    ("-c h --json", {"json": True}),  # exact, although --json-stream begins with it
    ("-c h --json-stream", {"json_stream": True}),
    ("-c h --bind 10.0.0.1", {"bind": "10.0.0.1"}),  # exact, although --bind-dev begins with it
    ("-c h -b 10M/5", {"bitrate": 10000000, "burst": 5}),
    ("-c h -b10m", {"bitrate": 10000000}),
    ("-c h -n 1.5M", {"bytes": 1572864}),
    ("-c h -t 5 -t 7", {"time": 7}),
    ("-c h -b 1M/3 -b 2M", {"bitrate": 2000000}),
    ("-c h -S 0x10 --dscp ef", {"dscp": "ef", "tos": 184}),
    ("-c h --dscp ef -S 0x10", {"tos": 16}),
    ("-c h -S 0x10 --dscp ef -S 8", {"tos": 8}),
    ("-c h -4 -6", {"version6": True}),
    ("-c h -64", {"version4": True}),
    ("-c h --fq-rate 1M --no-fq-socket-pacing", {"no_fq_socket_pacing": True, "fq_rate": 0}),
    ("-c h -d", {"debug": 4}),
    ("-c h -dV", {"debug": 4, "verbose": True}),
    ("-c h --debug", {"debug": 4}),
    ("-c h --debug=2", {"debug": 2}),
    ("-c h --timestamps", {"timestamps": "%c "}),
    ("-c h --timestamps=%H", {"timestamps": "%H"}),
    ("-c h --cntl-ka", {"cntl_ka": (0, 0, 0)}),
    ("-c h --cntl-ka=60/10/3", {"cntl_ka": (60, 10, 3)}),
    ("-c h --cntl-ka=/5", {"cntl_ka": (0, 5, 0)}),
    ("-c h -A 1,0", {"affinity": 1, "server_affinity": 0}),
    ("-c 10.0.0.9%eth2 -B 10.0.0.1", {"client": "10.0.0.9", "bind_dev": "eth2", "bind": "10.0.0.1"}),
    ("-c h -T -R", {"title": "-R"}),  # the next word is the value, whatever it looks like
    ("-c h -t 0", {"time": 0}),
    ("-s", {"server": True}),
    ("-sD1 -p5202", {"server": True, "daemon": True, "one_off": True, "port": 5202}),
    ("-s --server-bitrate-limit 1G/10 --max-clients 5", {"server": True, "server_bitrate_limit": 10 ** 9, "server_bitrate_interval": 10.0,
                                                         "max_clients": 5}),
    ("-s --server-m 60 --info-socket /run/x", {"server": True, "server_max_duration": 60, "info_socket": "/run/x"}),
])
def test_reads(line, given):
    if given is None:
        assert refused(line.split()).number == 6
        return
    settings = parse(line)
    assert settings.role == ("server" if "server" in given else "client")
    if settings.role == "client":
        given = dict({"client": "h"}, **given)
    assert {name: getattr(settings, name) for name in settings.given} == given


@pytest.mark.parametrize("line, words", [
    ("-c h --foo", ["--foo"]),
    ("-c h -y", ["-y"]),
    ("-c h -Ry5", ["-y"]),
    ("-c h -d9", ["-9"]),
    ("-c h --=5", ["--"]),
    ("-c h --reverse=1", ["--reverse", "no value", "'1'"]),
    ("-c h --rev=", ["--rev", "no value"]),
    ("-c h -P", ["-P", "needs a value"]),
    ("-c h --parallel", ["--parallel", "needs a value"]),
    ("-c", ["-c", "host"]),
    ("-c h --bi 5", ["--bind", "--bind-dev", "--bitrate", "--bidir"]),
    ("-c h --ti 5", ["--time", "--title", "--timestamps", "--time-skew-threshold"]),
    ("-c h --v", ["--verbose", "--version", "--version4", "--version6"]),
    ("-c h --versi", ["--version", "--version4"]),
])
def test_cannot_read(line, words):
    error = refused(line.split())
    assert error.number == errors.USAGE
    assert [word for word in words if word not in error.detail] == []


@pytest.mark.parametrize("line, number", [
    ("", 2), ("-V", 2), ("-D", 2), ("-1", 2), ("foo", 2), ("-- -c h", 2),
    ("-s -c h", 1), ("-c h -s", 1),
    ("-c h -D", 3), ("-c h -1", 3), ("-c h --idle-timeout 5", 3), ("-c h --max-clients 5", 3), ("-c h --time-skew-threshold 5", 3),
    ("-s -R", 4), ("-s -P 3", 4), ("-s -u", 4), ("-s --bitrate 1M", 4), ("-s -t 5", 4), ("-s -A 0,0", 4), ("-s --dscp ef", 4), ("-s --cport 5", 4),
    ("-c h -p 0", 26), ("-c h -p 1x", 26), ("-c h -t 1.5", 5), ("-c h -t -1", 5), ("-c h --time=", 5), ("-c h -b 10X", 38), ("-c h -n 1M -t 0", 16),
    ("-c h -R --bidir", 25), ("-c h -u -M 1000", errors.CONFLICT), ("-c h -u -F /f", 34), ("-c h -X a", errors.NOT_SUPPORTED),
    ("-c h -F /f --skip-rx-copy", errors.CONFLICT), ("-c h --sctp", errors.NOT_SUPPORTED), ("-c h --username u", errors.NOT_SUPPORTED),
])
def test_refused(line, number):
    assert refused(line.split()).number == number


@pytest.mark.parametrize("line, ignored", [
    ("-c h", []),
    ("-c h foo", ["foo"]),
    ("foo -c h - -R", ["foo", "-"]),
    ("-c h -- -R --foo", ["-R", "--foo"]),
    ("-c h -d 9", ["9"]),
])
def test_other_words_are_told(line, ignored):
    settings = parse(line)
    assert [note.split(" ")[0] for note in settings.warnings()] == ignored
    assert settings.reverse == ("- -R" in line and "--" not in line)


def test_the_callers_list_stays():
    words = ["-c", "h", "-R"]
    cmdline.parse(words)
    assert words == ["-c", "h", "-R"]


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.flags and option.name != "client"], ids=lambda option: option.name)
def test_every_flag_is_known(option):
    """Each flag leads to its row: given without its value it is missed, given wrongly it is refused by the row's name or number."""
    for flag in option.flags:
        found = list(cmdline._scan([flag, "value"] if KINDS[option.kind][0] == "must" else [flag], []))
        assert found == [(option.name, "value" if KINDS[option.kind][0] == "must" else True)]


@pytest.mark.parametrize("line", ["-h", "--help", "--hel", "-c h -h --foo", "-Vh", "-hv"])
def test_help(line):
    with pytest.raises(cmdline.Help) as caught:
        parse(line)
    text = caught.value.text
    assert text == str(caught.value)
    assert text.startswith(cmdline.USAGE.rstrip()) and text.endswith("\n")
    for option in OPTIONS:
        for flag in option.flags if option.supported else option.flags[-1:]:
            assert re.search(r"(^|[ ,])%s\b" % re.escape(flag), text, re.M), flag
    assert max(len(row) for row in text.splitlines()) <= cmdline.HELP_WIDTH


@pytest.mark.parametrize("line", ["-v", "--version", "-s -v -h"])
def test_version(line):
    with pytest.raises(cmdline.Version) as caught:
        cmdline.parse(line.split())
    assert str(caught.value).startswith("iperf 3.")


def test_usage_is_what_a_refusal_ends_with():
    assert cmdline.USAGE.count("\n") == 2 and cmdline.USAGE.endswith("\n")
