# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# `make help` lists the targets. Everything they make lies in .venv, .cache, build and reports, which git ignores.

PYTHON ?= python3
# Options for the demo's playbook, as in make demo ARGS="-e iperf_min_mbps=100", or for one suite: make units ARGS="-k codec"
ARGS ?=

VENV := .venv/bin
SETUP := $(PYTHON) tests/tools/setup_venv.py
SUITES := $(VENV)/python tests/tools/run_suites.py
ONE_SUITE := units pythons lint sanity interop netns integration molecule package

export ANSIBLE_NOCOWS := 1
export PATH := $(CURDIR)/$(VENV):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup demo test $(ONE_SUITE) pyz docs bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | sort | expand -t 16
	@printf '  one suite of make test each:\n    %s\n' "$(ONE_SUITE)"

setup: ## make .venv with everything that developing and testing needs
	@$(SETUP) --level dev

demo: ## measure between three nodes on this machine and show the matrix
	@$(SETUP) --level run
	@$(VENV)/python tests/tools/build_pyz.py
	@$(VENV)/ansible-playbook playbooks/validate_bandwidth.yml -i playbooks/inventory/demo.yml $(ARGS)

test: setup ## run every test that this machine can run, and tell what was skipped and why
	@$(SUITES)

$(ONE_SUITE): setup
	@$(SUITES) $@ --args "$(ARGS)"

pyz: ## write build/nfv-iperf.pyz, the engine as one file with iperf3's command line
	@$(PYTHON) tests/tools/build_pyz.py

docs: setup ## draw the generated parts of the pages and build the documentation site into build/docs
	@for tool in tests/tools/draw_*.py; do $(VENV)/python $$tool || exit 1; done
	@$(VENV)/python tests/tools/build_docs.py

bench: setup pyz ## measure the engine itself on this machine
	@$(VENV)/python tests/bench/loopback.py

clean: ## remove everything that these targets made
	rm -rf .venv .cache .ansible .nox .pytest_cache build reports tests/output changelogs/.plugin-cache.yaml
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
