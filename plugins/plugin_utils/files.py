# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that are written whole, and only if they change. PRIVATE to the collection."""

import os
import tempfile

# What is larger is not shown as a difference.
LARGEST_DIFF = 100 * 1024


def in_folder(folder, contents):
    """{key: (path, text)} of {key: (name, text)}."""
    return {key: (os.path.join(folder, name), text) for key, (name, text) in contents.items()}


def put(wanted, write=True):
    """Write {key: (path, text)} where a file differs, each at once and whole; returns the differences, as Ansible shows them. Raises OSError."""
    diffs = []
    for path, text in wanted.values():
        before = _read(path)
        if before == text.encode("utf-8"):
            continue
        diffs.append(_diff(path, before, text))
        if write:
            _write(path, text.encode("utf-8"))
    return diffs


def _read(path):
    try:
        with open(path, "rb") as source:
            return source.read()
    except FileNotFoundError:
        return None


def _diff(path, before, text):
    known = "" if before is None else before.decode("utf-8", "replace")
    if max(len(known), len(text)) > LARGEST_DIFF:
        known, text = ("%d characters\n" % len(one) for one in (known, text))
    return {"before_header": path, "after_header": path, "before": known, "after": text}


def _write(path, content):
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".report-")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
