# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module conntrack_info returns for a table made for the test, and that it returns what its documentation says."""

import os
import re

import pytest

from ansible_collections.nfv.iperf.plugins.module_utils._module import conntrack_info, guard

TABLE = """\
ipv4 2 tcp 6 300 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=5201 src=10.0.0.2 dst=10.0.0.1 sport=5201 dport=40000 [ASSURED] use=1
ipv4 2 udp 17 30 src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=5201 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=5201 dport=40001 use=1
ipv4 2 udp 17 30 src=10.0.0.3 dst=10.0.0.2 sport=40001 dport=53 src=10.0.0.2 dst=10.0.0.3 sport=53 dport=40001 use=1
"""

# The documentation is read as text: importing the module would need all of Ansible's basic.py for a comparison of words.
PLUGINS = os.path.dirname(os.path.dirname(os.path.dirname(conntrack_info.__file__)))
with open(os.path.join(PLUGINS, "modules", "conntrack_info.py")) as stream:
    RETURN = stream.read().split('RETURN = r"""', 1)[1].split('"""', 1)[0]


class Module(object):
    """What work() needs of an AnsibleModule."""

    def __init__(self, **params):
        defaults = {name: option.get("default") for name, option in conntrack_info.argument_spec().items()}
        self.params = dict(defaults, **params)


@pytest.fixture
def proc(tmp_path):
    for name, text in (("net/nf_conntrack", TABLE), ("sys/net/netfilter/nf_conntrack_count", "3\n"),
                       ("sys/net/netfilter/nf_conntrack_max", "400\n"), ("sys/net/netfilter/nf_conntrack_acct", "0\n"),
                       ("sys/net/netfilter/nf_conntrack_udp_timeout", "30\n")):
        path = tmp_path.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(u"" + text)
    return str(tmp_path)


def test_everything(proc):
    results = conntrack_info.work(Module(), proc)
    assert [entry["original"]["sport"] for entry in results.pop("entries")] == [40000, 40001, 40001]
    assert results == {
        "changed": False, "available": True, "status": "ok", "reason": "", "source": proc + "/net/nf_conntrack", "matched": 3,
        "count": 3, "max": 400, "fill_percent": 0.75, "accounting": False, "timeouts": {"udp_timeout": 30}, "losses": {}}


@pytest.mark.parametrize("params, matched, returned", [
    (dict(ports=[5201]), 2, 2), (dict(ports=[5201], protocol="udp"), 1, 1), (dict(states=["ESTABLISHED"]), 1, 1),
    (dict(states=["UNREPLIED"]), 1, 1), (dict(addresses=["10.0.0.3"]), 1, 1), (dict(addresses=["192.0.2.0/24"]), 0, 0),
    (dict(limit=1), 3, 1), (dict(limit=0), 3, 3), (dict(limit=5), 3, 3),
])
def test_filters(proc, params, matched, returned):
    results = conntrack_info.work(Module(**params), proc)
    assert (results["matched"], len(results["entries"]), results["status"]) == (matched, returned, "ok")


@pytest.mark.parametrize("params, words", [
    (dict(ports=[0]), "ports: 0 is not a port"), (dict(ports=[5201, 65536]), "ports: 65536"), (dict(limit=-1), "limit: -1"),
    (dict(addresses=["10.0.0.300"]), "addresses: '10.0.0.300'"),
])
def test_an_option_that_makes_no_sense_is_refused_with_its_name(proc, params, words):
    with pytest.raises(guard.Failure, match=re.escape(words)):
        conntrack_info.work(Module(**params), proc)


def test_a_host_without_connection_tracking_is_an_answer(tmp_path):
    results = conntrack_info.work(Module(), str(tmp_path))
    assert (results["available"], results["status"], results["entries"], results["matched"]) == (False, "not_loaded", [], None)
    assert (results["count"], results["max"], results["fill_percent"], results["accounting"]) == (None, None, None, None)
    assert results["reason"]


def test_the_documentation_names_what_is_returned(proc):
    results = conntrack_info.work(Module(), proc)
    keys = re.findall(r"^(\w+):$", RETURN, re.MULTILINE)
    assert sorted(keys + ["changed"]) == sorted(results)
    contained = re.findall(r"^    (\w+):$", RETURN, re.MULTILINE)
    assert sorted(contained) == sorted(results["entries"][0])


def test_all_statuses_are_documented():
    for status in conntrack_info.sources.REASONS:
        assert "- V(%s), " % status in RETURN
