#!/usr/bin/env python3
"""Prints a C library with every function of a header and nothing in them, for abidw to look at.

The ABI is what the header says in C; of the library itself abidw would describe Rust, whose private types change with
every compiler. That library and header agree is checked by the symbol list and the layout assertions on both sides.

    tests/abi/stubs.py HEADER
"""

import re
import sys

header = open(sys.argv[1]).read()
code = re.sub(r"/\*.*?\*/|^#.*?$", "", header, flags=re.S | re.M)
print(header)
for result, name, arguments in re.findall(r"^([\w ]+[ *])(imza_\w+)\(([^)]*)\);", code, flags=re.M):
    print(f"{result}{name}({arguments}) {{ {'' if result.strip() == 'void' else 'return 0;'} }}")
