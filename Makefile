# NovexERP. `make help` lists what there is. Needs Python 3.11 or newer; everything else is installed into .venv/.
PORT ?= 8000
# AS is a variable of make itself (the assembler).
ifeq ($(origin AS),default)
AS := admin
endif
TENANT ?= acme
IDENTITY ?= issuer
DO ?= list
JOBS ?= 2
ARGS ?=

# The first interpreter that is new enough.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; break; fi; done)
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/installed

.DEFAULT_GOAL := help
.PHONY: help run test lint bench generate package sbom token tenant machine reset lock reference

help: ## List these commands.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP) ## Run the whole backend on loopback (PORT=8000 IDENTITY=issuer|keycloak), with two demo tenants; Ctrl-C stops it.
	@$(PY) -m infra.local.run --port $(PORT) --identity $(IDENTITY)

test: $(STAMP) ## Run the whole test suite (JOBS=2 processes; ARGS= goes to pytest).
	@$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

lint: $(STAMP) ## Check style, types and the layers between packages.
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

bench: $(STAMP) ## Measure the budgets of docs/performance.md.
	@$(PY) -m bench $(ARGS)

generate: $(STAMP) ## Write anew what follows from the code: policies, the roles of the realm, parts of docs/.
	@$(PY) -m infra.policies
	@$(PY) -m infra.keycloak.roles write
	@$(PY) -m tests.security.reviewed
	@$(PY) -m tests.docs.made

package: $(STAMP) ## Build the deployable template and package.
	@$(PY) -m infra.package $(ARGS)

sbom: $(STAMP) ## Write the bill of materials of what runs in Lambda (CycloneDX) to build/.
	@$(PY) -m infra.sbom $(ARGS)

token: $(STAMP) ## Print an access token of a demo user of the running backend (AS=admin TENANT=acme; 8 hours).
	@$(PY) -m infra.local.token --role $(AS) --tenant $(TENANT)

tenant: $(STAMP) ## Make a tenant in the running backend (NAME="My Company" EMAIL=ada@example.com, perhaps ALIAS=).
	@$(PY) -m infra.tenants create --name "$(NAME)" --email "$(EMAIL)" --alias "$(ALIAS)"

machine: $(STAMP) ## Machine clients of the running Keycloak (DO=create|rotate|delete|list TENANT=acme).
	@$(PY) -m infra.local.machine $(DO) --tenant $(TENANT)

reset: $(STAMP) ## Forget the data of `make run`, credentials included.
	@$(PY) -m infra.local.data_dir

lock: $(STAMP) ## Write the lock files anew from the *.in files.
	@set -e; for name in requirements requirements-dev infra/local/node-requirements; do \
		CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe \
			--no-emit-index-url --no-emit-find-links --strip-extras --output-file $$name.txt $$name.in; done

reference: $(STAMP) ## Fetch Swagger UI anew, in the version that chalicelib/edge/system/swagger_ui/source.json names.
	@$(PY) -m infra.reference

$(STAMP): requirements-dev.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "NovexERP needs Python 3.11 or newer; set PYTHON=/path/to/it if it is not on the PATH." >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "NovexERP needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; fi
	@if [ ! -x $(PY) ]; then $(PYTHON) -m venv $(VENV) || { \
		echo "Python's venv module does not work here (on Debian: apt install python3-venv)." >&2; exit 1; }; fi
	@echo "Installing the pinned requirements into $(VENV)/ ..." >&2
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt || { \
		echo "The requirements could not be installed (is the network there?)." >&2; exit 1; }
	@touch $(STAMP)
