# imza: what a person or a machine types. Every target says in one line what it is for.

CARGO ?= cargo
PREFIX ?= /usr/local

.PHONY: help demo test setup lint lib install header bench fuzz test-rust test-corpus bench-audit

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | column -ts "$$(printf '\t')"

demo: ## build the command, sign and verify both documented calls, audit a sample
	$(CARGO) build --locked --release -p imza-cli
	@examples/demo/demo.sh $${CARGO_TARGET_DIR:-target}/release/imza

test: setup lint test-rust test-corpus test-capi test-go test-services test-docs ## run every check; installs what is missing and says so
	@echo "make test: every check passed"

setup: ## install the tools that the checks need
	@tests/setup.sh

lint: ## formatting, clippy and rustdoc, without a warning
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings $(CARGO) doc --locked --no-deps -p imza -p imza-audit --all-features

test-rust: ## the Rust tests, in the default build and with every feature
	$(CARGO) test --locked
	$(CARGO) test --locked --workspace --all-features

bench-audit: ## a million recorded requests, beside a Go and a Python program
	$(CARGO) build --locked --release -p imza-cli
	benches/peers/compare.py $${CARGO_TARGET_DIR:-target}/release/imza $${CARGO_TARGET_DIR:-target}/bench-audit

bench: ## what a signature costs, beside the forty lines written by hand, and through the C interface
	$(CARGO) bench --locked --bench signature
	$(CARGO) bench --locked --features capi --bench capi

FUZZ_SECONDS ?= 60

fuzz: ## any bytes into every parser, FUZZ_SECONDS each; needs a nightly toolchain
	@command -v cargo-fuzz >/dev/null || { echo "fuzz: installing cargo-fuzz"; $(CARGO) install --locked cargo-fuzz; }
	for target in date dlga haso recipe explain_dlga explain_haso discover capi keys; do \
		$(CARGO) +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=5 || exit 1; \
	done
	# An audit's threads may still be ending when leaks are looked for.
	for target in jsonl har; do \
		$(CARGO) +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=5 -detect_leaks=0 || exit 1; \
	done

test-corpus: ## re-compute the golden corpus with the independent oracle
	tests/oracle.py check

# The C library.
TARGET_DIR = $(or $(CARGO_TARGET_DIR),target)

.PHONY: install-capi install-command cinstall test-capi abi

lib: ## build target/release/libimza.so and libimza.a; OPT_LEVEL=3 for speed instead of size
	@scripts/build-capi.sh "$(TARGET_DIR)"

header: ## make include/imza.h and imza.ffi.h anew from src/ffi
	made="$$(scripts/header.sh)" && cp "$$made/imza.h" "$$made/imza.ffi.h" include

install: install-capi install-command ## install library, headers, pkg-config and CMake files and the command in PREFIX

install-capi: lib ## install all but the command
	@scripts/install-capi.sh "$(TARGET_DIR)/release" "$(PREFIX)"

install-command: ## install the command alone, and its manual pages
	$(CARGO) build --locked --release -p imza-cli
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$(TARGET_DIR)/release/imza" "$(DESTDIR)$(PREFIX)/bin/imza"
	install -d "$(DESTDIR)$(PREFIX)/share/man/man1"
	"$(TARGET_DIR)/release/imza" man "$(DESTDIR)$(PREFIX)/share/man/man1"

cinstall: ## install the library with cargo-c, which takes ten minutes to build the first time
	@command -v cargo-cinstall >/dev/null || { echo "cinstall: installing cargo-c"; $(CARGO) install --locked cargo-c@0.10.24; }
	$(CARGO) cinstall --locked --release --prefix "$(PREFIX)" --libdir "$(PREFIX)/lib"

test-capi: setup ## the C library, installed, from C and C++
	@tests/capi.sh

abi: header ## describe the header for abidiff; for a new ABI version, or one that has only grown
	cp include/imza.h tests/abi/1/imza.h
	sed 's|/\*.*||' include/imza.h | sed -n 's/^[a-z].*[ *]\(imza_[a-z_]*\)(.*/\1/p' | grep -v imza_str_from | LC_ALL=C sort >tests/abi/1/symbols.txt
	tests/capi.sh describe

# What uses the installed library: everything is built against a prefix under target/.
.PHONY: test-prefix test-go test-services test-docs

test-prefix: setup
	@$(MAKE) --no-print-directory install PREFIX="$(abspath $(TARGET_DIR))/prefix"

test-go: test-prefix ## the Go module: tests, race detector, pointer checks, fuzzing, a benchmark
	@tests/go.sh

test-services: test-prefix ## example services in Go and Rust against each other, and a load
	@tests/services.sh

test-docs: test-prefix ## the programs of docs/integrate.md and bindings/go/README.md
	@tests/docs.sh
