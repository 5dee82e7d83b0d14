#!/usr/bin/env python3
"""What a package of this workspace is built from, as a CycloneDX 1.5 document on standard output: each crate with its
version, licence and checksum, and what needs what. Made from `cargo metadata` and Cargo.lock; the same tree gives the
same bytes.

    scripts/sbom.py CARGO PACKAGE
"""
import json
import subprocess
import sys
import tomllib

cargo, root_name = sys.argv[1:]
command = [cargo, "metadata", "--locked", "--format-version", "1"]
metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
with open("Cargo.lock", "rb") as file:
    checksums = {(p["name"], p["version"]): p.get("checksum") for p in tomllib.load(file)["package"]}
packages = {package["id"]: package for package in metadata["packages"]}
# What is only built with, or only for tests, is not in the result.
needs = {
    node["id"]: [dep["pkg"] for dep in node["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
    for node in metadata["resolve"]["nodes"]
}
root = next(package["id"] for package in metadata["packages"] if package["name"] == root_name)
reached, waiting = {root}, [root]
while waiting:
    for need in needs[waiting.pop()]:
        if need not in reached:
            reached.add(need)
            waiting.append(need)


def purl(package: dict) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package: dict) -> dict:
    checksum = checksums[package["name"], package["version"]]
    return {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
        "licenses": [{"expression": package["license"].replace("/", " OR ")}],
        **({"hashes": [{"alg": "SHA-256", "content": checksum}]} if checksum else {}),
    }


in_order = sorted((packages[id] for id in reached), key=purl)
document = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {"component": component(packages[root])},
    "components": [component(package) for package in in_order if package["id"] != root],
    "dependencies": [
        {"ref": purl(package), "dependsOn": sorted(purl(packages[need]) for need in needs[package["id"]] if need in reached)}
        for package in in_order
    ],
}
json.dump(document, sys.stdout, indent=1)
print()
