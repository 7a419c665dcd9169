# Two commands: `make run` shows the example network's term and serves it, `make test` proves the rest.
# Everything lives in .venv and out/; `make clean` takes both away.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TORCH := torch==2.13.0
# Where `make run` serves the example network.
PORT ?= 8000

export OPENBLAS_NUM_THREADS ?= 1
export HF_HUB_OFFLINE = 1
export TOKENIZERS_PARALLELISM = false

.PHONY: run test setup lock clean

run: setup
	$(BIN)/matcher demo --out out
	$(BIN)/matcher --network out/network serve --port $(PORT)

test: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --postgresql tests/workflow tests/service

setup: $(STAMP)

# torch comes first and apart: a lock with its hashes would take a CUDA build of
# several GB over a CPU wheel (docs/adr/0002-set-up.md).
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or newer is needed; {sys.executable} is {v[0]}.{v[1]}. Try: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (about two minutes, 2 GB) ..."
	@$(BIN)/python -m pip install --quiet $(TORCH)
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check
	@touch $@

# Needs uv on the PATH. No registry's host may reach the lock.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-package torch \
	  --python-version 3.11 --extra dev pyproject.toml -o requirements.lock
	@! grep -n '://' requirements.lock

clean:
	rm -rf $(VENV) out build *.egg-info
