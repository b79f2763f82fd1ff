# `make demo` and `make test` do all their own set-up; nothing else needs to be installed first.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& { echo $$p; break; }; done)
BIN := .venv/bin
DEMO := data/demo
PAGES ?= data/sample

.PHONY: help demo test test-all check dictionary bench bench-clean bench-quotes bench-fetch bench-store serve deploy clean

demo: .venv/.installed ## set up, then run the pipeline on the sample
	$(BIN)/onrecord ingest data/sample --data $(DEMO) --quotes 8

test: .venv/.installed ## set up, then run the tests
	$(BIN)/python -m pytest

test-all: .venv/.installed ## the slow tests too: kills, floods, real servers
	$(BIN)/python -m pytest -m ""

check: .venv/.installed ## what CI checks besides the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict
	$(BIN)/onrecord dictionary --check
	$(BIN)/onrecord settings --check

dictionary: .venv/.installed ## write docs/data-dictionary.md and docs/settings.md anew
	$(BIN)/onrecord dictionary
	$(BIN)/onrecord settings --write

serve: .venv/.installed ## Prefect server, dashboard and worker, in the foreground
	$(BIN)/onrecord serve

deploy: .venv/.installed ## register all deployments with the server that is running
	$(BIN)/onrecord deploy

bench: .venv/.installed .venv-peers/.installed ## the pipeline on PAGES (a folder) beside its peers and with a STUDENT (a weight file), into docs/performance.md
	$(BIN)/python tests/benchmarks/bench_pipeline.py $(PAGES) --peers .venv-peers/bin/python $(if $(STUDENT),--student $(STUDENT)) --write docs/performance.md

bench-clean: .venv/.installed .venv-peers/clean/.installed ## cleaning beside its peers, on the pages of GOLD (JSON Lines)
	$(BIN)/python tests/benchmarks/bench_clean.py $(GOLD) --peers .venv-peers/clean

bench-quotes: .venv/.installed .venv-peers/.installed ## quotes and speakers beside their peers; GGT names a checkout of the Gender Gap Tracker
	$(BIN)/python tests/benchmarks/bench_quotes.py --peers .venv-peers/bin/python $(if $(GGT),--ggt $(GGT))

bench-fetch: .venv/.installed ## fetching beside a bare loop (PACK), then its slow tests
	$(BIN)/python tests/benchmarks/fetch_speed.py $(PACK)
	$(BIN)/python -m pytest tests/fetch -m slow

bench-store: .venv/.installed ## a million articles
	$(BIN)/python tests/benchmarks/store_scale.py data/bench-store 1000000

.venv/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "onrecord needs Python 3.11, 3.12 or 3.13; install one, or name it: make PYTHON=/path/to/python demo"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "onrecord needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is another"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "This Python has no venv module; on Debian and Ubuntu: apt install python3-venv"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable .
	touch $@

# The tools that onrecord is measured against, apart from its own environment.
.venv-peers/.installed: tests/benchmarks/peers.txt .venv/.installed
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --upgrade pip
	.venv-peers/bin/python -m pip install --quiet --requirement $<
	touch $@

.venv-peers/clean/.installed: tests/benchmarks/clean_peers.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --target .venv-peers/clean --requirement $<
	touch $@

clean: ## remove what make has made, but no data
	rm -rf .venv .venv-peers .mypy_cache .ruff_cache .pytest_cache .hypothesis

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
