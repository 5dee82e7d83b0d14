#!/bin/sh
# Checks the Go module against the installed library: formatting, vet, tests (shared and static, with the race
# detector, with Go's pointer checks under a garbage collector that never rests), a few seconds of fuzzing, and
# the time of a signature beside Go's own crypto/hmac.
set -eu
cd "$(dirname "$0")/.."
. tests/go-env.sh
cd bindings/go

say() { printf 'go: %s\n' "$*"; }
stop() {
    printf 'go: FAILED: %s\n' "$*" >&2
    exit 1
}

say "$(go version), formatting and vet"
unformatted=$("$(go env GOROOT)/bin/gofmt" -l . ../../examples/go)
[ -z "$unformatted" ] || stop "gofmt would change $unformatted"
go vet ./...

say "a copied handle, which vet must report, and a build without cgo, which must say what to do"
copies=$(go vet ./testdata/copied 2>&1 | grep -c 'copies lock value') || true
[ "$copies" -eq 6 ] || stop "vet reports $copies copies, not one of each of the 6 types"
told=$(CGO_ENABLED=0 go build . 2>&1) && stop "it builds without cgo"
[ "$(echo "$told" | grep -c '^\./')" -eq 1 ] && echo "$told" | grep -q 'build it with CGO_ENABLED=1 and a C compiler' || stop "$told"

say "tests with the shared library"
go test -count=1 ./...

say "tests with every pointer checked, while the garbage collector hardly rests"
GODEBUG=cgocheck=1 GOGC=1 go test -count=1 ./...

say "tests with the race detector"
go test -race -count=1 ./...

say "tests with the static library, which need no libimza.so"
go test -tags imza_static -c -o "$target/go/static.test" .
env -u LD_LIBRARY_PATH "$target/go/static.test" -test.count=1

for fuzz in FuzzASignedRequestVerifies FuzzAnyRequestGetsAVerdict; do
    say "$fuzz for 3 seconds"
    go test -run '^$' -fuzz "^$fuzz\$" -fuzztime 3s . >"$target/go/fuzz.log" || { cat "$target/go/fuzz.log" && stop "$fuzz"; }
done

say "a signature of 200 bytes beside crypto/hmac"
go test -run '^$' -bench . -benchtime 100000x . | tee "$target/go/bench.log" | grep ns/op
ratio=$(awk '/^BenchmarkSign-/ || /^BenchmarkSign / { for (i = 1; i < NF; i++) if ($(i + 1) == "ratio") print $i }' "$target/go/bench.log")
say "through imza a signature takes $ratio of the time that it takes with crypto/hmac"
# Without the processor's own SHA-256, other code is compared, and the figure is only told.
if grep -q -w sha_ni /proc/cpuinfo && awk "BEGIN { exit !($ratio > 1) }"; then
    stop "signing through imza is slower than plain Go"
fi
