#!/bin/bash
# Checks that programs which take no shared library at all, as in an image `FROM scratch`, link with the installed
# libimza.a by what pkg-config and CMake say, and run: in C, C++ and Go.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/go-env.sh

work=$target/static-link
rm -rf "$work" && mkdir -p "$work"
say() { printf 'static-link: %s\n' "$*"; }
stop() {
    printf 'static-link: FAILED: %s\n' "$*" >&2
    exit 1
}
quietly() { "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2 && stop "$*"; }; }
# alone PROGRAM: it needs no library when it starts
alone() { ! objdump -p "$1" | grep NEEDED || stop "$1 needs a shared library"; }

quietly scripts/build-capi.sh "$target"
quietly scripts/install-capi.sh "$target/release" "$work/prefix" "$work/prefix/lib"
unset LD_LIBRARY_PATH
export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
read -ra static <<<"$(pkg-config --cflags --libs imza-static)"
read -ra as_static <<<"$(pkg-config --static --cflags --libs imza)"

say "C and C++, by imza-static.pc and by pkg-config --static"
for flags in static as_static; do
    declare -n linked=$flags
    quietly gcc -static examples/c/sign.c -o "$work/$flags" "${linked[@]}"
    quietly g++ -std=c++17 -static examples/cpp/verify.cpp -o "$work/$flags-cpp" "${linked[@]}"
    alone "$work/$flags" && alone "$work/$flags-cpp"
    "$work/$flags" | diff examples/c/sign.txt - || stop "examples/c/sign.c prints something else"
    quietly "$work/$flags-cpp"
done
# What made them fail, shown to make them fail.
if gcc -static examples/c/sign.c -o "$work/control" "${static[@]}" -lgcc_s >"$work/output" 2>&1; then
    stop "this control did not fail: -lgcc_s in a static program"
fi

say "CMake: imza::static with -static"
quietly cmake -S tests/cmake -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/prefix" -DIMZA_KINDS=static -DCMAKE_EXE_LINKER_FLAGS=-static
quietly cmake --build "$work/cmake" -j 2
quietly ctest --test-dir "$work/cmake" --no-tests=error
alone "$work/cmake/contract_static"

say "Go, with the tag imza_static and -extldflags=-static"
mkdir "$work/go"
cat >"$work/go/main.go" <<'GO'
package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"imza"
)

func main() {
	signer, err := imza.NewSigner("key-id", []byte("not-a-real-secret"))
	if err != nil {
		panic(err)
	}
	req, _ := http.NewRequest("POST", "https://api.diyalog.im/v1/application/finishonlinehelp", strings.NewReader(`{"customerId":"123456"}`))
	req.Header.Set("Content-Type", "application/json")
	if err := signer.SignRequest(req, "45186", time.Unix(1615296512, 0)); err != nil {
		panic(err)
	}
	fmt.Println(req.Header.Get("x-dlg-authorization"))
}
GO
printf 'module first\n\ngo 1.21\n\nrequire imza v0.0.0\n\nreplace imza => %s/bindings/go\n' "$PWD" >"$work/go/go.mod"
(cd "$work/go" && quietly go build -tags imza_static,netgo,osusergo -ldflags '-linkmode external -extldflags "-static"' -o first .)
alone "$work/go/first"
answer=$(sed -n 's/.*prints `\(DLGA key-id:[^`]*\)`.*/\1/p' README.md)
[ "$("$work/go/first")" = "$answer" ] || stop "the Go program prints something else than $answer"
say "every check passed"
