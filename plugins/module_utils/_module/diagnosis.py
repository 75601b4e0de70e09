# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failure means, as far as its error number tells. PRIVATE to the collection.

A diagnosis has a class that a playbook can compare, an explanation and a remedy for the operator, and the evidence that both
rest on. Nothing is looked up here: the evidence is what the error and the control connection's transcript say.
"""

import errno

from .._iperf3 import errors

# class: what to do about it
REMEDIES = {
    "bad_option": "Correct the option; nothing was sent.",
    "local_limit": "Change the option that this host cannot honour, or the host.",
    "name_unknown": "Use a name that this host can resolve, or an address.",
    "server_not_listening": "Start the server, or name the port on which it listens.",
    "server_unreachable": "Check the address, the routes and the firewalls between the hosts for the server's TCP port.",
    "not_iperf3": "Name the port of an iperf3 server; something else answers on this one.",
    "server_busy": "Repeat the test when the server is free, or use a server of this collection, which runs many tests at once.",
    "server_refused": "Ask for what the server permits, or change the server's limits.",
    "server_failed": "Look at the server's log, then repeat the test.",
    "control_lost": "Look for what ends idle TCP connections between the hosts (firewall, conntrack, NAT), and at the server's log.",
    "data_blocked": "Open the server's port for the protocol of the data too; the control connection alone works.",
    "data_stopped": "Look for what drops data between the hosts, and repeat with a larger rcv_timeout.",
    "protocol_violation": "Check both ends' versions; the transcript shows the message that was wrong.",
    "interrupted": "Repeat the test.",
    "internal_error": "Report this with the transcript.",
    "unknown": "Look at both ends' logs.",
}

# class: iperf3's error numbers and ours
NUMBERS = {
    "local_limit": (11, 14, 17, 39, 122, 123, 124, 125, 126, 127, 131, 133, 134, 141, 200, 201, errors.BIND_FAILED, errors.SYSTEM),
    "name_unknown": (errors.NAME_NOT_RESOLVED,),
    "server_unreachable": (103,),
    "not_iperf3": (110,),
    "server_busy": (121,),
    "server_refused": (27, 37, 142),
    "server_failed": (102, 106, 114, 120, 160, 202, 204, errors.PEER_ERROR),
    "control_lost": (109, 116, errors.PEER_SILENT),
    "data_blocked": (203, errors.UDP_BLOCKED),
    "data_stopped": (144, 205, 206),
    "protocol_violation": (117, 208, errors.OUT_OF_SEQUENCE, errors.TOO_LARGE),
    "interrupted": (119, errors.INTERRUPTED),
    "internal_error": (errors.INTERNAL,),
}
CLASSES = {number: name for name, numbers in NUMBERS.items() for number in numbers}


def classify(error):
    """The class of an IperfError."""
    if error.number == 103 and error.os_errno == errno.ECONNREFUSED:
        return "server_not_listening"
    return CLASSES.get(error.number, "bad_option" if error.start else "unknown")


def diagnose(error, control=None):
    """{class, explanation, evidence, remedy} of an IperfError; control: facts of the control connection (client.Outcome)."""
    name = classify(error)
    evidence = [error.detail] if error.detail else []
    if error.os_errno:
        evidence.append("system error %d (%s)" % (error.os_errno, errno.errorcode.get(error.os_errno, "unknown")))
    transcript = (control or {}).get("transcript") or []
    if transcript:
        last = transcript[-1]
        evidence.append("the last control message was %s, %s %.3f s after the first one" % (last["name"], last["direction"], last["time"]))
    elif control is not None and not error.start:
        evidence.append("there was no control message")
    return {"class": name, "explanation": error.text, "evidence": evidence, "remedy": REMEDIES[name]}
