# Every target sets itself up: a fresh clone needs Python 3.11 or 3.12 and nothing else.
PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
# Generated requests: all have one name to the workers, which would run a few of them only.
FUZZ   := tests/dashboard/api/test_openapi.py

.PHONY: demo test check docs format clean

demo: $(VENV)/.runtime            ## Build the sample versions and serve them at http://localhost:8501
	$(RUN) -m pipeline demo
	$(RUN) -m streamlit run dashboard/app.py

test: $(VENV)/.development        ## Run every test (browser tests need Chromium and say so where it is missing)
	$(RUN) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --ignore $(FUZZ)
	$(RUN) -m pytest $(FUZZ)

check: $(VENV)/.development       ## Lint, formatting, types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

# Spark is no requirement: its modules are left out, which pdoc would tell by warnings.
docs: $(VENV)/.development        ## Write the API reference of `pipeline` into build/docs
	$(RUN) -W ignore -m pdoc --no-show-source --docformat google --output-directory build/docs pipeline '!pipeline.__main__' '!.*spark.*'

format: $(VENV)/.development      ## Format and mend what can be mended
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

clean:                            ## Remove the environment, caches and everything the pipeline made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find artifacts -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The venv's Python is made once; a stamp per requirements file says that it is installed.
$(RUN):
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else "Python 3.11 or 3.12 is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

# On Linux PyPI has PyTorch with CUDA, several GB; it only exports the text encoder here, so the small build comes first.
PIP   := $(RUN) -m pip install --quiet --disable-pip-version-check
TORCH := $(shell grep '^torch==' requirements.txt)
CPU   := https://download.pytorch.org/whl/cpu

$(VENV)/.torch: requirements.txt | $(RUN)
	@echo "Installing some 150 packages into $(VENV): a few minutes without a word."
	@test "$$(uname)" != Linux || $(PIP) --retries 0 --timeout 5 --index-url $(CPU) $(TORCH) 2>/dev/null \
		|| echo "Nothing came from $(CPU): PyTorch comes from PyPI."
	touch $@

$(VENV)/.runtime: requirements.txt requirements-serve.txt | $(VENV)/.torch
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/.development: requirements-dev.txt requirements.txt requirements-serve.txt | $(VENV)/.torch
	$(PIP) -r requirements-dev.txt
	touch $@ $(VENV)/.runtime
