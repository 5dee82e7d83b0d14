# imza: what a person or a machine types. Every target says in one line what it is for.

CARGO ?= cargo
PREFIX ?= /usr/local

.PHONY: help coverage features demo test check setup setup-rust lint lib install header bench fuzz test-fuzz differential test-differential mutants test-rust test-secrets test-first-minutes test-msrv test-corpus bench-audit bench-servers minimal-versions

TARGET_DIR = $(or $(CARGO_TARGET_DIR),target)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST) | sort

demo: ## sign and verify both documented calls, audit a sample, try the sandbox
	scripts/reproducibly.sh $(CARGO) build --locked --release -p imza-cli
	@examples/demo/demo.sh "$(TARGET_DIR)/release/imza" "$(TARGET_DIR)/demo"

# What fails soonest comes first.
test: setup lint test-first-minutes test-supply test-corpus test-rust test-secrets test-msrv test-capi test-instructions test-go test-services test-python test-java test-dotnet test-node test-sandbox test-php test-recordings test-platforms test-differential test-fuzz test-docs ## run every check; installs what is missing and says so
	@echo "make test: every check passed"

check: setup-rust ## formatting, clippy and the Rust tests: while you work
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	$(CARGO) test --locked --workspace --all-features

setup: ## install the tools that the checks need
	@tests/setup.sh

setup-rust:
	@tests/setup.sh rust

lint: setup-rust ## formatting, clippy and rustdoc, without a warning
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings $(CARGO) doc --locked --no-deps -p imza -p imza-audit --all-features
	@# grep -q leaves at its first match; the writer then ends by SIGPIPE, now and then, which pipefail takes for a failure.
	@! git grep -nE '\| *grep (-[a-zA-Z]+ )*-[a-zA-Z]*q' -- '*.sh' || { echo "lint: pipe into grep >/dev/null, not into grep -q"; exit 1; }

test-rust: ## the Rust tests, in the default build and with every feature
	$(CARGO) test --locked
	$(CARGO) test --locked --workspace --all-features

test-secrets: setup-rust ## no freed memory holds a secret, however the library is optimised
	for level in 0 '"s"' 3; do \
		$(CARGO) --config "profile.dev.opt-level=$$level" --config "profile.dev.package.imza.opt-level=$$level" \
			--config "profile.dev.package.sha2.opt-level=$$level" test --locked --all-features --test secrets || exit 1; \
	done

test-first-minutes: setup-rust ## what a newcomer types first: make, setup, the demo
	@tests/first-minutes.sh

test-msrv: setup-rust ## the oldest Rust that is declared builds it all
	@tests/msrv.sh

bench-audit: ## a million recorded requests, beside a Go and a Python program
	$(CARGO) build --locked --release -p imza-cli
	benches/peers/compare.py $${CARGO_TARGET_DIR:-target}/release/imza $${CARGO_TARGET_DIR:-target}/bench-audit

bench-servers: ## sandbox, signing proxy and nginx as a plain proxy, a minute of load each
	$(CARGO) build --locked --release -p imza-cli
	benches/servers.sh "$(TARGET_DIR)/release/imza" "$(TARGET_DIR)/bench-servers"

bench: ## one table: signing and verifying beside what a user would write instead, as ratios to SHA-256 alone
	$(CARGO) run --quiet --locked --release --manifest-path benches/table/Cargo.toml --target-dir "$(TARGET_DIR)/bench" -- "$(TARGET_DIR)/bench/performance.svg"
	$(CARGO) bench --locked --features capi --bench capi

FUZZ_SECONDS ?= 60

fuzz: setup ## any bytes into every reader, FUZZ_SECONDS each, two at a time
	@scripts/fuzz.sh $(FUZZ_SECONDS)

test-fuzz: setup ## the same for 15 seconds each
	@FUZZ_SEED=1 scripts/fuzz.sh 15

# With the same seed the same requests are made again.
COUNT ?= 1000000
SEED ?= 20210309

differential: test-prefix ## COUNT random requests through the C library and by the oracle, from SEED
	@tests/differential.py "$(TARGET_DIR)/prefix" $(COUNT) $(SEED)

test-differential: test-prefix ## the same for 20000 requests
	@tests/differential.py "$(TARGET_DIR)/prefix" 20000 $(SEED)

mutants: ## change the schemes' code, and see that a test fails for each change; takes hours
	@[ "$$(cargo-mutants --version 2>/dev/null)" = "cargo-mutants 27.1.0" ] || \
		{ echo "mutants: installing cargo-mutants 27.1.0"; $(CARGO) install --quiet --locked cargo-mutants@27.1.0; }
	$(CARGO) mutants --output $(TARGET_DIR) $(MUTANTS)

coverage: setup-rust ## which lines the Rust tests run, by file; takes minutes
	@[ -n "$$(cargo-llvm-cov llvm-cov --version 2>/dev/null)" ] || \
		{ echo "coverage: installing cargo-llvm-cov 0.9.1"; $(CARGO) install --quiet --locked cargo-llvm-cov@0.9.1; }
	$(CARGO) llvm-cov --locked --all-features -p imza -p imza-audit -p imza-cli --ignore-filename-regex '/tests/' $(COVERAGE)

features: setup-rust ## compile every choice of features; takes minutes
	@[ -n "$$(cargo-hack hack --version 2>/dev/null)" ] || \
		{ echo "features: installing cargo-hack 0.6.46"; $(CARGO) install --quiet --locked cargo-hack@0.6.46; }
	$(CARGO) hack check --locked --feature-powerset -p imza -p imza-audit -p imza-cli

dist: setup ## all that a release hands out, in target/dist: archives, packages, crates, checksums
	@scripts/dist.sh "$(TARGET_DIR)"

test-dist: dist ## use each of them in an empty folder
	@tests/dist.sh

deny: ## hold deny.toml to Cargo.lock; installs cargo-deny, which takes minutes
	@[ "$$(cargo-deny --version 2>/dev/null)" = "cargo-deny 0.18.4" ] || \
		{ echo "deny: installing cargo-deny 0.18.4"; $(CARGO) install --quiet --locked cargo-deny@0.18.4; }
	cargo-deny --all-features check bans licenses sources

minimal-versions: setup-rust ## the lower bounds of Cargo.toml: the default library passes its tests with the oldest versions that they allow
	@tests/minimal-versions.sh

test-supply: setup ## the licences and sources of what comes with imza
	@tests/supply.py $(CARGO)

test-corpus: ## re-compute the golden corpus with the independent oracle
	tests/oracle.py check

# The C library.

.PHONY: install-capi install-command cinstall test-capi test-platforms abi

lib: ## build target/release/libimza.so and libimza.a; OPT_LEVEL=3 for speed instead of size
	@scripts/build-capi.sh "$(TARGET_DIR)"

header: ## make include/imza.h and imza.ffi.h anew from src/ffi
	made="$$(scripts/header.sh)" && cp "$$made/imza.h" "$$made/imza.ffi.h" include

# A path under PREFIX, whole or from there: `LIBDIR=lib/x86_64-linux-gnu` on Debian, `LIBDIR=lib64` on Fedora.
LIBDIR ?= lib
libdir = $(if $(filter /%,$(LIBDIR)),$(LIBDIR),$(PREFIX:/=)/$(LIBDIR))

install: install-capi install-command ## install library, headers and command in PREFIX, libraries in LIBDIR

install-capi: ## install all but the command
	@scripts/prefix.sh check "$(PREFIX)" "$(libdir)"
	@scripts/build-capi.sh "$(TARGET_DIR)"
	@scripts/install-capi.sh "$(TARGET_DIR)/release" "$(PREFIX)" "$(libdir)"

install-command: ## install the command alone, with its manual pages and completions
	@scripts/prefix.sh check "$(PREFIX)" "$(libdir)"
	scripts/reproducibly.sh $(CARGO) build --locked --release -p imza-cli
	@scripts/install-command.sh "$(TARGET_DIR)/release/imza" "$(PREFIX)"

cinstall: ## install the library with cargo-c, which takes ten minutes to build the first time
	@command -v cargo-cinstall >/dev/null || { echo "cinstall: installing cargo-c"; $(CARGO) install --locked cargo-c@0.10.24; }
	$(CARGO) cinstall --locked --release --prefix "$(PREFIX)" --libdir "$(libdir)"

test-platforms: setup-rust ## other processors under qemu-user, 32 bits and big-endian among them; Windows and macOS as far as they can be had
	@tests/platforms.sh

test-capi: setup ## the C library, installed, from C and C++; fully static; the same bytes in every folder
	@tests/capi.sh
	@tests/install.sh
	@tests/static-link.sh
	@tests/reproducible.sh

abi: header ## describe the header for abidiff; for a new ABI version, or one that has only grown
	cp include/imza.h tests/abi/1/imza.h
	sed 's|/\*.*||' include/imza.h | sed -n 's/^[a-z].*[ *]\(imza_[a-z_]*\)(.*/\1/p' | grep -v imza_str_from | LC_ALL=C sort >tests/abi/1/symbols.txt
	tests/capi.sh describe

# What uses the installed library: everything is built against a prefix under target/.
.PHONY: test-prefix test-php test-recordings test-instructions test-go test-services test-docs bench-languages

test-prefix: setup
	@$(MAKE) --no-print-directory install PREFIX="$(abspath $(TARGET_DIR))/prefix"

test-php: test-prefix ## the PHP package: corpus, refusals, the README's program, a client against the Rust example server
	@tests/php.sh

test-recordings: test-prefix ## docs/audit.md's nginx configuration and jq line: real requests, and the audit's verdicts
	@tests/recordings.sh

test-instructions: test-prefix ## what single calls cost in instructions, what is installed in bytes; that no verdict's cost tells where a signature differs
	@tests/instructions.py "$(TARGET_DIR)/prefix"

test-go: test-prefix ## the Go module: tests, race detector, pointer checks, fuzzing, a benchmark
	@tests/go.sh

test-services: test-prefix ## example services in Go and Rust against each other, and a load
	@tests/services.sh

test-docs: test-prefix ## the programs of docs/integrate.md, in every language, and bindings/go/README.md
	@tests/docs.sh

bench-languages: test-prefix ## what a signature costs in each language, in one run
	@. tests/go-env.sh && export target prefix && python3 -B benches/languages/compare.py

# The Python package.
.PHONY: wheel test-python

wheel: ## build the Python wheel for this machine into target/wheels
	@scripts/build-wheel.sh "$(TARGET_DIR)/wheels"

test-python: ## the Python package, as a wheel in an environment of its own
	@tests/python.sh

# The Java package.
.PHONY: test-java

test-java: test-prefix ## the Java package over both ways to the library, against services in Rust; its README
	@tests/java.sh

# The .NET package.
.PHONY: test-dotnet

test-dotnet: test-prefix ## the .NET package on Mono: the corpus, against services in Rust, its README
	@tests/dotnet.sh

# JavaScript.
.PHONY: npm test-node test-sandbox

npm: ## build the npm package into target/npm
	@mkdir -p "$(TARGET_DIR)/npm"
	@. scripts/versions.sh && scripts/build-npm.sh "$(TARGET_DIR)/npm/imza-$$VERSION.tgz"

test-sandbox: setup ## the sandbox and its page: requests by curl, Go, Node and Python, seen in headless Chromium
	@tests/sandbox.sh

test-node: setup-rust ## the npm package, installed from its tarball: the corpus, HTTP, Postman, a browser
	@tests/node.sh
