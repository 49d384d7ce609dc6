# Everything hangs on .venv/ready: a virtual environment made from requirements.lock, remade when the lock changes.
PYTHON ?= python3
STUDY ?= data/demo
BIN := .venv/bin
OTHER := tests/other_programs
COMPILE := uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --upgrade --quiet --custom-compile-command "make lock"
.DEFAULT_GOAL := help
.PHONY: help report test lab bench lock clean picture

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: .venv/ready  ## run the demo study and write both reports (another study: make report STUDY=folder)
	@$(BIN)/study run $(STUDY)

test: .venv/ready  ## run the tests
	@echo "checking style and types"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q . && $(BIN)/mypy
	@echo "running the tests"
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

lab: .venv/ready  ## open JupyterLab on the notebooks
	@$(BIN)/jupyter lab notebooks/00_start_here.ipynb

bench: .venv/ready  ## measure speed against the plain alternative
	@$(BIN)/python tests/bench

picture: .venv/ready  ## take the README's picture of the report anew
	@$(BIN)/python tests/browser/picture.py

lock:  ## write the lock files anew (needs uv)
	$(COMPILE) --extra cluster --group build --group test -o requirements.lock pyproject.toml
	$(COMPILE) -o $(OTHER)/requirements.lock $(OTHER)/requirements.in

clean:  ## remove the environment and everything that was computed
	rm -rf .venv .venv-qualitative-coding .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find outputs -mindepth 1 -not -name README.md -delete

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with make PYTHON=python3.12")'
	@echo "setting up .venv (once; about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@-git config filter.nbstripout.clean "$(CURDIR)/$(BIN)/nbstripout" 2>/dev/null && git config filter.nbstripout.smudge cat && git config diff.ipynb.textconv "$(CURDIR)/$(BIN)/nbstripout -t"
	@touch $@

# A program of others that has to open what we write; it needs an environment of its own.
.venv-qualitative-coding/ready: $(OTHER)/requirements.lock
	@echo "setting up qualitative-coding, for the round trip of REFI-QDA projects"
	@$(PYTHON) -m venv .venv-qualitative-coding
	@.venv-qualitative-coding/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@
