# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host of a module as _firewall wants it: its commands and files. PRIVATE to the collection."""

import re

from .._firewall import addresses
from .._firewall.host import Host
from . import guard

RUN_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")


def runner(module):
    """run(argv, data=None) -> (rc, out, err) in the C locale; rc 127 when the command is not installed."""
    def run(argv, data=None):
        path = module.get_bin_path(argv[0])
        if path is None:
            return 127, "", "%s is not installed" % argv[0]
        return module.run_command([path] + list(argv[1:]), data=data, environ_update={"LC_ALL": "C", "LANG": "C"})
    return run


def read(path):
    """Text of a file, "" when it cannot be read."""
    try:
        with open(path) as stream:
            return stream.read()
    except (IOError, OSError):
        return ""


def host(module):
    """The Host that the module runs on."""
    return Host(runner(module), read)


def checked_sources(sources):
    """addresses.normalise(), with a Failure that names the option."""
    try:
        return addresses.normalise(sources)
    except ValueError as error:
        raise guard.Failure("sources: %s" % error)


def check_port(port):
    """Failure when it is no port."""
    if not 1 <= port <= 65535:
        raise guard.Failure("port: %d is not a port, give a number from 1 to 65535" % port)
