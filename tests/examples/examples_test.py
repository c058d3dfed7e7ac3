#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs one example on a short clip and looks at what it prints and writes.

usage: examples_test.py demo|click_to_track|follow|track_images PROGRAM
"""
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from boxes import overlap  # noqa: E402  (needs the path above)

SKIPPED = 77  # what Meson takes as a skipped test
FRAMES = 120
WIDTH, HEIGHT, RADIUS = 640, 480, 20  # of the frame and of the ball in it
BOX = "300,220,40,40"  # the ball in the first frame
OVERLAP = 0.7  # with the ball, in every frame
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
         f"video/x-raw,width={WIDTH},height={HEIGHT},framerate=30/1", "!", "vp8enc", "deadline=1", "!",
         "webmmux", "!", "filesink", f"location={path}"], folder)
    return path


def ball(frame):
    """Where videotestsrc draws its ball."""
    turn = 2 * math.pi * frame / 200
    x = (0.5 + 0.5 * math.sin(turn)) * (WIDTH - 2 * RADIUS)
    y = (0.5 + 0.5 * math.sin(math.sqrt(2) * turn)) * (HEIGHT - 2 * RADIUS)
    return x, y, 2 * RADIUS, 2 * RADIUS


def expect_followed(boxes):
    """Requires a box per frame that is where the ball is."""
    assert len(boxes) == FRAMES, f"{len(boxes)} boxes"
    for frame, box in enumerate(boxes):
        found = overlap([float(number) for number in box], ball(frame))
        assert found > OVERLAP, f"frame {frame}: {box} overlaps the ball by {found:.2f}"


def demo(program, clip, folder):
    out = pathlib.Path(folder) / "out"
    for _ in range(2):  # it can be run again
        run([program, clip, BOX], folder, SIAMTRACK_OUT=str(out))
    lines = [json.loads(line) for line in (out / "boxes.jsonl").read_text().splitlines()]
    assert [line["frame"] for line in lines] == list(range(FRAMES))
    assert all(len(line["targets"]) == 1 for line in lines), "a frame without the target"
    assert all(line["targets"][0]["state"] == "tracking" for line in lines)
    expect_followed([line["targets"][0]["box"] for line in lines])
    assert (out / "tracked.png").read_bytes().startswith(b"\x89PNG")
    assert any((out / name).stat().st_size > 1000 for name in ("tracked.mp4", "tracked.webm")
               if (out / name).exists())


def click_to_track(program, clip, folder):
    lines = run([program, "--headless", clip], folder)
    started = [line for line in lines if ": tracking at" in line]
    ids, boxes = zip(*(re.match(r"target (\d+): tracking at (\S+)$", line).groups()
                       for line in started))
    # The box that is dragged, then the one that is typed; a state is told when it changes.
    assert boxes[0] == "300,120,120,265", boxes
    assert "320,140,90,90" in boxes[1:], boxes
    assert len(set(ids)) == 2, ids
    assert not any("no:" in line for line in lines)


def follow(program, clip, folder):
    lines = run([sys.executable, program, clip, BOX], folder)
    told = re.compile(r" *(\S+) s  target \d+ tracking (\d\.\d\d) at (\S+),(\S+),(\S+),(\S+)$")
    found = [told.match(line) for line in lines]
    assert all(found), lines
    expect_followed([match.groups()[2:] for match in found])
    for frame, match in enumerate(found):
        assert abs(float(match[1]) - frame / 30) < 0.002, match[0]


def track_images(program, clip, folder):
    lines = [line.split() for line in run([program, clip, BOX], folder)]
    assert [line[0] for line in lines] == [str(frame) for frame in range(FRAMES)]
    assert lines[0][1:5] == ["300.0", "220.0", "40.0", "40.0"]
    assert all(line[6] == "tracking" for line in lines)
    expect_followed([line[1:5] for line in lines])


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
