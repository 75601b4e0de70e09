# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which round which pair is measured. PRIVATE to the collection.

A round is a set of pairs in which no host occurs twice, so the rounds are a colouring of the pairs' graph. For a mesh there is a formula, the circle
method of tournaments: N - 1 rounds for an even number of hosts, N for an odd one, and a host's opponent is found without looking at the others. Any other
set of pairs is coloured pair by pair, exchanging two colours along a path where no colour is free at both ends (Kempe chains): as many rounds as the
busiest host has pairs when the graph is bipartite, as star and groups are, and rarely more than one or two above that otherwise.
"""


def mesh_rounds(count):
    """How many rounds a mesh of `count` hosts takes."""
    return 0 if count < 2 else count - 1 + count % 2


def opponent(count, host, number):
    """Whom a host meets in a round of a mesh, None when it rests. Hosts and rounds are numbered from 0."""
    rounds = mesh_rounds(count)
    if host == rounds:  # the one in the middle of the circle, only there if count is even
        other = number * (rounds + 1) // 2 % rounds  # who would meet himself on the circle; rounds is odd, so there is one
    else:
        other = (number - host) % rounds
        if other == host:
            other = rounds
    return other if other < count else None


def schedule(count, pairs):
    """A list of rounds, each a list of the pairs in it. count: number of hosts. pairs: (index, index), each once."""
    if len(pairs) == count * (count - 1) // 2 and count > 1:
        return _mesh(count, pairs)
    return _coloured(pairs)


def _mesh(count, pairs):
    rounds = [[] for dummy in range(mesh_rounds(count))]
    for one, other in pairs:
        rounds[meeting(count, one, other)].append((one, other))
    return rounds


def meeting(count, one, other):
    """The round of a mesh in which two hosts meet."""
    rounds = mesh_rounds(count)
    if rounds in (one, other):
        return 2 * min(one, other) % rounds
    return (one + other) % rounds


def _coloured(pairs):
    colour_of = {}
    at = {}  # host -> {colour: the other host}
    for one, other in pairs:
        here, there = at.setdefault(one, {}), at.setdefault(other, {})
        colour = _free(here, there)
        if colour > max(len(here), len(there)):
            mine, theirs = _free(here), _free(there)
            if _flip(at, other, mine, theirs, one):
                colour = mine
        here[colour] = other
        there[colour] = one
    for host, colours in at.items():
        for colour, other in colours.items():
            colour_of[frozenset((host, other))] = colour
    rounds = [[] for dummy in range(max(colour_of.values(), default=-1) + 1)]
    for pair in pairs:
        rounds[colour_of[frozenset(pair)]].append(tuple(pair))
    return [one for one in rounds if one]


def _free(*used):
    """The lowest colour that none of the hosts has."""
    colour = 0
    while any(colour in colours for colours in used):
        colour += 1
    return colour


def _flip(at, start, mine, theirs, stop):
    """Exchange two colours along the path from `start` that begins with `mine`, so that `mine` becomes free there; False, with nothing changed, when the
    path leads to `stop`, which would lose it."""
    path, host, colour = [], start, mine
    while colour in at[host]:
        following = at[host][colour]
        path.append((host, following, colour))
        host, colour = following, theirs if colour == mine else mine
    if host == stop:
        return False
    for one, other, colour in path:
        del at[one][colour]
        del at[other][colour]
    for one, other, colour in path:
        swapped = theirs if colour == mine else mine
        at[one][swapped] = other
        at[other][swapped] = one
    return True


def visitor(one, other):
    """Which of two hosts visits the other; over all pairs of a mesh each host visits about as often as it is visited."""
    low, high = min(one, other), max(one, other)
    return low if (low + high) % 2 else high
