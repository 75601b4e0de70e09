# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is on a port: tables of /proc/net made for the test, and real sockets of this process."""

import os
import socket

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import ports
from ansible_collections.nfv.iperf.tests.unit.plugins.module_utils._module.workbench import listening

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = "   0: {address}:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  1000        0 {inode} 1\n"
LITTLE_ENDIAN = {"127.0.0.1": "0100007F", "0.0.0.0": "00000000", "::": "0" * 32, "::1": "0" * 24 + "01000000",
                 "fe80::1": "000080FE000000000000000001000000", "::ffff:10.0.0.1": "0000000000000000FFFF00000100000A"}


def listener(protocol, address, inode=1):
    return ports.Listener(protocol, address, 5201, 1000, inode)


@pytest.mark.skipif(ports.struct.pack("=I", 1) != b"\1\0\0\0", reason="the rows are of a little-endian machine")
@pytest.mark.parametrize("table, protocol, state, address, seen", [
    ("tcp", "tcp", "0A", "127.0.0.1", "127.0.0.1"),
    ("tcp", "tcp", "0A", "0.0.0.0", "0.0.0.0"),
    ("tcp6", "tcp", "0A", "::", "::"),
    ("tcp6", "tcp", "0A", "fe80::1", "fe80::1"),
    ("tcp6", "tcp", "0A", "::ffff:10.0.0.1", "10.0.0.1"),
    ("udp6", "udp", "07", "::1", "::1"),
    ("tcp", "tcp", "01", "127.0.0.1", None),
    ("udp", "udp", "01", "127.0.0.1", None),
])
def test_rows(tmp_path, table, protocol, state, address, seen):
    (tmp_path / "net").mkdir()
    rows = [ROW.format(address=LITTLE_ENDIAN[address], port=port, state=state, inode=port) for port in (5201, 5202)]
    (tmp_path / "net" / table).write_text(u"" + HEAD + "".join(rows) + "broken\n")
    expected = [] if seen is None else [ports.Listener(protocol, seen, 5201, 1000, 5201)]
    assert ports.listeners(5201, str(tmp_path)) == expected


@pytest.mark.parametrize("there, wanted, collides", [
    ("0.0.0.0", [], True),
    ("127.0.0.1", [], True),
    ("127.0.0.1", ["127.0.0.1"], True),
    ("127.0.0.1", ["127.0.0.2"], False),
    ("0.0.0.0", ["127.0.0.2"], True),
    ("::", ["127.0.0.2"], True),
    ("127.0.0.1", ["::"], True),
    ("127.0.0.1", ["0.0.0.0"], True),
])
def test_overlapping(there, wanted, collides):
    assert bool(ports.overlapping([listener("tcp", there)], wanted)) is collides


@pytest.mark.parametrize("kind, protocol", [(socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")])
def test_a_real_socket_and_its_holder(kind, protocol):
    with listening(kind=kind) as (dummy, port):
        found = ports.listeners(port)
        assert [(one.protocol, one.address) for one in found] == [(protocol, "127.0.0.1")]
        assert ports.holders(found) == {found[0].inode: [os.getpid()]}
        assert ports.addresses_of(os.getpid(), port) == (["127.0.0.1"] if protocol == "tcp" else [])
    assert ports.listeners(port) == []


def test_an_inode_without_a_visible_holder(tmp_path):
    (tmp_path / "7").mkdir()
    assert ports.holders([listener("tcp", "::", 99)], str(tmp_path)) == {99: []}


def test_whoever_holds_it_is_described(monkeypatch):
    assert "(pid %d" % os.getpid() in ports.describe(listener("tcp", "::"), [os.getpid()])
    monkeypatch.setattr(ports.pwd, "getpwuid", {}.__getitem__)
    assert "a process of user 1000, which" in ports.describe(listener("tcp", "::"), [])


@pytest.mark.parametrize("name, addresses", [("", []), (None, []), ("127.0.0.1", ["127.0.0.1"]), ("::1", ["::1"]), ("fe80::1%lo", ["fe80::1"])])
def test_resolve(name, addresses):
    assert ports.resolve(name) == addresses
