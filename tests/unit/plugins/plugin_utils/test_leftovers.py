# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs have left on a node, in words."""

from ansible_collections.nfv.iperf.plugins.plugin_utils import leftovers

RUN = "20261126T091250Z_07af"


def part(run, running=False):
    return {"run": run, "running": running}


def opening(run, **more):
    return dict({"port": 5201, "run": run, "state": "open", "backends": ["firewalld", "nftables"]}, **more)


def test_nothing_is_left():
    assert leftovers.lines({"parts": [], "others": [], "openings": []}) == leftovers.lines({}) == []


def test_the_parts_of_a_run_are_told_once():
    info = {"parts": [part(RUN, True), part(RUN + "_look"), part("20261126T100000Z_again_look")]}
    assert leftovers.lines(info) == [
        "run 20261126T091250Z_07af still runs here; either somebody is measuring, or its controller was interrupted",
        "run 20261126T100000Z has left files here"]


def test_what_other_users_run_is_told():
    info = {"others": [{"run": RUN, "path": "/x/plan-%s-a.json" % RUN, "pid": 7, "user": 1000}]}
    assert leftovers.lines(info) == ["run %s still runs here, from /x/plan-%s-a.json (pid 7) of the user with number 1000" % (RUN, RUN)]


def test_what_was_opened_on_purpose_is_nobodys_leftover():
    info = {"openings": [opening("manual"), opening(RUN), opening(RUN, backends=[], port=5300, state="closing")]}
    assert [one["run"] for one in leftovers.openings(info)] == [RUN, RUN]
    assert leftovers.lines(info) == ["port 5201 is still open in firewalld, nftables for run " + RUN,
                                     "port 5300 is still closing in the conntrack settings for run " + RUN]


def test_what_only_root_may_see_is_told():
    assert "use become" in leftovers.lines({"openings": None})[0]
    assert leftovers.openings({"openings": None}) == []
