#!/usr/bin/env python3
"""Counts the instructions of single calls of the C library under valgrind: the same on every run, however busy the machine.

- What a verdict costs tells nothing of where a signature differs, or of whether an id is held (DLGA-17, HASO-11).
- No call costs more than tests/instructions.json says, with 5 per cent of room: a guard against a slow change. A change that is meant
  writes the file anew:  UPDATE_INSTRUCTIONS=1 tests/instructions.py PREFIX

SHA-256 runs without the processor's own instructions there, so a compression counts for more than it takes.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests/instructions.json"
ROOM = 1.05


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

    counts = {case: count(case) for case in ("date", "sign", "verify", "verify all headers", "verify, 1000 keys", "token", "verify token")}
    if os.environ.get("UPDATE_INSTRUCTIONS"):
        RECORDED.write_text(json.dumps(counts, indent=1) + "\n")
    recorded = json.loads(RECORDED.read_text())
    for case, now in counts.items():
        print(f"instructions: {case} {now:,} ({now / recorded[case]:.2f} of what is recorded)")
        if now > recorded[case] * ROOM:
            faults.append(f"`{case}` takes {now} instructions, recorded are {recorded[case]}")
    for fault in faults:
        print(f"instructions: FAILED: {fault}", file=sys.stderr)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
