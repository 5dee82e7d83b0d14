#!/usr/bin/env python3
"""Prints the names of all functions of imza.h that write a text, for the table of tests/c/texts.c.

    tests/c/texts.py HEADER
"""

import re
import sys

code = re.sub(r"/\*.*?\*/|^#.*?$", "", open(sys.argv[1]).read(), flags=re.S | re.M)
prototypes = re.findall(r"\b(imza_\w+)\(([^)]*)\);", code)
names = [name for name, arguments in prototypes if re.search(r"(?<!const )\bchar \*\w+,\s*size_t \w+,", arguments)]
if not names:
    sys.exit("the header has no function that writes a text")
print("/* Made by tests/c/texts.py of imza.h. */")
print("static const char *const TEXT_FUNCTIONS[] = {%s};" % ", ".join(f'"{name}"' for name in names))
