# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The flat numbers that a playbook compares, out of the JSON document of a test. PRIVATE to the collection.

One rule above all: a number that is missing is None, never 0. So a comparison with it fails loudly, and a test that did not run cannot pass for a
test that measured nothing. 0 is only given where 0 was counted.

What limited a test is told from what both ends report (`limited_by`), the first that holds:

* target_rate: what arrived is what was asked for, within TOLERANCE.
* local_cpu, remote_cpu: that end used at least BUSY percent of the CPUs its workers can use. The number is then not the link's.
* unknown: the receiver's side or the CPU is not known, the test was shorter than SHORT seconds, or a window was set and nothing shows that the
  link rather than the window was full.
* link: none of these, so the network between the two ends was.
"""

TOLERANCE = 0.95
BUSY = 90.0  # percent of one CPU for each worker
SHORT = 0.5  # seconds
# In a bidirectional test the whole is limited by what is worst in a direction.
_WORST_FIRST = ("local_cpu", "remote_cpu", "link", "unknown", "target_rate")

NUMBERS = ("seconds", "sent_bps", "received_bps", "retransmits", "lost_packets", "lost_percent", "jitter_ms", "rtt_ms_mean", "rtt_ms_min", "rtt_ms_max")


def summarize(document, settings, error=None, extension=None, local_workers=1):
    """The `summary` of a test.

    document: as document.document() makes it, of a client or a server. settings: the test's Settings. error: IperfError or None. extension: what the
    other end told under our own key ({} of a real iperf3), of which `workers` counts its processes; local_workers: this end's.
    Rates are bits per second, rtt and jitter milliseconds, CPU percent of one CPU. In a bidirectional test the numbers stand in `forward`
    (client to server) and `backward`, and those at the top are None but for `seconds`.
    """
    end = document.get("end") or {}
    cpu = end.get("cpu_utilization_percent") or {}
    server = settings.role == "server"
    remote_workers = (extension or {}).get("workers")
    busy = _Busy(cpu.get("host_total"), None if server else cpu.get("remote_total"), local_workers, remote_workers)
    parts = {}
    for name, suffix in (("forward", ""), ("backward", "_bidir_reverse")):
        if "sum_sent" + suffix in end:
            parts[name] = _direction(settings, end, suffix)
            parts[name]["limited_by"] = _limited_by(settings, parts[name], busy)
    result = {
        "status": "ok" if error is None else "partial" if any(part["seconds"] for part in parts.values()) else "failed",
        "protocol": settings.protocol,
        "direction": settings.direction,
    }
    result.update(dict.fromkeys(NUMBERS))
    result.update(cpu_local_percent=busy.local, cpu_remote_percent=busy.remote, limited_by="unknown", forward=None, backward=None)
    if settings.bidir:
        result.update(parts)
        result["seconds"] = parts["forward"]["seconds"] if parts else None
        if parts:
            result["limited_by"] = min((part["limited_by"] for part in parts.values()), key=_WORST_FIRST.index)
    elif parts:
        result.update(parts["forward"])
    return result


class _Busy:
    """The load of both ends in percent of one CPU, None where not known."""

    def __init__(self, local, remote, local_workers, remote_workers):
        self.local = local
        self.remote = remote
        self._limits = BUSY * max(1, local_workers or 1), BUSY * (remote_workers if isinstance(remote_workers, int) and remote_workers > 0 else 1)

    def who(self):
        """The name of the end that was the limit, "local_cpu" or "remote_cpu", or None."""
        if self.local is not None and self.local >= self._limits[0]:
            return "local_cpu"
        if self.remote is not None and self.remote >= self._limits[1]:
            return "remote_cpu"
        return None


def _direction(settings, end, suffix):
    """NUMBERS of one direction; all None if nothing was measured, as of a test that broke off in its omitted time."""
    numbers = dict.fromkeys(NUMBERS)
    to_server = not suffix if settings.bidir else not settings.reverse
    sending = to_server == (settings.role == "client")
    sent, received = end["sum_sent" + suffix], end["sum_received" + suffix]
    here = sent if sending else received
    if not here["seconds"]:
        return numbers
    numbers["seconds"] = here["seconds"]
    # A server's report has 0 for what it does not know, the other side.
    if sending or settings.role == "client":
        numbers["sent_bps"] = sent["bits_per_second"]
        numbers["retransmits"] = sent.get("retransmits")
    else:
        sent = None
    if (not sending) or settings.role == "client":
        numbers["received_bps"] = received["bits_per_second"]
        if settings.protocol == "UDP":
            _add_losses(numbers, sent, received)
    if settings.protocol == "TCP" and sending:
        _add_rtt(numbers, end["streams"])
    return numbers


def _add_losses(numbers, sent, received):
    """Losses and jitter. iperf3 finds losses by the gaps between what arrives; if nothing at all arrives there are none, and all was lost."""
    if received["packets"]:
        for key in ("lost_packets", "lost_percent", "jitter_ms"):
            numbers[key] = received[key]
    elif received["packets"] == 0 and sent is not None and sent["packets"]:
        numbers["lost_packets"] = sent["packets"]
        numbers["lost_percent"] = 100.0


def _add_rtt(numbers, streams):
    """Round trip times over all streams that this end sent on; the mean is that of the streams' means."""
    senders = [entry["sender"] for entry in streams if entry["sender"]["sender"] and entry["sender"].get("mean_rtt")]
    if senders:
        numbers["rtt_ms_mean"] = sum(sender["mean_rtt"] for sender in senders) / len(senders) / 1000.0
        numbers["rtt_ms_min"] = min(sender["min_rtt"] for sender in senders) / 1000.0
        numbers["rtt_ms_max"] = max(sender["max_rtt"] for sender in senders) / 1000.0


def _limited_by(settings, numbers, busy):
    arrived = numbers["received_bps"]
    if arrived is None or numbers["seconds"] < SHORT:
        return "unknown"
    targets = [rate * settings.parallel for rate in (settings.bitrate, settings.fq_rate) if rate]
    if targets and arrived >= TOLERANCE * min(targets):
        return "target_rate"
    if busy.who():
        return busy.who()
    if busy.local is None or busy.remote is None or (settings.window and not numbers["retransmits"] and settings.protocol == "TCP"):
        return "unknown"
    return "link"
