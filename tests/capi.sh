#!/bin/bash
# Checks the C library as its users meet it: built, installed in a prefix under target/, and linked from C and C++,
# dynamically and statically, through pkg-config and CMake; under sanitizers, valgrind and helgrind; and against the
# promised ABI. Where a tool must find faults, it is first shown to find a planted one.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/capi"
target=$(cd "$target" && pwd)
work=$target/capi
prefix=$work/prefix
abi=tests/abi/1
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig RUST_BACKTRACE=0

say() { printf 'capi: %s\n' "$*"; }
stop() {
    printf 'capi: FAILED: %s\n' "$*" >&2
    exit 1
}
# quietly COMMAND…: its output is shown only when it fails
quietly() { "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2 && stop "$*"; }; }
# finds WHAT COMMAND…: a positive control, which must fail and must say WHAT
finds() {
    local what=$1
    shift
    if "$@" >"$work/output" 2>&1; then stop "this control did not fail: $*"; fi
    grep -q -- "$what" "$work/output" || { cat "$work/output" >&2 && stop "this control does not say '$what': $*"; }
}

warnings=(-Wall -Wextra -Wpedantic -Werror)
c=(-std=c99 "${warnings[@]}" -g -O1 -I tests/c -I "$work")
cpp=(-std=c++17 "${warnings[@]}" -g -O1 -I tests/c -I "$work")

installed() {
    say "installing into $prefix"
    rm -rf "$prefix"
    quietly make install-capi PREFIX="$prefix" CARGO_TARGET_DIR="$target"
    read -ra dynamic <<<"$(pkg-config --cflags --libs imza) -Wl,-rpath,$prefix/lib"
    read -ra static <<<"$(pkg-config --cflags --libs imza-static)"
    python3 tests/c/corpus.py >"$work/corpus.h"
    python3 tests/c/nulls.py "$prefix/include/imza.h" $abi/symbols.txt >"$work/nulls.c"
    python3 tests/c/texts.py "$prefix/include/imza.h" >"$work/texts.h"
}

header_stands_alone() {
    say "the header compiles alone, and twice, in every standard of C and C++"
    printf '#include <imza.h>\n' >"$work/once.c"
    printf '#include <imza.h>\n#include <imza.h>\nint main(void) { return (int)imza_str_from("").len; }\n' >"$work/twice.c"
    cp "$work/once.c" "$work/once.cpp" && cp "$work/twice.c" "$work/twice.cpp"
    local compiler standard
    for standard in c99 c11 c17; do
        for compiler in gcc clang; do
            quietly $compiler -std=$standard "${warnings[@]}" -I "$prefix/include" -fsyntax-only "$work/once.c" "$work/twice.c"
        done
    done
    for standard in c++11 c++17 c++20; do
        for compiler in g++ clang++; do
            quietly $compiler -std=$standard "${warnings[@]}" -I "$prefix/include" -fsyntax-only "$work/once.cpp" "$work/twice.cpp"
        done
    done
    for compiler in gcc clang; do
        quietly $compiler -std=c11 "${warnings[@]}" -I "$prefix/include" -fsyntax-only tests/c/layout.c
    done
    # The layout with pointers of 32 bits, by a compiler alone: no library of such a machine is needed.
    mkdir -p "$work/freestanding"
    printf '#include <stddef.h>\nsize_t strlen(const char *);\n' >"$work/freestanding/string.h"
    quietly gcc -m32 -std=c11 -ffreestanding "${warnings[@]}" -I "$work/freestanding" -I "$prefix/include" -fsyntax-only tests/c/layout.c
    sed 's/uint16_t http_status/uint64_t http_status/' "$prefix/include/imza.h" >"$work/imza.h"
    finds imza_error gcc -std=c11 -I "$work" -fsyntax-only tests/c/layout.c
    rm "$work/imza.h"
}

foreign_functions_read_it() {
    say "imza.ffi.h: what imza.h declares, read by the parsers of other languages"
    # abidw's description of it is that of imza.h, to the letter.
    described "$prefix/include/imza.ffi.h" "$work/abi-ffi"
    described "$prefix/include/imza.h" "$work/abi"
    diff "$work/abi/imza.abi" "$work/abi-ffi/imza.abi" || stop "imza.ffi.h declares something else than imza.h"
    sed 's/int32_t key_index/int64_t key_index/' "$prefix/include/imza.ffi.h" >"$work/changed.h"
    described "$work/changed.h" "$work/abi-changed"
    finds key_index diff "$work/abi/imza.abi" "$work/abi-changed/imza.abi"
    python3 tests/abi/ffi.py "$prefix/include/imza.ffi.h" "$prefix/lib/libimza.so"
}

verdicts_are_looked_at() {
    say "a verdict that is not looked at is a warning, in C and in C++"
    local marked compiler
    # Every function whose name says that it verifies, but for the one that takes a piece of a body.
    marked=$(sed -n '/^IMZA_CHECK_RESULT$/{n;s/^imza_status \(imza_[a-z_]*\)(.*/\1/p}' "$prefix/include/imza.h")
    diff <(grep -E '^imza_(dlga|haso)_verify(_|$)' $abi/symbols.txt | grep -vE '_(update|free)$') <(LC_ALL=C sort <<<"$marked") ||
        stop "not every verdict has IMZA_CHECK_RESULT"
    for compiler in "gcc -std=c99" "clang -std=c99" "g++ -std=c++11 -x c++" "clang++ -std=c++17 -x c++"; do
        # shellcheck disable=SC2086  # a command and its options
        $compiler -Wall -I "$prefix/include" -c tests/c/ignored.c -o "$work/ignored.o" 2>"$work/output" || stop "ignored.c: $compiler"
        [ "$(grep -c 'warning: ignoring' "$work/output")" = "$(wc -w <<<"$marked")" ] || stop "$compiler does not warn of every verdict"
    done
}

library_is_small_and_clean() {
    say "the shared library: its symbols, its size, what it needs"
    local so=$prefix/lib/libimza.so
    nm -D --defined-only "$so" | awk '{print $3}' | LC_ALL=C sort >"$work/symbols.txt"
    diff $abi/symbols.txt "$work/symbols.txt" || stop "the library's symbols are not those of $abi/symbols.txt"
    ! grep -v '^imza_' "$work/symbols.txt" || stop "the library exports more than imza_*"
    local size
    size=$(stat -L -c %s "$so")
    [ "$size" -lt 1200000 ] || stop "the library has $size bytes; 1,200,000 are the limit"
    say "  $(wc -l <"$work/symbols.txt") symbols, $size bytes"
    objdump -p "$so" | awk '/NEEDED/ {print $2}' | sort >"$work/needed"
    ! grep -vE '^(libc\.so|libgcc_s\.so|ld-linux)' "$work/needed" || stop "the library needs more than libc, libgcc_s and the loader"
    objdump -p "$so" | grep 'SONAME *libimza\.so\.1$' >/dev/null || stop "the SONAME is not libimza.so.1"
    [ "$(pkg-config --modversion imza)" = "$(. scripts/versions.sh && echo "$VERSION")" ] || stop "imza.pc has another version"
    # What rustc itself says that the static library needs.
    local private
    private=$(sed -n 's/^Libs.private: //p' "$prefix/lib/pkgconfig/imza.pc")
    [ "$private" = "$(tr -s ' \n' ' ' <"$target/release/libimza.native-libs.note" | sed 's/-lgcc_s *//; s/ $//')" ] || stop "Libs.private is not rustc's list without -lgcc_s: $private"
    ! grep -rn "$prefix" "$prefix/lib/pkgconfig" "$prefix/lib/cmake" || stop "an installed file names the prefix"
}

programs_run() {
    say "programs in C and C++, dynamic and static, by gcc and clang"
    local name
    for name in corpus contract texts headers field explain discover; do
        quietly gcc "${c[@]}" "tests/c/$name.c" -o "$work/$name" "${dynamic[@]}"
        quietly gcc "${c[@]}" "tests/c/$name.c" -o "$work/$name-static" "${static[@]}"
        quietly clang "${c[@]}" "tests/c/$name.c" -o "$work/$name-clang" "${dynamic[@]}"
        "$work/$name" && quietly "$work/$name-static" && quietly "$work/$name-clang"
    done
    quietly gcc "${c[@]}" "$work/nulls.c" -o "$work/nulls" "${dynamic[@]}" && "$work/nulls"
    quietly gcc "${c[@]}" -pthread tests/c/threads.c -o "$work/threads" "${dynamic[@]}" && "$work/threads"
    # A function that writes a text and is not in the table of texts.c is noticed.
    mkdir -p "$work/wrong"
    sed 's/imza_dlga_date/imza_dlga_date_of_tomorrow/' "$work/texts.h" >"$work/wrong/texts.h"
    quietly gcc -I "$work/wrong" "${c[@]}" tests/c/texts.c -o "$work/texts-wrong" "${dynamic[@]}"
    finds "imza_dlga_date_of_tomorrow" "$work/texts-wrong"
    ! ldd "$work/contract-static" | grep imza >/dev/null || stop "the static program needs the shared library"
    ldd "$work/contract" | grep "$prefix/lib/libimza.so.1" >/dev/null || stop "the dynamic program does not use the shared library"

    quietly g++ "${cpp[@]}" tests/cpp/*.cpp -o "$work/cpp" "${dynamic[@]}" -lgtest_main -lgtest -pthread
    quietly g++ "${cpp[@]}" tests/cpp/*.cpp -o "$work/cpp-static" "${static[@]}" -lgtest_main -lgtest -pthread
    quietly clang++ "${cpp[@]}" -std=c++20 -fsyntax-only tests/cpp/*.cpp "${dynamic[@]}" -Wno-unused-command-line-argument
    "$work/cpp" --gtest_brief=1 && quietly "$work/cpp-static"

    # The signatures are the documented ones, and a wrong one is noticed.
    quietly gcc "${c[@]}" -Wno-overlength-strings examples/c/sign.c -o "$work/sign" "${dynamic[@]}"
    "$work/sign" | diff examples/c/sign.txt - || stop "examples/c/sign.c prints something else"
    sed "s/'.x44','.x4c'/'M','L'/" "$work/corpus.h" >"$work/wrong/corpus.h"
    quietly gcc -I "$work/wrong" "${c[@]}" tests/c/corpus.c -o "$work/corpus-wrong" "${dynamic[@]}"
    finds "not so: is_text" "$work/corpus-wrong"
}

nothing_is_left_on_the_stack() {
    say "what a secret was made into is wiped from the stack"
    quietly gcc "${c[@]}" tests/c/stack.c -o "$work/stack" "${dynamic[@]}" && "$work/stack"
    quietly gcc "${c[@]}" tests/c/stack.c -o "$work/stack-static" "${static[@]}" && quietly "$work/stack-static"
}

documented_program_compiles() {
    say "the program of README.md and docs/c-abi.md, by the line that stands there"
    local home=$work/home page
    for page in README.md docs/c-abi.md; do
        rm -rf "$home" && mkdir -p "$home" && ln -s "$prefix" "$home/.local"
        sed -n '/^```c$/,/^```$/{//!p}' "$page" >"$home/sign.c"
        grep '^cc sign\.c' "$page" >"$home/compile.sh"
        (cd "$home" && unset PKG_CONFIG_PATH && HOME=$home sh -e compile.sh)
        [ "$("$home/sign")" = "$(sed -n 's/.*prints `\(DLGA [^`]*\)`.*/\1/p' "$page")" ] ||
            stop "the program of $page prints something else"
    done
}

cmake_finds_it() {
    say "CMake: find_package and add_subdirectory"
    local version
    version=$(pkg-config --modversion imza)
    rm -rf "$work/cmake-package" "$work/cmake-source"
    quietly cmake -S tests/cmake -B "$work/cmake-package" -DCMAKE_PREFIX_PATH="$prefix" -DIMZA_VERSION="${version%.*}"
    quietly cmake --build "$work/cmake-package" -j 2
    quietly ctest --test-dir "$work/cmake-package" --no-tests=error
    quietly cmake -S tests/cmake -B "$work/cmake-source" -DIMZA_SOURCE="$PWD" -DIMZA_TARGET_DIR="$target"
    quietly cmake --build "$work/cmake-source" -j 2
    quietly ctest --test-dir "$work/cmake-source" --no-tests=error
}

sanitizers_are_silent() {
    say "AddressSanitizer and UndefinedBehaviorSanitizer"
    local flags=(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer) name
    quietly gcc -std=c99 -g "${flags[@]}" tests/c/planted_bugs.c -o "$work/planted-asan" "${static[@]}"
    nm "$work/planted-asan" | grep __asan_init >/dev/null || stop "AddressSanitizer is not on"
    finds heap-buffer-overflow "$work/planted-asan" overflow
    finds LeakSanitizer "$work/planted-asan" leak
    finds 'runtime error' "$work/planted-asan" undefined
    quietly "$work/planted-asan" none
    for name in tests/c/{corpus,contract,texts,headers,field,explain,discover}.c "$work/nulls.c"; do
        quietly gcc "${c[@]}" "${flags[@]}" "$name" -o "$work/asan" "${static[@]}"
        quietly "$work/asan"
    done
    quietly g++ "${cpp[@]}" "${flags[@]}" tests/cpp/*.cpp -o "$work/asan-cpp" "${static[@]}" -lgtest_main -lgtest -pthread
    quietly "$work/asan-cpp"
}

# So that a byte that Rust writes or reads out of place is seen, and not only what C does with it.
library_is_silent_under_asan() {
    say "the library itself under AddressSanitizer, with its debug assertions"
    local host library name
    host=$(rustc -vV | sed -n 's/^host: //p')
    library=$target/capi-asan/$host/debug/libimza.a
    # The stable compiler has the sanitizer, behind this switch.
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address quietly "${CARGO:-cargo}" rustc --locked --lib --features capi \
        --target "$host" --target-dir "$target/capi-asan" --config profile.dev.opt-level=1 --crate-type staticlib
    nm "$library" 2>/dev/null | grep -c __asan_init >"$work/output" || stop "the library is not built with AddressSanitizer"
    local flags=(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    local instrumented
    read -ra instrumented <<<"-I $prefix/include $library $(pkg-config --libs-only-l imza-static)"
    quietly gcc -std=c99 -g "${flags[@]}" tests/c/planted_bugs.c -o "$work/planted-library" "${instrumented[@]}"
    finds heap-buffer-overflow "$work/planted-library" nul
    # A library that is not instrumented lets this one pass, so the control proves that this one is.
    quietly "$work/planted-asan" nul
    for name in tests/c/{corpus,contract,texts,headers,field,explain,discover}.c "$work/nulls.c"; do
        quietly gcc "${c[@]}" "${flags[@]}" "$name" -o "$work/asan-library" "${instrumented[@]}"
        quietly "$work/asan-library"
    done
    quietly g++ "${cpp[@]}" "${flags[@]}" tests/cpp/*.cpp -o "$work/asan-library-cpp" "${instrumented[@]}" -lgtest_main -lgtest -pthread
    quietly "$work/asan-library-cpp"
}

valgrind_is_silent() {
    say "valgrind: no error, no leak, no race"
    local memcheck=(valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all)
    quietly gcc -std=c99 -g tests/c/planted_bugs.c -o "$work/planted" "${dynamic[@]}"
    finds 'Invalid write' "${memcheck[@]}" "$work/planted" overflow
    finds 'definitely lost\|still reachable' "${memcheck[@]}" "$work/planted" leak
    local name
    for name in corpus contract texts headers field explain discover nulls; do
        quietly "${memcheck[@]}" "$work/$name"
    done
    quietly "${memcheck[@]}" "$work/cpp" --gtest_brief=1
    local helgrind=(valgrind --quiet --tool=helgrind --error-exitcode=9)
    quietly gcc -std=c99 -g -pthread tests/c/race.c -o "$work/race"
    finds 'data race' "${helgrind[@]}" "$work/race"
    quietly "${helgrind[@]}" "$work/threads"
}

panics_stay_inside() {
    say "a panic comes back as a status"
    quietly scripts/build-capi.sh "$target/capi-test" capi-test dev
    quietly gcc "${c[@]}" -I "$prefix/include" tests/c/panic.c -o "$work/panics" "$target/capi-test/debug/libimza.so" -Wl,-rpath,"$target/capi-test/debug"
    quietly "$work/panics"
    grep -q 'the planted panic' "$work/output" || stop "the planted panic did not happen"
}

# described HEADER DIRECTORY [OLDER]: abidw's description of a header's ABI; with OLDER, of structs only what that one has
described() {
    mkdir -p "$2"
    python3 tests/abi/stubs.py "$1" ${3:+"$3"} >"$2/stubs.c"
    (cd "$2" && gcc -g -shared -fPIC -w -include stddef.h -include stdint.h -Wl,-soname,libimza.so.1 stubs.c -o libimza.so &&
        abidw --no-show-locs --no-comp-dir-path --no-corpus-path libimza.so >imza.abi)
}

abi_is_kept() {
    say "the ABI is the promised one: abidiff, and a program compiled against the older header"
    described "$prefix/include/imza.h" "$work/abi"
    quietly abidiff $abi/imza.abi "$work/abi/imza.abi"
    sed 's/    size_t offset;/    uint32_t offset;/' "$prefix/include/imza.h" >"$work/changed.h"
    described "$work/changed.h" "$work/abi-changed"
    finds offset abidiff $abi/imza.abi "$work/abi-changed/imza.abi"

    # Since its first header the ABI has only grown: functions were added, and structs went on at their end.
    described $abi/first.h "$work/abi-first"
    local grown=(abidiff --suppr tests/abi/grown.suppr "$work/abi-first/imza.abi") change
    described "$prefix/include/imza.h" "$work/abi-cut" $abi/first.h
    quietly "${grown[@]}" "$work/abi-cut/imza.abi"
    described "$prefix/include/imza.h" "$work/abi-whole"
    finds 'char field' "${grown[@]}" "$work/abi-whole/imza.abi"
    for change in 's/    size_t offset;/    size_t offset; size_t more;/' 's/    uint16_t http_status;/    uint32_t http_status;/' \
        's/^    size_t len;/    size_t len; size_t more;/' 's/^void imza_dlga_signer_free(/void imza_dlga_signer_end(/'; do
        sed "$change" "$prefix/include/imza.h" >"$work/changed.h"
        described "$work/changed.h" "$work/abi-changed" $abi/first.h
        finds 'type size changed\|type changed\|Deleted\|Removed function\|removed' "${grown[@]}" "$work/abi-changed/imza.abi"
    done
    # A program compiled against the first header, whose imza_error is smaller, runs with this library.
    mkdir -p "$work/first"
    cp $abi/first.h "$work/first/imza.h"
    quietly gcc -I "$work/first" "${c[@]}" tests/c/contract.c -o "$work/older" -L "$prefix/lib" -limza -Wl,-rpath,"$prefix/lib"
    quietly "$work/older"
}

if [ "${1:-}" = describe ]; then
    # For `make abi`: the description of the committed header.
    described include/imza.h "$work/abi"
    cp "$work/abi/imza.abi" $abi/imza.abi
    exit
fi
installed
header_stands_alone
foreign_functions_read_it
verdicts_are_looked_at
library_is_small_and_clean
programs_run
nothing_is_left_on_the_stack
documented_program_compiles
cmake_finds_it
sanitizers_are_silent
library_is_silent_under_asan
valgrind_is_silent
panics_stay_inside
abi_is_kept
say "every check passed"
