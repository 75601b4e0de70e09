# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules' pages say what the modules take: names, types, defaults, aliases and choices of each option."""

import importlib

import pytest
import yaml

from ansible_collections.nfv.iperf.plugins.action import iperf_compare, iperf_plan_collect, iperf_plan_wait, iperf_report, iperf_show
from ansible_collections.nfv.iperf.plugins.module_utils._iperf3.options import BY_NAME
from ansible_collections.nfv.iperf.plugins.module_utils._module import argspec, iperf_archive

MODULES = {
    "iperf_archive": iperf_archive.arguments(),
    "iperf_client": argspec.client_arguments(),
    "iperf_compare": {"argument_spec": iperf_compare.ARGUMENTS},
    "iperf_show": {"argument_spec": iperf_show.ARGUMENTS},
    "iperf_plan_collect": {"argument_spec": iperf_plan_collect.ARGUMENTS},
    "iperf_plan_wait": {"argument_spec": iperf_plan_wait.ARGUMENTS},
    "iperf_report": {"argument_spec": iperf_report.ARGUMENTS},
    "iperf_server": argspec.server_arguments(),
    "iperf_server_info": argspec.server_info_arguments(),
}
COMPARED = ("type", "default", "choices", "required", "aliases")


def documented(name):
    """(the page, its options with those of the fragments that it uses)."""
    page = yaml.safe_load(importlib.import_module("ansible_collections.nfv.iperf.plugins.modules." + name).DOCUMENTATION)
    options = dict(page["options"])
    for fragment in page["extends_documentation_fragment"]:
        name, dummy, part = fragment.replace("nfv.iperf.", "").partition(".")
        source = importlib.import_module("ansible_collections.nfv.iperf.plugins.doc_fragments." + name)
        text = getattr(source.ModuleDocFragment, part.upper() or "DOCUMENTATION")
        options.update(yaml.safe_load(text).get("options") or {})
    return page, options


def comparable(option):
    found = {key: option[key] for key in COMPARED if option.get(key) not in (None, [], False) or (key == "default" and key in option)}
    found["aliases"] = sorted(option.get("aliases", ()))
    return found


@pytest.mark.parametrize("name", sorted(MODULES))
def test_options(name):
    spec = MODULES[name]["argument_spec"]
    dummy, options = documented(name)
    assert {key: comparable(option) for key, option in options.items()} == {key: comparable(option) for key, option in spec.items()}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_page_names_its_module_and_what_it_can_do(name):
    page, dummy = documented(name)
    assert page["module"] == name
    assert "nfv.iperf.attributes" in page["extends_documentation_fragment"]
    for part in ("EXAMPLES", "RETURN"):
        assert yaml.safe_load(getattr(importlib.import_module("ansible_collections.nfv.iperf.plugins.modules." + name), part))


def test_limits_in_the_text_are_those_of_the_table():
    """A page that says "from 1 to 128" says what the engine takes; `time` may not be 0 in a module."""
    dummy, options = documented("iperf_client")
    wrong = []
    for row in argspec.client_rows():
        text = " ".join(options[argspec.option_name(row)]["description"]).replace("512M", str(512 * 1024 * 1024))
        if row.maximum is not None and row.maximum < 2 ** 31 - 1 and row.name not in ("length", "connect_timeout", "cntl_ka"):
            if str(row.maximum) not in text:
                wrong.append("%s: %s is not in: %s" % (row.name, row.maximum, text))
    assert not wrong, "\n".join(wrong)
    assert BY_NAME["length"].maximum == 1048576
