# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the draw_*.py tools have in common: bring a page with drawn parts up to date."""

import io
import os


def read(path):
    with io.open(path, encoding="utf-8") as source:
        return source.read()


def redraw(path, replaced):
    """Writes the page if replaced(its text) differs from it, and says so; returns the exit status."""
    text = read(path)
    drawn = replaced(text)
    if text != drawn:
        with io.open(path, "w", encoding="utf-8") as target:
            target.write(drawn)
        print("drawn: " + os.path.relpath(path))
    return 0
