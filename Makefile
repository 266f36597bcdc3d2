# make run: set up and serve. make test: set up and test. Everything else is for engineers.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin

.PHONY: run test soak check lock

run:
	@$(PYTHON) config/bootstrap.py --env
	@$(BIN)/python manage.py start --port $(PORT)

test:
	@$(PYTHON) config/bootstrap.py --dev
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

soak:
	@$(PYTHON) config/bootstrap.py --dev
	@$(BIN)/python -m pytest -m soak --timeout=3600 $(ARGS)

check:
	@$(PYTHON) config/bootstrap.py --dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/mypy foundation schools brands reviews checkups dashboard portal config
	@SECRET_KEY=only-for-checks $(BIN)/python manage.py makemigrations --check --dry-run --settings config.settings_test

lock:
	@$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
