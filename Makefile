# Needs Python 3.11 or later with venv, and make; the rest goes into .venv.
#
#   make demo [DIALECT=espat]
#   make test [WITNESSES=required] [COVERAGE=1] [JOBS=6] [ARGS="-k name"]
#   make lint | types | coverage | bench | soak | clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= python3.13 python3.12 python3.11 python3
DIALECT ?= espat
# Most of them wait for a line most of the time.
JOBS ?= 6

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without it pyright asks the network whether it is the newest one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export ATMODEM_WITNESSES := $(WITNESSES)

.PHONY: demo test coverage lint types bench soak clean

demo: $(READY)
	$(BIN)/atmodem demo --dialect $(DIALECT)

test: $(READY)
ifdef COVERAGE
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(JOBS) -m "not soak and not line" $(ARGS)
	$(BIN)/python -m pytest -n $(JOBS) -m line $(ARGS)
else
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)
endif

# The gate; reads what `make test COVERAGE=1` measured.
coverage: $(READY)
	$(BIN)/coverage combine
	$(BIN)/coverage report --include='atmodem/wire/*' --fail-under=100
	$(BIN)/coverage report --fail-under=95

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" pyright
	PATH="$(CURDIR)/$(BIN):$$PATH" pyright --verifytypes atmodem --ignoreexternal

bench: $(READY)
	$(BIN)/python -m benchmarks $(ARGS)

soak: $(READY)
	$(BIN)/python -m pytest -m soak --timeout 1800 $(ARGS)

clean:
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that works: one found by its name may be too old, lack venv, or be a version manager's empty shim.
$(READY): pyproject.toml
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    for python in $(PYTHON) ""; do \
	        $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	    done; \
	    if [ -z "$$python" ]; then \
	        echo "No Python 3.11 or later with venv among: $(PYTHON). Name one: make PYTHON=/path/to/python3" >&2; \
	        exit 1; \
	    fi; \
	    $$python -m venv --clear $(VENV); \
	fi
	@echo "Installing atmodem and its tools into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@
