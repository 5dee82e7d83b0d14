#!/usr/bin/env python3
"""Counts the instructions of single calls of the C library under valgrind, the same on every run, however busy the machine;
and measures how large what is installed is, and how long the default crate takes to compile.

- What a verdict costs tells nothing of where a signature differs, or of whether an id is held (DLGA-17, HASO-11).
- No call costs more than tests/instructions.json says, with 5 per cent of room: a guard against a slow change. A change that is meant
  writes the file anew:  UPDATE_INSTRUCTIONS=1 tests/instructions.py PREFIX
- The libraries, the command and a static C program are not larger than it says, with 20 per cent of room, and the default build
  has no more crates.
- The time that the default crate takes to compile is shown, beside sha2 alone. No time is asserted: it depends on the machine.

SHA-256 runs without the processor's own instructions there, so a compression counts for more than it takes.
"""
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests/instructions.json"
ROOM = 1.05
ROOM_OF_BYTES = 1.2


def sizes(prefix: Path, work: Path) -> dict[str, int]:
    """Bytes of what is installed, and of a program that takes no shared library."""
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "imza-static"], check=True, text=True, stdout=subprocess.PIPE,
                           env={**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}).stdout
    program = work / "static"
    subprocess.run(["gcc", "-static", "-s", ROOT / "examples/c/sign.c", "-o", program, *shlex.split(flags)], check=True)
    files = {"libimza.so": prefix / "lib/libimza.so", "libimza.a": prefix / "lib/libimza.a", "the command": prefix / "bin/imza",
             "a static C program": program}
    return {name: file.stat().st_size for name, file in files.items()}


def crates(cargo: str) -> int:
    """How many crates the default build has, imza among them: what its compile time depends on, told without a clock."""
    tree = subprocess.run([cargo, "tree", "--locked", "-p", "imza", "-e", "normal,build", "--prefix", "none", "--format", "{p}"],
                          check=True, text=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
    return len({line.removesuffix(" (*)") for line in tree.splitlines() if line})


def show_compile_time(cargo: str, work: Path) -> None:
    """User seconds of a release build from nothing: sha2 with what it needs, and the default crate with all it needs."""
    target = work / "compile"
    shutil.rmtree(target, ignore_errors=True)
    spent = [resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime]
    for package in ("sha2@0.11", "imza"):
        subprocess.run([cargo, "build", "--quiet", "--locked", "--release", "-p", package, "--target-dir", target], check=True, cwd=ROOT)
        spent.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)
    before, sha2, imza = spent
    print(f"instructions: compiling the default crate takes {imza - before:.1f} s of processor time, of which sha2 {sha2 - before:.1f} s")
    shutil.rmtree(target)


def main() -> int:
    prefix = Path(sys.argv[1]).resolve()
    work = prefix.parent / "instructions"
    work.mkdir(exist_ok=True)
    program = work / "instructions"
    subprocess.run(["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-I", ROOT / "tests/c", "-I", prefix / "include",
                    ROOT / "tests/c/instructions.c", "-o", program, prefix / "lib/libimza.so", f"-Wl,-rpath,{prefix}/lib"],
                   check=True)

    def count(case: str) -> int:
        run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=counted",
                              program, case], stderr=subprocess.PIPE, text=True,
                             env={**os.environ, "LD_BIND_NOW": "1"})
        found = re.search(r"Collected : (\d+)", run.stderr)
        if run.returncode or not found:
            sys.exit(f"instructions: `{case}` failed:\n{run.stderr}")
        return int(found[1])

    faults = []

    def alike(one: str, other: str, room: int, is_control: bool = False) -> None:
        """Both cost the same, but for `room` instructions; a control must not."""
        a, b = count(one), count(other)
        print(f"instructions: {one} {a:,}, {other} {b:,}" + (": the control is found" if is_control and a != b else ""))
        if (abs(a - b) <= room) == is_control:
            faults.append(f"`{one}` takes {a} instructions and `{other}` {b}")

    alike("leaky, first byte wrong", "leaky, last byte wrong", 0, is_control=True)
    alike("first byte wrong", "last byte wrong", 0)
    alike("token, first byte wrong", "token, last byte wrong", 0)
    # DLGA-17 leaves the look-up of the id open: comparing two ids of 35 characters.
    alike("first byte wrong", "unknown id", 200)
    # Nor does it say that the reason of an unknown id has the id's beginning and length in it, which C asks for at once.
    alike("first byte wrong, told", "unknown id, told", 1000)

    counts = {case: count(case) for case in ("date", "sign", "verify", "verify all headers", "verify, 1000 keys", "token", "verify token")}
    cargo = os.environ.get("CARGO", "cargo")
    measured = {"instructions": counts, "bytes": sizes(prefix, work), "crates": {"the default build": crates(cargo)}}
    if os.environ.get("UPDATE_INSTRUCTIONS"):
        RECORDED.write_text(json.dumps(measured, indent=1) + "\n")
    recorded = json.loads(RECORDED.read_text())
    for unit, room in (("instructions", ROOM), ("bytes", ROOM_OF_BYTES), ("crates", 1)):
        if recorded[unit].keys() != measured[unit].keys():
            faults.append(f"{RECORDED.name} has other {unit} than are measured")
        for case, now in measured[unit].items():
            before = recorded[unit].get(case, now)
            print(f"instructions: {case}: {now:,} {unit} ({now / before:.2f} of what is recorded)")
            if now > before * room:
                faults.append(f"{case}: {now} {unit}, recorded are {before}")
    show_compile_time(cargo, work)
    for fault in faults:
        print(f"instructions: FAILED: {fault}", file=sys.stderr)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
