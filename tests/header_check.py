#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compiles every public header alone, and twice in one file, with nothing but the public folder.

usage: header_check.py INCLUDE_FOLDER COMPILER...
"""

import pathlib
import subprocess
import sys

STRICT = ["-x", "c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def compiles(header, folder, compiler):
    include = f'#include "{header.relative_to(folder).as_posix()}"\n'
    command = [*compiler, *STRICT, "-I", str(folder), "-"]
    return subprocess.run(command, input=2 * include, text=True).returncode == 0


def main(folder, *compiler):
    folder = pathlib.Path(folder)
    headers = sorted(folder.rglob("*.h"))
    failed = [str(header) for header in headers if not compiles(header, folder, compiler)]
    print(f"{len(headers)} headers, {len(failed)} do not compile alone", *failed, sep="\n")
    return 0 if headers and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
