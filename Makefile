# Everything starts here: `make` alone says what there is. A fresh machine needs Python 3.11 or newer and make.

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types bench lock licences audit

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PEERS := .venv-bench
# The first of these that suits is taken; `make setup PYTHON=/path/to/python` names one.
PYTHONS := $(PYTHON) python3 python3.13 python3.12 python3.11 python
SUITS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
# twice what two cores suggest: the journeys wait more than they compute
WORKERS ?= 4
QUIETLY := --quiet --disable-pip-version-check --no-input
PIP := $(BIN)/python -m pip $(QUIETLY)
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

export PIP_ROOT_USER_ACTION := ignore

help: ## say what can be made
	@printf 'Dietdesk: a dietitian'"'"'s practice inside Telegram\n\n'
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s  %s\n", $$1, $$2}' Makefile

setup: $(INSTALLED) ## make .venv with everything pinned (run by all others where needed)

demo: $(INSTALLED) ## the whole product against a local sandbox: prints one address to open
	@$(BIN)/dietdesk demo

test: $(INSTALLED) ## the whole test suite
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(INSTALLED) ## style, formatting, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(INSTALLED) ## mypy, strict
	$(BIN)/mypy

bench: $(INSTALLED) $(PEERS)/.installed ## what it costs, beside its floors and peers
	$(BIN)/python -m benchmarks $(ARGS)

lock: ## pin anew after a change of pyproject.toml (needs uv)
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml -c requirements/dev.txt -o requirements/run.txt
	$(COMPILE) requirements/bench.in -o requirements/bench.txt

licences: $(INSTALLED) ## docs/licences.md anew, after a change of the pins
	$(BIN)/python -m tests.meta.licences

audit: ## ask for known faults of what is pinned (needs uv, and an index that answers about them)
	uvx --quiet pip-audit --disable-pip --strict -r requirements/run.txt

# The peers that benchmarks stand beside pin other versions than we do, so they live apart.
$(PEERS)/.installed: requirements/bench.txt | $(INSTALLED)
	@echo "Installing the peers to compare with, in $(PEERS)"
	@$(BIN)/python -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip $(QUIETLY) install --require-hashes -r requirements/bench.txt
	@touch $@

# Without the stamp an installation was broken off half-way: it is begun anew.
$(INSTALLED): requirements/dev.txt pyproject.toml
	@set -e; \
	if [ ! -f $(INSTALLED) ] || ! $(BIN)/python -c '$(SUITS)' >/dev/null 2>&1; then \
	  found=; \
	  for name in $(PYTHONS); do \
	    if "$$name" -c '$(SUITS)' >/dev/null 2>&1; then found=$$(command -v "$$name"); break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo 'Python 3.11 or newer with its venv module is needed and was not found. Debian, Ubuntu: apt-get install python3 python3-venv. Then run make again, or name one: make PYTHON=/path/to/python3' >&2; \
	    exit 1; \
	  fi; \
	  echo "[1/3] Making $(VENV) with $$("$$found" --version) ($$found)"; \
	  "$$found" -m venv --clear $(VENV); \
	else \
	  echo "[1/3] $(VENV) is there: $$($(BIN)/python --version)"; \
	fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@echo "[2/3] Installing about $$(grep -c '==' requirements/dev.txt) pinned packages, each checked against its hash; the first time takes a minute or two"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@echo "[3/3] Installing Dietdesk itself"
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(INSTALLED)
	@echo "Ready. $(BIN)/dietdesk --help says what it can do."
