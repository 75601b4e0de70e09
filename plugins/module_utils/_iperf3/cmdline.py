# Copyright (c) 2026 nfv.iperf contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
"""iperf3's command line. PRIVATE to the collection.

Theory: the words are read as GNU getopt_long reads them: short flags may be combined (-uR) and carry their value (-P4), long
ones may be shortened while only one option fits (--len 1K) and carry it behind "=", a missing optional value is only ever
given behind "=", options and other words may be mixed, "--" ends the options. What an option means is its row in
options.OPTIONS; this file only knows spelling. Where an option is repeated the last one counts, also between options that
set the same thing (--tos and --dscp, -4 and -6). Words that are no options are ignored as iperf3 does, but not silently.
Source: docs/docsite/rst/protocol.rst, section "Command line".
"""
import sys
import textwrap

from . import errors, values
from .options import BOTH, BY_NAME, CLIENT, KINDS, LEVEL, OPTIONS, SERVER
from .settings import Settings

USAGE = """Usage: iperf3 [-s|-c host] [options]
       iperf3 [-h|--help] [-v|--version]
"""

HELP_INDENT, HELP_WIDTH = 36, 120  # columns

# Options of which the last one given counts, because they set the same thing
_RIVALS = (("tos", "dscp"), ("version4", "version6"), ("fq_rate", "no_fq_socket_pacing"))


class Help(Exception):
    """-h was given; .text is to be printed, exit code 0."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text


class Version(Exception):
    """-v was given; .text is to be printed, exit code 0."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text


def parse(argv):
    """The checked Settings of the words behind the program's name.

    Raises IperfError (start) with iperf3's number, or USAGE for words that cannot be read; Help and Version.
    """
    asked, operands = {}, []
    for name, value in _scan(list(argv), operands):
        if name == "help":
            raise Help(help_text())
        if name == "version":
            raise Version(version_text())
        for rivals in _RIVALS:
            if name in rivals:
                for rival in rivals:
                    asked.pop(rival, None)
        asked[name] = value
    role = SERVER if "server" in asked and "client" not in asked else CLIENT
    settings = Settings(role, **asked)
    settings.notes += [f"{word} is not an option and has no effect" for word in operands]
    return settings.check()


# -- words to options ----------------------------------------------------------------------------------------------------

def _flags():
    """(short letters, long names) -> (option's name, "no", "must" or "may" for its argument)."""
    short, long = {"h": ("help", "no"), "v": ("version", "no")}, {"help": ("help", "no"), "version": ("version", "no")}
    for option in OPTIONS:
        argument = KINDS[option.kind][0]
        for flag in option.flags:
            if flag.startswith("--"):
                long[flag[2:]] = (option.name, argument)
            else:
                # as in iperf3, -d takes no level, --debug=2 does
                short[flag[1:]] = (option.name, "no" if argument == "may" else argument)
    return short, long


_SHORT, _LONG = _flags()


def _usage(detail):
    return values.refusal(errors.USAGE, detail)


def _scan(words, operands):
    """Yield (option's name, value) for each option in order; True stands for no value. Other words go to `operands`."""
    words.reverse()
    while words:
        word = words.pop()
        if word == "--":
            operands += reversed(words)
            return
        if word.startswith("--"):
            yield _scan_long(word[2:], words)
        elif word.startswith("-") and word != "-":
            yield from _scan_short(word[1:], words)
        else:
            operands.append(word)


def _scan_short(letters, words):
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in _SHORT:
            raise _usage(f"-{letter} is not an option")
        name, argument = _SHORT[letter]
        if argument == "no":
            yield name, True
            continue
        if not letters and not words:
            raise _usage(f"-{letter} needs a value: {KINDS[BY_NAME[name].kind][1]}")
        yield name, letters or words.pop()
        return


def _scan_long(text, words):
    spelled, equals, value = text.partition("=")
    name, argument = _find_long(spelled)
    if argument == "no":
        if equals:
            raise _usage(f"--{spelled} takes no value, but has {value!r}")
        return name, True
    if equals:
        return name, value
    if argument == "may":
        return name, True
    if not words:
        raise _usage(f"--{spelled} needs a value: {KINDS[BY_NAME[name].kind][1]}")
    return name, words.pop()


def _find_long(spelled):
    if spelled in _LONG:
        return _LONG[spelled]
    fitting = sorted(flag for flag in _LONG if flag.startswith(spelled))
    if not fitting:
        raise _usage(f"--{spelled} is not an option")
    if len(set(_LONG[flag] for flag in fitting)) > 1:
        raise _usage(f"--{spelled} may mean {', '.join('--' + flag for flag in fitting)}; spell it out")
    return _LONG[fitting[0]]


# -- texts ---------------------------------------------------------------------------------------------------------------

def version_text():
    """The first line of what -v prints, which begins as iperf3's does; the program adds a line about the system."""
    python = "%d.%d.%d" % sys.version_info[:3]
    return f"iperf {LEVEL} (nfv.iperf on Python {python})\n"


def help_text():
    """What -h prints, drawn from the table of options."""
    lines = [USAGE.rstrip()]
    for role, title in ((BOTH, "Server or client:"), (SERVER, "Server only:"), (CLIENT, "Client only:")):
        lines += ["", title]
        lines += [_help_line(option) for option in OPTIONS if option.roles == role and option.flags and option.supported]
    missing = ", ".join(option.flags[-1] for option in OPTIONS if not option.supported)
    lines += ["", "K, M, G, T: rates count in steps of 1000, sizes and counts in steps of 1024."]
    lines += textwrap.wrap(f"Not supported yet: {missing}", HELP_WIDTH, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def _help_line(option):
    argument, shown = KINDS[option.kind]
    flags = ", ".join(option.flags)
    if argument == "must":
        flags += f" {shown}"
    elif argument == "may":
        flags += f"[={shown}]"
    text = option.help.rstrip(".")
    if option.minimum is not None and option.kind != "debug":
        text += f" ({values.allowed(option)})"
    elif option.unit:
        text += f" ({option.unit})"
    text = textwrap.fill(text, HELP_WIDTH, initial_indent=" " * HELP_INDENT, subsequent_indent=" " * HELP_INDENT, break_on_hyphens=False)
    if len(flags) + 4 > HELP_INDENT:
        return f"  {flags}\n{text}"
    return f"  {flags}".ljust(HELP_INDENT) + text[HELP_INDENT:]
