# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run as JSON: the data set itself, with one link, node or check a line, so that it can be searched and compared by line. PRIVATE to the collection."""

import json


def render(run):
    return "{\n%s\n}\n" % ",\n".join(" %s: %s" % (json.dumps(key), _value(value)) for key, value in run.items())


def _value(value):
    if isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
        return "{\n%s\n }" % ",\n".join("  %s: %s" % (json.dumps(key), _line(one)) for key, one in value.items())
    if isinstance(value, list) and value:
        return "[\n%s\n ]" % ",\n".join("  " + _line(one) for one in value)
    return _line(value)


def _line(value):
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):  # something that is no number, or a value that Ansible has not resolved yet
        return json.dumps(plain(value))


def plain(value):
    """The same with nothing but what JSON knows; no number for what is none."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return float(value) if value - value == 0 else None
    return value if value is None or isinstance(value, (bool, int)) else str(value)
