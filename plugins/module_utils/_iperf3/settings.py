# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What one end was asked to do. PRIVATE to the collection.

Theory: Settings has one attribute per row of options.OPTIONS, converted to the row's kind, and answers what follows from
several of them. They are made in two ways: locally, from a command line or a module, where every mistake is refused before
anything starts; or by a server from the parameters of a client (from_wire, see params.py). `given` holds the names that
somebody asked for, because iperf3's rules are about what was written, not about what is in force: -n with -t 10 is refused
although 10 is the default. A caller therefore passes what was asked for only, and None for the rest.
A Settings is not changed once it is checked; with_mss() returns another.
Sources: docs/docsite/rst/protocol.rst, sections "Parameters" and "Command line".
"""
import copy

from . import errors, params, values
from .options import BOTH, BY_NAME, CLIENT, OPTIONS, SERVER, UDP_LARGEST, UDP_LENGTH, UDP_SMALLEST

UDP_RATE = 1048576  # bit/s per stream when a client asks for UDP and no rate

# Options that do nothing without, or with, UDP. iperf3 ignores them silently; we tell.
_TCP_ONLY = ("no_delay", "congestion", "snd_timeout", "zerocopy", "mptcp")
_UDP_ONLY = ("udp_counters_64bit", "gsro", "dont_fragment")


class Settings:
    """The options of one end and what follows from them.

    role: "client" or "server". values: options by name; None and, for flags, False mean "not asked for".
    Raises IperfError (start) for a value that is not of the option's form. check() looks at ranges and combinations.
    """

    def __init__(self, role="client", **given):
        self.role = role
        self.given = set()
        self.client_version = ""  # as the client told a server
        self.authtoken = ""
        self.notes = []  # what else warnings() is to tell
        for option in OPTIONS:
            setattr(self, option.name, option.default)
        for name, value in given.items():
            option = BY_NAME[name]
            if value is None or (value is False and option.kind in ("flag", "debug", "keepalive")):
                continue
            for key, converted in values.convert(option, value).items():
                if key in self.given and getattr(self, key) != converted:
                    raise values.refusal(errors.CONFLICT, f"{key} is given twice, as {getattr(self, key)!r} and, by {name}, as {converted!r}")
                setattr(self, key, converted)
                self.given.add(key)
        self._fill_in()

    def _fill_in(self):
        """The defaults that depend on other options."""
        if "time" not in self.given and (self.bytes or self.blockcount):
            self.time = 0
        if self.udp and "bitrate" not in self.given:
            self.bitrate = UDP_RATE
        if not self.length or "length" not in self.given:
            self.length = None if self.udp else BY_NAME["length"].default
        if not self.server_bitrate_interval:
            self.server_bitrate_interval = BY_NAME["server_bitrate_interval"].default
        self.json_stream = self.json_stream or self.json_stream_full_output

    def __repr__(self):
        asked = " ".join(f"{name}={getattr(self, name)!r}" for name in sorted(self.given))
        return f"<Settings {self.role} {asked}>"

    # -- what follows ------------------------------------------------------------------------------------------------

    @property
    def protocol(self):
        """"TCP" or "UDP"."""
        return "UDP" if self.udp else "TCP"

    @property
    def direction(self):
        """"normal" (the client sends), "reverse" or "bidir"."""
        return "bidir" if self.bidir else "reverse" if self.reverse else "normal"

    @property
    def duration(self):
        """Seconds from the start to the end of the test with the omitted ones, 0 when time does not end it."""
        return self.time + self.omit if self.time else 0

    def stream_plan(self, role=None):
        """One truth value per stream in the order of creation: this end (by default our role) sends on it."""
        client = [True] * self.parallel + [False] * self.parallel if self.bidir else [not self.reverse] * self.parallel
        return client if (role or self.role) == CLIENT else [not sends for sends in client]

    def senders_here(self, role=None):
        """How many streams this end (by default our role) sends on."""
        return sum(self.stream_plan(role))

    def receivers_here(self, role=None):
        """How many streams this end (by default our role) receives on."""
        plan = self.stream_plan(role)
        return len(plan) - sum(plan)

    def with_mss(self, mss):
        """A copy whose UDP block size is known; `mss`: TCP_MAXSEG of the control connection in bytes, None if unreadable."""
        other = copy.copy(self)
        other.given = set(self.given)
        if other.length is None:
            other.length = mss if mss and UDP_SMALLEST <= mss <= UDP_LARGEST else UDP_LENGTH
        return other

    def with_file(self, size):
        """A copy for a client whose file has `size` bytes: when it sends the file and no other end was given, the end of the file is that of the test."""
        other = copy.copy(self)
        other.given = set(self.given)
        if self.senders_here() and not self.given & {"time", "bytes", "blockcount"}:
            other.bytes, other.time = size, 0
        return other

    def warnings(self, mss=None):
        """Lines about what was asked for and has no effect, or not the one expected. `mss` as for with_mss()."""
        lines = self.notes + [f"{name} has no effect on UDP" for name in _TCP_ONLY if self.udp and name in self.given]
        lines += [f"{name} has no effect without udp" for name in _UDP_ONLY if not self.udp and name in self.given]
        if self.udp and self.length and mss and self.length > mss:
            lines.append(f"length {self.length} is larger than the control connection's MSS {mss}: datagrams may be fragmented or lost")
        if self.udp and self.skip_rx_copy:
            lines.append("skip_rx_copy makes receivers of iperf3 3.19 to 3.21 count 16 bytes of each datagram")
        if "no_fq_socket_pacing" in self.given:
            lines.append("no_fq_socket_pacing is an old option, use fq_rate 0")
        return lines

    # -- what is refused ---------------------------------------------------------------------------------------------

    def check(self):
        """Refuse what cannot be run as asked, by an IperfError (start) that names option, value and what is allowed.

        Returns self. The order is that of iperf3: whose option, then ranges, then combinations.
        """
        self._check_role()
        for name in sorted(self.given):
            option = BY_NAME[name]
            if not option.supported:
                raise values.refusal(errors.NOT_SUPPORTED, f"{name} is {getattr(self, name)!r}")
            if name == "length" and self.udp:
                continue
            values.check_range(option, getattr(self, name))
        if self.udp and self.length is not None and not UDP_SMALLEST <= self.length <= UDP_LARGEST:
            raise values.refusal(20, f"length is {self.length}, allowed over UDP is {UDP_SMALLEST} to {UDP_LARGEST} bytes")
        self._check_combinations()
        return self

    def _check_role(self):
        if "server" in self.given and "client" in self.given:
            raise values.refusal(1, f"server and client {self.client} are both given, allowed is one of them")
        if self.role == CLIENT and "client" not in self.given:
            raise values.refusal(2, "client is not given, allowed is the name or address of a server")
        for name in sorted(self.given):
            owner = BY_NAME[name].roles
            if owner not in (BOTH, self.role):
                raise values.refusal(3 if owner == SERVER else 4, f"{name} is {getattr(self, name)!r}, which is allowed on the {owner} only")

    def _check_combinations(self):
        ends = [name for name in ("time", "bytes", "blockcount") if (name in self.given if name == "time" else getattr(self, name))]
        if len(ends) > 1:
            raise values.refusal(16, " and ".join(f"{name} {getattr(self, name)}" for name in ends) + " are given, allowed is one of them")
        if self.reverse and self.bidir:
            raise values.refusal(25, "reverse and bidir are given, allowed is one of them")
        if self.version4 and self.version6:
            raise values.refusal(errors.CONFLICT, "version4 and version6 are given, allowed is one of them")
        if "rcv_timeout" in self.given and self.role == CLIENT and not self.receivers_here():
            raise values.refusal(32, f"rcv_timeout is {self.rcv_timeout}, which a client may say only with reverse or bidir")
        if self.udp and self.file:
            raise values.refusal(34, f"file is '{self.file}' and udp is given")
        if self.file and self.skip_rx_copy:
            raise values.refusal(errors.CONFLICT, f"file is '{self.file}' and skip_rx_copy is given, which leaves nothing to write")
        if self.udp and self.set_mss:
            raise values.refusal(errors.CONFLICT, f"set_mss is {self.set_mss}, which is allowed over TCP only; over UDP give length")
        last_port = (self.cport or 0) + len(self.stream_plan()) - 1
        if self.cport and last_port > BY_NAME["cport"].maximum:
            raise values.refusal(26, f"cport is {self.cport}, and the last of {len(self.stream_plan())} streams would use {last_port},"
                                     f" allowed is up to {BY_NAME['cport'].maximum}")
        if self.role == CLIENT:
            params.check_size(self)

    # -- the wire ----------------------------------------------------------------------------------------------------

    def to_wire(self):
        """The parameters that a client sends, as a dict (protocol.rst, "Parameters")."""
        return params.to_wire(self)

    @classmethod
    def from_wire(cls, parameters, local=None):
        """The settings of a test at the server that received these parameters (dict).

        local: the server's own Settings; its options hold for the test, its limits are applied.
        Raises IperfError with the number that the client is to be told.
        """
        settings = cls(SERVER)
        if local is not None:
            for option in OPTIONS:
                if option.roles in (BOTH, SERVER):
                    setattr(settings, option.name, getattr(local, option.name))
        return params.read_into(settings, parameters)
