#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs one example on a short clip and looks at what it prints and writes.

usage: examples_test.py demo|click_to_track|follow|track_images PROGRAM
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77  # what Meson takes as a skipped test
FRAMES = 120
BOX = "300,220,40,40"
TIMEOUT = 500  # seconds


def run(words, folder, **environment):
    result = subprocess.run(words, cwd=folder, env=os.environ | environment, timeout=TIMEOUT,
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    print(result.stdout[-2000:], result.stderr[-2000:])
    assert result.returncode == 0, f"exit status {result.returncode}"
    return result.stdout.splitlines()


def make_clip(folder):
    path = str(pathlib.Path(folder) / "clip.webm")
    run(["gst-launch-1.0", "-q", "videotestsrc", f"num-buffers={FRAMES}", "pattern=ball", "!",
         "video/x-raw,width=640,height=480,framerate=30/1", "!", "vp8enc", "deadline=1", "!",
         "webmmux", "!", "filesink", f"location={path}"], folder)
    return path


def demo(program, clip, folder):
    out = pathlib.Path(folder) / "out"
    for _ in range(2):  # it can be run again
        run([program, clip, BOX], folder, SIAMTRACK_OUT=str(out))
    lines = [json.loads(line) for line in (out / "boxes.jsonl").read_text().splitlines()]
    assert [line["frame"] for line in lines] == list(range(FRAMES))
    assert all(line["targets"] for line in lines), "a frame without the target"
    assert (out / "tracked.png").read_bytes().startswith(b"\x89PNG")
    assert any((out / name).stat().st_size > 1000 for name in ("tracked.mp4", "tracked.webm")
               if (out / name).exists())


def click_to_track(program, clip, folder):
    lines = run([program, "--headless", clip], folder)
    assert sum(": tracking at" in line for line in lines) >= 2


def follow(program, clip, folder):
    lines = run([sys.executable, program, clip, BOX], folder)
    assert len([line for line in lines if re.search(r"target \d+ \w+ \d\.\d\d at", line)]) == FRAMES


def track_images(program, clip, folder):
    lines = run([program, clip, BOX], folder)
    assert len(lines) == FRAMES
    assert lines[0].split()[1:5] == ["300.0", "220.0", "40.0", "40.0"]


def main():
    name, program = sys.argv[1], str(pathlib.Path(sys.argv[2]).resolve())
    models = os.environ.get("SIAMTRACK_MODEL_PATH", "").split(":")
    if not any((pathlib.Path(folder) / "default.safetensors").exists() for folder in models):
        print("there is no model named default")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        globals()[name](program, make_clip(folder), folder)


if __name__ == "__main__":
    main()
