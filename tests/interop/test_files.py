# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""-F and -Z between ours and the real iperf3.

The real server stops reading when the test ends and loses what is under way then, so its file is the beginning of ours; and 3.12 neither sends a file
with -R nor keeps it.
"""

import os
import re

import pytest

SIZE = 2000003


@pytest.fixture(name="source")
def fixture_source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(os.urandom(SIZE))
    return path


def test_a_real_client_s_file_is_whole_on_our_server(real, ours, source, tmp_path):
    target = tmp_path / "target"
    with ours.server("-1", "-F", target) as server:
        result = real.client(server.port, "-F", source)
        told = server.finish()
    assert (result.code, told.code) == (0, 0), result.err + told.err
    assert target.read_bytes() == source.read_bytes()
    # What is under way when the test ends is kept, and not counted: how much of the file that is differs from run to run.
    counted, percent = re.search(r"Sent (.+) / 1\.91 MByte \((\d+)%%\) of %s\n" % re.escape(str(target)), told.out).groups()
    assert "  %ss " % counted in told.out.splitlines()[-1] and 0 < int(percent) <= 100


def test_our_client_s_file_reaches_a_real_server(real, ours, source, tmp_path):
    target = tmp_path / "target"
    with real.server("-1", "-F", target) as server:
        result = ours.client(server.port, "-F", source, "-J")
        told = server.finish()
    assert (result.code, told.code) == (0, 0), result.out + told.err
    written = target.read_bytes()
    assert source.read_bytes().startswith(written)
    disk = result.document["end"]["streams"][0]["diskfile"]
    assert (disk["sent"], disk["size"], disk["received"], disk["filename"]) == (SIZE, SIZE, len(written), str(source))


def test_documents_and_lines_have_the_real_ones_form(real, ours, source):
    disks, lines = [], []
    for program in (real, ours):
        with real.server() as server:
            disks.append(program.client(server.port, "-F", source, "-J").document["end"]["streams"][0]["diskfile"])
            lines.append([line for line in program.client(server.port, "-F", source).out.splitlines() if " of %s" % source in line])
    assert list(disks[0]) == list(disks[1])
    assert [type(value) for value in disks[0].values()] == [type(value) for value in disks[1].values()]
    assert lines[0] == lines[1] and len(lines[0]) == 1


@pytest.mark.parametrize("direction", [[], ["-R"], ["--bidir"]], ids=["normal", "reverse", "bidir"])
@pytest.mark.parametrize("way", ["real client, our server", "our client, real server"])
def test_zerocopy(real, ours, way, direction):
    client, server = (real, ours) if way.startswith("real") else (ours, real)
    with server.server("-1") as running:
        result = client.client(running.port, "-Z", "-t", "1", "-b", "20M", "-J", *direction)
    assert result.code == 0 and "error" not in result.document, result.out
    for suffix in ("", "_bidir_reverse") if "--bidir" in direction else ("",):
        assert 1e6 < result.document["end"]["sum_received" + suffix]["bytes"] < 4e6
