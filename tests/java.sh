#!/bin/sh
# Checks the Java package against the installed library: built by Maven with all warnings as errors, the same tests over both ways
# to the library (JNA, and the foreign-function API where there is a JDK 22 or later), services in Java and Rust against each
# other, and bindings/java/README.md followed from nothing.
set -eu
cd "$(dirname "$0")/.."
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
root=$PWD
prefix=$target/prefix
work=$target/java

say() { printf 'java: %s\n' "$*"; }
stop() {
    printf 'java: FAILED: %s\n' "$*" >&2
    exit 1
}

if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
    tests/apt.sh maven default-jdk-headless
fi

# release HOME: the number of a JDK's Java, 0 where there is no compiler.
release() {
    number=0
    [ -x "$1/bin/javac" ] && number=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    echo "${number:-0}"
}

# A JDK for each way: any from 17 on for JNA, the oldest there is; one from 22 on for the foreign-function API, the newest.
jna_jdk="" ffm_jdk=""
for jdk in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" /usr/lib/jvm/*; do
    number=$(release "$jdk")
    if [ "$number" -ge 17 ] && { [ -z "$jna_jdk" ] || [ "$number" -lt "$(release "$jna_jdk")" ]; }; then jna_jdk=$jdk; fi
    if [ "$number" -ge 22 ] && { [ -z "$ffm_jdk" ] || [ "$number" -gt "$(release "$ffm_jdk")" ]; }; then ffm_jdk=$jdk; fi
done
[ -n "$jna_jdk" ] || stop "no JDK 17 or later is there"

# The sources are built in a copy, and what Maven downloads and installs goes beside it.
mkdir -p "$work"
rm -rf "$work/source"
cp -R bindings/java "$work/source"
rm -rf "$work"/source/target "$work"/source/*/target
rm -rf "$work/repository/io/github/imza"

# maven JDK ARGUMENTS…: prints what counts, or everything if it fails.
maven() {
    jdk=$1
    shift
    JAVA_HOME=$jdk mvn -B -ntp -Dstyle.color=never -Dmaven.repo.local="$work/repository" \
        -Dimza.vectors="$root/tests/vectors" -Dimza.services="$target/debug" "$@" >"$work/maven.log" 2>&1 || {
        cat "$work/maven.log"
        stop "mvn $*"
    }
    grep '^\[[A-Z]*\] Tests run:' "$work/maven.log" || true
}

"${CARGO:-cargo}" build --quiet --locked -p imza-examples --target-dir "$target"
export IMZA_LIBRARY="$prefix/lib/libimza.so"

say "the modules, and the tests over JNA, with Java $(release "$jna_jdk")"
maven "$jna_jdk" -f "$work/source/pom.xml" -Dimza.way=jna install
grep -q 'Tests run: [1-9]' "$work/maven.log" || stop "no test was run"

if [ -n "$ffm_jdk" ]; then
    say "the same tests over the foreign-function API, with Java $(release "$ffm_jdk")"
    maven "$ffm_jdk" -f "$work/source/pom.xml" -pl imza-ffm,tests -Dimza.way=ffm install
    grep -q 'Tests run: [1-9]' "$work/maven.log" || stop "no test was run"
else
    say "SKIPPED: the foreign-function API needs a JDK 22 or later, and there is none in JAVA_HOME or /usr/lib/jvm"
fi
unset IMZA_LIBRARY

say "bindings/java/README.md, from nothing"
rm -rf "$work/home"
JAVA_HOME=$jna_jdk CARGO_TARGET_DIR=$target MAVEN_OPTS="-Dmaven.repo.local=$work/repository" \
    python3 - "$work/home" <<'END' || stop "bindings/java/README.md is not true"
"""Does what bindings/java/README.md says, as tests/docs.py does: a block of code whose paragraph before it names a file is that
file, a block of `sh` is typed, and a block of `text` is what the step before it prints."""
import os, pathlib, re, subprocess, sys

home = pathlib.Path(sys.argv[1])
home.mkdir()
page = pathlib.Path("bindings/java/README.md").read_text(encoding="utf-8")
script, expected = ["set -eu"], {}
for number, match in enumerate(re.finditer(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S)):
    language, text = match[1], match[2]
    named = re.search(r"`([\w.]+\.\w+)`:$", page[: match.start()].rstrip())
    if language == "sh":
        last = number
        script.append(f"{{\n{text}}} >'{home}/{number}.out'")
    elif language == "text":
        expected[last] = text
    else:
        script.append(f"cat >{named[1]} <<'END OF {named[1]}'\n{text}END OF {named[1]}")
assert len(expected) == 3, expected
# Rust keeps its own places; all else is as nothing.
real = pathlib.Path.home()
environment = {name: value for name, value in os.environ.items() if name not in ("IMZA_LIBRARY", "LD_LIBRARY_PATH")}
environment |= {
    "HOME": str(home),
    "CARGO_HOME": os.environ.get("CARGO_HOME", str(real / ".cargo")),
    "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(real / ".rustup")),
}
done = subprocess.run(["bash", "-c", "\n".join(script)], env=environment, capture_output=True, text=True)
if done.returncode != 0:
    sys.exit(done.stdout + done.stderr + "".join(out.read_text() for out in home.glob("*.out")))
for number, text in expected.items():
    # Maven resets a terminal's colours, which no one sees.
    printed = (home / f"{number}.out").read_text(encoding="utf-8").replace("\x1b[0m\n", "").replace("\x1b[0m", "")
    if printed != text:
        sys.exit(f"the page says\n{text}and it is\n{printed}")
END
rm -rf bindings/java/*/target bindings/java/target
say "the page's three programs print what it says"
