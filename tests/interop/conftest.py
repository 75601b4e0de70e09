# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs under test: the real iperf3 of this machine and our archive, each as client and as server."""

import pathlib
import shutil
import subprocess
import sys

import pytest

from . import programs

TOP = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def ours(tmp_path_factory):
    """The command of our archive, built from this checkout."""
    subprocess.run([sys.executable, str(TOP / "tests/tools/build_pyz.py")], check=True, timeout=60)
    target = tmp_path_factory.mktemp("pyz") / "nfv-iperf.pyz"
    shutil.copy(str(TOP / "build/nfv-iperf.pyz"), str(target))
    return programs.Program("ours", [sys.executable, str(target)])


@pytest.fixture(scope="session")
def real():
    """The command of the real iperf3."""
    found = programs.real_iperf3()
    if found is None:
        pytest.skip("iperf3 is not installed")
    return programs.Program("real", [found])
