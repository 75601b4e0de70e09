# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a module's work does, the module ends with one line and never with a traceback."""

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.errors import IperfError
from ansible_collections.nfv.iperf.plugins.module_utils._module import guard


class Ended(Exception):
    pass


class Module(object):
    def __init__(self):
        self.told = None

    def exit_json(self, **results):
        self.told = dict(results, way="exit")
        raise Ended()

    def fail_json(self, **results):
        self.told = dict(results, way="fail")
        raise Ended()


def told(work):
    module = Module()
    with pytest.raises(Ended):
        guard.run(module, work)
    return module.told


def raises(error):
    def work(module):
        raise error
    return work


def test_results_are_returned():
    assert told(lambda module: {"changed": True}) == {"way": "exit", "changed": True}


@pytest.mark.parametrize("error, msg", [
    (guard.Failure("line one\n  line two"), "line one line two"),
    (IperfError(121), str(IperfError(121))),
    (OSError(13, "Permission denied", "/some/file"), "/some/file: Permission denied"),
    (OSError("odd"), "odd"),
    (OSError(), "OSError"),
])
def test_one_line_for(error, msg):
    result = told(raises(error))
    assert result["way"] == "fail"
    assert result["msg"] == msg


def test_a_failure_returns_what_there_is():
    assert told(raises(guard.Failure("no", result={"a": 1}))) == {"way": "fail", "msg": "no", "result": {"a": 1}}


def test_an_iperf_error_has_its_number():
    assert told(raises(IperfError(5, "time is -1")))["error_number"] == 5


def test_a_fault_of_ours_says_where_it_is():
    msg = told(raises(ZeroDivisionError("x")))["msg"]
    assert "report" in msg and "ZeroDivisionError: x" in msg and "test_guard.py:" in msg and "\n" not in msg
