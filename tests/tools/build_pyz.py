# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write build/nfv-iperf.pyz, the engine as one executable file with iperf3's command line.

The archive itself is made by plugins/module_utils/_module/archive.py, the same code that makes it on a node out of a
module's payload: two builds of one state are equal byte for byte, wherever they are made. Needs no Ansible.
"""

import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.path.join(TOP, "build", "nfv-iperf.pyz")


def build():
    """The bytes of the archive of this checkout's engine."""
    sys.path.insert(0, os.path.join(TOP, "plugins"))
    sys.dont_write_bytecode = True
    from module_utils._module import archive  # pylint: disable=import-outside-toplevel
    return archive.build().content


def main():
    content = build()
    try:
        with open(TARGET, "rb") as handle:
            if handle.read() == content:
                return
    except OSError:
        pass
    os.makedirs(os.path.dirname(TARGET), exist_ok=True)
    with open(TARGET + ".new", "wb") as handle:
        handle.write(content)
    os.chmod(TARGET + ".new", 0o755)
    os.replace(TARGET + ".new", TARGET)
    print("wrote %s (%d bytes)" % (os.path.relpath(TARGET, TOP), len(content)))


if __name__ == "__main__":
    main()
