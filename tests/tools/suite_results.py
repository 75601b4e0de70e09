# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the JUnit files that a suite wrote: how many tests, which failed, which were skipped and why."""

import glob
import os
from xml.etree import ElementTree
from typing import NamedTuple


class Counts(NamedTuple):
    total: int = 0
    failed: tuple = ()          # (name, first line of the reason)
    skipped: tuple = ()         # (name, reason); expected failures are not among them

    @property
    def passed(self):
        return self.total - len(self.failed) - len(self.skipped)


def reason(element):
    """The beginning of what a failure or a skip says, in one line."""
    text = " ".join((element.get("message") or element.text or "").split())
    return text[:300] or "no reason given"


def read_junit(folder, suite):
    """Counts of folder/SUITE.xml and folder/SUITE-*.xml together; a broken file counts as one failed test."""
    total, failed, skipped = 0, [], []
    for path in sorted(glob.glob(os.path.join(folder, suite + ".xml")) + glob.glob(os.path.join(folder, suite + "-*.xml"))):
        label = os.path.basename(path)[len(suite):-len(".xml")].lstrip("-")
        try:
            root = ElementTree.parse(path).getroot()
        except (ElementTree.ParseError, OSError) as error:
            total += 1
            failed.append((os.path.basename(path), "unreadable: %s" % error))
            continue
        for case in root.iter("testcase"):
            total += 1
            name = ".".join(part for part in (case.get("classname"), case.get("name")) if part)
            name = "%s %s" % (label, name) if label else name
            for child in case:
                if child.tag in ("failure", "error"):
                    failed.append((name, reason(child)))
                    break
                if child.tag == "skipped" and child.get("type") != "pytest.xfail":
                    skipped.append((name, reason(child)))
                    break
    return Counts(total, tuple(failed), tuple(skipped))
