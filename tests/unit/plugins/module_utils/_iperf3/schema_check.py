# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of JSON Schema as docs/schema/result-v1.json uses, so that the test needs no package on any Python."""

import json
import os

_TOP = os.path.dirname(os.path.abspath(__file__))
for dummy in range(5):
    _TOP = os.path.dirname(_TOP)
RESULT = os.path.join(_TOP, "docs", "schema", "result-v1.json")
KNOWN = {"$schema", "$defs", "title", "description", "type", "properties", "required", "additionalProperties", "items", "$ref", "enum", "oneOf"}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}


def result_schema():
    with open(RESULT) as opened:
        return json.load(opened)


def faults(value, schema, root=None, path="$"):
    """What is wrong with a value, as lines; [] if it fits."""
    root = root or schema
    unknown = set(schema) - KNOWN
    if unknown:
        return ["%s: the schema uses %s, which is not checked here" % (path, sorted(unknown))]
    if "$ref" in schema:
        target = root
        for step in schema["$ref"].lstrip("#/").split("/"):
            target = target[step]
        return faults(value, target, root, path)
    found = []
    if "type" in schema and not _is(value, schema["type"]):
        return ["%s: %r is no %s" % (path, value, schema["type"])]
    if "enum" in schema and value not in schema["enum"]:
        found.append("%s: %r is none of %s" % (path, value, schema["enum"]))
    if "oneOf" in schema:
        tries = [faults(value, one, root, path) for one in schema["oneOf"]]
        if sum(not one for one in tries) != 1:
            found.append("%s: %d of the forms fit: %s" % (path, sum(not one for one in tries), tries))
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += ["%s: %s is missing" % (path, key) for key in schema.get("required", ()) if key not in value]
        for key, member in value.items():
            if key in properties:
                found += faults(member, properties[key], root, path + "." + key)
            elif schema.get("additionalProperties") is False:
                found.append("%s: %s is not allowed" % (path, key))
    if isinstance(value, list) and "items" in schema:
        for index, member in enumerate(value):
            found += faults(member, schema["items"], root, "%s[%d]" % (path, index))
    return found


def _is(value, names):
    if isinstance(value, bool):
        return "boolean" in names if isinstance(names, list) else names == "boolean"
    return any(isinstance(value, TYPES[name]) for name in (names if isinstance(names, list) else [names]))
