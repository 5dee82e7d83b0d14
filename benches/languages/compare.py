#!/usr/bin/env python3
"""What a signature costs in each language: a table, µs a signature. `make bench-languages` calls it.

Each program of this folder signs one request again and again; a line of its input says how often. All of them stand ready and are
asked in turns, so that a slow moment of the machine meets them all, and of each the fastest turn counts. Before, each signs the
first request of the golden corpus and must have its signature.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import languages  # noqa: E402

WORK = pathlib.Path(os.environ["target"]) / "bench-languages"
TURNS, A_TURN = 30, 20e6  # nanoseconds

JAVA, PHP = languages.ROWS["java"], languages.ROWS["php"]
# As they stand in the table: the program, and its row of tests/languages.py.
PROGRAMS = {
    "Rust": ("sign.rs", languages.ROWS["rs"]),
    "C": ("sign.c", languages.ROWS["c"]),
    "C++": ("sign.cpp", languages.ROWS["cpp"]),
    "Go, cgo": ("sign.go", languages.ROWS["go"]),
    "Python": ("sign.py", languages.ROWS["py"]),
    "JavaScript": ("sign.mjs", languages.ROWS["mjs"]),
    "Java, JNA": ("Sign.java", JAVA),
    ".NET, Mono": ("Sign.cs", languages.ROWS["cs"]),
    "PHP, FFI": ("sign.php", PHP),
    "PHP, `Imza\\Pure`": ("sign.php", (PHP[0], "export way=pure\n" + PHP[1])),
}
# The foreign-function API needs a JDK 22 or later; it is the same classes, and beside them the way to the library that they then take.
for jdk in [pathlib.Path(os.environ.get("JAVA_HOME", "/")), *sorted(pathlib.Path("/usr/lib/jvm").glob("*"))]:
    release = re.search(r'JAVA_VERSION="(\d+)', (jdk / "release").read_text()) if (jdk / "release").exists() else None
    if release and int(release[1]) >= 22:
        needed = f"""find "$root/bindings/java/imza-ffm/src/main/java" -name '*.java' -print0 |
            xargs -0 "{jdk}/bin/javac" -nowarn -cp "$work/java" -d "$work/ffm" """
        run = f"""javac -cp "$work/java" -d . $program
            export IMZA_LIBRARY="$prefix/lib/libimza.so"
            "{jdk}/bin/java" --enable-native-access=ALL-UNNAMED -cp "$work/java:$work/ffm:." Sign"""
        PROGRAMS["Java, foreign functions"] = ("Sign.java", (needed, run))


class Program:
    def __init__(self, number, program, row):
        needed, run = row
        environment = os.environ | {"root": str(ROOT), "work": str(WORK), "program": program, "profile": "release"}
        if needed not in made:
            made.add(needed)
            subprocess.run(["bash", "-euc", needed], cwd=WORK, env=environment, check=True, stdout=subprocess.DEVNULL)
        folder = WORK / str(number)
        folder.mkdir()
        shutil.copy(FOLDER / program, folder)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(["bash", "-euc", run], cwd=folder, env=environment, text=True, **pipes)
        self.best = float("inf")

    def sign(self, count, resource, body):
        """Nanoseconds, and what the authorization header is."""
        print(count, resource, body, file=self.process.stdin, flush=True)
        took, authorization = self.process.stdout.readline().rstrip("\n").split(" ", 1)
        return int(took), authorization


made = set()
shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir(parents=True)

first = json.loads((ROOT / "tests/vectors/dlga.json").read_text(encoding="utf-8"))["cases"][0]
(WORK / "first").write_bytes(base64.b64decode(first["body_base64"]))
# 300 bytes are signed, like a call with some fields.
resource = "/v1/application/finishonlinehelp"
head = f"POST\n{first['content_type']}\n{first['date']}\n".encode()
body = b'{"customerId":"' + b"1" * (300 - len(head) - len(resource) - 18) + b'"}'
(WORK / "body").write_bytes(body)
text = head + body + b"\n" + resource.encode()
assert len(text) == 300, len(text)
tag = hmac.digest(base64.b64decode(first["secret_base64"]), text, hashlib.sha256)
right = f"DLGA {first['access_key_id']}:{base64.b64encode(tag).decode()}"

programs = {}
for number, (name, (program, row)) in enumerate(PROGRAMS.items()):
    programs[name] = one = Program(number, program, row)
    assert one.sign(1, first["resource"], WORK / "first")[1] == first["authorization"], f"{name}: another signature"
    # Compiled at last, where a compiler works while the program runs; then as many signatures as fill a turn.
    for _ in range(5):
        took, authorization = one.sign(2000, resource, WORK / "body")
        assert authorization == right, f"{name}: another signature"
    one.count = max(1, int(A_TURN / (took / 2000)))

for _ in range(TURNS):
    for one in programs.values():
        one.best = min(one.best, one.sign(one.count, resource, WORK / "body")[0] / one.count)

print("| language | µs a signature |\n|---|---|")
for name, one in programs.items():
    one.process.stdin.close()
    one.process.wait()
    print(f"| {name} | {one.best / 1000:.2f} |")
