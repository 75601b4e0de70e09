# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The record of what a control connection carried. PRIVATE to the collection.

One entry a message: each state byte, the cookie, each JSON message, the error frame, the end of file and what was thrown
away. The list stays short, for a conversation has some fifteen messages and bytes that are thrown away in a row share one
entry. Login tokens are never kept; the other end's report, which results may carry, is not kept a second time.
"""

REDACTED = "(redacted)"
LEFT_OUT = "(left out here, it is part of the result)"
_REPLACED = {"authtoken": REDACTED, "server_output_text": LEFT_OUT, "server_output_json": LEFT_OUT}


class Transcript:
    """Times come in as seconds of the caller's monotonic clock and are kept as seconds since the first entry."""

    def __init__(self):
        self.entries = []
        self.bytes_sent = 0
        self.bytes_received = 0
        self._start = None
        self._last = None
        self._silence = 0.0

    def add(self, now, direction, name, size, content=None):
        """One message. direction: "sent" or "received"; size: bytes on the wire; content: dict, text or None."""
        self.touch(now)
        if direction == "sent":
            self.bytes_sent += size
        else:
            self.bytes_received += size
        last = self.entries[-1] if self.entries else None
        if last and last["name"] == name and last["direction"] == direction and content is None and last["content"] is None:
            last["size"] += size
            return
        self.entries.append({
            "time": round(now - self._start, 6),
            "direction": direction,
            "name": name,
            "size": size,
            "content": _without_secrets(content),
        })

    def touch(self, now):
        """Bytes moved at this time, though no message is complete: it ends a silence."""
        if self._start is None:
            self._start = now
        else:
            self._silence = max(self._silence, now - self._last)
        self._last = now

    def longest_silence(self, now):
        """Seconds of the longest time without a byte in either direction, up to now."""
        if self._last is None:
            return 0.0
        return max(self._silence, now - self._last)


def _without_secrets(content):
    if not isinstance(content, dict):
        return content
    return {key: _REPLACED.get(key.lower(), value) for key, value in content.items()}
