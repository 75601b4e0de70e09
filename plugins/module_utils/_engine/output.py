# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""What a test tells while it runs and at its end: text lines, one JSON document, or a JSON stream.

PRIVATE to the collection. Client and server call the same methods at the same moments; which of the three formats comes out is decided here
(docs/docsite/rst/protocol.rst, "Output formats").
"""

import sys
import time

from .._iperf3 import document, report


class Output(object):
    """The report of one test (or, on a server, of one after the other).

    write: takes text without loss. settings: json, json_stream, json_stream_full_output, title, timestamps, format, verbose.
    keep: collect the text lines (for get_server_output). complain: takes warnings as text, whatever the format; nobody hears them by default.
    """

    def __init__(self, settings, role, write=None, keep=False, complain=None):
        self.settings = settings
        self.json = bool(settings.json)
        self.stream = bool(settings.json_stream)
        self._write = write or writer(sys.stdout, settings.forceflush)
        self._complain = complain or silent
        self.warnings = []
        self.kept = []
        self._keep = keep
        self.text = report.TextReport(settings, role, self._line, stamp=self._stamp if settings.timestamps else None)

    def _stamp(self):
        return time.strftime(self.settings.timestamps, time.localtime())

    def _line(self, line):
        line = line if line.endswith("\n") else line + "\n"
        if self._keep:
            self.kept.append(line)
        if not self.json and not self.stream:
            self._write(line)

    def _event(self, name, data):
        self._write(document.stream_line(name, data) + "\n")

    def warn(self, lines):
        """Tells each of these lines once, as iperf3 does: on the standard error stream, also beside JSON."""
        for line in lines:
            if line not in self.warnings:
                self.warnings.append(line)
                self._complain("warning: %s\n" % line)

    # -- the moments of a test ------------------------------------------------------------------------------------------------

    def started(self, start):
        """TEST_START: the `start` object is complete."""
        if self.stream:
            self._event("start", start)

    def interval(self, interval):
        if self.stream:
            self._event("interval", interval)
        self.text.interval(interval)

    def ended(self, whole, error):
        """The end: `whole` is the -J document, error an IperfError or None."""
        if self.stream:
            if error is not None:
                self._event("error", whole.get("error"))
            for key in ("server_output_json", "server_output_text"):
                if key in whole:
                    self._event(key, whole[key])
            self._event("end", whole.get("end", {}))
        if self.json or (self.stream and self.settings.json_stream_full_output):
            self._write(document.dumps(whole) + "\n")


def writer(target, flush=False):
    """A function that writes text to a file object and survives a reader that has gone."""
    def write(text):
        try:
            target.write(text)
            if flush or text.endswith("\n"):
                target.flush()
        except (OSError, ValueError):
            pass
    return write


def silent(text):
    """For callers that want the results only."""
