# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for a screen of limited width and height: names, lines and columns that fit. PRIVATE to the collection."""

import re
import textwrap

from . import wording

# Columns and lines where there is no terminal, and what Ansible puts around a text of several lines.
DEFAULT = (100, 24)
AROUND = (11, 7)
# Lines that a reason may take when there are many.
ROWS_OF_A_REASON = 2
# Names are shortened to the first of these lengths that tells all hosts apart.
NAMES = (22, 28, 36, 48)
# The space between a number and its unit, where no line ends.
NUMBERS = re.compile(r"(?<=[0-9]) (?=%|[kMGT]?bit/s)")
NO_BREAK = "\u00a0"


def size(terminal=None):
    """(width, height) of the text that a terminal of (columns, lines) shows without scrolling; None for no terminal."""
    if not terminal or not all(terminal):
        return DEFAULT
    return max(60, min(120, terminal[0] - AROUND[0])), max(14, min(40, terminal[1] - AROUND[1]))


def names(hosts, width):
    """{host: a name for a narrow place}; the middle of a long one is left out, if the rest tells the hosts apart."""
    short = wording.shortest_names(hosts)
    for most in (most for most in NAMES if most <= width // 2):
        found = {host: squeezed(name, most) for host, name in short.items()}
        if len(set(found.values())) == len(found):
            return found
    return short


def squeezed(name, most):
    """A name in at most `most` characters: its begin and its end."""
    end = most // 2
    return name if len(name) <= most else name[:most - end - 2] + ".." + name[-end:]


def wrapped(reasons, width, most):
    """The reasons in at most `most` lines."""
    each = max(ROWS_OF_A_REASON, most // max(1, len(reasons)))
    found = []
    for place, reason in enumerate(reasons):
        reason = NUMBERS.sub(NO_BREAK, reason)
        rows = textwrap.wrap(reason, width, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False, max_lines=each, placeholder=" ...")
        last = place == len(reasons) - 1
        if len(found) + len(rows) > most - (not last):
            return (found + ["  * and %d more in the report" % (len(reasons) - place)])[:max(0, most)]
        found += [row.replace(NO_BREAK, " ") for row in rows]
    return found


def columns(grid, width, wide):
    """Rows of words as aligned lines, numbers to the right; the words of column number `wide` are shortened to what is left of the width."""
    widths = [max(map(len, column)) for column in zip(*grid)]
    if widths:
        widths[wide] = max(8, min(widths[wide], width - sum(widths) + widths[wide] - 2 * len(widths)))
    return ["  " + "  ".join(squeezed(word, most).rjust(most) if word[:1].isdigit() or not row[0] else squeezed(word, most).ljust(most)
                             for word, most in zip(row, widths)) for row in grid]


def cut(text, width):
    """A text in one line."""
    return text if len(text) <= width else text[:width - 3] + "..."
