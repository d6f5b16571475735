# `make run` needs git, make, Python 3.11 or newer with its venv package, and no root.
PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/python -m pip install -q --disable-pip-version-check
RUN_PINS := requirements/run.txt
TEST_PINS := requirements/test.txt
CAD_PINS := requirements/cad.txt
AUDIT_PINS := requirements/audit.txt
AUDIT := .cache/audit
PI_PINS := requirements/pi.txt
ARGS ?=
PYTEST = $(VENV)/bin/python -m pytest
# The solid modeller sets the C locale inside a test run; files are UTF-8 all the same.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench hardware interpreters firmware kernels cad enclosure sbom audit dependencies clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/run.stamp ## make .venv from the pinned list

run: setup ## start a cottage of three virtual pods
	@exec $(VENV)/bin/starlit up --virtual 3 --welcome $(ARGS)

test: lint interpreters ## everything the project promises (ARGS='-k sky' for some of it)
	@# On all cores; then, with nothing beside it, what waits for real time. 5: ARGS chose none.
	@$(PYTEST) --numprocesses=auto --dist=loadgroup --no-loadscope-reorder -m "not real_time" $(ARGS) || [ $$? -eq 5 ]
	@$(PYTEST) -m real_time $(ARGS) || [ $$? -eq 5 ]

lint: $(VENV)/test.stamp ## ruff and mypy over both packages
	@echo "Checking style and types ..."
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/mypy --no-error-summary

bench: setup ## speed and memory of the pod's core
	@$(VENV)/bin/starlit bench core $(ARGS)

hardware: $(VENV)/test.stamp ## the circuit: every check, simulation and export of schematics/
	@tools/get_kicad.sh
	@$(VENV)/bin/python schematics/hardware.py all

interpreters: ## the MicroPython builds that the tests run the pod on
	@tools/get_interpreters.sh

firmware: ## MicroPython that runs a pod's program from flash (ARGS=pico_w; needs an ARM compiler)
	@tools/build_firmware.sh $(ARGS)

kernels: $(VENV)/test.stamp ## machine code of the Pico's loops, from device/native (needs an ARM compiler)
	@$(VENV)/bin/python tools/compile_kernels.py

cad: $(VENV)/cad.stamp ## what the enclosure's source needs (1.5 GB; the tests run it if it is there)

enclosure: cad ## build, draw, slice and check the case (ARGS=check, same, build for one of it)
	@$(VENV)/bin/python -m enclosure $(ARGS)

sbom: setup $(AUDIT)/audit.stamp ## build/sbom.cdx.json: what a cottage is made of (CycloneDX)
	@$(AUDIT)/bin/python tools/sbom.py $(VENV)/bin/python build/sbom.cdx.json

audit: $(AUDIT)/audit.stamp ## known vulnerabilities of what is pinned, where the database is reached
	@$(AUDIT)/bin/python tools/audit_dependencies.py requirements/*.txt

dependencies: $(VENV)/test.stamp ## docs/dependencies.md from the pinned lists
	@$(VENV)/bin/python tools/dependencies.py

clean: ## remove all that make has made
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.egg-info' -prune -exec rm -rf {} +

$(VENV)/run.stamp: $(RUN_PINS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Needs Python 3.11 or newer as $(PYTHON): apt install python3, or make PYTHON=python3.11"; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Needs Python's venv package: sudo apt install python3-venv"; exit 1; }
	@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || { \
	  echo "Making $(VENV) ..."; $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing what a cottage needs (half a minute, once) ..."
	@$(PIP) -r $(RUN_PINS)
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp $(TEST_PINS) $(PI_PINS)
	@echo "Installing what the tests need ..."
	@$(PIP) -r $(TEST_PINS) -r $(PI_PINS)
	@touch $@

$(VENV)/cad.stamp: $(VENV)/test.stamp $(CAD_PINS)
	@echo "Installing build123d and what draws and checks its solids (two minutes, once) ..."
	@$(PIP) -r $(CAD_PINS)
	@touch $@

$(AUDIT)/audit.stamp: $(AUDIT_PINS)
	@echo "Installing what writes the bill of materials (half a minute, once) ..."
	@$(PYTHON) -m venv --clear $(AUDIT)
	@$(AUDIT)/bin/python -m pip install -q --disable-pip-version-check -r $(AUDIT_PINS)
	@touch $@
