# imza: what a person or a machine types. Every target says in one line what it is for.

CARGO ?= cargo
PREFIX ?= /usr/local

.PHONY: help demo test setup lint lib install header bench fuzz test-rust test-corpus

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | column -ts "$$(printf '\t')"

demo: ## build the command, sign and verify both documented calls
	$(CARGO) build --locked --release --features cli
	@examples/demo/demo.sh $${CARGO_TARGET_DIR:-target}/release/imza

test: setup lint test-rust test-corpus ## run every check; installs what is missing and says so
	@echo "make test: every check passed"

setup: ## install the tools that the checks need
	@tests/setup.sh

lint: ## formatting, clippy and rustdoc, without a warning
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings $(CARGO) doc --locked --no-deps --all-features

test-rust: ## the Rust tests, in the default build and with every feature
	$(CARGO) test --locked
	$(CARGO) test --locked --all-features

bench: ## what a signature costs, beside the forty lines written by hand
	$(CARGO) bench --locked --bench signature

FUZZ_SECONDS ?= 60

fuzz: ## any bytes into every parser, FUZZ_SECONDS each; needs a nightly toolchain
	@command -v cargo-fuzz >/dev/null || { echo "fuzz: installing cargo-fuzz"; $(CARGO) install --locked cargo-fuzz; }
	for target in date dlga haso recipe; do \
		$(CARGO) +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=5 || exit 1; \
	done

test-corpus: ## re-compute the golden corpus with the independent oracle
	tests/oracle.py check
