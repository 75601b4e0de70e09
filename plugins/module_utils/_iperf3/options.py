# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""Every option, once. PRIVATE to the collection.

Theory: one row per option says how it is spelled on the command line, in a module and in the parameters on the wire, which
values it takes, whose it is and since which iperf3 it exists. Settings, the command line, the modules' argument specs, the
wire JSON and the table of docs/docsite/rst/options.rst derive from the rows or are tested against them. The rows hold no
rule between two options; those are in settings.py. A row with supported=False exists so that the option can be refused by
its name. A row without flags is set by another option's value on the command line (burst by "10M/5"), by itself in a module.
Sources: docs/docsite/rst/protocol.rst, sections "Parameters" and "Command line".
"""
from typing import NamedTuple, Optional, Tuple, Union

from . import errors
from .units import LARGEST

CLIENT, SERVER, BOTH = "client", "server", "both"
LEVEL = "3.21"  # the iperf3 whose command line and output these are
UDP_SMALLEST, UDP_LARGEST = 16, 65507  # bytes of a datagram
UDP_LENGTH = 1460  # bytes of a datagram when nobody says how many

# kind: (argument on the command line: "no", "must" or "may"; how the help shows the argument)
KINDS = {
    "flag": ("no", ""),
    "int": ("must", "#"),
    "float": ("must", "#"),
    "anybase": ("must", "#"),  # decimal, 0x hexadecimal or 0 octal
    "rate": ("must", "#[KMGT]"),
    "size": ("must", "#[KMGT]"),
    "bitrate": ("must", "#[KMGT][/#]"),  # a rate and, behind a slash, a second number (COMPANIONS)
    "affinity": ("must", "n[,m]"),
    "host": ("must", "host[%dev]"),
    "dscp": ("must", "#|name"),
    "format": ("must", "kmgtKMGT"),
    "text": ("must", "text"),
    "debug": ("may", "#"),
    "strftime": ("may", "format"),
    "keepalive": ("may", "idle/intvl/cnt"),
}

# The option that takes the number behind the slash or comma of another one's value
COMPANIONS = {"bitrate": "burst", "server_bitrate_limit": "server_bitrate_interval", "affinity": "server_affinity"}

Option = NamedTuple("Option", [
    ("name", str),  # the attribute of Settings and the module's option
    ("flags", Tuple[str, ...]),  # on the command line; the first long one is the name in messages and docs
    ("kind", str),  # a key of KINDS
    ("roles", str),  # whose command line it belongs to: CLIENT, SERVER or BOTH
    ("since", str),  # first iperf3 with it; "" for our own
    ("help", str),  # one sentence
    ("default", Union[None, bool, int, float, str]),  # None: nothing is asked for, the system or a rule decides
    ("minimum", Optional[float]),
    ("maximum", Optional[float]),
    ("zero", bool),  # 0 is allowed below the minimum and means "off"
    ("unit", str),
    ("error", int),  # the number when the value is out of range
    ("wire", str),  # key in the parameters, "" if it stays here
    ("wire_type", str),  # "int", "text", "true" or "one" (a flag sent as 1)
    ("aliases", Tuple[str, ...]),  # of the module's option
    ("supported", bool),
])


def _row(name, flags, kind, roles, since, text, default=None, minimum=None, maximum=None, zero=False, unit="", error=errors.BAD_VALUE,
         wire="", wire_type="", aliases=(), supported=True):
    if kind == "flag" and default is None:
        default = False
    if not wire_type and wire:
        wire_type = {"flag": "true", "text": "text"}.get(kind, "int")
    return Option(name, tuple(flags.split()), kind, roles, since, text, default, minimum, maximum, zero, unit, error, wire, wire_type,
                  tuple(aliases), supported)


DAY = 86400

OPTIONS = (
    # both ends
    _row("port", "-p --port", "int", BOTH, "3.0", "The server's port.", 5201, 1, 65535, error=26),
    _row("format", "-f --format", "format", BOTH, "3.0", "Unit of rates in text: bits with a small letter, bytes with a capital one.", "a", error=24),
    _row("interval", "-i --interval", "float", BOTH, "3.0", "Time between reports, 0 for none.", 1.0, 0.1, 60, zero=True, unit="s", error=9),
    _row("pidfile", "-I --pidfile", "text", BOTH, "3.1", "Write the process number to this file."),
    _row("file", "-F --file", "text", BOTH, "3.0", "Send what is in this file, or write into it what comes. TCP only.", error=14),
    _row("affinity", "-A --affinity", "affinity", BOTH, "3.0", "Run on this CPU; on a client n,m asks the server for CPU m.", None, 0, 1024, error=133),
    _row("bind", "-B --bind", "host", BOTH, "3.0", "Local address to use, with %dev also the interface."),
    _row("bind_dev", "--bind-dev", "text", BOTH, "3.10", "Local interface to use."),
    _row("verbose", "-V --verbose", "flag", BOTH, "3.0", "Tell more."),
    _row("debug", "-d --debug", "debug", BOTH, "3.0.2", "Tell what the engine does, level 1 to 4.", 0, 0, 4),
    _row("json", "-J --json", "flag", BOTH, "3.0", "Write one JSON document at the end."),
    _row("json_stream", "--json-stream", "flag", BOTH, "3.17", "Write one line of JSON for each event."),
    _row("json_stream_full_output", "--json-stream-full-output", "flag", BOTH, "3.20", "Write the whole document after the lines of --json-stream."),
    _row("logfile", "--logfile", "text", BOTH, "3.1", "Append the output to this file."),
    _row("forceflush", "--forceflush", "flag", BOTH, "3.1.5", "Flush the output at every report."),
    _row("timestamps", "--timestamps", "strftime", BOTH, "3.9", "Begin each line with the time."),
    _row("rcv_timeout", "--rcv-timeout", "int", BOTH, "3.10", "End the test when no data came for this long.", 120000, 100, DAY * 1000,
         unit="ms", error=31),
    _row("snd_timeout", "--snd-timeout", "int", BOTH, "3.12", "Give a TCP connection up when data stays unacknowledged for this long.", None, 0,
         DAY * 1000, unit="ms"),
    _row("cntl_ka", "--cntl-ka", "keepalive", BOTH, "3.19",
         "TCP keepalive on the control connection, by default 10/10/3; each of the three may be left out, off is for none.", unit="s/s/count", error=36),
    _row("mptcp", "-m --mptcp", "flag", BOTH, "3.19", "Use Multipath TCP for the data; a server has to be started with it too.", wire="mptcp"),
    _row("xbind", "-X --xbind", "text", BOTH, "3.1", "Local names of an SCTP association.", supported=False),
    _row("version4", "-4 --version4", "flag", BOTH, "3.0", "Only use IPv4."),
    _row("version6", "-6 --version6", "flag", BOTH, "3.0", "Only use IPv6."),
    # the server
    _row("server", "-s --server", "flag", SERVER, "3.0", "Be the server."),
    _row("daemon", "-D --daemon", "flag", SERVER, "3.0", "Go to the background."),
    _row("one_off", "-1 --one-off", "flag", SERVER, "3.0.11", "Serve one client, then end."),
    _row("server_bitrate_limit", "--server-bitrate-limit", "bitrate", SERVER, "3.9", "Refuse or end tests above this total rate, 0 for no limit.",
         0, 0, LARGEST, unit="bit/s"),
    _row("server_bitrate_interval", "", "float", SERVER, "3.9", "Time over which the limit of the rate is averaged.", 5.0, 0.1, 60, zero=True, unit="s",
         error=28),
    _row("server_max_duration", "--server-max-duration", "int", SERVER, "3.20", "Refuse tests that take longer, 0 for no limit.", 0, 0, DAY, unit="s"),
    _row("idle_timeout", "--idle-timeout", "int", SERVER, "3.10", "Listen anew, or with --one-off end, when no test came for this long.", None, 1,
         DAY, unit="s", error=30),
    _row("rsa_private_key_path", "--rsa-private-key-path", "text", SERVER, "3.2", "Private key that decrypts logins.", error=23, supported=False),
    _row("authorized_users_path", "--authorized-users-path", "text", SERVER, "3.2", "File of users and hashes of passwords.", error=23, supported=False),
    _row("time_skew_threshold", "--time-skew-threshold", "int", SERVER, "3.10", "How far the clocks may differ at a login.", 10, 1, DAY * 365, unit="s",
         error=29, supported=False),
    _row("use_pkcs1_padding", "--use-pkcs1-padding", "flag", SERVER, "3.17", "Accept logins of clients before 3.17.", supported=False),
    _row("max_clients", "--max-clients", "int", SERVER, "", "How many tests may run at once.", 100, 1, 1000),
    _row("keep_log", "--keep-log", "size", SERVER, "", "Shorten the log to its latest half whenever it is larger than this, 0 for never.", 0, 65536,
         LARGEST, zero=True, unit="bytes"),
    _row("info_socket", "--info-socket", "text", SERVER, "", "Path of a Unix socket that tells what runs."),
    # the client
    _row("client", "-c --client", "host", CLIENT, "3.0", "The server to connect to, with %dev also the local interface.", aliases=("host",)),
    _row("udp", "-u --udp", "flag", CLIENT, "3.0", "Use UDP instead of TCP.", wire="udp"),
    _row("sctp", "--sctp", "flag", CLIENT, "3.1", "Use SCTP instead of TCP.", wire="sctp", supported=False),
    _row("nstreams", "--nstreams", "size", CLIENT, "3.1", "Streams of an SCTP association.", supported=False),
    _row("connect_timeout", "--connect-timeout", "size", CLIENT, "3.2", "How long to wait for the control connection.", None, 0, DAY * 1000, unit="ms"),
    _row("bitrate", "-b --bitrate --bandwidth", "bitrate", CLIENT, "3.0",
         "Target rate of each stream, 0 for unlimited; on the command line the burst follows behind a slash.", 0, 0, LARGEST, unit="bit/s",
         wire="bandwidth", aliases=("bandwidth",)),
    _row("burst", "", "int", CLIENT, "3.0", "Blocks that are sent at once before the rate is looked at again.", 0, 1, 1000, unit="blocks",
         error=15, wire="burst"),
    _row("pacing_timer", "--pacing-timer", "size", CLIENT, "3.2", "How often servers up to 3.17 look at the rate.", 1000, 0, 2 ** 31 - 1, unit="us",
         wire="pacing_timer"),
    _row("fq_rate", "--fq-rate", "rate", CLIENT, "3.1.5", "Rate at which the sender's kernel paces each stream, 0 for none.", 0, 0, LARGEST, unit="bit/s",
         wire="fqrate"),
    _row("no_fq_socket_pacing", "--no-fq-socket-pacing", "flag", CLIENT, "3.1.3", "Old spelling of --fq-rate 0."),
    _row("time", "-t --time", "int", CLIENT, "3.0", "Duration of the test, 0 for until interrupted.", 10, 0, DAY, unit="s", error=5, wire="time",
         aliases=("duration",)),
    _row("bytes", "-n --bytes", "size", CLIENT, "3.0", "End the test after this many bytes.", 0, 0, LARGEST, unit="bytes", wire="num",
         aliases=("num",)),
    _row("blockcount", "-k --blockcount", "size", CLIENT, "3.0", "End the test after this many blocks.", 0, 0, LARGEST, unit="blocks",
         wire="blockcount"),
    _row("length", "-l --length", "size", CLIENT, "3.0",
         "Size of a block: of a write over TCP, of a datagram over UDP (16 to 65507, by default what the path takes).",
         131072, 1, 1024 * 1024, zero=True, unit="bytes", error=7, wire="len", aliases=("len",)),
    _row("cport", "--cport", "int", CLIENT, "3.1", "Local port of the first data stream; the others take the next ones.", None, 1, 65535, error=26),
    _row("parallel", "-P --parallel", "int", CLIENT, "3.0", "Streams in each direction.", 1, 1, 128, unit="streams", error=6, wire="parallel"),
    _row("reverse", "-R --reverse", "flag", CLIENT, "3.0", "The server sends.", error=25, wire="reverse"),
    _row("bidir", "--bidir", "flag", CLIENT, "3.7", "Both ends send.", error=25, wire="bidirectional", aliases=("bidirectional",)),
    _row("window", "-w --window", "size", CLIENT, "3.0", "Socket buffer size of the data streams, 0 for the system's.", 0, 0, 512 * 1024 * 1024,
         unit="bytes", error=8, wire="window"),
    _row("congestion", "-C --congestion --linux-congestion", "text", CLIENT, "3.0", "TCP congestion control of the data streams.", error=134,
         wire="congestion", aliases=("linux_congestion",)),
    _row("set_mss", "-M --set-mss", "int", CLIENT, "3.0", "TCP maximum segment size of the data streams, 0 for the system's.", 0, 0, 32767,
         unit="bytes", error=10, wire="MSS", aliases=("mss",)),
    _row("no_delay", "-N --no-delay", "flag", CLIENT, "3.0", "Set TCP_NODELAY on the data streams.", wire="nodelay", aliases=("nodelay",)),
    _row("tos", "-S --tos", "anybase", CLIENT, "3.0", "Byte of the type of service; 0x and 0 begin hexadecimal and octal numbers.", 0, 0, 255, error=21,
         wire="TOS"),
    _row("dscp", "--dscp", "dscp", CLIENT, "3.2", "Class of service, the upper six bits of the TOS byte.", None, 0, 63, error=40),
    _row("flowlabel", "-L --flowlabel", "anybase", CLIENT, "3.0", "IPv6 flow label.", None, 1, 0xfffff, error=127, wire="flowlabel"),
    _row("zerocopy", "-Z --zerocopy", "flag", CLIENT, "3.0", "Send without copying (sendfile), TCP only.", error=11, wire="zerocopy",
         wire_type="one"),
    _row("skip_rx_copy", "--skip-rx-copy", "flag", CLIENT, "3.19", "Drop received data in the kernel.", error=39, wire="skip_rx_copy",
         wire_type="one"),
    _row("omit", "-O --omit", "int", CLIENT, "3.0", "Time at the beginning that is left out of the results.", 0, 0, 600, unit="s", error=12,
         wire="omit"),
    _row("title", "-T --title", "text", CLIENT, "3.0", "Begin each line with this text.", wire="title"),
    _row("extra_data", "--extra-data", "text", CLIENT, "3.6", "Text to be shown in the JSON of both ends.", wire="extra_data"),
    _row("get_server_output", "--get-server-output", "flag", CLIENT, "3.0.4", "Fetch the server's report.", wire="get_server_output", wire_type="one"),
    _row("udp_counters_64bit", "--udp-counters-64bit", "flag", CLIENT, "3.1", "Number datagrams with 64 bits.", wire="udp_counters_64bit",
         wire_type="one"),
    _row("gsro", "--gsro", "flag", CLIENT, "3.21", "Ask for UDP segmentation and receive offload.", wire="gso", wire_type="one"),
    _row("repeating_payload", "--repeating-payload", "flag", CLIENT, "3.6", "Send digits instead of random bytes.", wire="repeating_payload",
         wire_type="one"),
    _row("dont_fragment", "--dont-fragment", "flag", CLIENT, "3.10", "Set Don't Fragment on UDP over IPv4.", wire="dont_fragment", wire_type="one"),
    _row("preflight", "--preflight", "flag", CLIENT, "", "Check first, in a second or two and without load, what the test needs of the network."),
    _row("conntrack", "--conntrack", "flag", CLIENT, "", "Tell what connection tracking shows of the connections, here and at a server of ours."),
    _row("server_affinity", "", "int", CLIENT, "3.0", "CPU that the server is asked to run the test on.", None, 0, 1024, error=133,
         wire="server_affinity"),
    _row("username", "--username", "text", CLIENT, "3.2", "User to log in as.", error=22, supported=False),
    _row("rsa_public_key_path", "--rsa-public-key-path", "text", CLIENT, "3.2", "The server's public key.", error=22, supported=False),
)

BY_NAME = {option.name: option for option in OPTIONS}
