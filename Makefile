PYTHON ?= python3.13
BIN := .venv/bin
UV := $(BIN)/uv
SYNC = $(UV) pip sync --quiet --require-hashes --python
LOCKS := $(wildcard requirements/*.txt) layers/dependencies/requirements.txt
RUFF_PATHS := layers functions tools tests

.DEFAULT_GOAL := help
.PHONY: help setup demo test hazards years faults days bench browser screenshots e2e lint format docs site wheels lock clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready .build/sam/ready .build/ministack/ready ## Create the environments (demo and test do it too)

demo: setup ## Deploy to a local stack and run the main job on it
	@$(BIN)/wecom-sync demo

test: .venv/ready ## Run every test that needs no Docker and no deployed stack
	@$(BIN)/pytest -q -n auto --dist worksteal -m "not browser and not e2e and not docker"

hazards: .venv/ready ## Run hundreds of damaged and good files against the simulated WeCom
	@cd tests && ../$(BIN)/python -m hazards

years: .venv/ready ## Let companies of 12 to 5,000 people live for years, with mistakes, and count what is asked
	@cd tests && ../$(BIN)/python -m years --figures ../docs/figures/years.json

faults: .venv/ready ## Kill every function at every call it makes, and check that every run still ends well
	@cd tests && ../$(BIN)/python -m faults --figures ../docs/figures/faults.json

days: .venv/ready ## Play 10,000 days on which everything goes wrong, each from a seed
	@cd tests && ../$(BIN)/python -m days --figures ../docs/figures/days.json

bench: setup .build/peers/ready ## Measure beside what people use instead, and renew the figures of docs/
	@cd tests && ../$(BIN)/python -m performance --figures ../docs/figures/performance.json

browser: .venv/ready .build/browser/ready ## Open the pages in a real Chromium, which has to be installed
	@$(BIN)/pytest -q -n 2 --dist worksteal -m browser tests/browser

screenshots: .venv/ready .build/browser/ready ## Renew the pictures of the pages in docs/
	@cd tests && ../$(BIN)/python -m browser.screenshots

e2e: setup ## Run the end-to-end tests on the deployed local stack
	@$(BIN)/pytest -q -n 3 --dist loadgroup -m e2e tests/e2e

lint: .venv/ready .build/sam/ready ## Run every linter and type check
	@$(BIN)/ruff format --quiet --check $(RUFF_PATHS)
	@$(BIN)/ruff check --quiet $(RUFF_PATHS)
	@$(BIN)/mypy --no-error-summary layers/wecom_sync functions tools tests
	@found=$$($(BIN)/lint-imports --no-cache) || { echo "$$found"; exit 1; }
	@SAM_CLI_TELEMETRY=0 .build/sam/bin/sam validate --lint --region us-east-1 >/dev/null
	@.build/sam/bin/cfn-lint --regions cn-north-1 cn-northwest-1 ap-southeast-1 us-east-1 -- template.yaml

format: .venv/ready ## Format the code
	@$(BIN)/ruff format $(RUFF_PATHS)
	@$(BIN)/ruff check --fix $(RUFF_PATHS)

docs: .venv/ready ## Renew the tables in the pages of docs/
	@$(BIN)/python -m wecom_sync_tools.docs.generate

wheels: .venv/ready ## Build the command line and the simulator as wheels, in .build/wheels
	@for place in . tools/wecom_simulator; do \
		$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir .build/wheels $$place || exit 1; \
	done

# The search needs Chinese text cut into words. Only the Chinese build does that, so it indexes both languages.
site: .build/site-env/ready ## Build the pages of docs/ as a site with a search; broken links and anchors fail
	@.build/site-env/bin/zensical build --clean --strict --config-file zensical.zh.toml
	@.build/site-env/bin/zensical build --clean --strict --config-file zensical.toml
	@cp -R .build/site-en/en .build/site-en/adr .build/site-en/index.html .build/site/
	@echo "To read them, with the search: $(BIN)/python -m http.server --bind 127.0.0.1 --directory .build/site 8000"

lock: .venv/ready ## Renew the lock files
	@for name in layers/dependencies/requirements requirements/uv requirements/dev requirements/sam requirements/ministack requirements/site requirements/browser requirements/peers; do \
		$(UV) pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.13 \
			--custom-compile-command "make lock" $$name.in --output-file $$name.txt || exit 1; \
	done

clean: ## Remove everything that was built
	@rm -rf .venv .build .cache .aws-sam .hypothesis .mypy_cache .pytest_cache .ruff_cache

.venv/bin/uv: requirements/uv.txt
	@echo "Setting up (only the first time, about a minute) ..."
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt

.venv/ready: .venv/bin/uv requirements/dev.txt layers/dependencies/requirements.txt pyproject.toml tools/wecom_simulator/pyproject.toml
	@$(UV) pip install --quiet --require-hashes --python .venv --requirement requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python .venv --editable . --editable tools/wecom_simulator
	@touch $@

.build/site-env/ready: requirements/site.txt .venv/bin/uv
	@$(UV) venv --quiet --clear --python $(PYTHON) .build/site-env
	@$(SYNC) .build/site-env $<
	@touch $@

.build/%/ready: requirements/%.txt .venv/bin/uv
	@$(UV) venv --quiet --clear --python $(PYTHON) .build/$*
	@$(SYNC) .build/$* $<
	@touch $@
