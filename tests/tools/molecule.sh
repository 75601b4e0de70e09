#!/bin/sh
# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# All Molecule scenarios, or what the arguments say: tests/tools/molecule.sh [test --all | converge -s ufw | ...]
# Needs root and podman, and mmdebstrap for the image or NFV_MOLECULE_IMAGE (see build_image.py). Checkouts that test at the
# same time on one machine set different NFV_MOLECULE_NUMBERs.
set -e
cd "$(dirname "$0")/../.."
if [ -x .venv/bin/molecule ]; then
  PATH="$PWD/.venv/bin:$PATH"
fi
# Molecule remembers what it has made by the checkout's name alone; an interrupted test is forgotten, create.yml clears it away
export PATH MOLECULE_EPHEMERAL_DIRECTORY="$PWD/.cache/molecule-${NFV_MOLECULE_NUMBER:-76}"
if [ "$#" -eq 0 ]; then
  set -- test --all
fi
if [ "$1" = test ]; then
  rm -rf "$MOLECULE_EPHEMERAL_DIRECTORY"
fi
exec molecule "$@"
