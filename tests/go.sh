#!/bin/sh
# Checks the Go module against the installed library: formatting, vet, tests (shared and static, with the race
# detector, with Go's pointer checks under a garbage collector that never rests), a few seconds of fuzzing, and
# the time of a signature beside Go's own crypto/hmac. Then the form for programs without cgo, by the same tests.
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

say "an older Go, which must report the version it lacks, not a package"
newer=$(go list -f '{{ join .Imports "\n" }}' . | grep -xE 'cmp|iter|log/slog|maps|slices|testing/slogtest|unique|weak') && stop "Go 1.19 does not have $newer"

say "a copied handle, which vet must report"
copies=$(go vet ./testdata/copied 2>&1 | grep -c 'copies lock value') || true
[ "$copies" -eq 7 ] || stop "vet reports $copies copies, not one of each of the 7 types"

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

say "without cgo: WebAssembly"
../../tests/wasm-target.sh
../../scripts/build-wasm.sh bindings/go/wasm/imza.wasm
(cd wasm && GOPROXY=$module_proxy go mod download)
project=$PWD
work=$target/go/wasm
rm -rf "$work"
mkdir -p "$work/first" "$work/none"

say "a program that does not import imza/wasm, which must say in one line what to do"
printf 'module none\n\ngo 1.21\n\nrequire imza v0.0.0\n\nreplace imza => %s\n' "$project" >"$work/none/go.mod"
printf 'package main\n\nimport "imza"\n\nfunc main() {\n\t_, err := imza.NewVerifier()\n\tprintln(err.Error())\n}\n' \
    >"$work/none/main.go"
told=$(cd "$work/none" && CGO_ENABLED=0 go run . 2>&1)
[ "$told" = 'imza: this program is built without cgo: import _ "imza/wasm", or build it with CGO_ENABLED=1 and a C compiler' ] ||
    stop "$told"

say "the README's program, step by step"
sed -n '/^```go$/,/^```$/p' README.md | sed '/^```$/,$d; /^```/d' | sed 's|^\t"imza"$|&\n\t_ "imza/wasm"|' >"$work/first/main.go"
printf 'module first\n\ngo 1.21\n\nrequire imza v0.0.0\n\nreplace imza => %s\n' "$project" >"$work/first/go.mod"
steps=$(sed -n '/^```shell$/,/^```$/p' README.md | grep -v -e '^```' -e build-wasm)
printed=$(cd "$work/first" && module=$project GOPROXY=$module_proxy && eval "$steps")
awk '/^```text$/ { inside = 1; next } /^```$/ && inside { exit } inside' README.md >"$work/expected"
[ -s "$work/expected" ] && [ "$printed" = "$(cat "$work/expected")" ] || stop "it prints $printed"

# The tests of package imza import nothing that its module does not have. A workspace has both modules, and an overlay
# the file that imports imza/wasm.
export GOWORK="$work/go.work"
printf 'go 1.21\n\nuse (\n\t%s\n\t%s/wasm\n)\n' "$project" "$project" >"$GOWORK"
printf 'package imza_test\n\nimport _ "imza/wasm"\n' >"$work/import.go"
printf '{"Replace": {"%s/linked_test.go": "%s/import.go"}}\n' "$project" "$work" >"$work/overlay.json"
say "the same tests over WebAssembly, and its own"
CGO_ENABLED=0 go vet . ./wasm
CGO_ENABLED=0 go test -count=1 -overlay "$work/overlay.json" . ./wasm
say "the same tests over WebAssembly with the race detector, which needs cgo"
go test -race -count=1 -tags imza_wasm -overlay "$work/overlay.json" . ./wasm
say "every check passed"
