# make demo    clean corpus/ into a dataset under out/ and open it
# make test    linters, type checks and all fast tests
# make quality how well it cleans: the development sets and corpus/, held against a pinned floor
# make bench   how fast each stage and the whole is
# make fuzz    inputs that a machine makes up, put to the kernel's laws: MINUTES=1 for each of its entry points
# make docs    the pages of the manual that are made from the code
# make examples  the examples for Spark, Daft, datatrove and others, with those libraries, in .venv-examples
# make clean   forget everything that was built
#
# Each sets up what it needs in .venv; nothing has to be installed by hand but Python 3.11 or newer and Rust.

PYTHON ?= python3
MINUTES ?= 1
BIN := .venv/bin
CARGO := cargo
CRATE := --manifest-path src/kernel/Cargo.toml
KERNEL := $(shell find src/kernel/src -name "*.rs") src/kernel/Cargo.toml src/kernel/Cargo.lock

.PHONY: demo test lint quality bench fuzz docs examples clean setup
.DELETE_ON_ERROR:

demo: setup
	$(BIN)/copydesk build corpus -o out/demo --version 1.0.0 --force
	$(BIN)/copydesk verify out/demo
	$(BIN)/python scripts/clean_corpus.py out/demo

test: lint
	$(CARGO) test --quiet $(CRATE)
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy benchmarks
	$(CARGO) fmt --check $(CRATE)
	$(CARGO) fmt --check --manifest-path fuzz/Cargo.toml
	$(CARGO) clippy --quiet --all-targets $(CRATE) -- -D warnings

quality: setup
	$(BIN)/python scripts/quality

bench: setup
	$(BIN)/python -m pytest benchmarks --benchmark-columns=min,median,rounds --benchmark-sort=name -q

fuzz: setup $(BIN)/cargo-fuzz
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/fuzz.py --minutes $(MINUTES)

docs: setup
	$(BIN)/python scripts/make_docs.py

# An environment of its own, as Daft holds Arrow back. Spark needs Java.
examples: setup
	test -x .venv-examples/bin/python || $(PYTHON) -m venv .venv-examples
	.venv-examples/bin/python -m pip install --quiet --disable-pip-version-check '.[dev,examples]'
	.venv-examples/bin/python -m pytest --slow tests/test_examples.py tests/test_batches.py

$(BIN)/cargo-fuzz: | setup
	$(CARGO) install --quiet --root .venv cargo-fuzz

setup: .venv/ready

.venv/ready: pyproject.toml $(KERNEL)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'copydesk needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...'; exit 1; }
	@command -v $(CARGO) >/dev/null || \
		{ echo 'copydesk needs Rust 1.88 or newer to build its kernel. Get it from https://rustup.rs, open a new shell, and try again.'; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv .venv-peers .venv-examples out src/kernel/target fuzz/target fuzz/corpus fuzz/artifacts src/copydesk/*.so .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
