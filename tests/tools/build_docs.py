# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation of modules, roles, filters and pages as a site in build/docs/html, without a network.

antsibull-docs writes the sources into build/docs/rst, Sphinx makes the site. References to other projects' pages are
resolved over a network by Sphinx's intersphinx; it is left out, so those stay plain text. Any other warning of Sphinx is
a fault of a page.
"""

import os
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, "build", "docs")
BIN = os.path.join(sys.prefix, "bin")

CONFIGURATION = """\
project = "nfv.iperf"
author = copyright = "nfv.iperf contributors"
extensions = ["sphinx_antsibull_ext"]
html_theme = "alabaster"
html_theme_options = {"page_width": "1200px", "sidebar_width": "280px"}
html_show_sphinx = False
default_role = "any"
"""

# Labels of ansible-core's own documentation.
FOREIGN = ("'common_return_values'", "'ansible_configuration_settings'", "'action_plugins'")


def run(*words):
    environment = dict(os.environ, PATH=BIN + os.pathsep + os.environ.get("PATH", ""))
    done = subprocess.run([os.path.join(BIN, words[0])] + list(words[1:]), cwd=TOP, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False)
    if done.returncode:
        raise SystemExit("'%s' ended with status %d:\n%s" % (" ".join(words), done.returncode, done.stdout))
    return done.stdout


def main():
    shutil.rmtree(BUILD, ignore_errors=True)
    sources, site = os.path.join(BUILD, "rst"), os.path.join(BUILD, "html")
    os.makedirs(sources)
    run("antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", sources, "nfv.iperf")
    shutil.copytree(os.path.join(TOP, "docs", "docsite", "rst", "images"), os.path.join(sources, "docsite", "images"))
    with open(os.path.join(sources, "conf.py"), "w", encoding="utf-8") as handle:
        handle.write(CONFIGURATION)
    said = run("sphinx-build", "-q", "-b", "html", sources, site).splitlines()
    faults = [line for line in said if line.strip() and not any(label in line for label in FOREIGN)]
    print("\n".join(faults + ["built: " + os.path.relpath(os.path.join(site, "index.html"), TOP)]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
