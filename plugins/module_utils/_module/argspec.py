# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules' argument specs, made from the engine's table of options. PRIVATE to the collection.

A module option has the name, the aliases and the type of its row in _iperf3/options.py, so the table stays the only list of
what there is; the modules' DOCUMENTATION is compared with the result by a test. Numbers with a unit are text here: the
engine reads "10G" and 10000000000 alike. Only what somebody asked for is passed on, because iperf3's rules look at that.
"""

import socket

from .._iperf3 import errors, values
from .._iperf3.options import BOTH, BY_NAME, CLIENT, COMPANIONS, OPTIONS
from .._iperf3.settings import Settings

# Options of the command line that say how and where its text is written, or how it runs as a program.
PROGRAM_ONLY = frozenset((
    "format", "pidfile", "verbose", "debug", "json", "json_stream", "json_stream_full_output", "logfile", "forceflush", "timestamps",
    "no_fq_socket_pacing", "file",
))
SERVER_OPTIONS = (
    "port", "bind", "bind_dev", "one_off", "idle_timeout", "max_clients", "server_bitrate_limit", "server_max_duration", "rcv_timeout",
    "affinity", "logfile", "keep_log", "mptcp",
)
# Module options that are not called as their row, with their aliases
RENAMED = {"client": ("host", ("client", "server"))}
# Defaults that hold without any condition, so that the documentation may show them
SHOWN_DEFAULTS = ("port", "max_clients")
TYPES = {"flag": "bool", "int": "int", "float": "float"}
SEPARATORS = {"bitrate": "/", "affinity": ","}

STATE_DIR = {"type": "path"}
KEEP_LOG = "1M"  # of a log in state_dir, which is memory where that is under /run


def client_rows():
    """The rows that are options of iperf_client, in the table's order."""
    return [row for row in OPTIONS if row.supported and row.roles in (CLIENT, BOTH) and row.name not in PROGRAM_ONLY]


def option_name(row):
    """What a module calls the option."""
    return RENAMED.get(row.name, (row.name,))[0]


def argument(row):
    """The argument spec of one row."""
    spec = {"type": TYPES.get(row.kind, "str")}
    aliases = RENAMED[row.name][1] if row.name in RENAMED else row.aliases
    if aliases:
        spec["aliases"] = list(aliases)
    if row.kind == "flag":
        spec["default"] = False
    elif row.name in SHOWN_DEFAULTS:
        spec["default"] = row.default
    return spec


def client_arguments():
    """Keyword arguments of AnsibleModule for iperf_client."""
    spec = {option_name(row): argument(row) for row in client_rows()}
    spec["host"]["required"] = True
    spec["fact_name"] = {"type": "str", "default": "iperf_result"}
    spec["progress_file"] = {"type": "path"}
    return {"argument_spec": spec, "supports_check_mode": True}


def server_arguments():
    """Keyword arguments of AnsibleModule for iperf_server."""
    spec = {name: argument(BY_NAME[name]) for name in SERVER_OPTIONS}
    spec["logfile"]["type"] = "path"
    spec["state"] = {"type": "str", "default": "started", "choices": ["started", "stopped", "restarted"]}
    spec["supervisor"] = {"type": "str", "default": "auto", "choices": ["auto", "systemd", "daemon"]}
    spec["state_dir"] = STATE_DIR
    spec["timeout"] = {"type": "int", "default": 30}
    return {"argument_spec": spec, "supports_check_mode": True}


def server_info_arguments():
    """Keyword arguments of AnsibleModule for iperf_server_info."""
    spec = {"port": {"type": "int"}, "state_dir": STATE_DIR, "timeout": {"type": "int", "default": 5}}
    return {"argument_spec": spec, "supports_check_mode": True}


def client_settings(params):
    """Checked Settings of the test that a module's parameters ask for. Raises IperfError before anything has started."""
    settings = Settings("client", **{row.name: params[option_name(row)] for row in client_rows()}).check()
    if "time" in settings.given and not settings.time:
        raise values.refusal(5, "time is 0, which ends by interruption only; allowed in a module is 1 to 86400 s, or bytes or blockcount instead")
    check_interfaces(settings)
    return settings


def server_settings(params, info_socket):
    """Checked Settings of the server that a module's parameters ask for. Raises IperfError."""
    wanted = {name: params[name] for name in SERVER_OPTIONS}
    if wanted["keep_log"] is None and not wanted["logfile"]:
        wanted["keep_log"] = KEEP_LOG
    settings = Settings("server", server=True, info_socket=info_socket, **wanted).check()
    check_interfaces(settings)
    return settings


def check_interfaces(settings, known=socket.if_nameindex):
    """Raises IperfError when a setting names an interface that this host does not have."""
    names = sorted(name for dummy, name in known())
    for option, text in (("bind_dev", settings.bind_dev), ("bind", (settings.bind or "").partition("%")[2]),
                         ("host", (settings.client or "").partition("%")[2])):
        if text and text not in names:
            raise values.refusal(errors.BIND_FAILED, "%s is %r, allowed is an interface of this host: %s" % (option, text, ", ".join(names)))


def command_words(settings):
    """What was asked for as arguments of iperf3's command line; cmdline.parse() of them gives the same Settings."""
    words = []
    for row in OPTIONS:
        value = getattr(settings, row.name)
        if row.name not in settings.given or not row.flags or value is False or (row.name == "tos" and "dscp" in settings.given):
            continue
        flag = row.flags[0]
        companion = COMPANIONS.get(row.name)
        if row.kind == "flag":
            words.append(flag)
        elif row.kind == "keepalive":
            words.append("%s=%s" % (flag, value if value == "off" else "/".join(str(number or "") for number in value)))
        elif companion in settings.given:
            words += [flag, "%s%s%s" % (value, SEPARATORS[row.kind], getattr(settings, companion))]
        else:
            words += [flag, str(value)]
    return words
