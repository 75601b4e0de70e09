# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What can go wrong, as numbers that iperf3 peers share and as words for an operator. PRIVATE to the collection.

The numbers below 1000 are iperf3's own: they travel behind SERVER_ERROR (protocol.rst, "Errors"), and a peer prints its
text for them. The words are ours and say what to do next. Numbers from 1000 on are for what iperf3 has no number for;
they never go on the wire, `wire_number` gives the nearest one that does.
Everything raises IperfError inside; one place per program reports it.
"""

# Our own numbers
USAGE = 1000
NOT_SUPPORTED = 1001
BAD_VALUE = 1002
CONFLICT = 1003
TOO_LARGE = 1004
BIND_FAILED = 1005
NAME_NOT_RESOLVED = 1006
PEER_SILENT = 1010
OUT_OF_SEQUENCE = 1011
PEER_ERROR = 1012
UDP_BLOCKED = 1013
INTERRUPTED = 1014
SYSTEM = 1015
DATA_LOST = 1016
INTERNAL = 1099

ERRORS = {
    # refused before anything starts
    1: "a run cannot be client and server at once, give either -c or -s",
    2: "neither a client nor a server was asked for, give -c HOST or -s",
    3: "this option belongs to the server, leave it out or give it where the server is started",
    4: "this option belongs to the client, leave it out or give it where the client is started",
    5: "test duration out of range, allowed are 0 to 86400 seconds",
    6: "number of parallel streams out of range, allowed are 1 to 128",
    7: "block size out of range, allowed are 1 to 1048576 bytes",
    8: "socket buffer size out of range, allowed are 0 to 536870912 bytes",
    9: "report interval out of range, allowed are 0 for none and 0.1 to 60 seconds",
    10: "TCP MSS out of range, allowed are 0 to 32767 bytes",
    11: "this host cannot send without copying, leave out zerocopy",
    12: "omitted time out of range, allowed are 0 to 600 seconds",
    15: "burst out of range, allowed are 1 to 1000 blocks",
    16: "a test has one end, give only one of time, bytes and blockcount",
    20: "UDP block size out of range, allowed are 16 to 65507 bytes",
    21: "TOS out of range, allowed are 0 to 255",
    22: "a login needs all of user name, password and the server's RSA public key, give what is missing",
    23: "a server that checks logins needs both its RSA private key and its file of users, give what is missing",
    24: "unknown format of numbers, allowed is one letter of k m g t K M G T",
    25: "reverse and bidir exclude each other, give one of them",
    26: "port out of range, allowed are 1 to 65535",
    28: "the time over which the server's rate limit is averaged is out of range, allowed are 0.1 to 60 seconds",
    29: "the time skew must be more than 0 seconds",
    30: "idle timeout out of range, allowed are 1 to 86400 seconds",
    31: "receive timeout out of range, allowed are 100 to 86400000 milliseconds",
    32: "a receive timeout is of use only where data is received, leave it out or use reverse or bidir",
    34: "a file cannot be sent over UDP, leave out either of them",
    35: "the server's file of users cannot be read, check path and permissions",
    36: "the keepalive's idle time must be longer than interval times count",
    38: "not a number with at most one of the suffixes k m g t",
    39: "this host cannot drop received data unread, leave out skip_rx_copy",
    40: "unknown DSCP, allowed are 0 to 63 and the names of the classes, such as ef or af41",
    # while running, or told by the peer
    14: "the file to send or to write cannot be opened, check path and permissions",
    17: "the log file cannot be opened, check path and permissions",
    27: "the test wants more bandwidth than the server permits, ask for a lower rate or fewer streams",
    37: "the test wants to last longer than the server permits, ask for a shorter time",
    102: "cannot listen on the port, check that nothing else uses it and that the address is this host's",
    103: "cannot connect to the server, check that it runs on this address and port and that no firewall is in between",
    106: "no cookie came from the client, what connected may not be an iperf3 client",
    109: "the control connection ended before the test did",
    110: "the other end sent what is no iperf3 control message, check that it is iperf3 and not iperf or another program",
    114: "no usable parameters came from the client, check its options and its version",
    116: "the results could not be sent, look at the other end's log",
    117: "no usable results came from the other end, look at its log and version",
    119: "the client was stopped before the end of the test",
    120: "the server was stopped before the end of the test, start it and repeat the test",
    121: "the server denied the test",
    122: "TCP_NODELAY cannot be set on the data socket, leave out no_delay",
    123: "the MSS cannot be set on the data socket, ask for another value",
    124: "the buffer size cannot be set on the data socket, ask for a smaller window",
    125: "the TOS cannot be set on the data socket, ask for another value",
    126: "the IPv6 traffic class cannot be set on the data socket, ask for another value",
    127: "the IPv6 flow label cannot be set on the data socket, ask for another value",
    131: "the protocol does not exist on this host, use TCP or UDP",
    133: "the CPU affinity cannot be set, check the CPU's number",
    134: "the congestion control cannot be set, see net.ipv4.tcp_available_congestion_control for those this host has",
    141: "the kernel gave less socket buffer than asked for, raise net.core.rmem_max and wmem_max or ask for less",
    142: "the server refused the login, check user, password, key and both clocks",
    144: "no data came for the receive timeout, look for what drops data between the hosts",
    160: "the server ended the test because it took much longer than announced",
    200: "a data stream cannot be created",
    201: "a data stream cannot be set up",
    202: "the server cannot listen for data streams, look at its log",
    203: "a data stream cannot connect while the control connection can, look for a firewall that blocks it",
    204: "not all data streams of the test came about",
    205: "writing to a data stream failed",
    206: "reading from a data stream failed",
    208: "the other end reported a data stream that does not exist",
    # our own
    USAGE: "cannot understand the command line, see --help",
    NOT_SUPPORTED: "this option exists in iperf3 but not here yet, leave it out",
    BAD_VALUE: "value not allowed",
    CONFLICT: "options that do not go together",
    TOO_LARGE: "message too large for the other end, shorten title, extra_data or what makes it large",
    BIND_FAILED: "cannot use the local address, port or interface that was given, check that it exists and is free",
    NAME_NOT_RESOLVED: "the name is not known here, check its spelling, the resolver and the address family",
    PEER_SILENT: "the other end did not go on in time",
    OUT_OF_SEQUENCE: "the other end sent a control message at a moment when it may not, look at its log and version",
    PEER_ERROR: "the other end reported an error without saying which, look at its log",
    UDP_BLOCKED: "UDP data does not reach the server while the control connection works, open the port for UDP as well as for TCP",
    INTERRUPTED: "the test was stopped before its end",
    SYSTEM: "the system refused what the test needs",
    DATA_LOST: "data does not get through although the connections stand, look at packet sizes and firewalls in between",
    INTERNAL: "a fault of nfv.iperf itself, please report it",
}

START = frozenset(number for number in range(1, 41) if number not in (14, 17, 27, 37))
_START_OWN = frozenset((USAGE, NOT_SUPPORTED, BAD_VALUE, CONFLICT))
_WIRE_NUMBERS = {SYSTEM: 200, TOO_LARGE: 116, BIND_FAILED: 202, PEER_SILENT: 109, OUT_OF_SEQUENCE: 110, PEER_ERROR: 109, DATA_LOST: 144}


class IperfError(Exception):
    """A test or a server that cannot go on.

    number: iperf3's number or one of ours (int). detail: what exactly, e.g. option, value, address (text, may be "").
    os_errno: the system's error number or 0. text: the words for the number. start: refused before anything started.
    facts: what was seen around it, by the names of diagnosis.py; no part of what the error is.
    """

    def __init__(self, number, detail="", os_errno=0):
        self.number = number
        self.text = ERRORS.get(number, "the other end reported error number %d, which is unknown here" % number)
        self.detail = detail
        self.os_errno = os_errno
        self.start = number in START or number in _START_OWN
        self.facts = {}
        super().__init__(number, detail, os_errno)

    def __str__(self):
        line = "%s: %s" % (self.text, self.detail) if self.detail else self.text
        return " ".join(line.split())

    def __repr__(self):
        return "IperfError(%d, %r, %d)" % (self.number, self.detail, self.os_errno)

    def __eq__(self, other):
        return isinstance(other, IperfError) and self.args == other.args

    def __hash__(self):
        return hash(self.args)

    @property
    def wire_number(self):
        """The number that tells an iperf3 peer about this error (int below 1000)."""
        return self.number if self.number < 1000 else _WIRE_NUMBERS.get(self.number, 114)


def from_wire(number, os_errno, where=""):
    """The error behind a SERVER_ERROR with these two numbers. where: the moment in words, e.g. "after our parameters".

    Servers 3.21 often send a system error number that is left over from something else, so it is told but not explained
    (protocol.rst, "Errors").
    """
    if number == 0:
        number = PEER_ERROR
    detail = " ".join(("reported by the other end", where)).rstrip()
    if os_errno:
        detail += " with its system error number %d, which may be unrelated" % os_errno
    error = IperfError(number, detail, os_errno)
    error.start = False
    return error
