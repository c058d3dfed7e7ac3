#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs `siamtrack bench` briefly on models and on systems.

usage: bench_cli_test.py PROGRAM
"""
import csv
import json
import subprocess
import sys
import unittest

PROGRAM = None
SYSTEMS = "nanotrack/mobilenetv3-v1,nanotrack/mobilenetv3-v3,siamfc+/mobilenetv3-v1"


def bench(*arguments):
    return subprocess.run([PROGRAM, "bench", "--device", "cpu", "--threads", "1", "--repeats", "2",
                           *arguments], capture_output=True, text=True, timeout=100, check=False)


class Bench(unittest.TestCase):
    def test_systems_need_no_model_file(self):
        done = bench("--systems", SYSTEMS, "--targets", "1,2", "--csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = list(csv.DictReader(done.stdout.splitlines()))
        self.assertEqual([(row["system"], row["targets"]) for row in rows],
                         [(f"{name}", count) for name in (
                             "siamfc+/mobilenetv3-v1", "nanotrack/mobilenetv3-v1",
                             "nanotrack/mobilenetv3-v3") for count in "12"])
        for row in rows:
            operations = 2 * int(row["macs"]) * int(row["targets"])
            reached = operations / (float(row["forward_ms.min"]) * 1e6)
            self.assertAlmostEqual(float(row["gflops"]) / reached, 1, 6)
            if row["system"].startswith("siamfc+"):
                self.assertEqual(float(row["of_siamfc+"]), 1)

    def test_a_table_and_json(self):
        table = bench("--systems", "nanotrack/mobilenetv3-v1")
        self.assertIn("nanotrack/mobilenetv3-v1", table.stdout)
        self.assertIn("GFLOP/s", table.stdout)
        rows = json.loads(bench("--systems", "nanotrack/mobilenetv3-v1", "--json").stdout)
        self.assertEqual(rows[0]["parameters"], 287966)

    def test_an_unknown_system_is_named_with_those_there_are(self):
        done = bench("--systems", "siamrpn+++")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("found siamrpn+++", done.stderr)
        self.assertIn("siamrpn++/resnet50", done.stderr)

    def test_rows_with_different_stages_share_their_columns(self):
        done = bench("--model", "fast,default", "--size", "320x240", "--csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        fast, default = csv.DictReader(done.stdout.splitlines())
        self.assertEqual(fast["outline_ms.min"], "")
        for row in (fast, default):
            self.assertNotIn(None, row)
            self.assertGreater(float(row["update_ms.median"]), 0)
        self.assertGreater(float(default["outline_ms.min"]), 0)

    def test_a_model_file(self):
        done = bench("--model", "default", "--size", "320x240", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(json.loads(done.stdout)[0]["update_ms"]["min"], 0)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
