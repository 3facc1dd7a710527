# `make` sets up what is missing and rebuilds the datasets; `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.PHONY: build test lint format bench clean distclean help lock

build: $(READY) ## datasets and reports from raw/ (does nothing when nothing changed)
	@$(BIN)/prikaz build

test: $(READY) ## the whole test suite
	@$(BIN)/python -m pytest

lint: $(READY) ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY) ## let ruff put the code in order
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: $(READY) ## measure speed and quality (see benchmarks/README.md)
	@$(BIN)/python -m benchmarks

clean: ## remove what the program made (normalized/, reports/ and its cache); `make` gives it back
	rm -rf .cache normalized/* reports/*

distclean: clean ## also remove the virtual environment
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

lock: $(READY) ## pin the dependencies of pyproject.toml anew
	$(BIN)/pip-compile -q --extra dev --extra formats --extra postgres --extra scan --generate-hashes --allow-unsafe --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --strip-extras --no-header -o requirements.lock pyproject.toml

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 18

$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once, a minute or two) …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "prikaz needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
