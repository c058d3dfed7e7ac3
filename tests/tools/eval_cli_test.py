#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs `siamtrack eval`, `trax` and `track` on a small data set made here.

usage: eval_cli_test.py PROGRAM
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from eval_support import FRAMES, make_sequence, model_path, overlap

PROGRAM = None
LEFT_OUT = 3  # exit status when something was left out


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, encoding="utf-8",
                          errors="replace", timeout=100, check=False, **options)


class Eval(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.data = self.root / "OTB"
        for name in ("Alpha", "Beta"):
            make_sequence(self.data / name)

    def tearDown(self):
        self.folder.cleanup()

    def evaluate(self, *arguments, output="out", trackers="csrt,kcf"):
        return run("eval", "--data", self.data, "--against", trackers, "-o", self.root / output,
                   *arguments)

    def report(self, output="out"):
        return json.loads((self.root / output / "report.json").read_text())

    def test_clean_run_reports_everywhere(self):
        done = self.evaluate()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("csrt", done.stdout)
        scores = self.report()["experiments"]["ope"]["csrt"]["overall"]
        self.assertGreater(scores["auc"], 0.7)
        self.assertEqual(scores["precision_20"], 1)
        page = (self.root / "out" / "report.html").read_text()
        self.assertIn("OTB/Alpha", page)
        self.assertTrue((self.root / "out" / "report" / "failures.jpg").exists())
        result = (self.root / "out/ope/OTB/csrt/Alpha.txt").read_text().splitlines()
        self.assertEqual(len(result), FRAMES)
        self.assertEqual(result[0], "21.000,31.000,24.000,24.000")
        boxes = [[float(number) for number in row.split(",")] for row in result]
        self.expect_followed([(x - 1, y - 1, w, h) for x, y, w, h in boxes], 0.5)

    def test_a_second_run_keeps_what_is_there(self):
        self.evaluate()
        result = self.root / "out/ope/OTB/kcf/Alpha.txt"
        before = result.stat().st_mtime_ns
        (self.root / "out/ope/OTB/kcf/Beta.txt").unlink()
        self.assertEqual(self.evaluate().returncode, 0)
        self.assertEqual(result.stat().st_mtime_ns, before)
        self.assertTrue((self.root / "out/ope/OTB/kcf/Beta.txt").exists())

    def test_the_number_of_jobs_changes_nothing(self):
        self.evaluate("-j", 1, output="one", trackers="mil,csrt")
        self.evaluate("-j", 3, output="three", trackers="mil,csrt")
        for name in ("mil/Alpha.txt", "mil/Beta.txt", "csrt/Beta.txt"):
            self.assertEqual((self.root / "one/ope/OTB" / name).read_text(),
                             (self.root / "three/ope/OTB" / name).read_text())

    def test_bad_input_is_named_and_the_rest_goes_on(self):
        (self.data / "Alpha" / "img" / "0005.ppm").write_text("no picture")
        with (self.data / "Beta" / "groundtruth_rect.txt").open("a") as file:
            file.write("1,2,3,4\n")
        (self.data / "Empty").mkdir()
        done = self.evaluate()
        self.assertEqual(done.returncode, LEFT_OUT)
        for text in ("sequence 'Alpha'", "0005.ppm", "sequence 'Beta'",
                     f"groundtruth_rect.txt:{FRAMES + 1}", "sequence 'Empty'"):
            self.assertIn(text, done.stderr)
        self.assertEqual(self.report()["experiments"]["ope"]["kcf"]["overall"]["sequences"], 2)
        self.assertEqual(len(self.report()["problems"]), 3)  # the picture is named once

    def test_names_need_not_be_utf8(self):
        (self.data / "Alpha").rename(self.data / os.fsdecode(b"Alph\xe4"))
        done = self.evaluate(trackers="kcf")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("OTB/Alph\ufffd", self.report()["experiments"]["ope"]["kcf"]["sequences"])

    def test_all_experiments(self):
        done = self.evaluate("--experiments", "tre,sre,supervised,realtime,realtime-python,unsupervised",
                             "--only", "Alpha", trackers="kcf")
        self.assertEqual(done.returncode, 0, done.stderr)
        experiments = self.report()["experiments"]
        self.assertGreater(experiments["sre"]["kcf"]["overall"]["auc"], 0.4)
        self.assertIn("eao_legacy", experiments["supervised"]["kcf"]["overall"])
        lines = (self.root / "out/vot/OTB/results/kcf/baseline/Alpha/Alpha_001.txt").read_text()
        self.assertEqual(lines.splitlines()[0], "1")

    def test_numbers_of_the_got10k_package(self):
        self.evaluate("--rules", "got10k", trackers="kcf,csrt")
        check = pathlib.Path(__file__).parents[1] / "evaluation" / "toolkit_check.py"
        done = subprocess.run([sys.executable, check, self.root / "out", self.data],
                              capture_output=True, text=True, timeout=100, check=False)
        if done.returncode == 77:
            self.skipTest(done.stdout.strip())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def expect_followed(self, boxes, least):
        self.assertEqual(len(boxes), FRAMES)
        for frame, box in enumerate(boxes):
            self.assertGreater(overlap(box, frame), least, f"frame {frame}: {box}")

    def needs_model(self):
        if not model_path("default"):
            self.skipTest("needs the model default in SIAMTRACK_MODEL_PATH")

    def test_model_files_of_one_name_are_told_apart_by_their_folders(self):
        self.needs_model()
        paths = [self.root / folder / "model.safetensors" for folder in ("run1", "run2")]
        for path, source in zip(paths, ("default", "fast")):
            path.parent.mkdir()
            path.symlink_to(model_path(source))
        done = self.evaluate("--model", f"{paths[0]},{paths[1]}", "--only", "Alpha", trackers="kcf")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(set(self.report()["trackers"]), {"run1-model", "run2-model", "kcf"})
        for name, least in (("run1-model", 0.9), ("run2-model", 0.75)):
            scores = self.report()["experiments"]["ope"][name]["overall"]
            self.assertGreater(scores["mean_overlap"], least, name)
            self.assertEqual(scores["precision_20"], 1, name)

    def test_track_writes_a_line_per_frame(self):
        self.needs_model()
        lines = self.root / "boxes.csv"
        done = run("track", self.data / "Alpha", "--box", "20,30,24,24", "-o", lines,
                   "--video", self.root / "annotated.avi")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = lines.read_text().splitlines()
        self.assertEqual(rows[0], "frame,time,x,y,width,height,score,state")
        fields = [row.split(",") for row in rows[1:]]
        self.assertEqual([row[0] for row in fields], [str(frame) for frame in range(FRAMES)])
        self.assertEqual({row[7] for row in fields}, {"tracking"})
        self.expect_followed([[float(number) for number in row[2:6]] for row in fields], 0.8)
        self.assertGreater((self.root / "annotated.avi").stat().st_size, 1000)

    def test_track_keeps_the_line_of_an_unreadable_picture(self):
        self.needs_model()
        (self.data / "Alpha" / "img" / "0005.ppm").write_text("no picture")
        done = run("track", self.data / "Alpha", "--box", "20,30,24,24", "--format", "otb")
        self.assertEqual(done.returncode, LEFT_OUT)
        rows = done.stdout.splitlines()
        self.assertEqual(len(rows), FRAMES)
        self.assertEqual(rows[4], rows[3])
        boxes = [[float(number) for number in row.split(",")] for row in rows]
        for frame, (x, y, width, height) in enumerate(boxes):
            if frame != 4:  # the unreadable one
                self.assertGreater(overlap((x - 1, y - 1, width, height), frame), 0.75, frame)

    def test_wrong_arguments(self):
        self.assertNotEqual(run("eval", "--data", self.root / "nothing", "--against", "kcf").returncode, 0)
        self.assertIn("expected one of", self.evaluate(trackers="goturn2").stderr)
        self.assertIn("found 'kcf' twice", self.evaluate(trackers="kcf,kcf").stderr)
        self.assertIn("found 0 to 300", self.evaluate("--eao-high", 300).stderr)
        self.assertFalse((self.root / "out").exists())
        for option, value, named in (("--first", -1, "--first"), ("--frames", -1, "--frames"),
                                     ("--set", "speed=9", "speed"), ("--model", "none", "none")):
            done = run("track", self.data / "Alpha", "--box", "1,2,3,4", option, value)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(named, done.stderr)

    def test_a_box_that_cannot_be_followed_is_named(self):
        self.needs_model()
        done = run("track", self.data / "Alpha", "--box", "500,500,24,24")
        self.assertNotEqual(done.returncode, 0)
        for part in ("500.0,500.0,24.0,24.0", "96x96", "outside-frame"):
            self.assertIn(part, done.stderr)

    def test_layouts_are_listed_when_one_is_unknown(self):
        done = self.evaluate("--layout", "otb100")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("got10k", done.stderr)

    def test_trax_speaks_both_protocols(self):
        picture = (self.data / "Alpha" / "img" / "0001.ppm").as_uri()
        last = (self.data / "Alpha" / "img" / "0002.ppm").as_uri()
        four = f'@@TRAX:initialize "20,30,24,24" \n@@TRAX:frame "{picture}" \n'
        three = f'@@TRAX:initialize "{picture}" "20,30,24,24" \n'
        for protocol, start in (("4", four), ("3", three)):
            done = run("trax", "--opencv", "kcf-off", "--protocol", protocol,
                       input=start + f'@@TRAX:frame "{last}" \n@@TRAX:quit \n')
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = done.stdout.splitlines()
            self.assertIn(f'"trax.version={protocol}"', lines[0])
            self.assertEqual(len(lines), 3)
            state = re.match(r'@@TRAX:state "([^"]+)"', lines[2])
            self.assertIsNotNone(state, lines[2])
            self.assertGreater(overlap([float(number) for number in state[1].split(",")], 1), 0.7)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
