# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What is sent as data: one block, prepared once and sent again and again.

PRIVATE to the collection. Receivers never look at it (docs/docsite/rst/protocol.rst, "Data streams"). Random bytes cannot be compressed by a device on
the path; the repeating payload is there for those who want to see that it can.
"""

import os

DIGITS = b"0123456789"


def make(length, repeating=False):
    """`length` bytes: random, or the ASCII digits 0 to 9 over and over, beginning with 0 in every block."""
    if repeating:
        return (DIGITS * (length // len(DIGITS) + 1))[:length]
    return os.urandom(length)
