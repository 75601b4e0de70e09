# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The text report, line by line as iperf3 prints it. PRIVATE to the collection.

Layouts are those of docs/docsite/rst/protocol.rst, "Text output" (3.18 and later: summary lines of single TCP streams have one blank less than
before). Everything is made from the same objects as the JSON document, so text and JSON never disagree. What is different from the real program:

* Numbers that this end does not know are not printed as 0: a client whose test broke off says "(receiver statistics not available)".
* The CPU line is also printed by a client that only receives.

Each line goes to `write` as text without its line feed (an empty line as ""). With a title, on a client, each begins with it, and before that with
what `stamp()` returns, only not the lines of the server's own report.
"""

from .document import dumps, plain_host
from .endings import percent, rate
from .units import format_bytes, format_rate

SEPARATOR = "- " * 24 + "-"
BANNER = "-" * 59
_NOTHING = " " * 18  # the columns of retransmits and window on lines that have none


class TextReport:
    """Prints one end's report.

    settings: Settings; the form of the report (format, title, verbose) is that of the settings given here, while the attribute `settings` may be
    replaced by those of a test that came from a client. role: "client" or "server". write: takes a line. stamp: returns the text before each line
    (None: nothing). write_error: takes error lines, write by default.
    """

    def __init__(self, settings, role, write, stamp=None, write_error=None):
        self.settings = settings
        self.role = role
        self.letter = settings.format or "a"
        self.verbose = bool(settings.verbose)
        self._prefix = settings.title + ":  " if role == "client" and settings.title else ""
        self._write = write
        self._write_error = write_error or write
        self._stamp = stamp
        self._delayed = []
        self._header_printed = False
        self._intervals = 0

    def _line(self, text=""):
        self._write((self._stamp() if self._stamp else "") + self._prefix + text)

    # -- before the test

    def listening(self, port, number=1):
        """A server waits for its number-th test."""
        for line in (BANNER, "Server listening on %d (test #%d)" % (port, number), BANNER):
            self._line(line)

    def versions(self, version, system_info):
        """With -V the first two lines of a program."""
        if self.verbose:
            self._line(version)
            self._line(system_info)

    def connecting(self, host, port):
        """A client begins to connect. With -V the line waits for begin(), because others come before it."""
        self._early("Connecting to host %s, port %d" % (host, port))

    def accepted(self, peer):
        """A server accepted a client; peer: its address. As with connecting()."""
        self._early("Accepted connection from %s, port %d" % (plain_host(peer[0]), peer[1]))

    def _early(self, line):
        if self.verbose:
            self._delayed.append(line)
        else:
            self._line(line)

    def begin(self, start, mss=None):
        """The test starts. start: the document's `start`; mss: of a client's control connection, if it is not the default MSS shown there."""
        facts = start["test_start"]
        if self.verbose:
            if self.role == "client":
                self.versions(start["version"], start["system_info"])
                mss = start.get("tcp_mss_default") if mss is None else mss
                if mss:
                    self._line("Control connection MSS %d" % mss)
            self._line("Time: " + start["timestamp"]["time"])
        self._flush()
        if self.role == "client" and facts["reverse"]:
            self._line("Reverse mode, remote host %s is sending" % start["connecting_to"]["host"])
        if self.verbose:
            self._line("      Cookie: " + start["cookie"])
            if "tcp_mss" in start:
                self._line("      TCP MSS: %d" % start["tcp_mss"])
            elif "tcp_mss_default" in start:
                self._line("      TCP MSS: %d (default)" % start["tcp_mss_default"])
            if start["target_bitrate"]:
                self._line("      Target Bitrate: %d" % start["target_bitrate"])
        for one in start["connected"]:
            self._line("[%3d] local %s port %d connected to %s port %d" % (
                one["socket"], one["local_host"], one["local_port"], one["remote_host"], one["remote_port"]))
        if self.verbose:
            self._line(self._plan(facts))

    def _flush(self):
        delayed, self._delayed = self._delayed, []
        for line in delayed:
            self._line(line)

    @staticmethod
    def _plan(facts):
        if facts["bytes"]:
            limit = "%d bytes to send" % facts["bytes"]
        elif facts["blocks"]:
            limit = "%d blocks to send" % facts["blocks"]
        else:
            limit = "%d second test" % facts["duration"]
        return "Starting Test: protocol: %s, %d streams, %d byte blocks, omitting %d seconds, %s, tos %d" % (
            facts["protocol"], facts["num_streams"], facts["blksize"], facts["omit"], limit, facts["tos"])

    # -- lines

    def _common(self, number, sending, period):
        return "[%3s]%s %6.2f-%-6.2f sec  %ss  %ss/sec" % (
            number, self._role(sending), period["start"], period["end"], format_bytes(period["bytes"]), format_rate(period["bits_per_second"], self.letter))

    def _role(self, sending):
        if not self.settings.bidir:
            return ""
        return "[%s-%s]" % ("TX" if sending else "RX", self.role[0].upper())

    def _header(self, columns):
        self._line("[ ID]%s Interval           Transfer     Bitrate%s" % ("[Role]" if self.settings.bidir else "", columns))

    def _groups(self, entries):
        """[(suffix of the sums' keys, entries)] by direction; in bidirectional tests client to server first."""
        if not self.settings.bidir:
            return [("", entries)] if entries else []
        forward = [entry for entry in entries if _sending(entry) == (self.role == "client")]
        backward = [entry for entry in entries if _sending(entry) != (self.role == "client")]
        return [("", forward), ("_bidir_reverse", backward)]

    # -- intervals

    def interval(self, interval):
        """One entry of the document's `intervals`."""
        entries = interval["streams"]
        if not entries:
            return
        groups = self._groups(entries)
        if not self._header_printed:
            self._header_printed = True
            self._header(self._interval_columns(entries))
        if self._intervals and len(groups[0][1]) > 1:
            self._line(SEPARATOR)
        self._intervals += 1
        for suffix, members in groups:
            for entry in members:
                self._line(self._interval_line(entry["socket"], entry))
            if len(members) > 1:
                self._line(self._interval_line("SUM", interval["sum" + suffix]))

    def _interval_columns(self, entries):
        if self.settings.protocol == "UDP":
            if all(entry["sender"] for entry in entries):
                return "         Total Datagrams"
            return "         Jitter    Lost/Total Datagrams"
        return "         Retr  Cwnd" if any("retransmits" in entry for entry in entries) else ""

    def _interval_line(self, number, entry):
        omitted = "(omitted)" if entry["omitted"] else ""
        if "jitter_ms" in entry:
            detail = _loss(entry["jitter_ms"], entry["lost_packets"], entry["packets"], entry["lost_percent"])
        elif "packets" in entry:
            detail = " %s %d  " % (" " * 10 if self.settings.bidir else "", entry["packets"])
        elif "retransmits" in entry and number == "SUM":
            detail = "  %3d             " % entry["retransmits"]
        elif "retransmits" in entry:
            window = entry["snd_cwnd"]
            detail = "  %3d   %s       " % (entry["retransmits"], " " * 11 if window is None else format_bytes(window) + "s")
        else:
            detail = _NOTHING
        return self._common(number, entry["sender"], entry) + detail + omitted

    # -- the summary

    def summary(self, end, totals):
        """The summary. end: the document's `end`; totals: Measurement.totals(), of which the receivers' lines of single UDP streams are made."""
        self._flush()
        self._line(SEPARATOR)
        if self.verbose:
            self._line("Test Complete. Summary Results:")
        udp = self.settings.protocol == "UDP"
        known = not udp and any("retransmits" in entry["sender"] for entry in end["streams"])
        self._header("         Jitter    Lost/Total Datagrams" if udp else "         Retr" if known else "")
        receivers = {entry.stream.number: entry.receiver for entry in totals}
        for suffix, members in self._groups(end["streams"]):
            sending = _sending(members[0])
            for entry in members:
                if udp:
                    self._udp_stream(entry["udp"], receivers[entry["udp"]["socket"]])
                else:
                    self._tcp_line(entry["sender"]["socket"], entry["sender"], True, sending)
                    self._file_line(entry.get("diskfile"), sending)
                    self._tcp_line(entry["receiver"]["socket"], entry["receiver"], False, sending)
            if len(members) > 1:
                line = self._udp_line if udp else self._tcp_line
                line("SUM", end["sum_sent" + suffix], True, sending)
                line("SUM", end["sum_received" + suffix], False, sending)
            if self.verbose:
                self._verbose_end(end, sending)

    def _here(self, of_sender, sending):
        """Whether a line may be printed: a server knows its own side only."""
        return self.role == "client" or of_sender == sending

    def _missing(self, number, of_sender):
        if number != "SUM" and (self.verbose or self.role == "client"):
            self._line("[%3s] (%s statistics not available)" % (number, "sender" if of_sender else "receiver"))

    def _tcp_line(self, number, period, of_sender, sending):
        if period["bytes"] is None or not self._here(of_sender, sending):
            self._missing(number, of_sender)
            return
        blank = " " if number == "SUM" else ""
        detail = "  %3d            %s" % (period["retransmits"], blank) if "retransmits" in period else _NOTHING
        self._line(self._common(number, sending, period) + detail + ("sender" if of_sender else "receiver"))

    def _file_line(self, diskfile, sending):
        """iperf3's line, which says Sent of a file that is written too."""
        if diskfile is None:
            return
        moved, percent = (diskfile[key] for key in (("sent", "percent_sent") if sending else ("received", "percent_received")))
        if moved is not None:
            self._line("        Sent %s / %s (%d%%) of %s" % (format_bytes(moved), format_bytes(diskfile["size"]), percent, diskfile["filename"]))

    def _udp_stream(self, entry, receiver):
        """Both lines of a stream. entry: the `udp` object, which has the sender's bytes and time; receiver: the stream's endings.Side there."""
        number, sending = entry["socket"], entry["sender"]
        self._udp_line(number, entry, True, sending)
        received = dict(entry, end=receiver.seconds, bytes=receiver.bytes, packets=receiver.packets,
                        bits_per_second=rate(receiver.bytes, receiver.seconds))
        if entry["out_of_order"] and self._here(False, sending):
            self._line("[SUM] %4.1f-%4.1f sec  %d datagrams received out-of-order" % (0, receiver.seconds, entry["out_of_order"]))
        self._udp_line(number, received, False, sending)

    def _udp_line(self, number, period, of_sender, sending):
        if period["bytes"] is None or not self._here(of_sender, sending):
            self._missing(number, of_sender)
            return
        if of_sender:
            detail = _loss(0.0, 0, period["packets"], 0.0)
        else:
            # Text shows the part of what the receiver counted, JSON that of what was sent.
            detail = _loss(period["jitter_ms"], period["lost_packets"], period["packets"], percent(period["lost_packets"], period["packets"]))
        self._line(self._common(number, sending, period) + detail + ("sender" if of_sender else "receiver"))

    def _verbose_end(self, end, sending):
        """What follows a direction: the CPU once, where this end sends or a client does nothing but receive, then the congestion controls."""
        cpu = end["cpu_utilization_percent"]
        if None in cpu.values():
            own = ()
        elif self.settings.bidir:
            own = ("sender", "receiver") if sending else ()
        else:
            own = ("sender",) if sending else ("receiver",) if self.role == "client" else ()
        for here in own:
            there = "receiver" if here == "sender" else "sender"
            self._line("CPU Utilization: local/%s %.1f%% (%.1f%%u/%.1f%%s), remote/%s %.1f%% (%.1f%%u/%.1f%%s)" % (
                here, cpu["host_total"], cpu["host_user"], cpu["host_system"], there, cpu["remote_total"], cpu["remote_user"], cpu["remote_system"]))
        for key, label in (("sender_tcp_congestion", "snd"), ("receiver_tcp_congestion", "rcv")):
            if key in end and (self.role == "client" or (label == "snd") == sending):
                self._line("%s_tcp_congestion %s" % (label, end[key]))

    # -- after the test

    def server_output(self, output):
        """The server's own report, as a client got it: {"server_output_text": str} or {"server_output_json": object} or neither."""
        if "server_output_text" in output:
            title, text = "Server output:", output["server_output_text"]
        elif "server_output_json" in output:
            title, text = "Server JSON output:", dumps(output["server_output_json"])
        else:
            return
        self._line()
        for line in [title] + text.split("\n"):
            self._write(line)

    def done(self):
        """The end of a client's successful test."""
        self._line()
        self._line("iperf Done.")

    def failed(self, error):
        """The one line about an error (IperfError or text)."""
        self._flush()
        self._write_error((self._stamp() if self._stamp else "") + "iperf3: error - %s" % error)


def _sending(entry):
    """Whether this end sends on the stream of an entry of intervals or of `end`."""
    flag = entry.get("udp", entry)["sender"]
    return flag["sender"] if isinstance(flag, dict) else flag


def _loss(jitter_ms, lost, total, lost_percent):
    return "  %5.3f ms  %d/%d (%.2g%%)  " % (jitter_ms, lost, total, lost_percent)
