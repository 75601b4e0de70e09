# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run in Prometheus' text format, for the textfile collector of node_exporter. PRIVATE to the collection.

A link that was not measured has no sample of its rate: an absent number is not 0, and an alert can ask for nfv_iperf_link_passed, which every link has.
Units are Prometheus' base units, so times are seconds and shares are ratios of 1; rates are bits per second.
"""

try:
    import prometheus_client
except ImportError:
    prometheus_client = None  # formats.py tells

LINK = ("network", "protocol", "source", "target")
# name -> (help, key of a link, factor)
GAUGES = {
    "nfv_iperf_received_bits_per_second": ("Rate that arrived at the target.", "bps", 1),
    "nfv_iperf_sent_bits_per_second": ("Rate that the source sent.", "sent_bps", 1),
    "nfv_iperf_baseline_bits_per_second": ("Rate that the same link had in the baseline.", "baseline_bps", 1),
    "nfv_iperf_retransmits": ("TCP segments that were sent again during the test.", "retransmits", 1),
    "nfv_iperf_lost_ratio": ("UDP datagrams that were lost, of all.", "lost_percent", 0.01),
    "nfv_iperf_jitter_seconds": ("Jitter of UDP datagrams.", "jitter_ms", 0.001),
    "nfv_iperf_rtt_seconds": ("Mean round trip time of TCP.", "rtt_ms", 0.001),
}


def render(run):
    registry = prometheus_client.CollectorRegistry()
    for name, (told, key, factor) in GAUGES.items():
        known = [(link, link.get(key)) for link in run["links"] if link.get(key) is not None]
        if known:
            gauge = prometheus_client.Gauge(name, told, LINK, registry=registry)
            for link, value in known:
                gauge.labels(*_labels(link)).set(value if factor == 1 else value * factor)
    _statuses(run, registry)
    return prometheus_client.generate_latest(registry).decode("utf-8")


def _labels(link):
    return [link[key] for key in ("network", "protocol", "from", "to")]


def _statuses(run, registry):
    passed = prometheus_client.Gauge("nfv_iperf_link_passed", "1 for a link that passed, 0 for one that did not.", LINK, registry=registry)
    status = prometheus_client.Gauge("nfv_iperf_link_status", "1 for the status of each link that did not pass.", LINK + ("status",), registry=registry)
    for link in run["links"]:
        passed.labels(*_labels(link)).set(int(link["status"] == "ok"))
        if link["status"] != "ok":
            status.labels(*_labels(link), link["status"]).set(1)
    counts = prometheus_client.Gauge("nfv_iperf_links", "Links of the run by what came of them.", ("status",), registry=registry)
    for status in ("passed", "failed", "missing", "inconclusive"):
        counts.labels(status).set(run["verdict"][status])
    for name, told, value in (("passed", "1 if the run passed.", int(run["verdict"]["status"] == "pass")),
                              ("end_timestamp_seconds", "When the run ended.", run["ended"] or 0),
                              ("duration_seconds", "How long the run took.", (run["ended"] or 0) - (run["started"] or 0))):
        prometheus_client.Gauge("nfv_iperf_run_" + name, told, registry=registry).set(value)
