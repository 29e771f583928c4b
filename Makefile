# Everything is run through uv; `scripts/uv` fetches it when the machine has none.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV := scripts/uv
RUN := $(UV) run --no-sync
NPM := $(RUN) python -m local.build.page
PORT ?=

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

demo: ## Talk with a demo assistant on this machine: no account, no key (PORT=9000 to choose ports)
	@scripts/system-deps
	@$(UV) sync -q --frozen --no-dev --inexact --extra agent --extra analysis --extra api --extra local
	@exec $(UV) run --no-sync earwitness demo $(if $(PORT),--port $(PORT))

install: ## Install everything that checks and tests need
	@scripts/system-deps --test
	@$(UV) sync -q --frozen --all-extras --group dev
	@$(RUN) python -m local.build.livekit_server

check: install ## Format, lint, types, layers, page
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(NPM) run lint
	$(NPM) run typecheck

test: install ## All tests: packages, page, then a real browser through the whole path
	$(RUN) pytest -m "not e2e"
	$(NPM) test
	$(MAKE) --no-print-directory e2e

e2e: install ## A real Chromium walks the whole path by keyboard and voice, once for each demo model
	$(NPM)
	$(RUN) pytest -m e2e tests/e2e

bench-turn: install ## How long after the required silence an answer sounds, ours beside LiveKit's stock session
	$(RUN) python -m benchmarks.turn

bench-analysis: install ## Speed, agreement and honesty of subset selection (long; parts: python -m benchmarks.analysis --help)
	$(RUN) python -m benchmarks.analysis

bench-tools: install ## Verifier time and simulated tool calls per second
	$(RUN) python -m benchmarks.tools

test-torch: ## The embedders that need torch, in an environment of their own
	UV_PROJECT_ENVIRONMENT=.venv-torch $(UV) sync -q --frozen --extra analysis --group dev --group torch
	.venv-torch/bin/python -m pytest tests/analysis/model_embedders

format: install ## Format and mend what can be mended
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

system-deps: ## Install the Debian packages used: speech, and for the tests Chromium and PostgreSQL
	@scripts/system-deps --test

clean: ## Remove what was built in this folder (caches outside it stay)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis web/dist web/node_modules run

.PHONY: help demo install check test e2e bench-turn bench-analysis bench-tools test-torch format system-deps clean
