#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs every gst-launch-1.0 line that the documentation shows, with what a machine without camera,
screen and files needs in place of the real source and sink.

usage: launch_lines_test.py FILE...
"""

import pathlib
import re
import subprocess
import sys

LONGEST_S = 100
# In place of -> what runs anywhere.
STAND_INS = (
    (r"v4l2src", "videotestsrc num-buffers=20"),
    (r"filesrc location=\S+ ! decodebin", "videotestsrc num-buffers=20 ! video/x-raw,width=640,height=480"),
    (r"\b(autovideosink|ximagesink|xvimagesink|glimagesink)\b", "fakesink"),
    (r"location=(?!/dev/null)\S+", "location=/dev/null"),
    (r"num-buffers=\d+", "num-buffers=20"),
)


def launch_lines(text):
    """Lines that begin with gst-launch-1.0, also in comments and over several lines."""
    text = re.sub(r"\\\n[ *]*", " ", text)
    return [match.strip() for match in re.findall(r"^[ *]*(gst-launch-1\.0 .*)$", text, flags=re.M)]


def run(line):
    for pattern, stand_in in STAND_INS:
        line = re.sub(pattern, stand_in, line)
    try:
        result = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return line, "did not end"
    complaints = [text for text in (result.stdout + result.stderr).splitlines()
                  if re.search(r"ERROR|WARNING|CRITICAL|erroneous|rejected", text)]
    return line, "" if result.returncode == 0 and not complaints else "\n".join(
        complaints or [f"exit status {result.returncode}", result.stderr])


def main(files):
    lines = [line for file in files for line in launch_lines(pathlib.Path(file).read_text())]
    failed = 0
    for line, complaint in map(run, lines):
        print(("FAIL " if complaint else "ok   ") + line + (f"\n{complaint}" if complaint else ""))
        failed += bool(complaint)
    print(f"{len(lines)} launch lines, {failed} failed")
    return 1 if failed or not lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
