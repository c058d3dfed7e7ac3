# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small data set whose targets' places are known, and the models that ship."""

import json
import os
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import boxes  # noqa: E402  (needs the path above)

SIZE, FRAMES, SIDE = 96, 14, 24


def place(frame):
    return 20 + 3 * frame, 30 + frame


def write_frame(path, frame):
    """A textured square in front of a textured background, as a PPM picture."""
    noise = random.Random(1)
    background = [noise.randrange(60) for _ in range(SIZE * SIZE)]
    target = [120 + noise.randrange(130) for _ in range(SIDE * SIDE)]
    x, y = place(frame)
    for row in range(SIDE):
        for column in range(SIDE):
            background[(y + row) * SIZE + x + column] = target[row * SIDE + column]
    pixels = bytes(v for grey in background for v in (grey, grey // 2, 255 - grey))
    path.write_bytes(b"P6 %d %d 255\n" % (SIZE, SIZE) + pixels)


def make_sequence(folder):
    (folder / "img").mkdir(parents=True)
    lines = []
    for frame in range(FRAMES):
        write_frame(folder / "img" / f"{frame + 1:04d}.ppm", frame)
        x, y = place(frame)
        lines.append(f"{x + 1},{y + 1},{SIDE},{SIDE}\n")
    (folder / "groundtruth_rect.txt").write_text("".join(lines))


def overlap(box, frame):
    """Intersection over union of a box x, y, w, h, counted from 0, with the square in a frame."""
    return boxes.overlap(box, (*place(frame), SIDE, SIDE))


def metadata_of(model):
    """What a model file says of itself."""
    content = model.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8:8 + length])["__metadata__"]["siamtrack"])


def model_path(name):
    """The file of a model that ships; None when it is not there."""
    folders = os.environ.get("SIAMTRACK_MODEL_PATH", "").split(":")
    files = (pathlib.Path(folder) / f"{name}.safetensors" for folder in folders)
    return next((file for file in files if file.exists()), None)
