# Reading PyTorch. `make` alone lists what it can do.

PYTHON ?= python3
# A package index with CPU wheels of torch, for machines without a GPU, for example
# https://download.pytorch.org/whl/cpu; empty: the default index.
TORCH_INDEX ?=
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
LOCK := docs/requirements.lock
INSTALLED := $(VENV)/.installed
BUILD := docs/_build
SPHINX := $(BIN)/sphinx-build -n -W -j auto -q -d $(BUILD)/doctrees

.DEFAULT_GOAL := help
.PHONY: help html serve text epub links test doctest gallery record check format bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Exact versions from the one lock. torch's own dependencies on a GPU build are pinned by
# torch itself, so they are not in it.
$(INSTALLED): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, for example: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25"
	$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -r $(LOCK)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

html: $(INSTALLED) ## Build the site into docs/_build/html
	$(SPHINX) -b html docs $(BUILD)/next
	@# Only a build without a warning gets here: replace the last good site at once.
	@rm -rf $(BUILD)/new $(BUILD)/old && cp -R $(BUILD)/next $(BUILD)/new
	@if [ -d $(BUILD)/html ]; then mv $(BUILD)/html $(BUILD)/old; fi
	@mv $(BUILD)/new $(BUILD)/html && rm -rf $(BUILD)/old
	@echo "The site is in $(BUILD)/html/index.html"

serve: html ## Build the site and serve it on this machine (PORT=8000)
	@echo "Reading PyTorch: http://127.0.0.1:$(PORT)/"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(BUILD)/html $(PORT)

text: $(INSTALLED) ## Build plain text into docs/_build/text
	$(SPHINX) -b text docs $(BUILD)/text
	@echo "The text is in $(BUILD)/text"

epub: $(INSTALLED) ## Build a book into docs/_build/epub
	$(SPHINX) -b epub docs $(BUILD)/epub
	@echo "The book is $(BUILD)/epub/ReadingPyTorch.epub"

links: $(INSTALLED) ## Ask every other host that a page links to whether the page is still there
	$(SPHINX) -b linkcheck docs $(BUILD)/links

test: $(INSTALLED) ## Run all tests, on all processors
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

doctest: $(INSTALLED) ## Run the snippets of all pages and notes alone, and say how many
	$(BIN)/python -m pytest -q tests/test_snippets.py

gallery: $(INSTALLED) ## Run all examples, or those of a topic: make gallery ONLY=hooks
	PYTHONPATH=docs/_ext $(BIN)/python -m readinggallery $(ONLY)

record: $(INSTALLED) ## Run snippets and examples, and record what they ran
	$(BIN)/codereading record
	$(BIN)/python -m pytest -q tests/test_snippets.py --record

check: $(INSTALLED) ## Style, types, the direction of imports, spelling, every note, every recorded line
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell
	$(BIN)/sphinx-lint docs/index.md docs/walkthroughs README.md CONTRIBUTING.md gallery
	$(BIN)/codereading check --quiet
	$(BIN)/codereading record --check

format: $(INSTALLED) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## Measure builds, as ratios against Sphinx alone
	$(BIN)/python -m tests.bench

lock: $(INSTALLED) ## Move the lock to the newest versions that pyproject.toml allows
	rm -rf $(VENV)/lock && $(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) ".[check]" hatchling editables
	{ sed -n '/^#/p' $(LOCK); \
	  $(VENV)/lock/bin/python -m pip freeze --all --exclude codereading \
	  | sed -E 's/^(torch==[0-9.]+).*/\1/; /^(nvidia-|cuda-|triton|pip=|wheel=)/d'; } > $(LOCK).new
	mv $(LOCK).new $(LOCK) && rm -rf $(VENV)/lock

clean: ## Remove what was built; .venv stays
	rm -rf $(BUILD) docs/gallery docs/sg_execution_times.rst .pytest_cache .mypy_cache .ruff_cache
