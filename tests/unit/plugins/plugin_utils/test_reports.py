# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every format of a report: what it says of each status, and what a missing library costs."""

import base64
import csv
import gzip
import io
import json
import random
import re

from xml.etree import ElementTree

import pytest

from ansible_collections.nfv.iperf.plugins.plugin_utils import formats, judging, ranking, report_text, screen, shortfall, wording
from ansible_collections.nfv.iperf.tests.unit.plugins.plugin_utils.run_play import link, make_run, mesh, run

LIBRARIES = {"html": "plotly", "junit": "junitparser", "prometheus": "prometheus_client"}
REMEDY = {"class": "blocked", "explanation": "No datagram <b>arrived</b>.", "evidence": ["seen | here"], "remedy": ["Open *UDP* 5201"]}


def render(judged, name):
    if name in LIBRARIES:
        pytest.importorskip(LIBRARIES[name])
    return formats.render(judged, name)


@pytest.fixture(name="judged", scope="module")
def fixture_judged():
    """One link of each status; the failed one has a diagnosis."""
    return judging.judge(run(
        link("a", "b", 9e9), link("b", "a", 1e9, limited_by="to_cpu"), link("a", "c", None), link("c", "a", 2e9, intervals=[1e9, None]),
        link("a", "b", None, protocol="UDP", status="failed", reason="no answer </script> \x1b[0m", diagnosis=REMEDY),
        preflight=[{"from": "a", "to": "b", "network": "tenant", "diagnosis": REMEDY, "checks": [
            {"name": "udp", "ok": False, "needed": True, "detail": "nobody answered"}, {"name": "other", "ok": False, "needed": False, "detail": "unasked"}]}],
        left_out=[{"host": "d", "network": "tenant", "reason": "it has no address there"}], seconds={"ideal": 100.0, "measured": 110.0},
    ), [{"min": "5G"}, {"query": "passed", "min": 1, "scope": "run"}])


@pytest.fixture(name="fleet", scope="module")
def fixture_fleet():
    return judging.judge(make_run.make(24, protocols=("TCP", "UDP"), dead=["overcloud-novacompute-3"]), [{"min": "5G"}])


@pytest.mark.parametrize("name", formats.FORMATS)
@pytest.mark.parametrize("links", [[], [link("a", "b", None)], [link("a", "b")]])
def test_each_format_takes_runs_with_and_without_numbers_and_gives_the_same_twice(name, links):
    judged = judging.judge(run(*links))
    assert render(judged, name) == render(judged, name) != ""


def test_a_missing_library_costs_its_format_only(monkeypatch, judged):
    genuine = formats.import_module

    def without(name, package=None):
        if not name.startswith("."):
            raise ImportError("No module named %s" % name)
        return genuine(name, package)

    monkeypatch.setattr(formats, "import_module", without)
    found, missing = formats.render_all(judged, formats.FORMATS)
    assert list(found) == ["markdown", "csv", "json"]
    assert [(one["format"], one["library"]) for one in missing] == [("html", "plotly"), ("junit", "junitparser"), ("prometheus", "prometheus-client")]
    assert missing[0]["msg"] == ("the format html needs the Python library plotly on the controller (No module named plotly.graph_objects); "
                                 "pip install plotly")


def test_a_format_that_is_none_is_named(judged):
    with pytest.raises(ValueError, match="format is 'pdf', allowed are html, markdown"):
        formats.render(judged, "pdf")
    with pytest.raises(ValueError, match="what is to be reported is no run"):
        formats.render({"links": []}, "json")


def test_json_is_the_data_set_with_a_link_a_line(judged):
    text = render(judged, "json")
    assert json.loads(text) == judged
    assert sum('"id": "tenant:' in line for line in text.splitlines()) == 5


def test_json_has_no_number_for_what_is_none():
    text = render(judging.judge(run(link("a", "b", rtt_ms=float("nan"), intervals=[float("inf")]))), "json")
    found = json.loads(text, parse_constant=pytest.fail)["links"][0]
    assert (found["rtt_ms"], found["intervals"]) == (None, [None])


def test_text_of_few_hosts_is_a_matrix(judged):
    assert report_text.lines(judged, 80) == [
        "FAIL: 1 passed, 2 failed, 1 missing, 1 inconclusive of 5 links",
        "Bandwidth validation (20260101T000000Z), 1 min 40 s",
        "  * c, all links: 1 missing, 1 failed, for example: nobody came",
        "  * b -> a (tenant, TCP): inconclusive: 1.00 Gbit/s is below 5.00 Gbit/s, but",
        "    the CPU of a was the limit",
        "  * a -> b (tenant, UDP): failed: no answer </script>  [0m",
        "",
        "  tenant, TCP in Gbit/s, from row to column",
        "         a     b        c",
        "  a      .  9.00  missing",
        "  b  1.00?     .",
        "  c  2.00!              .",
        "",
        "  tenant, UDP, from row to column",
        "     a       b",
        "  a  .  failed",
        "  b          .",
        "  ! failed, ? inconclusive",
    ]


SIZES = [(60, 14), (69, 17), (80, 24), (100, 24), (120, 40)]


@pytest.mark.parametrize("width, height", SIZES)
def test_text_of_many_hosts_fits_the_screen(fleet, width, height):
    found = report_text.lines(fleet, width, height)
    assert len(found) <= height and max(map(len, found)) <= width
    assert found[0].startswith("FAIL") and "  * novacompute-3, all links: 92 missing" in found[2]
    assert any("the worst links" in line for line in found)


def scattered(name):
    """A hundred hosts called name % short name, with a dead one, slow ones and sixty links that fail for two reasons."""
    measured = make_run.example(100)
    for place, one in enumerate(random.Random(2).sample(measured["links"], 60)):
        one.update({"status": "failed", "bps": None, "reason": "the control connection was closed by the peer"} if place % 2 else {"bps": 1e9 + place})
    for one in measured["links"]:
        one.update({"from": name % one["from"], "to": name % one["to"]})
    measured["nodes"] = {name % host: node for host, node in measured["nodes"].items()}
    return judging.judge(measured, [{"within_percent_of": "link_speed", "percent": 20}])


@pytest.fixture(name="hundred", scope="module", params=["%s", "organisation-with-a-long-name-%s-rack17-row4.region1.example.com"])
def fixture_hundred(request):
    return scattered(request.param)


@pytest.mark.parametrize("width, height", SIZES)
def test_text_of_scattered_failures_fits_the_screen_and_names_who_is_to_blame(hundred, width, height):
    found = report_text.lines(hundred, width, height)
    assert len(found) <= height and max(map(len, found)) <= width
    assert any("* novacompute-64" in line for line in found) and any("* to novacompute-84" in line for line in found)
    assert any(line.startswith("  tena") and "9353 of 9900" in line for line in found)
    if height > 14:
        assert any("* from novacompute-27" in line for line in found)
    assert len(shortfall.text(hundred, "reports/x").splitlines()) <= shortfall.SHOWN + 2


@pytest.mark.parametrize("width, height", SIZES)
def test_text_of_many_networks_fits_the_screen(width, height):
    found = report_text.lines(judging.judge(make_run.make(12, tuple(("network-%d" % number, 1e9) for number in range(9)), ("TCP", "UDP")), [{"min": "1M"}]),
                              width, height)
    assert len(found) <= height and max(map(len, found)) <= width
    assert found[0].startswith("PASS") and any("more in the report" in line for line in found)


@pytest.mark.parametrize("size, wanted", [(None, (100, 24)), ((80, 24), (69, 17)), ((0, 0), (100, 24)), ((40, 5), (60, 14)), ((300, 100), (120, 40))])
def test_screen(size, wanted):
    assert screen.size(size) == wanted


def test_text_says_that_all_pairs_were_measured_at_the_same_time(judged):
    assert "at the same time" not in report_text.lines(judged)[1]
    assert report_text.lines(dict(judged, options={"at_once": 0}))[1].endswith(", tests of all pairs at the same time")


@pytest.mark.parametrize("name, size, wanted", [("short", 8, "short"), ("overcloud-compute-12", 12, "over..ute-12")])
def test_squeezed(name, size, wanted):
    assert screen.squeezed(name, size) == wanted and len(wanted) <= size


def test_the_worst_links_come_first_and_of_a_host_only_a_few(judged):
    assert [one["id"] for one in ranking.worst(judged["links"], 9)] == ["tenant:c>a:tcp", "tenant:b>a:tcp", "tenant:a>b:tcp"]
    links = [dict(one, bps=1e9 if one["to"] == "c" else 9e9) for one in mesh("abcdefgh")]
    found = ranking.worst(links, 6)
    assert [one["to"] for one in found].count("c") == 3 and found[0]["to"] == "c"


def test_markdown_tells_what_helps_and_escapes(judged):
    page = render(judged, "markdown")
    assert page.startswith("# Bandwidth validation\n\n**FAIL: 1 passed")
    for line in ("| a |  | 9.00 | missing |", r"No datagram \<b>arrived\</b>.", r"* seen \| here", r"* Open \*UDP\* 5201",
                 r"| a | b | tenant | udp | nobody answered | Open \*UDP\* 5201 |", "* d on tenant: it has no address there",
                 "The tests took 1 min 50 s, and need 1 min 40 s at least."):
        assert line in page.splitlines()
    assert "unasked" not in page


def test_markdown_of_a_fleet_stays_short(fleet):
    assert len(render(fleet, "markdown")) < 20000


def test_csv_has_a_line_for_each_link_and_nothing_for_what_is_not_known(judged):
    rows = list(csv.DictReader(io.StringIO(render(judged, "csv"))))
    assert len(rows) == 5
    assert [row["bps"] for row in rows] == ["9000000000", "1000000000", "", "2000000000", ""]
    assert (rows[4]["status"], rows[4]["diagnosis"], rows[3]["reason"]) == ("failed", "blocked", "2.00 Gbit/s is below 5.00 Gbit/s")


def test_csv_starts_no_formula():
    text = render(judging.judge(run(link("=cmd()", "b"))), "csv")
    assert next(csv.DictReader(io.StringIO(text)))["from"] == "'=cmd()"


def test_junit_has_a_case_for_each_link(judged):
    tree = ElementTree.fromstring(render(judged, "junit"))
    cases = {(one.get("classname"), one.get("name")): one for one in tree.iter("testcase")}
    results = {key: [(result.tag, result.get("type")) for result in one if result.tag != "system-out"] for key, one in cases.items()}
    assert results == {
        ("tenant.TCP", "a -> b"): [], ("tenant.TCP", "b -> a"): [("error", "inconclusive")], ("tenant.TCP", "a -> c"): [("error", "missing")],
        ("tenant.TCP", "c -> a"): [("failure", "failed")], ("tenant.UDP", "a -> b"): [("failure", "failed")], ("run", "passed at least 1"): [],
    }
    assert [tree.get(name) for name in ("tests", "failures", "errors")] == ["6", "2", "2"]
    assert "what helps: Open *UDP* 5201" in cases[("tenant.UDP", "a -> b")][0].text


def test_junit_of_nothing_is_no_pass():
    tree = ElementTree.fromstring(render(judging.judge(run()), "junit"))
    assert tree.get("errors") == "1"


def test_prometheus_has_no_sample_for_what_was_not_measured(judged):
    text = render(judged, "prometheus")
    from prometheus_client.parser import text_string_to_metric_families
    found = {(sample.name,) + tuple(sample.labels.get(key) for key in ("protocol", "source", "target", "status")): sample.value
             for family in text_string_to_metric_families(text) for sample in family.samples}
    assert found[("nfv_iperf_received_bits_per_second", "TCP", "a", "b", None)] == 9e9
    assert ("nfv_iperf_received_bits_per_second", "TCP", "a", "c", None) not in found
    assert sorted(value for key, value in found.items() if key[0] == "nfv_iperf_link_passed") == [0, 0, 0, 0, 1]
    assert found[("nfv_iperf_link_status", "TCP", "a", "c", "missing")] == 1
    assert found[("nfv_iperf_links", None, None, None, "failed")] == 2
    assert found[("nfv_iperf_run_passed", None, None, None, None)] == 0


def packed(page, name):
    return json.loads(gzip.decompress(base64.b64decode(re.search('id="%s">([^<]*)<' % name, page).group(1))))


def test_html_is_whole_without_a_network_and_without_a_script(judged):
    page = render(judged, "html")
    plain = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:,).*|url\(.*|@import.*|fetch\(.*""", page)
    for text in ("FAIL", "c, all links", "No datagram &lt;b&gt;arrived&lt;/b&gt;.", "Open *UDP* 5201", "nobody answered", "d on tenant",
                 "no answer &lt;/script&gt;", "2.00 Gbit/s"):
        assert text in plain
    assert plain.index('class="verdict"') < plain.index("<h2>Why") < plain.index("<h2>Rates") < plain.index("<h2>Environment")
    assert "</script> \x1b" not in page


def test_html_carries_the_numbers_and_details_of_each_link(judged):
    page = render(judged, "html")
    data, details = packed(page, "data"), packed(page, "details")
    assert [data["statuses"][number] for number in data["status"]] == [one["status"] for one in judged["links"]]
    assert data["columns"]["bps"] == [9e9, 1e9, None, 2e9, None]
    assert [(table["protocol"], table["links"]) for table in data["tables"]] == [("TCP", [0, 1, 2, 3]), ("UDP", [4])]
    rates, statuses = (trace["z"] for trace in data["tables"][0]["figure"]["data"])
    assert rates == [[None, 9.0, None], [None] * 3, [None] * 3]
    assert statuses == [[None, None, 2], [3, None, None], [1, None, None]]
    assert details["diagnoses"][details["diagnosis"][4]]["remedy"] == ["Open *UDP* 5201"] and details["diagnoses"][details["diagnosis"][0]] is None
    assert details["intervals"][3] == [1e9, None]
    assert details["checks"][0] == [["bps at least 5.00 Gbit/s", "ok", "at least 5.00 Gbit/s"]]


def test_html_of_a_fleet_stays_a_small_file(fleet):
    page = render(fleet, "html")
    library = len(re.search('id="library">([^<]*)<', page).group(1))
    assert len(page) - library < 700 * len(fleet["links"])
    assert len(packed(page, "details")["transcript"]) == len(fleet["links"])


def test_hosts_of_a_matrix_come_as_in_the_inventory_whichever_pairs_were_measured():
    star = run(*[link(*ends) for host in "dca" for ends in ((host, "b"), ("b", host))])
    assert ranking.hosts(star["links"], star["nodes"]) == ["a", "b", "c", "d"]
    assert ranking.hosts(star["links"], ["b", "c"]) == ["b", "c", "d", "a"]
    header = next(place for place, line in enumerate(report_text.lines(star, 80, 40)) if "from row to column" in line) + 1
    assert report_text.lines(star, 80, 40)[header].split() == ["a", "b", "c", "d"]


@pytest.mark.parametrize("hosts, short", [
    (["overcloud-compute-0.localdomain", "overcloud-ceph-1.localdomain"], ["compute-0", "ceph-1"]),
    (["192.0.2.1", "192.0.2.2"], ["192.0.2.1", "192.0.2.2"]), (["a.x", "a.y"], ["a.x", "a.y"]), (["only-one"], ["only-one"]),
    (["node-", "node-1"], ["node-", "1"]),
])
def test_names_are_as_short_as_they_may_be(hosts, short):
    assert list(wording.shortest_names(hosts).values()) == short


@pytest.mark.parametrize("seconds, told", [(0, "0 s"), (59.6, "1 min 00 s"), (3599.4, "59 min 59 s"), (3600, "1 h 00 min"), (None, "0 s")])
def test_durations(seconds, told):
    assert wording.duration(seconds) == told


def test_cells_of_tables_carry_the_names_of_their_columns_for_narrow_windows(judged):
    page = render(judged, "html")
    tables = re.findall(r'<div class="scroll"><table.*?</table>', page, re.DOTALL)
    assert len(tables) == 4
    for table in tables:
        names = re.findall("<th>(.*?)</th>", table)
        rows = [re.findall('<td data-label="(.*?)"', row) for row in re.findall(r"<tr><td.*?</tr>", table, re.DOTALL)]
        assert rows and all(row == names for row in rows) and table.count("<td") == sum(map(len, rows))


def test_the_worst_links_have_only_columns_with_numbers():
    page = render(judging.judge(run(*mesh("ab"))), "html")
    assert "<th>Rate</th>" in page and "<th>Retransmits</th>" in page
    assert "<th>Baseline</th>" not in page and "<th>Loss</th>" not in page
    before = run(*mesh("ab", protocol="UDP"))
    page = render(judging.judge(before, [], before), "html")
    assert "<th>Baseline</th><th>Change</th>" in page and "<th>Loss</th>" in page and "<th>Retransmits</th>" not in page
