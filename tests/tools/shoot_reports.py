# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take the pictures of HTML reports in docs/docsite/rst/images, of made-up runs, with a real browser.

Needs chromium, and pillow in the Python that runs it, which makes the files small. Nobody but a maintainer who has changed the look of reports needs it:
    .venv/bin/pip install pillow && .venv/bin/python tests/tools/shoot_reports.py
"""

import os
import shutil
import subprocess
import sys
import tempfile

import make_run

from ansible_collections.nfv.iperf.plugins.plugin_utils import formats, judging

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IMAGES = os.path.join(TOP, "docs", "docsite", "rst", "images")
CRITERIA = [{"name": "share of the link's speed", "within_percent_of": "link_speed", "percent": 20}, {"query": "lost_percent", "max": 0.5}]
# picture -> (nodes, what is shown, width, height)
PICTURES = {
    "report-3-wide": (3, "", 1200, 980), "report-3-narrow": (3, "", 500, 1420),
    "report-20-wide": (20, "", 1200, 1500), "report-20-narrow": (20, "", 500, 1800),
    "report-100-wide": (100, "", 1200, 2000), "report-100-narrow": (100, "", 500, 1860),
    "report-link-wide": (20, "overcloud-controller-1>overcloud-novacompute-0:udp", 1200, 900),
    "report-link-narrow": (20, "overcloud-novacompute-4>overcloud-novacompute-7:tcp", 500, 1300),
}
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
           "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=20000")
SECONDS = 120
COLORS = 224


def shoot(browser, page, place, picture, size):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run([browser, *OPTIONS, "--user-data-dir=" + profile, "--window-size=%d,%d" % size, "--screenshot=" + picture, "file://" + page + place],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=True)


def shrink(picture):
    from PIL import Image
    with Image.open(picture) as opened:
        small = opened.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


def main(wanted):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        raise SystemExit("chromium is not installed: apt-get install chromium")
    os.makedirs(IMAGES, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for nodes in sorted({one[0] for name, one in PICTURES.items() if not wanted or name in wanted}):
            run = judging.judge(make_run.example(nodes), CRITERIA)
            page = os.path.join(folder, "run%d.html" % nodes)
            with open(page, "w", encoding="utf-8") as target:
                target.write(formats.render(run, "html"))
            for name, (count, link, width, height) in PICTURES.items():
                if count != nodes or wanted and name not in wanted:
                    continue
                place = "#link-%d" % next(number for number, one in enumerate(run["links"]) if one["id"].endswith(link)) if link else ""
                picture = os.path.join(IMAGES, name + ".png")
                shoot(browser, page, place, picture, (width, height))
                shrink(picture)
                print("%s: %d bytes" % (os.path.relpath(picture, TOP), os.path.getsize(picture)))


if __name__ == "__main__":
    main(sys.argv[1:])
