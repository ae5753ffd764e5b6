# Everything that a contributor runs. A machine needs python3 (3.11 or newer, with venv and pip), make and git; each
# target brings the rest into .venv, from lock files with hashes, and only when those have changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UPGRADE ?=
SEARCH ?= 2000

# uv does not read pip's configuration: where the machine names an index or a certificate for pip alone, uv is told.
# The recipes that use this are silent, for an address may hold a password.
UV_PIP = pip_says() { $(BIN)/python -m pip config list | sed -n "s/^[^=]*\.$$1='\(.*\)'$$/\1/p" | head -n 1; }; \
	export VIRTUAL_ENV=$(VENV) \
		UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$$(pip_says index-url)}}" \
		SSL_CERT_FILE="$${SSL_CERT_FILE:-$$(pip_says cert)}"; \
	$(BIN)/uv pip
INSTALL = --quiet --require-hashes --only-binary :all:
COMPILE = compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" --extra telemetry pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup check test screenshots soak demo demo-ghl tour bench lock clean

help:  ## List what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(VENV)/.dev  ## Make .venv, with all that check, test and demo need

check: $(VENV)/.dev  ## Check form, types, floors and the quick tests, in seconds
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n auto -m "not slow and not database" tests/unit tests/behavior

test: $(VENV)/.dev  ## Run all tests, those of pages in a Chromium that is found or installed
	@scripts/find_browser.sh
	$(BIN)/pytest -n auto

screenshots: $(VENV)/.dev  ## Take the pictures of every page and state into docs/images
	@scripts/find_browser.sh
	$(BIN)/python -m tests.web.screenshots
	$(BIN)/python -m tests.desk.screenshots

soak: $(VENV)/.dev  ## Run the races, crashes and storms of bookings for hours (SEARCH=2000 storms)
	FIELDFARE_SOAK=1 $(BIN)/pytest -n 2 tests/reliability
	FIELDFARE_SEARCH=$(SEARCH) $(BIN)/pytest -q tests/properties/test_storm.py

demo: $(VENV)/.dev  ## Run the example business, Northern Comfort, as a service (FIELDFARE_PORT=8000)
	@FIELDFARE="$(CURDIR)/$(BIN)/fieldfare" PYTHON="$(CURDIR)/$(BIN)/python" \
		FIELDFARE_DATA="$${FIELDFARE_DATA:-$(CURDIR)/.demo}" exec examples/northern-comfort/demo.sh

demo-ghl: $(VENV)/.dev  ## Run it against a GoHighLevel simulator, with the desk showing one side and the simulator the other
	@FIELDFARE="$(CURDIR)/$(BIN)/fieldfare" PYTHON="$(CURDIR)/$(BIN)/python" \
		FIELDFARE_GHL_SIM="$(CURDIR)/$(BIN)/fieldfare-ghl-sim" \
		FIELDFARE_DATA="$${FIELDFARE_DATA:-$(CURDIR)/.demo-ghl}" exec examples/northern-comfort/demo_ghl.sh

tour: $(VENV)/.dev  ## Ask for appointments at the example business on the command line
	FIELDFARE="$(CURDIR)/$(BIN)/fieldfare" examples/northern-comfort/tour.sh

bench: $(VENV)/.dev $(VENV)/.bench  ## Measure the engine, beside solvers that answer the same questions
	$(BIN)/pytest benchmarks --benchmark-only
	$(BIN)/python -m benchmarks.service
	$(BIN)/python -m benchmarks.bookings
	$(BIN)/python -m benchmarks.booking_page
	$(BIN)/python -m benchmarks.desk
	$(BIN)/python -m benchmarks.crm

lock: $(BIN)/uv  ## Pin what pyproject.toml asks for (UPGRADE=--upgrade for the newest)
	@$(UV_PIP) $(COMPILE) -o requirements/runtime.txt
	@$(UV_PIP) $(COMPILE) --group dev -c requirements/runtime.txt -o requirements/dev.txt
	@$(UV_PIP) $(COMPILE) --group bench -c requirements/dev.txt -o requirements/bench.txt
	@$(UV_PIP) $(subst --extra telemetry pyproject.toml,--group uv,$(COMPILE)) -o requirements/uv.txt
	@! grep -n '://' requirements/*.txt  # a lock that names a registry works only where that registry is reached

clean:  ## Remove .venv and everything else that was made
	rm -rf $(VENV) node_modules src/fieldfare/assets .demo .demo-ghl .benchmarks .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Fieldfare needs Python 3.11 or newer. Name one: make PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(INSTALL) -r requirements/uv.txt
	@touch $@

# `sync` also takes away what the lock no longer names, so it runs only when the lock changes.
$(VENV)/.synced: $(BIN)/uv requirements/dev.txt
	@echo "Installing requirements/dev.txt"
	@$(UV_PIP) sync $(INSTALL) requirements/dev.txt
	@touch $@

# The build's backend is in the lock, so building without isolation fetches nothing but what the pages are bundled from.
$(VENV)/.dev: $(VENV)/.synced pyproject.toml simulators/ghl/pyproject.toml hatch_build.py package-lock.json $(shell find web -type f)
	@$(UV_PIP) install --quiet --no-build-isolation --no-deps -e . -e simulators/ghl
	@touch $@

$(VENV)/.bench: $(VENV)/.synced requirements/bench.txt
	@echo "Installing requirements/bench.txt"
	@$(UV_PIP) install $(INSTALL) -r requirements/bench.txt
	@touch $@
