#!/usr/bin/env python3
"""Prints a C library with every function of a header and nothing in them, for abidw to look at.

The ABI is what the header says in C; of the library itself abidw would describe Rust, whose private types change with
every compiler. That library and header agree is checked by the symbol list and the layout assertions on both sides.

With OLDER, members that were added at the end of a struct with a `struct_size` since that header are left out: such a
struct may grow. abidiff then has to find no difference but functions that were added.

    tests/abi/stubs.py HEADER [OLDER]
"""

import re
import sys

STRUCT = re.compile(r"typedef struct \{\n(.*?)\n\} (\w+);", flags=re.S)


def code_of(path):
    return re.sub(r"/\*.*?\*/", "", open(path).read(), flags=re.S)


def members_of(body):
    return [member.strip() for member in body.split(";") if member.strip()]


code = code_of(sys.argv[1])
if len(sys.argv) > 2:
    older = {name: len(members_of(body)) for body, name in STRUCT.findall(code_of(sys.argv[2]))}

    def without_growth(struct):
        members = members_of(struct[1])
        if members[0] == "size_t struct_size":
            members = members[: older.get(struct[2], len(members))]
        return "typedef struct {\n" + "".join(f"    {member};\n" for member in members) + f"}} {struct[2]};"

    code = STRUCT.sub(without_growth, code)
print(code)
for result, name, arguments in re.findall(r"^([\w ]+[ *])(imza_\w+)\(([^)]*)\);", code, flags=re.M):
    print(f"{result}{name}({arguments}) {{ {'' if result.strip() == 'void' else 'return 0;'} }}")
