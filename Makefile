# NovexERP. `make help` lists what there is. Needs Python 3.11 or newer; everything else is installed into .venv/.
PORT ?= 8000
# AS is a variable of make itself (the assembler).
ifeq ($(origin AS),default)
AS := admin
endif
TENANT ?= acme
IDENTITY ?= issuer
DO ?= list
OF ?= api
JOBS ?= 2
ARGS ?=

# The first interpreter that is new enough.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; break; fi; done)
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/installed

.DEFAULT_GOAL := help
.PHONY: help run test simulate abuse lint bench generate release package sbom token url tenant machine reset lock reference screenshots

help: ## List these commands.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP) ## Run the whole backend on loopback (PORT=8000 IDENTITY=issuer|keycloak), with two demo tenants; Ctrl-C stops it.
	@$(PY) -m infra.local.run --port $(PORT) --identity $(IDENTITY)

test: $(STAMP) ## Run the whole test suite (JOBS=2 processes; ARGS= goes to pytest).
	@$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

simulate: $(STAMP) ## Take 200,000 random steps through stock and orders, run 3,000 races for them, and import 20,000 rows (EXAMPLES=10000 RACES=1000 ROUNDS=200 ROWS=20000).
	@NOVEX_EXAMPLES=$(or $(EXAMPLES),10000) NOVEX_RACES=$(or $(RACES),1000) NOVEX_ROUNDS=$(or $(ROUNDS),200) \
		NOVEX_ROWS=$(or $(ROWS),20000) $(PY) -m pytest -n $(JOBS) --dist loadfile \
		tests/simulation/test_stock_rules.py tests/simulation/test_races.py tests/simulation/test_last_stock.py tests/bulk/test_scale.py

abuse: $(STAMP) ## Let rough callers loose on stock and orders of a backend of its own, then audit it (SECONDS=80 THREADS=12).
	@$(PY) -m bench.abuse --seconds $(or $(SECONDS),80) --threads $(or $(THREADS),12)

lint: $(STAMP) ## Check style, types and the layers between packages.
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

bench: $(STAMP) ## Measure the budgets of docs/performance.md.
	@$(PY) -m bench $(ARGS)

generate: $(STAMP) ## Write anew what follows from the code: policies, the roles of the realm, parts of docs/, guides.
	@$(PY) -m infra.policies
	@$(PY) -m infra.keycloak.roles write
	@$(PY) -m tests.security.reviewed
	@$(PY) -m tests.docs.made
	@$(PY) -m infra.guides

release: $(STAMP) ## Release the API: keep its OpenAPI documents in docs/openapi/, unless a change breaks clients.
	@$(PY) -m infra.openapi_diff release

package: $(STAMP) ## Build the deployable template and package.
	@$(PY) -m infra.package $(ARGS)

sbom: $(STAMP) ## Write the bill of materials of what runs in Lambda (CycloneDX) to build/.
	@$(PY) -m infra.sbom $(ARGS)

token: $(STAMP) ## Print an access token of a demo user of the running backend, who logs in anew (AS=admin TENANT=acme; 8 hours).
	@$(PY) -m infra.local.token --role $(AS) --tenant $(TENANT)

url: $(STAMP) ## Print the URL of the running backend, or of the simulated Shopify (OF=shopify).
	@$(PY) -m infra.local.environment $(OF)

tenant: $(STAMP) ## Make a tenant in the running backend (NAME="My Company" EMAIL=ada@example.com, perhaps ALIAS= SANDBOX=1).
	@$(PY) -m infra.tenants create --name "$(NAME)" --email "$(EMAIL)" --alias "$(ALIAS)" $(if $(SANDBOX),--sandbox)

machine: $(STAMP) ## Machine clients of the running Keycloak (DO=create|rotate|delete|list TENANT=acme).
	@$(PY) -m infra.local.machine $(DO) --tenant $(TENANT)

reset: $(STAMP) ## Forget the data of `make run`, credentials included.
	@$(PY) -m infra.local.data_dir

lock: $(STAMP) ## Write the lock files anew from the *.in files and package.json.
	@set -e; for name in requirements requirements-dev infra/local/node-requirements infra/openapi_diff/go-requirements \
			tests/emulator/requirements tests/clients/requirements; do \
		CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe \
			--no-emit-index-url --no-emit-find-links --strip-extras --output-file $$name.txt $$name.in; done
	@set -e; for folder in docs/frontend tests/clients; do \
		(cd $$folder && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund); done

reference: $(STAMP) ## Fetch Scalar anew, in the version that chalicelib/edge/system/scalar/source.json names.
	@$(PY) -m infra.reference

screenshots: $(STAMP) ## Take the pictures of the reference page in docs/ anew (needs Chromium).
	@$(PY) -m tests.browser.screenshots

$(STAMP): requirements-dev.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "NovexERP needs Python 3.11 or newer; set PYTHON=/path/to/it if it is not on the PATH." >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "NovexERP needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; fi
	@if [ ! -x $(PY) ]; then $(PYTHON) -m venv $(VENV) || { \
		echo "Python's venv module does not work here (on Debian: apt install python3-venv)." >&2; exit 1; }; fi
	@$(PY) -m infra.local.install
	@touch $(STAMP)
