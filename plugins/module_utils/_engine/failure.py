# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""The kernel's errors as IperfError: the number says what failed, the detail says where, and the kernel's reason ends the line.

PRIVATE to the collection.
"""

import os

from .._iperf3 import errors


def system(number, detail, exc):
    """An IperfError for an OSError; `detail` names what it happened to. Facts that the OSError carries go with it."""
    code = exc.errno or 0
    reason = os.strerror(code) if code else (exc.strerror or str(exc))
    error = errors.IperfError(number, "%s: %s" % (detail, reason) if detail else reason, code)
    error.facts.update(getattr(exc, "facts", {}))
    return error
