#!/usr/bin/env python3
"""What comes with imza: every package of Cargo.lock is of a licence that deny.toml allows and comes from the registry
with a checksum, and the default build of the library takes exactly the crates that docs/architecture.md lists.

The quick form of `make deny`.  tests/supply.py [CARGO]
"""
import json
import re
import subprocess
import sys
import tomllib

CARGO = sys.argv[1] if len(sys.argv) > 1 else "cargo"


def metadata(*options: str) -> dict:
    command = [CARGO, "metadata", "--locked", "--format-version", "1", *options]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Whether one way to read an SPDX expression has only allowed licences. `/` is `OR`, as old crates write it."""
    text = re.sub(r"[\w.+-]+", lambda word: word[0] if word[0] in ("OR", "AND", "WITH") else repr(word[0] in allowed),
                  expression.replace("/", " OR "))
    # What follows WITH only grants more.
    text = re.sub(r" WITH (True|False)", "", text)
    if not re.fullmatch(r"(?:True|False|OR|AND|[() ])+", text):
        return False
    return bool(eval(text.replace("OR", "or").replace("AND", "and"), {"__builtins__": {}}))  # noqa: S307: words above


def faults(packages: list[dict], locked: list[dict], deny: dict) -> list[str]:
    allowed = set(deny["licenses"]["allow"])
    exceptions = {entry["crate"]: set(entry["allow"]) for entry in deny["licenses"].get("exceptions", [])}
    found = []
    for package in packages:
        name, licence = package["name"], package["license"] or ""
        if not is_allowed(licence, allowed | exceptions.get(name, set())):
            found.append(f"{name} {package['version']}: the licence `{licence}` is not in deny.toml")
    for package in locked:
        source = package.get("source")
        if source and (not source.startswith("registry+") or "checksum" not in package):
            found.append(f"{package['name']}: {source} is no registry, or it has no checksum")
    return found


def main() -> int:
    with open("deny.toml", "rb") as file:
        deny = tomllib.load(file)
    with open("Cargo.lock", "rb") as file:
        locked = tomllib.load(file)["package"]
    packages = metadata("--all-features")["packages"]

    # Each check sees what it is there for.
    assert faults([{"name": "x", "version": "1", "license": "GPL-3.0 AND MIT"}], [], deny)
    assert faults([{"name": "x", "version": "1", "license": None}], [], deny)
    assert not faults([{"name": "x", "version": "1", "license": "GPL-3.0 OR (MIT AND Zlib)"}], [], deny)
    assert faults([], [{"name": "x", "source": "git+https://example.com/x"}], deny)

    found = faults(packages, locked, deny)
    tree = subprocess.run([CARGO, "tree", "--locked", "-e", "normal", "--depth", "1", "--prefix", "none", "-p", "imza"],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    direct = {line.split()[0] for line in tree.splitlines()[1:] if line}
    expected = {"base64", "hmac", "httpdate", "sha2", "thiserror", "zeroize"}
    if direct != expected:
        found.append(f"the default build of imza takes {sorted(direct)}, not {sorted(expected)}")
    for fault in found:
        print(f"supply: {fault}", file=sys.stderr)
    if not found:
        print(f"supply: {len(packages)} packages, their licences and sources; the library's own six")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
