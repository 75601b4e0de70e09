# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many real clients at once against one server of ours, on one port."""

import concurrent.futures

from . import programs

CLIENTS = 20


def arguments(number):
    """TCP and UDP, both directions, each with a rate and a block size of its own, by which its result is told apart."""
    rate = 500 + 100 * number
    args = ["-b", "%dK" % rate, "-l", str(1000 + 10 * number), "-t", "3", "-T", "client %d" % number, "-J"]
    return rate * 1000, args + (["-u"] if number % 2 else []) + (["-R"] if number % 4 >= 2 else [])


def test_twenty_real_clients_at_once_get_each_its_own_result(ours, real):
    with ours.server() as server, concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        jobs = [pool.submit(real.client, server.port, *arguments(number)[1], timeout=90) for number in range(CLIENTS)]
        results = [job.result() for job in jobs]
        assert programs.wait_until(lambda: not programs.children(server.pid)), "a test's process is left"
    for number, result in enumerate(results):
        rate = arguments(number)[0]
        assert result.code == 0, "client %d: %s %s" % (number, result.out[-400:], result.err)
        document = result.document
        assert "error" not in document
        assert document["start"]["test_start"]["blksize"] == 1000 + 10 * number
        # The rate is this client's alone: its neighbours differ by 100 kbit/s, and a block is at most 10 kbit.
        measured = document["end"]["sum_sent"]["bits_per_second"]
        assert abs(measured - rate) < 50000, (number, measured)
        received = document["end"]["sum_received"]["bytes"]
        sent = document["end"]["sum_sent"]["bytes"]
        assert abs(received - sent) <= 20 * (1000 + 10 * number), (number, sent, received)


def test_a_full_server_says_busy_and_goes_on(ours, real):
    with ours.server("--max-clients", "1") as server, concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = pool.submit(real.client, server.port, "-t", "3", "-b", "1M")
        assert programs.wait_until(lambda: programs.children(server.pid)), "the first test does not start"
        for program in (real, ours):
            refused = program.client(server.port, "-t", "1")
            assert refused.code == 1
            assert "busy" in refused.err
        assert first.result().code == 0
        assert programs.wait_until(lambda: not programs.children(server.pid))
        assert real.client(server.port, "-t", "1", "-b", "1M").code == 0
