# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run as JUnit XML: a test suite for each network and protocol, a test case for each link. PRIVATE to the collection.

A link that does not pass its criteria or whose test failed is a failure. One that was not measured, or proves nothing, is an error: neither is a pass, so a
pipeline that only reads this file comes to the verdict of the run. What is asked of the whole run is a suite of its own.
"""

from datetime import datetime, timezone

try:
    import junitparser
except ImportError:
    junitparser = None  # formats.py tells

from . import report_markdown, wording


def render(run):
    document = junitparser.JUnitXml(run["title"])
    started = datetime.fromtimestamp(run["started"] or 0, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    suites = [("%s.%s" % (network, protocol), [_case(link) for link in links]) for network, protocol, links in wording.tables(run["links"])]
    suites.append(("run", [_check(check) for check in _over_all(run)]))
    for name, cases in suites:
        suite = junitparser.TestSuite(name)
        suite.timestamp = started
        suite.add_testcases(cases)  # not one by one: each call counts all anew
        if cases:
            document.add_testsuite(suite)
    document.update_statistics()
    return document.tostring().decode("utf-8").rstrip("\n") + "\n"


def _case(link):
    case = junitparser.TestCase(wording.pair(link), "%s.%s" % (link["network"], link["protocol"]), round(link["seconds"] or 0, 3))
    if link["status"] != "ok":
        case.result = [_result(link["status"], link["reason"], _details(link))]
    else:
        case.system_out = _details(link)
    return case


def _over_all(run):
    """The checks of the whole run; one of its own where there is no link at all, because an empty file would pass."""
    empty = {"criterion": "links", "status": "inconclusive", "reason": "no link was to be measured, so nothing was shown"}
    return list(run["verdict"].get("checks") or ()) + [empty] * (not run["links"])


def _check(check):
    case = junitparser.TestCase(check["criterion"], "run", 0)
    if check["status"] in ("failed", "inconclusive"):
        case.result = [_result(check["status"], check["reason"], check["reason"])]
    return case


def _result(status, reason, details):
    result = (junitparser.Failure if status == "failed" else junitparser.Error)(_printable(reason), status)
    result.text = _printable(details)
    return result


def _details(link):
    lines = ["rate: %s" % wording.rate(link["bps"])]
    for name, value in (("loss", wording.percent(link["lost_percent"])), ("retransmits", wording.number(link["retransmits"])),
                        ("baseline", wording.rate(link.get("baseline_bps"))), ("limited by", link["limited_by"])):
        lines += ["%s: %s" % (name, value)] * (value not in (None, wording.NOTHING))
    lines += ["%s: %s: %s" % (check["criterion"], check["status"], check["reason"] or check["wanted"]) for check in link.get("checks") or ()]
    told = link["diagnosis"]
    if told:
        lines += [told["explanation"]] + ["evidence: " + line for line in report_markdown.listed(told.get("evidence") or [])]
        lines += ["what helps: " + line for line in report_markdown.listed(told.get("remedy") or [])]
    return _printable("\n".join(lines))


def _printable(text):
    """Without the characters that XML 1.0 does not allow."""
    return "".join(letter for letter in str(text) if letter in "\t\n" or letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
