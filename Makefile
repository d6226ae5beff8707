# argmap: everything a newcomer or a contributor runs. `make` alone lists it.
# Needs a Python of at least 3.11; the rest goes into .venv, in the versions of requirements*.txt.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help demo test coverage test-all test-training check lint format bench train figures build docs lock clean

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install -qq
# Not 3.11 first out of habit: it is the version that the pins are tested with.
PYTHONS := $(PYTHON) python3.11 python3 python3.12 python3.13 python3.14 python

TEXTS := ../shared/corpus/texts
UNLABELLED := ../shared/corpus/unlabelled/opeds.jsonl.gz
MODEL := models/stance-en
FAST_MODEL := models/stance-en-fast
# A folder or a name on the Hugging Face hub; see docs/evaluating.md.
TEACHER := sentence-transformers/all-mpnet-base-v2
TRAINED_ON = annotations/own annotations/standoff --texts $(TEXTS) --split annotations/splits.json --fold train \
  $(if $(wildcard $(UNLABELLED)),--unlabelled $(UNLABELLED)) --force
MEASURED := --split annotations/splits.json --subjects annotations/subjects.json --swap-names
UV_VERSION := 0.13.9
COMPILE = $(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --custom-compile-command "make lock" \
  --no-emit-index-url --no-emit-find-links

help: ## List what can be made
	@echo "make demo is the place to start. All that can be made:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.argmap ## Draw the argument of every article in examples/ and say where the maps lie
	@mkdir -p out
	@echo "Drawing the articles of examples/ ..."
	@$(PY) -m argmap map examples/*.txt -o out --format svg --format html --force --quiet
	@set -- examples/*.txt; page=out/$$(basename "$$1" .txt).html; \
	echo "Done: $$# articles, $$# maps. They lie in $$(pwd)/out:"; \
	for text in "$$@"; do name=$$(basename "$$text" .txt); \
	  printf '  %-36s %s\n' "out/$$name.html" "the article beside its map, to click through" \
	    "out/$$name.svg" "the map alone"; done; \
	echo "Open $$page in a browser to begin."; \
	if [ -n "$$CI$$SSH_CONNECTION" ]; then :; \
	elif [ "$$(uname)" = Darwin ]; then open "$$page" >/dev/null 2>&1 || :; \
	elif [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] && command -v xdg-open >/dev/null; then xdg-open "$$page" >/dev/null 2>&1 & fi

test: $(VENV)/.argmap-dev ## Run the fast tests, warnings as errors, on all cores
	@$(PY) -m pytest -q -n auto --dist worksteal

coverage: $(VENV)/.argmap-dev ## The same, and report what they cover (a third slower)
	@$(PY) -m pytest --cov --cov-report=term:skip-covered

test-all: $(VENV)/.argmap-dev ## Run the slow tests too
	@$(PY) -m pytest -m "slow or not slow" --cov --cov-report=term:skip-covered

check: lint coverage ## All that a change must pass: lint, format, types, tests; reports the coverage

lint: $(VENV)/.argmap-dev ## ruff check, ruff format --check and mypy --strict
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy --strict

format: $(VENV)/.argmap-dev ## Let ruff format and mend what it can
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: $(VENV)/.argmap-dev ## Time each step on examples/, beside a named peer in the same run
	@$(PY) -m pytest benchmarks/bench_*.py --benchmark-only --benchmark-group-by=group --benchmark-sort=min \
	  --benchmark-columns=min,median,rounds --benchmark-warmup=off -q

train: $(VENV)/.argmap-train ## Make both bundled models again from annotations/ (the real articles' texts: TEXTS=DIR)
	@test -d $(TEXTS) || { echo "No texts in $(TEXTS): the standoff labels need them. Say where they lie with make train TEXTS=DIR UNLABELLED=FILE," \
	  "or train on our own articles alone: $(PY) -m argmap train annotations/own -o MY-MODEL" >&2; exit 1; }
	$(PY) -m argmap train $(TRAINED_ON) -o $(FAST_MODEL)
	$(PY) -m argmap train $(TRAINED_ON) --encoder all-MiniLM-L6-v2 $(if $(wildcard $(UNLABELLED)),--teacher $(TEACHER)) --jobs 2 -o $(MODEL)

figures: $(VENV)/.argmap ## Measure the bundled models on the articles they have not seen, and write it into their folders
	@for model in $(FAST_MODEL) $(MODEL); do \
	  if [ ! -d $$model ]; then continue; fi; \
	  $(PY) -m argmap evaluate annotations/own --fold test $(MEASURED) --model $$model --into-card own-test >/dev/null || exit; \
	  if [ -d $(TEXTS) ]; then \
	    $(PY) -m argmap evaluate annotations/standoff --texts $(TEXTS) --fold dev $(MEASURED) --model $$model --into-card dev \
	      >/dev/null || exit; \
	  else echo "No texts in $(TEXTS), so the figures on published articles stay as they are." >&2; fi; \
	done

test-training: $(VENV)/.argmap-train ## Run the tests of fine-tuning, which need PyTorch
	@$(PY) -m pytest tests/test_finetuning.py

build: $(VENV)/.argmap-dev ## Build the wheel and the source distribution into dist/
	@$(PY) -m build --no-isolation --outdir dist .

docs: $(VENV)/.argmap-dev ## Write what the commands in README and docs print now into them, and draw the pictures again
	@$(PY) tests/test_readme.py
	@$(PY) -m argmap map examples/sedition-at-kasirgaon.txt -o docs/images/map.png --quiet
	@$(PY) benchmarks/how_sure.py

lock: $(VENV)/.argmap ## Pin the newest allowed versions in requirements*.txt
	@$(PIP) uv==$(UV_VERSION)
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	@printf 'hatchling\neditables\n' | $(COMPILE) - -c requirements-dev.txt -o requirements-build.txt

clean: ## Remove what make made: .venv, the demo's maps, builds, caches; nothing else
	@if [ -e $(VENV)/.argmap-venv ]; then rm -rf $(VENV); fi
	@for text in examples/*.txt; do name=$$(basename "$$text" .txt); rm -f "out/$$name.svg" "out/$$name.html"; done
	@rm -f dist/argmap-*.whl dist/argmap-*.tar.gz .coverage
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	@find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	@rmdir out dist 2>/dev/null || :

# ---- the environment: one stamp for using argmap, one for working on it ----

# Made again when the Python below it is gone, as after an upgrade of the system.
LOST := $(shell if [ -e $(VENV)/.argmap-venv ] && ! $(PY) -c '' 2>/dev/null; then echo lost; fi)
.PHONY: lost
lost:

$(VENV)/.argmap-venv: $(LOST)
	@for python in $(PYTHONS); do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "argmap needs Python 3.11 or newer, and none was found (looked for: $(PYTHONS))." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	$$found -m venv $(if $(LOST),--clear) $(VENV) || { \
	  echo "$$found cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.argmap: $(VENV)/.argmap-venv requirements.txt requirements-build.txt pyproject.toml
	@echo "Setting up $(VENV) (once; about a minute) ..."
	@$(PIP) -r requirements.txt -r requirements-build.txt
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.argmap-dev: $(VENV)/.argmap requirements-dev.txt
	@echo "Adding the tools for tests, lint and types (once) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/.argmap-train: $(VENV)/.argmap-dev requirements-train.txt
	@echo "Adding PyTorch and its tools (once; some 200 MB) ..."
	@$(PIP) -r requirements-train.txt -c requirements-dev.txt
	@touch $@
