# Two commands do everything on a fresh machine:  make demo   and   make test
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# An assignment is a folder.
ASSIGNMENTS := $(notdir $(patsubst %/assignment.toml,%,$(wildcard assignments/*/assignment.toml)))
# A sandbox sees Python where it stands, and has a /tmp of its own, which a notebook may empty.
ifneq ($(filter /tmp/%,$(CURDIR)),)
$(error The clone cannot be below /tmp, where every sandbox has files of its own: move it elsewhere)
endif
# Compiled modules are kept: without them every process, and every test worker, compiles them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test whole check audit bench matrix container docs clean lock

help:  ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) system  ## set up: virtual environment and bubblewrap

$(STAMP): requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-dev.lock
	# pip would compile on one core, and the packages' own tests too: a minute; a file that cannot be compiled is no loss
	$(BIN)/python -m compileall -qq -j 0 -x '/tests/' $(VENV)/lib || true
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

.PHONY: system
system:
	@scripts/install-bubblewrap

demo: setup  ## grade a sample class of every assignment and say where the reports are
	$(BIN)/grader doctor || true
	$(BIN)/grader demo --out runs

test: setup  ## all tests
	$(BIN)/grader assets make --scale small
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

whole: setup  ## all tests, with every case and tier that `make test` tries only in turn
	$(BIN)/grader assets make --scale small
	GRADER_TEST_ALL=1 $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

check: $(STAMP)  ## the quick loop: format, lint, types, quick tests without TensorFlow
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -m "not tensorflow and not sandbox and not slow" -n 2 --timeout 60

audit: setup  ## the rubrics' own error rates, on generated variants
	$(BIN)/grader assets make --scale small
	failed=0; for slug in $(ASSIGNMENTS); do $(BIN)/grader audit $$slug --scale small || failed=1; done; exit $$failed

bench: setup  ## measure; figures go to docs/benchmarks.md
	$(BIN)/python -m benchmarks

matrix: setup  ## the self-check with every TensorFlow that students have: an hour of installing
	$(BIN)/grader assets make --scale small
	$(BIN)/python -m benchmarks.matrix --write

container: setup  ## the steps of the Containerfile in a Debian of its own (root, ten minutes)
	command -v debootstrap > /dev/null || apt-get install -y -qq debootstrap
	GRADER_CONTAINER=1 $(BIN)/python -m pytest tests/whole/test_container.py

docs: .venv-docs/.installed  ## the documentation as a site: build/site/index.html
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build -q

.venv-docs/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install -q --disable-pip-version-check --upgrade pip
	.venv-docs/bin/python -m pip install -q --editable . --group docs
	touch $@

PIN := uv pip compile -q pyproject.toml --extra grade --extra cluster --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock:  ## renew the lock files after a change of pyproject.toml (needs uv)
	$(PIN) -o requirements.lock
	$(PIN) --group dev -o requirements-dev.lock

clean:  ## remove what the other commands made here
	rm -rf runs build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
