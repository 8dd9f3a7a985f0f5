# make demo: the main job, rehearsed.  make check test: what CI runs, there with JOBS=2.
# Everything lives in .venv, made by uv (trusting the certificates this machine trusts), else by venv and pip.
.PHONY: install demo check test chaos bench

UV := $(shell uv --version 2>/dev/null)
ifdef UV
  export UV_NATIVE_TLS := 1
  VENV := uv venv --quiet --allow-existing $(addprefix --python=,$(PYTHON)) .venv
  PIP := uv pip install --quiet --python .venv
else
  VENV := $(or $(PYTHON),python3) -m venv .venv
  PIP := .venv/bin/python -m pip install --quiet --disable-pip-version-check
endif

install: .venv/runtime

.venv/runtime: requirements.txt pyproject.toml
	$(VENV)
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

demo: install
	.venv/bin/dialer launch examples/leads.xlsx --campaign examples/campaign.toml --rehearse --report results.xlsx

check: .venv/dev
	.venv/bin/ruff format --check && .venv/bin/ruff check && .venv/bin/mypy && .venv/bin/lint-imports --no-logo

test: .venv/dev
	.venv/bin/python -m pytest -n $(or $(JOBS),4) --dist worksteal --ignore=tests/chaos

chaos: .venv/dev
	.venv/bin/python -m pytest -n 2 --dist worksteal tests/chaos $(if $(SEED),--seed=$(SEED))

bench: .venv/dev
	.venv/bin/python -m benchmarks
