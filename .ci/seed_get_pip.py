# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Give ansible-test a get-pip script made of pip's own wheel, for CI machines that reach a package index and no other host.

ansible-test bootstraps pip into the environments of its sanity tests with a script that it downloads from a host of its
own and keeps under ~/.ansible/test/cache. Run this with the Python of .venv: it looks up the pip version that this
ansible-test wants, and puts a script of that name there, with the wheel beside it, unless there is one already.
"""

import os
import pathlib
import re
import subprocess
import sys

import ansible_test

SCRIPT = '''import os
import runpy
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "{wheel}"))
sys.argv[1:] = ["install"] + [word for word in sys.argv[1:] if not word.startswith("--no-")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
'''


def main():
    source = pathlib.Path(ansible_test.__path__[0], "_internal", "python_requirements.py").read_text(encoding="utf-8")
    cache = pathlib.Path.home() / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in sorted(set(re.findall(r"\bpip='([0-9.]+)'", source))):
        script = cache / ("get_pip_%s.py" % version.replace(".", "_"))
        if script.exists():
            continue
        subprocess.run([sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "--ignore-requires-python",
                        "-d", os.fspath(cache), "pip==" + version], check=True)
        script.write_text(SCRIPT.format(wheel="pip-%s-py3-none-any.whl" % version), encoding="utf-8")
        print("made", script)


if __name__ == "__main__":
    main()
