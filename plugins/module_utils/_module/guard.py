# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One way out for all modules: exit_json, or fail_json with one clear line. PRIVATE to the collection.

What a module does raises; here, and nowhere else, that becomes a result. A Failure carries what was found out or measured
before, and that is returned too. A fault of our own is told as such with the place where it happened, never as a traceback.
"""

import os
import traceback

from .._iperf3.errors import IperfError


class Failure(Exception):
    """A run that failed. msg: one line for the operator. results: what the module returns all the same."""

    def __init__(self, msg, **results):
        super(Failure, self).__init__(msg)
        self.msg = msg
        self.results = results


def system_message(error):
    """One line for an OSError: what, on which file or address, and the system's word for it."""
    what = error.strerror or str(error) or type(error).__name__
    return "%s: %s" % (error.filename, what) if error.filename else what


def fault_message(error):
    """One line for a fault of our own, with the place to look at."""
    frames = traceback.extract_tb(error.__traceback__)
    place = "%s:%d" % (os.path.join(*frames[-1][0].split(os.sep)[-2:]), frames[-1][1]) if frames else "unknown place"
    return "this is a fault of nfv.iperf, please report it: %s: %s (at %s)" % (type(error).__name__, error, place)


def one_line(text):
    """The text without line breaks and repeated blanks."""
    return " ".join(str(text).split())


def run(module, work):
    """Call work(module) and end the module with the dict that it returns, or with what it raised."""
    try:
        results = work(module)
    except Failure as error:
        module.fail_json(msg=one_line(error.msg), **error.results)
    except IperfError as error:
        module.fail_json(msg=one_line(error), error_number=error.number)
    except OSError as error:
        module.fail_json(msg=one_line(system_message(error)))
    except Exception as error:  # pylint: disable=broad-except
        module.fail_json(msg=one_line(fault_message(error)))
    else:
        module.exit_json(**results)
