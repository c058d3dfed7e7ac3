#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs `siamtrack tune` and `calibrate` on a small data set made here.

usage: tune_cli_test.py PROGRAM
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from eval_support import FRAMES, make_sequence, metadata_of, model_path

PROGRAM = None
LEFT_OUT = 3  # exit status when something was left out


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, encoding="utf-8",
                          errors="replace", timeout=100, check=False)


class Tune(unittest.TestCase):
    def setUp(self):
        if not model_path("default"):
            self.skipTest("needs the model default in SIAMTRACK_MODEL_PATH")
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.data = self.root / "OTB"
        for name in ("Alpha", "Beta"):
            make_sequence(self.data / name)

    def test_tune_caches_and_writes_the_values_into_the_model(self):
        tuned = self.root / "tuned.safetensors"
        command = ("tune", "--data", self.data, "--trials", 3, "--folder", self.root / "tune", "-o", tuned)
        first = run(*command)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn(b"auc_after", tuned.read_bytes())
        results = {path: path.stat().st_mtime_ns for path in (self.root / "tune").rglob("Alpha.txt")}
        self.assertEqual(len(results), 3)
        self.assertEqual(run(*command).stdout, first.stdout)
        for path, written in results.items():
            self.assertEqual(path.stat().st_mtime_ns, written)

    def test_tune_lays_its_values_over_those_of_set(self):
        found = {}
        for looks in (1, 2):
            tuned = self.root / f"tuned{looks}.safetensors"
            folder = self.root / f"tune{looks}"
            done = run("tune", "--data", self.data, "--trials", 2, "--folder", folder,
                       "--set", f"looks={looks}", "--range", "penalty_k=0.1:0.1", "-o", tuned)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(metadata_of(tuned)["hyper_parameters"]["looks"], looks)
            boxes, = folder.glob("*/penalty_k=0.1000/OTB/Alpha.txt")
            found[looks] = boxes.read_text()
        self.assertNotEqual(found[1], found[2])

    def test_calibrate_writes_the_line_it_prints_and_it_is_used(self):
        model = self.root / "calibrated.safetensors"
        done = run("calibrate", "--data", self.data, "-o", model)
        self.assertEqual(done.returncode, 0, done.stderr)
        printed = re.match(r"slope (\S+) centre (\S+)\ncalibration error on the other half of the "
                           r"sequences (\S+) -> (\S+)\n$", done.stdout)
        self.assertIsNotNone(printed, done.stdout)
        slope, centre, before, after = map(float, printed.groups())
        line = metadata_of(model)["confidence"]
        self.assertAlmostEqual(line["slope"], slope, 4)
        self.assertAlmostEqual(line["centre"], centre, 4)
        # The square is easy: every frame is a hit, so the right confidence is nearly 1.
        self.assertLess(after, before)
        again = run("calibrate", "--data", self.data, "--model", model)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn(f"sequences {printed[4]} ->", again.stdout)

    def test_calibrate_leaves_out_what_cannot_be_scored(self):
        clean = run("calibrate", "--data", self.data)
        for name in ("A-none", "A-one", "Z-gone"):
            make_sequence(self.data / name)
        for name, first in (("A-none", "nan,nan,nan,nan\n"), ("A-one", "21,31,24,24\n")):
            (self.data / name / "groundtruth_rect.txt").write_text(first + "nan,nan,nan,nan\n" * (FRAMES - 1))
        (self.data / "Z-gone" / "img" / "0001.ppm").write_text("no picture")
        done = run("calibrate", "--data", self.data)
        self.assertEqual(done.returncode, LEFT_OUT, done.stderr)
        self.assertIn("sequence 'A-none', fewer than two annotated frames", done.stderr)
        self.assertIn("sequence 'Z-gone', ", done.stderr)
        self.assertEqual(done.stdout, clean.stdout)

    def test_calibrate_needs_two_sequences(self):
        model = self.root / "none.safetensors"
        for folder, named in ((self.root / "nothing", "nothing"), (self.data / "Alpha", "found 1")):
            done = run("calibrate", "--data", folder, "-o", model)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(named, done.stderr)
            self.assertFalse(model.exists())
        halves = run("calibrate", "--data", f"{self.data / 'Alpha'},{self.data / 'Beta'}")
        self.assertEqual(halves.stdout, run("calibrate", "--data", self.data).stdout)

if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
