# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formats that a run is reported in, and the libraries they need. PRIVATE to the collection.

A format whose library is missing says so by name and leaves the others working: nothing is imported before it is asked for.
"""

from importlib import import_module

from . import baseline

# format -> (name of the file, module of ours, Python library that it needs or "", what of it is imported)
FORMATS = {
    "html": ("run.html", "report_html", "plotly", "plotly.graph_objects"),
    "markdown": ("run.md", "report_markdown", "", ""),
    "csv": ("run.csv", "report_csv", "", ""),
    "junit": ("run.junit.xml", "report_junit", "junitparser", "junitparser"),
    "prometheus": ("run.prom", "report_prometheus", "prometheus-client", "prometheus_client"),
    "json": ("run.json", "report_json", "", ""),
}


class MissingLibrary(ValueError):
    """A format cannot be made; `package` is what to install."""

    def __init__(self, name, library, reason):
        super().__init__("the format %s needs the Python library %s on the controller (%s); pip install %s" % (name, library, reason, library))
        self.package = library


def render(run, format):  # pylint: disable=redefined-builtin
    """A judged run as text. Raises ValueError, or MissingLibrary, which is one."""
    baseline.check(run, "what is to be reported")
    if format not in FORMATS:
        raise ValueError("format is %r, allowed are %s" % (format, ", ".join(FORMATS)))
    dummy, maker, library, imported = FORMATS[format]
    if library:
        try:
            import_module(imported)
        except ImportError as error:
            raise MissingLibrary(format, library, error)
    return import_module("." + maker, __package__).render(run)


def render_all(run, names):
    """({format: (file name, text)}, [{"format", "library", "msg"} of those that cannot be made]). Raises ValueError for what is no format."""
    found, missing = {}, []
    for name in dict.fromkeys(names):
        try:
            text = render(run, name)
        except MissingLibrary as error:
            missing.append({"format": name, "library": error.package, "msg": str(error)})
        else:
            found[name] = (FORMATS[name][0], text)
    return found, missing
