# make run     the site and its worker on http://127.0.0.1:8000/ (PORT, PARLEY_DATA, PARLEY_DEMO: see README.md)
# make test    every test, on SQLite and on PostgreSQL with Redis; ARGS="-k words" goes to pytest
# make check   format, lint, types, imports, templates, migrations, deploy settings, then the tests
# make soak    the long versions of the property tests
# make format  writes what `make check` would ask for
# make lock    new versions into requirements.txt and requirements-dev.txt

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"
# `check --deploy` reads production's settings; none of these values is ever used.
AS_PRODUCTION := DJANGO_SETTINGS_MODULE=config.settings.production DATABASE_URL=postgres://nobody@127.0.0.1/none \
	REDIS_URL=redis://127.0.0.1/0 ALLOWED_HOSTS=parley.example \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG
ARGS ?=

export PYTHONUNBUFFERED := 1

.PHONY: run test check lint soak format lock
.DEFAULT_GOAL := run

run: $(VENV)/.runtime
	@exec $(BIN)/python manage.py serve --with-parent

test: $(VENV)/.dev
	@exec $(BIN)/python -m tests $(ARGS)

check: lint test

soak: $(VENV)/.dev
	@HYPOTHESIS_PROFILE=soak exec $(BIN)/python -m tests $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet .
	DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev
	$(LOCK) --upgrade requirements.in -o requirements.txt
	$(LOCK) --upgrade requirements-dev.in -o requirements-dev.txt

# An installation happens once per lock: the stamps are older than the lock when it has changed.
$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing requirements.txt ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(BIN)/python
	@echo "Installing requirements-dev.txt ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

# Without a pip of its own: Debian's python3 has `venv` but not `ensurepip`, and the system's pip can install into it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Parley needs Python 3.11 or newer as $(PYTHON); name another with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || \
		{ echo "Parley needs pip for $(PYTHON) (Debian: apt-get install python3-pip)" >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)
