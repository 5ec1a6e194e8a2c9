# make film IDEA="…"   set up, and make a film
# make test            set up, and run all checks and tests
# make faults          all power cuts, kills, full disks, damage: hours; docs/RELIABILITY.md
# make bench           measure, side by side; results go to benchmarks/RESULTS.md
# make test-gpu        install the extra `gpu` and run the tests that need it
# make test-comfyui URL=…   the way through a ComfyUI of yours, without any model
# make bench-durability   audit and backup of a million events: minutes; benchmarks/DURABILITY.md
# make bench-gpu       measure models, on the card where there is one: benchmarks/gpu/RESULTS.md, ON_CARD.md
# JOBS=4 make test     with four processes instead of three, which two cores keep busy
PYTHON ?= python3
JOBS ?= 3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt

export IDEA

.PHONY: film setup dev check test faults test-gpu test-comfyui bench bench-durability bench-gpu clean

film: setup
	@$(BIN)/reelog start -- "$$IDEA"

setup: $(VENV)/.base
dev: $(VENV)/.dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "reelog needs Python 3.11 or newer; set PYTHON=…" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.base: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Setting up (once) …"
	@$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@$(PIP) -e ".[dev]"
	@touch $@

$(VENV)/.gpu: $(VENV)/.dev
	@$(PIP) torch==2.13.0
	@$(PIP) -e ".[gpu]"
	@touch $@

check: dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

test: check
	@$(BIN)/pytest -q -n $(JOBS) --dist worksteal -m "not gpu"

faults: dev
	@FAULTS=release $(BIN)/pytest -q tests/faults
	@$(BIN)/python -m tests.faults.power

test-gpu: $(VENV)/.gpu
	@$(BIN)/pytest -q -n $(JOBS) --dist loadfile -m gpu

test-comfyui: dev
	@COMFYUI_URL="$(URL)" $(BIN)/pytest -q -m comfyui

bench: dev
	@$(BIN)/python -m benchmarks

bench-durability: dev
	@$(BIN)/python -m benchmarks.durability

bench-gpu: $(VENV)/.gpu
	@$(BIN)/python -m benchmarks.gpu

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
