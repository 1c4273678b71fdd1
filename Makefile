# `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEBIAN := dovecot-core dovecot-imapd dovecot-lmtpd postfix postgresql chromium fonts-noto-cjk fonts-noto-core
WORKERS ?= 2

.PHONY: help demo test check unit lint types imports debian lock train bench wheel clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Can't make a virtual environment. On Debian: apt-get install python3-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

demo: $(VENV)/run.stamp ## see it work on a sample mailbox, nothing else needed
	$(BIN)/python -m triage demo $(ARGS)

test: debian $(VENV)/test.stamp lint types imports ## install what the tests need, run every check
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: lint types imports ## the static checks alone

unit: $(VENV)/test.stamp ## the quick tests alone
	$(BIN)/python -m pytest tests/unit -q

lint: $(VENV)/test.stamp ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp ## mypy --strict
	$(BIN)/mypy

imports: $(VENV)/test.stamp ## the import contract
	PYTHONPATH=. $(BIN)/lint-imports

debian: ## the servers and the browser that the tests talk to (Debian; needs root)
	@missing=$$(for p in $(DEBIAN); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" != 0 ]; then echo "Missing Debian packages:" $$missing "- run: sudo make debian"; exit 2; fi; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing </dev/null; \
	fi

lock: ## write requirements/ anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --extra second-look pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements/test.txt

train: $(VENV)/run.stamp ## train models/kind.model from models/corpus
	$(BIN)/python -m triage train

bench: $(VENV)/test.stamp ## print the figures of benchmarks/
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script; done

wheel: $(VENV)/test.stamp ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## remove what the other targets made
	rm -rf $(VENV) dist build scratch .mypy_cache .ruff_cache .pytest_cache .hypothesis
