# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which command lines the real iperf3 3.12 takes and refuses, and that ours agrees or says why not.

The real client gets a port on which nothing listens: what it takes ends in a refused connection, what it refuses ends before.
Real servers that start would have to be ended, so their lines are in the unit tests only, as they were seen here by hand.
"""

import concurrent.futures

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3 import cmdline, errors

from . import programs

# Client options that both take
TAKEN = """
-t 0|-t 86400|-n 0 -t 5|-n 0.5K|-n 1e3|-k 1M|-d|-d 9|--debug=0|--debug=7|-f kk|-f K|-i 0|-i 0.1|-i 60|-i0.5|-i.5|-l 0|-l 1M|-l 15|-u -l 0|-u -l 16|
-u -l 65507|-M 9216|-w 512M|-P 128|-b 0|-b 10M/5|-b 10M/1000|-O 60|-S 255|-S 0xff|-S 077|--dscp ef|--dscp EF|--dscp 63|--dscp 0x3f|--dscp lowdelay|
--dscp cs7|--dscp af43|-L 0xfffff|-R --rcv-timeout 100|--bidir --rcv-timeout 5000|--snd-timeout 0|--snd-timeout 86400000|--connect-timeout 1K|
--pacing-timer 2K|--cport 5|-A 0|-A 0,0|--fq-rate 10M|--no-fq-socket-pacing|-4|-B 127.0.0.1%lo|--get-server-output|-T x|-C foo|--bandwidth 1M|--band 1M|
--linux cubic|-Z|-F /dev/null|--version4|-uR -P2|-- -R|foo|--le 5|--no-d|--verb|--rev|--timestamps|--timestamps=%H|--extra-data x|--udp-counters-64bit|
--repeating-payload|--dont-fragment|-u --dont-fragment|-|-J -J
"""
# Client options that both refuse
REFUSED = """
-s|--foo|-y|-d9|-p 0|-p 70000|--bi 5|--reverse=1|-l|-P|-t 86401|-n 1M -t 10|-n 1M -t 0|-n 1M -k 4|-D|-1|--idle-timeout 5|--server-bitrate-limit 5|
--time-skew-threshold 5|-R --bidir|foo -R --bidir|-f x|-i 0.05|-i 61|-i -1|-l 2M|-l -5|-u -l 15|-u -l 65508|-M 32768|-w 513M|-P 129|-b 10M/0|-b 10M/1001|
-b 10M/|-O 601|-O -1|-S 256|-S -1|-S abc|--dscp 64|--dscp foo|--dscp cs8|--dscp af14|--dscp be|-L 0|-L 0x100000|-L abc|--rcv-timeout 5000|
-R --rcv-timeout 50|-R --rcv-timeout 99|--snd-timeout -1|--snd-timeout 86400001|--cport 70000|--cport 0|-A 2000|-A ,0|-A abc|-A 0,2000|--username a|
--rsa-public-key-path /x|--ti 5|--c|--no|--v|--n 5|--=5|--vers4
"""
# Only newer versions take these
ONLY_OURS_TAKES = "-O 600|-M 32767|--dscp va|-m|--cntl-ka|--cntl-ka=60/10/3|--json-stream|--skip-rx-copy|--gsro"
# 3.12 takes these for something else, or they are not here yet; the page "Options" of the documentation lists them
ONLY_OURS_REFUSES = """
--len=5x|-t abc|-t 1.5|-t -1|-t|-i abc|-i 1e0|-M -1|-u -M 100|-w -1|-P 0|-P -1|-b /5|-b -1|-b 10X|-S 08|--connect-timeout -5|--cport 65535 -P 2|-A 0,|-B %lo|
--sctp|-X a|--nstreams 5|-n -5|-p 1x
"""


def lines(table):
    return [line.strip() for line in table.replace("\n", "").split("|")]


def words(line, port):
    return ["-c", "127.0.0.1", "-p", str(port)] + (line.split() if line != "-t" else ["-t", ""])


def ours_refuses(argv):
    try:
        cmdline.parse(argv)
    except errors.IperfError:
        return True
    return False


@pytest.fixture(scope="module")
def real_refuses(real):
    """{line: whether the real iperf3 refused it}; a refusal is told by its usage lines and exit code 1."""
    if "iperf 3.12 " not in real.run("-v").out:
        pytest.skip("the tables are those of iperf3 3.12")
    port = programs.free_port()

    def ask(line):
        result = real.run(*words(line, port))
        refused = "Usage: iperf3" in result.out + result.err
        assert result.code == (0 if "-J" in line else 1), (line, result.err)
        assert refused or "unable to connect" in result.out + result.err, (line, result.err)
        return refused

    every = [line for table in (TAKEN, REFUSED, ONLY_OURS_TAKES, ONLY_OURS_REFUSES) for line in lines(table)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return dict(zip(every, pool.map(ask, every)))


@pytest.mark.parametrize("table, theirs, ours", [
    (TAKEN, False, False), (REFUSED, True, True), (ONLY_OURS_TAKES, True, False), (ONLY_OURS_REFUSES, False, True),
], ids=["taken", "refused", "only ours takes", "only ours refuses"])
def test_refuses_what_iperf3_refuses(real_refuses, table, theirs, ours):
    expected = {line: (theirs, ours) for line in lines(table)}
    assert {line: (real_refuses[line], ours_refuses(words(line, 5201))) for line in expected} == expected


@pytest.mark.parametrize("options", [[], ["-J"]], ids=["text", "json"])
def test_warnings_are_on_the_standard_error_stream(real, ours, options):
    """As iperf3's are, also beside a JSON document."""
    with real.server() as server:
        results = [program.client(server.port, "-u", "-l", "60000", "-n", "60000", *options) for program in (real, ours)]
    for result in results:
        warnings = [line for line in result.err.splitlines() if line.startswith("warning: ") and " MSS " in line]
        assert len(warnings) == 1 and result.code == 0, result.err
        assert "warning" not in result.out
