#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of tools/import_checkpoint.py --backbone; skipped (exit 77) without torch and safetensors."""
import unittest

from import_checkpoint_test import ImportTest, families, safe_open, torch


class BackboneAlone(ImportTest):
    def check(self, tensors, *options):
        result = self.run_tool(self.save(tensors), "--backbone", "ciresnet16", *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        with safe_open(self.model, "pt") as file:
            names = set(file.keys())
        self.assertEqual(self.metadata()["architecture"], "backbone")
        return names

    def random(self, prefix=""):
        return {name: torch.rand(shape)
                for name, shape in families.table("ciresnet16", prefix).items()}

    def test_classifier_and_prefix_are_dropped(self):
        expected = set(families.table("ciresnet16"))
        self.assertEqual(self.check({**self.random(), "fc.weight": torch.rand(1000, 512)}), expected)
        self.assertEqual(self.check(self.random("features.")), expected)
        self.assertEqual(self.check({**self.random("features.features."),
                                     "connect_model.bias": torch.rand(3)}), expected)

    def test_layers_that_the_tracker_does_not_have_are_dropped(self):
        name = "resnet50-layer3-torchvision"
        tensors = {key: torch.zeros(shape) for key, shape in families.table(name).items()}
        result = self.run_tool(self.save({**tensors, "layer4.0.conv1.weight": torch.zeros(3),
                                          "fc.weight": torch.zeros(3)}), "--backbone", name)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(set(self.written()), set(tensors))

    def test_what_does_not_fit_is_refused_unless_told(self):
        tensors = {**self.random(), "conv1.weight": torch.rand(2, 3, 7, 7)}
        result = self.run_tool(self.save(tensors), "--backbone", "ciresnet16")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("misshapen  conv1.weight", result.stderr)
        self.assertNotIn("conv1.weight", self.check(tensors, "--partial"))

    def test_unknown_name(self):
        result = self.run_tool(self.save(self.random()), "--backbone", "resnet51")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("mobilenetv2", result.stderr)


if __name__ == "__main__":
    unittest.main()
