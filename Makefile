# imza: what a person or a machine types. Every target says in one line what it is for.

CARGO ?= cargo
PREFIX ?= /usr/local

.PHONY: help demo test setup lint lib install header bench fuzz test-rust test-corpus

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | column -ts "$$(printf '\t')"

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

test-corpus: ## re-compute the golden corpus with the independent oracle
	tests/oracle.py check
