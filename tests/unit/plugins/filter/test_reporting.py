# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters about runs: errors in one line, and sidecar files that tell the truth about their arguments."""

import inspect
import os

import pytest
import yaml

from ansible.errors import AnsibleFilterError
from ansible_collections.nfv.iperf.plugins.filter import reporting
from ansible_collections.nfv.iperf.tests.unit.plugins.plugin_utils.run_play import link, run

FILTERS = reporting.FilterModule().filters()


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_the_sidecar_file_names_the_arguments_and_their_defaults(name):
    with open(os.path.join(os.path.dirname(reporting.__file__), name + ".yml"), encoding="utf-8") as source:
        told = yaml.safe_load(source)["DOCUMENTATION"]
    parameters = list(inspect.signature(inspect.unwrap(FILTERS[name])).parameters.values())[1:]
    assert [word for word in told.get("positional", "").replace(" ", "").split(",") if word] == [one.name for one in parameters]
    assert set(told["options"]) == {"_input"} | {one.name for one in parameters}
    for one in parameters:
        default = None if one.default in (inspect.Parameter.empty, None) else one.default
        assert told["options"][one.name].get("default") == (list(default) if isinstance(default, tuple) else default)
        assert told["options"][one.name].get("required", False) == (one.default is inspect.Parameter.empty)


@pytest.mark.parametrize("name, arguments", [
    ("judge", (run(link("a", "b")), [{"mni": 1}])), ("judge", (run(link("a", "b")), [], {})), ("report", (run(), "pdf")), ("compare_runs", ({}, {})),
    ("default_criteria", ("fast",)),
])
def test_what_a_user_got_wrong_is_one_line(name, arguments):
    with pytest.raises(AnsibleFilterError) as found:
        FILTERS[name](*arguments)
    assert "\n" not in str(found.value)


def test_filters_fit_together():
    judged = FILTERS["judge"](run(link("a", "b")), FILTERS["default_criteria"]("10000"))
    assert FILTERS["verdict_text"](judged)[0] == "FAIL: 0 passed, 1 failed of 1 link"
    assert FILTERS["report"](judged, format="markdown").startswith("# Bandwidth validation")
    assert FILTERS["comparison_text"](FILTERS["compare_runs"](judged, judged))[0].startswith("PASS: 1 same of 1 link")
