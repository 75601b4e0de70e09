# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of options: complete, without contradictions, and the one that the documentation shows."""

import importlib.util
import os
import re

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import errors, options, values
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.options import BY_NAME, OPTIONS

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 5))

# The real command lines of 3.12 (--help) and of the versions up to 3.21, by the first version that has them
COMMAND_LINE = """
-p --port -f --format -i --interval -I --pidfile -F --file -A --affinity -B --bind --bind-dev -V --verbose -J --json --logfile --forceflush
--timestamps --rcv-timeout --snd-timeout -d --debug -s --server -D --daemon -1 --one-off --server-bitrate-limit --idle-timeout
--rsa-private-key-path --authorized-users-path --time-skew-threshold -c --client --sctp -X --xbind --nstreams -u --udp --connect-timeout
-b --bitrate --bandwidth --pacing-timer --fq-rate --no-fq-socket-pacing -t --time -n --bytes -k --blockcount -l --length --cport -P --parallel
-R --reverse --bidir -w --window -C --congestion --linux-congestion -M --set-mss -N --no-delay -4 --version4 -6 --version6 -S --tos --dscp
-L --flowlabel -Z --zerocopy -O --omit -T --title --extra-data --get-server-output --udp-counters-64bit --repeating-payload --dont-fragment
--username --rsa-public-key-path --json-stream --use-pkcs1-padding --cntl-ka -m --mptcp --skip-rx-copy --json-stream-full-output
--server-max-duration --gsro
""".split()
OURS = ["--max-clients", "--info-socket", "--keep-log", "--preflight", "--conntrack"]

# Keys of the parameters that a client sends and a server reads (protocol.rst, "Parameters")
WIRE = """
udp sctp omit time num blockcount parallel len bandwidth reverse bidirectional window MSS nodelay burst TOS flowlabel title congestion
server_affinity get_server_output udp_counters_64bit fqrate pacing_timer extra_data repeating_payload dont_fragment zerocopy mptcp
skip_rx_copy gso
""".split()


def test_flags_are_iperf3s():
    flags = [flag for option in OPTIONS for flag in option.flags]
    assert sorted(flags) == sorted(COMMAND_LINE + OURS)
    assert sorted(flag for option in OPTIONS if not option.since for flag in option.flags) == sorted(OURS)


def test_wire_keys_are_iperf3s():
    assert sorted(option.wire for option in OPTIONS if option.wire) == sorted(WIRE)


def test_names_are_unique_with_their_aliases():
    names = [name for option in OPTIONS for name in (option.name,) + option.aliases]
    assert len(names) == len(set(names))
    assert len(BY_NAME) == len(OPTIONS)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_row(option):
    long_flags = [flag for flag in option.flags if flag.startswith("--")]
    if option.flags:
        assert long_flags[0] == "--" + option.name.replace("_", "-")
    else:
        assert option.name in options.COMPANIONS.values()
    assert all(re.match(r"-[A-Za-z0-9]\Z|--[a-z0-9-]+\Z", flag) for flag in option.flags)
    assert option.kind in options.KINDS
    assert option.roles in (options.CLIENT, options.SERVER, options.BOTH)
    assert option.since == "" or re.match(r"3\.[0-9]+(\.[0-9]+)?\Z", option.since)
    assert option.error in errors.ERRORS
    assert option.help.endswith(".") and option.help[0].isupper()
    assert (option.minimum is None) == (option.maximum is None)
    assert option.wire_type in (("int", "text", "true", "one") if option.wire else ("",))
    assert not option.wire or option.roles != options.SERVER


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.default is not None], ids=lambda option: option.name)
def test_default_is_allowed(option):
    """Default and range agree, where 0 for "off" is not a default that a user cannot write."""
    if option.kind == "format" or option.name == "burst":
        return
    assert values.convert(option, option.default)[option.name] == option.default
    values.check_range(option, option.default)


def test_companions_exist():
    for first, second in options.COMPANIONS.items():
        assert BY_NAME[first].flags and not BY_NAME[second].flags


def _draw_options():
    spec = importlib.util.spec_from_file_location("draw_options", os.path.join(TOP, "tests", "tools", "draw_options.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_documentation_shows_this_table():
    tool = _draw_options()
    with open(tool.PAGE, "rb") as stream:
        page = stream.read().decode("utf-8")
    assert tool.draw() in page, "run tests/tools/draw_options.py"
    assert tool.replaced(page) == page


def test_drawing_tells_what_the_columns_promise():
    table = _draw_options().draw()
    row = table[table.index("   * - ``time``"):].split("   * - ")[1]
    assert [line.partition("- ")[2] for line in ("     - " + row).rstrip().splitlines()] == [
        "``time``", "``-t``, ``--time #``", "``time``", "s", "0 to 86400", "``10``", "client", "3.0", "Duration of the test, 0 for until interrupted."]
