#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads every source file and fails on what the architecture forbids.

* includes follow gst-plugin -> elements -> tracker-core, never back;
* each heavy library is named only where it belongs (LibTorch inside the core, GStreamer outside it);
* sources have at most 250 lines, headers 120, and the first line names the licence.

usage: layering_test.py SOURCE_ROOT
"""

import pathlib
import re
import sys
import tempfile
import unittest

SOURCE_SUFFIXES = {".cpp", ".c", ".cu", ".py"}
HEADER_SUFFIXES = {".h"}
MAX_LINES = {**{s: 250 for s in SOURCE_SUFFIXES}, **{s: 120 for s in HEADER_SUFFIXES}}
LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"
FOLDERS = ("tracker-core", "elements", "gst-plugin", "tools", "examples", "tests")

# Folder -> layer; the longest match counts.
LAYERS = {
    "tracker-core/include": "api",
    "tracker-core/src": "core",
    "tracker-core/pch": "core",
    "tracker-core/evaluation": "evaluation",
    "tracker-core/training": "training",
    "elements/bridge": "bridge",
    "elements/tracker": "tracker",
    "elements/overlay": "overlay",
    "elements/export": "export",
    "gst-plugin": "plugin",
    "tools": "tools",
    "examples": "examples",
    "tests": "tests",
}

# Layer -> layers it may include, besides itself. Tests may include everything.
ALLOWED = {
    "api": set(),
    "core": {"api"},
    "evaluation": {"api", "core"},
    "training": {"api", "core", "evaluation"},
    "bridge": {"api"},
    "tracker": {"api", "bridge"},
    "overlay": {"api", "bridge"},
    "export": {"api", "bridge"},
    "plugin": {"api", "bridge", "tracker", "overlay", "export"},
    "tools": {"api", "core", "evaluation", "training"},
    "examples": {"api"},
    "tests": set(LAYERS.values()),
}

# Library, its headers, the files that may include them.
LIBRARIES = (
    ("LibTorch", r"(torch|ATen|c10)/", r"tracker-core/(src|pch|training)/|tests/"),
    ("oneDNN", r"(oneapi/|dnnl)", r"tracker-core/src/nn/|tests/"),
    ("OpenCV", r"opencv2/",
     r"tracker-core/(evaluation|training|src/decode)/|tools/|tests/|examples/"),
    ("GStreamer", r"(gst/|glib|gobject|gio/)", r"elements/|gst-plugin/|examples/|tests/"),
    ("CUDA", r"(cuda|cuda_runtime)", r".*_cuda(_test)?\.(cu|cpp|h)$"),
    ("Pango and Cairo", r"(pango|cairo)", r"elements/overlay/|tests/elements/"),
    ("CLI11", r"CLI/", r"tools/|examples/|tests/tools/"),
)

# Where a quoted include is looked for after the folder of the file itself.
INCLUDE_ROOTS = ("tracker-core/include", "tracker-core/src", "tracker-core",
                 "tracker-core/training", "tracker-core/evaluation", "elements", "tools",
                 "tests/support", "")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def layer_of(path):
    """The layer of a path relative to the source root."""
    found = [folder for folder in LAYERS if path.startswith(folder + "/")]
    return LAYERS[max(found, key=len)] if found else None


def resolve(root, path, include):
    """The file that a quoted include means, relative to the root; None when there is none."""
    for folder in (path.parent, *(root / r for r in INCLUDE_ROOTS)):
        candidate = (folder / include).resolve()
        if candidate.is_file() and candidate.is_relative_to(root):
            return candidate.relative_to(root).as_posix()
    return None


def check_quoted(root, path, name, include):
    target = resolve(root, path, include)
    if target is None:
        return f"includes \"{include}\", which is no file of the project"
    layer, other = layer_of(name), layer_of(target)
    if layer is None or other == layer or other in ALLOWED[layer]:
        return None
    return f"is in layer '{layer}' and includes \"{include}\" of layer '{other}'"


def check_library(name, include):
    for library, headers, users in LIBRARIES:
        if re.match(headers, include) and not re.match(users, name):
            return f"includes <{include}>: {library} does not belong here"
    return None


def check_file(root, path):
    """All complaints about one file."""
    name = path.relative_to(root).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    limit = MAX_LINES[path.suffix]
    if len(lines) > limit:
        yield f"{name}: has {len(lines)} lines, expected at most {limit}"
    if not any(LICENCE in line for line in lines[:2]):
        yield f"{name}: expected '{LICENCE}' in the first line"
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if not found or path.suffix == ".py":
            continue
        quoted, angled = found.groups()
        complaint = check_quoted(root, path, name, quoted) if quoted else check_library(name, angled)
        if complaint:
            yield f"{name}:{number}: {complaint}"


def check_tree(root):
    """All complaints about a source tree."""
    root = pathlib.Path(root).resolve()
    complaints = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in MAX_LINES and path.is_file():
                complaints += check_file(root, path)
    return complaints


class PlantedViolations(unittest.TestCase):
    """The checker finds what it should: each test plants one violation in a tree of its own."""

    def complaints(self, name, *lines):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            files = {"tracker-core/include/siamtrack/box.h": [],
                     "tracker-core/src/nn/forward.h": [], "elements/bridge/guard.h": [],
                     name: lines}
            for relative, content in files.items():
                path = root / relative
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("\n".join(["// " + LICENCE, *content]), encoding="utf-8")
            return check_tree(root)

    def test_clean_tree(self):
        self.assertEqual([], self.complaints("elements/tracker/a.cpp", '#include "siamtrack/box.h"',
                                             '#include "../bridge/guard.h"', "#include <gst/gst.h>"))

    def test_arrow_backwards(self):
        self.assertRegex(
            self.complaints("tracker-core/src/a.cpp", '#include "bridge/guard.h"')[0],
            r"tracker-core/src/a.cpp:2: is in layer 'core' .* of layer 'bridge'")

    def test_private_core_header_in_an_element(self):
        self.assertEqual(1, len(self.complaints("elements/tracker/a.cpp",
                                                '#include "nn/forward.h"')))

    def test_torch_outside_the_core(self):
        for name in ("elements/bridge/a.cpp", "tracker-core/include/siamtrack/a.h", "tools/a.cpp"):
            self.assertIn("LibTorch", self.complaints(name, "#include <ATen/ATen.h>")[0])

    def test_gstreamer_and_opencv_in_the_core(self):
        self.assertEqual(2, len(self.complaints("tracker-core/src/nn/a.cpp", "#include <gst/gst.h>",
                                                "#include <opencv2/core.hpp>")))

    def test_unknown_header(self):
        self.assertEqual(1, len(self.complaints("tools/a.cpp", '#include "nowhere.h"')))

    def test_long_files(self):
        self.assertEqual([], self.complaints("tools/a.cpp", *["//"] * 249))
        self.assertEqual(1, len(self.complaints("tools/a.cpp", *["//"] * 250)))
        self.assertEqual(1, len(self.complaints("tools/a.h", *["//"] * 120)))


class SourceTree(unittest.TestCase):
    root = None

    def test_follows_the_architecture(self):
        complaints = check_tree(self.root)
        self.assertEqual([], complaints, "\n" + "\n".join(complaints))


if __name__ == "__main__":
    SourceTree.root = sys.argv.pop()
    unittest.main()
