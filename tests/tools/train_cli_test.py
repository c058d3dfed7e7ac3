#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Goes from pictures to a model file with `siamtrack prepare`, `train`, `average` and `inspect`.

usage: train_cli_test.py PROGRAM
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
WIDTH, HEIGHT, SIDE = 160, 120, 24  # px
RECIPE = {"name": "tiny", "architecture": "siamfc+", "backbone": "ciresnet16h",
          "input_mean": 115, "input_scale": 58, "epochs": 2, "pairs_per_epoch": 4, "batch": 2,
          "optimiser": {"kind": "adamw",
                        "schedule": {"kind": "log", "first": 1e-3, "last": 1e-4}}}


def picture(path, left, top):
    """Noise with a bright square, as PPM."""
    noise = random.Random(str(path.name))
    rows = bytearray(noise.randbytes(3 * WIDTH * HEIGHT))
    for y in range(top, top + SIDE):
        rows[3 * (y * WIDTH + left):3 * (y * WIDTH + left + SIDE)] = bytes([250]) * 3 * SIDE
    path.write_bytes(b"P6 %d %d 255\n" % (WIDTH, HEIGHT) + rows)


def plain_set(folder):
    """A clip of four frames, one of them missing on the disk."""
    folder.mkdir(parents=True)
    boxes = [[30 + 8 * i, 40, SIDE, SIDE] for i in range(4)]
    for i, (left, top, _, _) in enumerate(boxes[:3]):
        picture(folder / f"{i}.ppm", left, top)
    clip = {"name": "a", "frames": [f"{i}.ppm" for i in range(4)],
            "tracks": [{"label": "square", "boxes": boxes}]}
    (folder / "annotations.json").write_text(
        json.dumps({"set": "clips", "kind": "clips", "clips": [clip]}))


class Train(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.holder.name)
        plain_set(cls.folder / "data" / "clips")
        cls.prepared = cls.siamtrack("prepare", "data", "--out", "cache")

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @classmethod
    def siamtrack(cls, *arguments):
        return subprocess.run([PROGRAM, *arguments], cwd=cls.folder, capture_output=True, text=True,
                              timeout=300, check=False)

    def recipe(self, **changes):
        path = self.folder / "recipe.json"
        path.write_text(json.dumps({**RECIPE, **changes}))
        return str(path)

    def train(self, out, *more, **changes):
        return self.siamtrack("train", self.recipe(**changes), "--cache", "cache", "--out", out,
                              "--threads", "1", *more)

    def test_a_missing_picture_is_named_and_left_out(self):
        self.assertEqual(self.prepared.returncode, 3, self.prepared.stderr)
        self.assertIn("3.ppm", self.prepared.stdout + self.prepared.stderr)

    def test_a_run_in_legs_gives_a_model(self):
        first = self.train("legs", "--stop-at", "1")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn("interrupted after 1 steps", first.stdout)
        rest = self.train("legs")
        self.assertEqual(rest.returncode, 0, rest.stderr)
        self.assertIn("finished after 4 steps", rest.stdout)
        model = str(self.folder / "legs" / "model.safetensors")
        described = self.siamtrack("inspect", model)
        self.assertEqual(described.returncode, 0, described.stderr)
        self.assertIn("ciresnet16h", described.stdout)

        other = self.train("other", "--init", model)
        self.assertEqual(other.returncode, 0, other.stderr)
        self.assertIn("tensors taken over", other.stdout)
        mean = self.siamtrack("average", model, "other/model.safetensors", "-o", "mean.safetensors")
        self.assertEqual(mean.returncode, 0, mean.stderr)
        self.assertEqual(self.siamtrack("inspect", "./mean.safetensors").returncode, 0)

    def test_measuring_trains_nothing(self):
        done = self.siamtrack("train", self.recipe(), "--cache", "cache", "--measure", "1",
                              "--threads", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("forward and backward", "whole step", "one batch"):
            self.assertIn(line, done.stdout)

    def test_an_error_of_the_network_is_one_message(self):
        done = self.train("small", pairs={"exemplar_size": 7})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn("frame #", done.stderr)
        self.assertLess(len(done.stderr.splitlines()), 4, done.stderr)

    def test_an_unknown_key_is_named(self):
        done = self.train("unknown", epoch=3)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("epoch", done.stderr)
        self.assertFalse((self.folder / "unknown").exists())

    def test_a_missing_cache_is_named(self):
        done = self.siamtrack("train", self.recipe(), "--cache", "nowhere", "--out", "out")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("nowhere", done.stderr)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
