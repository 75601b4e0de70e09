# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What our two ends tell each other beyond iperf3. PRIVATE to the collection.

Peers ignore keys they do not know (protocol.rst, "JSON framing"), so one key in parameters and results carries an object of
ours. Nothing may depend on it: a peer without it, or with anything else under that key, is a normal iperf3.
"""

KEY = "nfv_iperf"


def build(**values):
    """The part to merge into a parameters or results dict; values that are None are left out."""
    return {KEY: {key: value for key, value in values.items() if value is not None}}


def parse(message):
    """What the other end put under our key, {} when there is nothing usable. message: the received dict."""
    value = message.get(KEY) if isinstance(message, dict) else None
    return value if isinstance(value, dict) else {}


def is_ours(message):
    """Whether the message comes from an nfv.iperf (it has our key, be it empty)."""
    return isinstance(message, dict) and isinstance(message.get(KEY), dict)
