#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes docs/elements.md from what gst-inspect-1.0 says of the elements and the prose beside this
file, so that properties, ranges and defaults are never told wrong.

usage: generate.py OUTPUT            write it
       generate.py --check OUTPUT    fail when it is out of date
"""

import pathlib
import re
import subprocess
import sys

ELEMENTS = ("siamtrack", "siamtrackoverlay", "siamtrackexport", "siamtrackmeta2json")
INHERITED = {"name", "parent", "qos"}  # of GstObject and GstBaseTransform
HEAD = """# The elements

Written by `gst-plugin/docs/generate.py`; change the prose there and the rest in the elements.
"""


def inspect(element):
    """Output of gst-inspect-1.0, split by its unindented headings."""
    text = subprocess.run(["gst-inspect-1.0", "--no-colors", element], check=True,
                          capture_output=True, text=True).stdout
    parts = re.split(r"^(\S[^\n]*?):?\n+(?= )", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def squeeze(text):
    return " ".join(text.split())


def value_type(lines):
    """Type, range or choices, and default, from the lines below a property's name."""
    text = squeeze(" ".join(line for line in lines if not re.match(r"\s*\(", line)))
    choices = [squeeze(line).split(": ", 1)[1].split(" - ", 1) for line in lines
               if re.match(r"\s*\((0x)?[0-9a-f]+\): ", line)]
    default = re.search(r'Default: (.*)$', text)
    default = default.group(1).strip() if default else ""
    quoted = re.search(r'"(.*)"', default)
    default = "" if default in ("null", '"< >"') else quoted.group(1) if quoted else default
    default = "+".join(sorted(default.split("+")))  # the order of flags differs between versions
    limits = re.search(r"Range: (\S+) - (\S+)", text)
    if choices:
        return "; ".join(f"`{name.strip()}`: {what.strip()}" for name, what in choices), default
    kind = re.match(r"(Unsigned Integer64|Unsigned Integer|\w+)", text).group(1).lower()
    return f"{kind}, {limits.group(1)} to {limits.group(2)}" if limits else kind, default


def properties(section):
    """Rows of the table: name, meaning, values, default, when it may be changed."""
    for block in re.split(r"^  (?=\S)", section, flags=re.M)[1:]:
        first, *rest = block.splitlines()
        name, meaning = (part.strip() for part in first.split(":", 1))
        if name in INHERITED:
            continue
        flags = squeeze(rest[0])
        if "writable" not in flags:
            yield name, meaning, "", "", "read only"
            continue
        values, default = value_type(rest[1:])
        when = "at any time" if "PLAYING" in flags else "in NULL and READY"
        yield name, meaning, values, f"`{default}`" if default else "", when


# A signal as gst-inspect-1.0 of GStreamer 1.22 and of 1.26 writes it: name, result, arguments.
SIGNALS = (r'"([\w-]+)" :\s+(\w+) user_function \(GstElement\s?\* object,?\s*(.*?)\);',
           r'"([\w-]+)" -> (\w+)\s+:\s+g_signal_emit_by_name \(element, "[\w-]+",?\s*(.*?)\);')


def signals(section):
    for name, result, arguments in (row for form in SIGNALS
                                    for row in re.findall(form, section, re.S)):
        given = [part.strip() for part in arguments.split(",") if re.search(r"\barg\d+\s*$", part)]
        types = ("gchararray" if "gchar *" in part else part.split()[0] for part in given)
        yield f"`{name}`({', '.join(types)}) → {result}"


def describe(element):
    sections = inspect(element)
    details = dict(re.findall(r"^  (Long-name|Description)\s+(.*)$",
                              sections["Factory Details"], flags=re.M))
    lines = [f"## {element}", "", details["Description"] + ".", "",
             (pathlib.Path(__file__).parent / f"{element}.md").read_text().strip(), "",
             "| property | meaning | values | default | may be changed |", "|---|---|---|---|---|"]
    for row in properties(sections["Element Properties"]):
        lines.append("| `" + row[0] + "` | " + " | ".join(row[1:]).replace("\n", " ") + " |")
    actions = sorted(signals(sections.get("Element Actions", "")))
    if actions:
        lines += ["", "Action signals: " + " · ".join(actions) + "."]
    return "\n".join(lines)


def main(arguments):
    check = arguments[0] == "--check"
    output = pathlib.Path(arguments[-1])
    text = "\n".join([HEAD, *("\n" + describe(element) + "\n" for element in ELEMENTS)])
    text = re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
    if not check:
        output.parent.mkdir(exist_ok=True)
        output.write_text(text)
    elif output.read_text() != text:
        sys.exit(f"{output} is out of date: run gst-plugin/docs/generate.py {output}")


if __name__ == "__main__":
    main(sys.argv[1:])
