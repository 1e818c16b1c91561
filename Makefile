# Everything starts here: `make demo` shows the product, `make test` checks it. Needs python3 (3.11+) with venv.
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
.DEFAULT_GOAL := help
.PHONY: help setup dev demo test bench lint lock browser clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

setup: .venv/.setup  ## install the product into .venv (makes .venv/bin/hotspots)

dev: .venv/.dev  ## the same with what tests and checks need

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hotspots needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	-$(BIN)/python -m pip install -q uv==$(UV_VERSION)

# uv is ten times faster; plain pip does the same where uv cannot be had.
install = { [ -x $(BIN)/uv ] && VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q $(1); } || $(BIN)/python -m pip install -q $(1)

.venv/.setup: .venv/bin/python requirements.lock pyproject.toml
	$(call install,--require-hashes -r requirements.lock)
	$(call install,--no-deps -e .)
	@touch $@

.venv/.dev: .venv/.setup requirements-dev.lock
	$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

demo: setup  ## make the demonstration study (once) and open the dashboard
	$(BIN)/hotspots demo $(DEMO)

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || [ -n "$$CHROMIUM" ] || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing chromium for the browser tests"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null; \
	else echo "The browser tests need Chromium: sudo apt install chromium (or set CHROMIUM=/path/to/it)."; exit 1; fi

test: dev browser  ## all tests, browser included
	$(BIN)/python -m pytest $(TESTS)

bench: dev  ## speed and memory as ratios against named peers, in one run
	$(BIN)/python -m tests.bench $(BENCH)

lint: dev  ## formatter, linter, strict types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

lock: .venv/bin/python  ## renew requirements*.lock from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml -q --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command "make lock" -o requirements-dev.lock

clean:  ## remove what setup and demo made here; your own studies stay
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find hotspots layers tests -name __pycache__ -prune -exec rm -rf {} +
	@if grep -qsx 'demo = true' var/demo/study.toml; then rm -rf var/demo; fi
