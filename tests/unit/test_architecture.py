# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the layers of docs/docsite/rst/architecture.rst and the rules that every file keeps.

Each rule is a function from source text to a list of faults, with samples that must be found faulty: a rule that can
find nothing would hold nothing. Runs on the controller's Python only; it reads sources and imports none.
"""

import ast
import os
import re
import subprocess
import sys

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COLLECTION = "ansible_collections.nfv.iperf."
LINES = 500

# part of plugins/ -> the other parts that it may import
MAY_IMPORT = {
    "module_utils/_iperf3": (),
    "module_utils/_conntrack": (),
    "module_utils/_firewall": (),
    "module_utils/_engine": ("module_utils/_iperf3", "module_utils/_conntrack", "module_utils/_firewall"),
    "module_utils/_module": ("module_utils/_engine", "module_utils/_iperf3", "module_utils/_conntrack", "module_utils/_firewall"),
    "modules": ("module_utils/_module",),
    "doc_fragments": (),
    "plugin_utils": ("module_utils/_iperf3",),
    "action": ("module_utils/_iperf3", "plugin_utils"),
    "filter": ("module_utils/_iperf3", "plugin_utils"),
    "callback": (),
}
# What would give layer 1 a socket, a clock, a thread, a process or an Ansible.
NOT_IN_LAYER_1 = {"socket", "ssl", "os", "time", "threading", "_thread", "select", "selectors", "subprocess", "multiprocessing", "signal",
                  "asyncio", "concurrent", "ansible", "random", "secrets", "pathlib", "shutil", "tempfile"}
WITH_ANSIBLE = ("module_utils/_module", "modules", "plugin_utils", "action", "filter", "callback", "doc_fragments")
# Dynamic imports are not seen by what collects a module's payload. Here they read what a plain import brought along.
DYNAMIC_IMPORTS = {"module_utils/_module/archive.py"}

# Written with the tag in pieces, so that licence tools do not take these lines for this file's own.
TAG = "# SPDX-License-" + "Identifier: "
BSD = "# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)\n" \
      + TAG + "BSD-2-Clause\n"
GPL = "# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)\n" \
      + TAG + "GPL-3.0-or-later\n"
BSD_PARTS = ("plugins/module_utils/_iperf3/", "plugins/module_utils/_engine/")

# Too new for Python 3.6: whole modules, names out of modules, and methods or keywords whatever they are called on.
NEW_MODULES = {"dataclasses", "contextvars", "zoneinfo", "graphlib", "tomllib", "importlib.resources", "importlib.metadata"}
NEW_NAMES = {
    "asyncio": "run to_thread TaskGroup",
    "contextlib": "nullcontext aclosing chdir AsyncExitStack asynccontextmanager",
    "functools": "cache cached_property singledispatchmethod",
    "itertools": "pairwise batched",
    "math": "prod dist comb perm isqrt lcm nextafter ulp cbrt exp2",
    "os": "posix_spawn posix_spawnp memfd_create pidfd_open waitstatus_to_exitcode eventfd splice preadv pwritev register_at_fork",
    "shlex": "join",
    "signal": "pidfd_send_signal raise_signal strsignal valid_signals",
    "socket": "create_server has_dualstack_ipv6 send_fds recv_fds SO_MAX_PACING_RATE SO_INCOMING_CPU UDP_SEGMENT UDP_GRO IP_RECVTOS"
              " IP_BIND_ADDRESS_NO_PORT IPPROTO_MPTCP",
    "threading": "excepthook get_native_id ExceptHookArgs",
    "time": "time_ns monotonic_ns perf_counter_ns process_time_ns clock_gettime_ns clock_settime_ns thread_time thread_time_ns",
    "typing": "Literal Protocol Final final TypedDict OrderedDict ForwardRef runtime_checkable Annotated ParamSpec TypeAlias Self",
}
NEW_METHODS = {"removeprefix", "removesuffix", "fromisoformat", "fromisocalendar", "bit_count", "isascii", "toreadonly"}
NEW_KEYWORDS = {"capture_output", "text", "dirs_exist_ok", "missing_ok", "process_group", "pipesize", "umask"}
KEYWORD_CALLS = {"run", "Popen", "check_output", "check_call", "call", "copytree", "unlink"}


def files(*patterns):
    """Paths of the repository (as git has them or would have them) that match one of the patterns."""
    found = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--"] + list(patterns), cwd=TOP, stdout=subprocess.PIPE,
                           universal_newlines=True, check=True).stdout.splitlines()
    return sorted({path for path in found if os.path.isfile(os.path.join(TOP, path))})


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as handle:
        return handle.read()


def part_of(path):
    """The part of plugins/ that a path belongs to, such as module_utils/_engine."""
    words = path.split("/")
    return "/".join(words[1:3]) if words[1] == "module_utils" else words[1]


def imports(tree, path):
    """(line, dotted name) of every import; a relative or a collection's own one is given as a path from plugins/."""
    package = path.split("/")[1:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[:len(package) - node.level + 1] + (node.module.split(".") if node.module else [])
            elif (node.module + ".").startswith(COLLECTION + "plugins."):
                base = node.module.split(".")[4:]
            else:
                base = None
            for alias in node.names:
                if base is None:
                    yield node.lineno, node.module + "." + alias.name
                else:
                    yield node.lineno, "/".join(base + [alias.name])


def layer_faults(path, source):
    """What a file of plugins/ imports and may not."""
    part, faults = part_of(path), []
    for line, name in imports(ast.parse(source), path):
        if "/" in name:
            target = part_of("plugins/" + name)
            if target != part and target not in MAY_IMPORT[part]:
                faults.append("%s:%d: %s may not import %s" % (path, line, part, target))
            continue
        top = name.split(".")[0]
        if part == "module_utils/_iperf3" and top in NOT_IN_LAYER_1:
            faults.append("%s:%d: layer 1 may not import %s" % (path, line, top))
        elif top == "ansible" and part not in WITH_ANSIBLE:
            faults.append("%s:%d: %s may not import ansible" % (path, line, part))
        elif top == "ansible" and part in ("module_utils/_module", "modules") and not name.startswith("ansible.module_utils."):
            faults.append("%s:%d: only ansible.module_utils reaches a managed node, not %s" % (path, line, name))
        elif top == "ansible_collections":
            faults.append("%s:%d: an import inside the collection is relative or names plugins: %s" % (path, line, name))
        elif path.startswith(("plugins/module_utils/", "plugins/modules/")) and top not in sys.stdlib_module_names | {"ansible"}:
            faults.append("%s:%d: %s is not in the standard library" % (path, line, top))
    if path.startswith("plugins/module_utils/"):
        if COLLECTION in source:
            faults.append("%s: imports inside module_utils are relative, so that the engine also runs in its archive" % path)
        if re.search(r"\b(import_module|__import__)\(", source) and path[len("plugins/"):] not in DYNAMIC_IMPORTS:
            faults.append("%s: a dynamic import is not shipped to nodes" % path)
    return faults


def too_new(path, source):
    """What of a file Python 3.6 does not know."""
    try:
        tree = ast.parse(source, path, feature_version=(3, 6))
    except SyntaxError as error:
        return ["%s:%s: %s" % (path, error.lineno, error.msg)]
    faults = []

    def fault(node, text):
        faults.append("%s:%d: %s is too new for Python 3.6" % (path, node.lineno, text))

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in NEW_MODULES:
                    fault(node, alias.name)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                if node.module in NEW_MODULES or node.module + "." + alias.name in NEW_MODULES or alias.name in NEW_NAMES.get(node.module, "").split():
                    fault(node, "%s.%s" % (node.module, alias.name))
                if (node.module, alias.name) == ("__future__", "annotations"):
                    fault(node, "from __future__ import annotations")
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in NEW_NAMES.get(owner, "").split() or node.attr in NEW_METHODS:
                fault(node, "%s.%s" % (owner, node.attr))
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            for keyword in node.keywords:
                if called in KEYWORD_CALLS and keyword.arg in NEW_KEYWORDS or called == "zip" and keyword.arg == "strict":
                    fault(node, "%s(%s=)" % (called, keyword.arg))
            if called == "breakpoint":
                fault(node, "breakpoint()")
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in ("list", "dict", "tuple", "set", "frozenset", "type"):
            fault(node, node.value.id + "[...]")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and isinstance(node.right, ast.Constant) and node.right.value is None:
            fault(node, "X | None")
    return faults


def form_faults(path, source):
    """Header, docstring and size of a Python file."""
    faults = []
    if source.count("\n") > LINES:
        faults.append("%s: %d lines; %d are the limit, split it by reason" % (path, source.count("\n"), LINES))
    if os.path.basename(path) == "__init__.py" and not source:
        return faults
    if path.startswith("plugins/modules/"):
        source = re.sub(r"\A#!/usr/bin/python\n(# -\*- coding: utf-8 -\*-\n)?\n?", "", source)
    header = "# Copyright (c) 2026 nfv.iperf contributors\n" + (BSD if path.startswith(BSD_PARTS) else GPL)
    if not source.startswith(header):
        faults.append("%s: does not begin with the licence header of its part" % path)
    if not path.startswith(("plugins/modules/", "plugins/doc_fragments/", "plugins/callback/")) and not ast.get_docstring(ast.parse(source)):
        faults.append("%s: no docstring says what the file is about" % path)
    return faults


# Written in pieces, so that this file is clean by its own rule.
PLACES = re.compile(r"(?<![\w.~])/(?:work|root|home/[a-z]\w*)/|\b\.?py" + r"env/|\.pypi\.org|pypi\." + r"org", re.ASCII)


def place_faults(path, source):
    """Names of one machine or workplace."""
    return ["%s:%d: names a place of one machine: %s" % (path, number, line.strip()[:80])
            for number, line in enumerate(source.splitlines(), 1) if PLACES.search(line)]


def managed_sources():
    return files("plugins/module_utils/*.py", "plugins/modules/*.py", "tests/unit/plugins/module_utils/*.py", "tests/unit/plugins/modules/*.py")


def report(faults):
    assert not faults, "\n" + "\n".join(faults)


def test_every_part_of_plugins_has_a_row_in_the_table():
    unknown = {part_of(path) for path in files("plugins/*.py")} - set(MAY_IMPORT)
    assert not unknown, "say in MAY_IMPORT and in architecture.rst what these may import: %s" % ", ".join(sorted(unknown))


def test_imports_point_one_way():
    report([fault for path in files("plugins/*.py") for fault in layer_faults(path, read(path))])


def test_managed_code_is_python_3_6():
    report([fault for path in managed_sources() for fault in too_new(path, read(path))])


def test_each_python_file_has_header_docstring_and_a_readable_size():
    report([fault for path in files("*.py") for fault in form_faults(path, read(path))])


def test_yaml_and_scripts_have_a_readable_size():
    report(["%s: over %d lines" % (path, LINES) for path in files("*.yml", "*.yaml", "*.sh", ".ci", "Makefile")
            if read(path).count("\n") > LINES and path != "changelogs/changelog.yaml"])


def test_no_file_names_a_place_of_one_machine():
    texts = files("*.py", "*.yml", "*.yaml", "*.md", "*.rst", "*.txt", "*.toml", "*.cfg", "*.ini", "*.sh", "*.j2", "Makefile", ".ci", ":!LICENSES")
    report([fault for path in texts for fault in place_faults(path, read(path))])


def test_no_init_files_among_module_utils():
    assert files("plugins/*/__init__.py", "plugins/**/__init__.py") == []


@pytest.mark.parametrize("path, source", [
    ("plugins/module_utils/_iperf3/a.py", "import socket"),
    ("plugins/module_utils/_iperf3/a.py", "def f():\n    from time import monotonic"),
    ("plugins/module_utils/_iperf3/a.py", "from .._engine import tcp"),
    ("plugins/module_utils/_engine/a.py", "from .._module import guard"),
    ("plugins/module_utils/_engine/a.py", "from ansible.module_utils.basic import AnsibleModule"),
    ("plugins/module_utils/_engine/a.py", "import requests"),
    ("plugins/module_utils/_engine/a.py", "import importlib\nx = importlib.import_module('y')"),
    ("plugins/module_utils/_conntrack/a.py", "from .._engine import tcp"),
    ("plugins/module_utils/_module/a.py", "from ansible.errors import AnsibleError"),
    ("plugins/module_utils/_module/a.py", "from " + COLLECTION + "plugins.module_utils._engine import tcp"),
    ("plugins/modules/a.py", "from " + COLLECTION + "plugins.module_utils._iperf3 import codec"),
    ("plugins/action/a.py", "from " + COLLECTION + "plugins.module_utils._module import guard"),
    ("plugins/filter/a.py", "from ..module_utils._engine import tcp"),
])
def test_layer_rule_finds(path, source):
    assert layer_faults(path, source)


@pytest.mark.parametrize("path, source", [
    ("plugins/module_utils/_iperf3/a.py", "import json\nfrom . import states\nfrom .states import name"),
    ("plugins/module_utils/_engine/a.py", "import socket\nfrom .._iperf3 import codec"),
    ("plugins/modules/a.py", "from ansible.module_utils.basic import AnsibleModule\nfrom " + COLLECTION + "plugins.module_utils._module import guard"),
    ("plugins/action/a.py", "from ansible.plugins.action import ActionBase\nfrom " + COLLECTION + "plugins.plugin_utils import x"),
])
def test_layer_rule_allows(path, source):
    assert layer_faults(path, source) == []


@pytest.mark.parametrize("source", [
    "if (n := 1):\n    pass", "def f(a, /):\n    pass", "from __future__ import annotations", "import dataclasses",
    "import time\nt = time.time_ns()", "from time import monotonic_ns", "import socket\nsocket.send_fds", "from typing import Literal",
    "import subprocess\nsubprocess.run(['a'], capture_output=True)", "from subprocess import Popen\nPopen(['a'], text=True)",
    "def f(a: list[int]):\n    pass", "def f(a: int | None):\n    pass", "'a'.removeprefix('b')", "match x:\n    case 1:\n        pass",
])
def test_syntax_rule_finds(source):
    assert too_new("x.py", source)


def test_syntax_rule_allows_what_3_6_has():
    assert too_new("x.py", "from typing import NamedTuple\nn: int = 1\nprint(f'{n}', [1][0])\n") == []


@pytest.mark.parametrize("line", ["see /wo" + "rk/x", "cd /ro" + "ot/y", "'/ho" + "me/me/z'", "~/.py" + "env/versions"])
def test_place_rule_finds(line):
    assert place_faults("x.py", line)


@pytest.mark.parametrize("source", ["x = 1\n", "# Copyright (c) 2026 nfv.iperf contributors\n" + GPL + "x = 1\n", "# x\n" * (LINES + 1)])
def test_form_rule_finds(source):
    assert form_faults("tests/x.py", source)
