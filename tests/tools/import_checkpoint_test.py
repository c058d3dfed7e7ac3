#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of tools/import_checkpoint.py; skipped (exit 77) without torch and safetensors."""
import os
import pickle
import unittest
import zipfile

from import_support import ImportTest, families, reading, safe_open, torch


def widest(tensors):
    """Stand-ins that tell a variant, for recognise(): name -> shape."""
    return {name: torch.zeros(1).expand(shape) for name, shape in tensors.items()}


SIGNATURES = {  # shapes that tell each variant -> its published table
    "SiamRPNBIG": {"featureExtract.0.weight": (192, 3, 11, 11)},
    "SiamRPNvot": {"featureExtract.0.weight": (96, 3, 11, 11)},
    "siamrpn_alex_dwxcorr": {"rpn_head.cls.conv_kernel.0.weight": (256, 256, 3, 3)},
    "siamrpn_alex_new_alexnet": {"rpn_head.cls.conv_kernel.0.weight": (256, 256, 3, 3),
                                 "backbone.layer1.0.weight": (96, 3, 11, 11)},
    "siamrpn_r50_l234_dwxcorr": {"rpn_head.rpn2.cls.conv_kernel.0.weight": (256, 256, 3, 3),
                                 "rpn_head.cls_weight": (3,)},
    "siamrpn_r50_l234_dwxcorr_lt": {"rpn_head.rpn2.cls.conv_kernel.0.weight": (128, 128, 3, 3),
                                    "neck.downsample2.downsample.0.weight": (128, 512, 1, 1),
                                    "rpn_head.cls_weight": (3,)},
    "siamrpn_mobilev2": {"rpn_head.rpn2.cls.conv_kernel.0.weight": (256, 256, 3, 3),
                         "backbone.layer0.0.weight": (44, 3, 3, 3)},
    "siamfc_AlexNetV1": {"backbone.conv1.0.weight": (96, 3, 11, 11)},
    "siamfc_AlexNetV2": {"backbone.conv1.0.weight": (96, 3, 11, 11),
                         "backbone.conv5.0.weight": (32, 192, 3, 3)},
    "siamfc_AlexNetV3": {"backbone.conv1.0.weight": (192, 3, 11, 11)},
    "siammask_r50_l3": {"mask_head.conv_kernel.0.weight": (256, 256, 3, 3),
                        "refine_head.deconv.weight": (256, 32, 15, 15)},
}


class Containers(ImportTest):
    def check(self, content, tensors, **options):
        result = self.run_tool(self.save(content, **options))
        self.assertEqual(result.returncode, 0, result.stderr)
        with safe_open(self.model, "pt") as file:
            self.assertEqual(set(file.keys()), set(tensors))
            for name, value in tensors.items():
                self.assertTrue(torch.equal(file.get_tensor(name), value), name)
        self.assertEqual(self.metadata()["architecture"], "siamfc")
        self.assertEqual(self.metadata()["format"], 1)

    def test_zip_and_legacy(self):
        tensors = self.alexnet()
        self.check(tensors, tensors)
        self.check(tensors, tensors, _use_new_zipfile_serialization=False)

    def test_nesting_prefix_and_counters(self):
        tensors = self.alexnet()
        inner = {"module." + name: value for name, value in tensors.items()}
        inner["module.backbone.conv1.1.num_batches_tracked"] = torch.tensor(7)
        self.check({"epoch": 26, "optimizer": {"lr": 0.1}, "state_dict": inner}, tensors)

    def test_a_view_becomes_plain_float32(self):
        tensors = self.alexnet()
        content = dict(tensors)
        key = "backbone.conv3.0.weight"
        content[key] = tensors[key].double().transpose(0, 1).contiguous().transpose(0, 1)
        self.check(content, tensors)


class Refusals(ImportTest):
    def test_missing_misshapen_and_unexpected_are_listed(self):
        tensors = self.alexnet()
        del tensors["backbone.conv5.0.bias"]
        tensors["backbone.conv4.0.bias"] = torch.zeros(10)
        tensors["backbone.conv6.0.bias"] = torch.zeros(3)
        file = self.save(tensors)
        self.refused(file, "missing    backbone.conv5.0.bias: expected (256,)",
                     "misshapen  backbone.conv4.0.bias: expected (384,), found (10,)",
                     "unexpected backbone.conv6.0.bias: found (3,)", "3 tensors differ")
        self.assertEqual(self.run_tool(file, "--partial").returncode, 0)
        with safe_open(self.model, "pt") as model:
            self.assertEqual(len(list(model.keys())), len(tensors) - 2)

    def test_missing_levels_and_other_anchors(self):
        _, expected = families.recognise(widest(SIGNATURES["siamrpn_mobilev2"]))
        tensors = {name: torch.zeros(shape) for name, shape in expected.items()
                   if not name.startswith("rpn_head.rpn4.")}
        tensors["rpn_head.rpn2.cls.head.3.weight"] = torch.zeros(6, 256, 1, 1)
        self.refused(self.save(tensors), "missing    rpn_head.rpn4.cls.conv_kernel.0.weight",
                     "rpn_head.rpn2.cls.head.3.weight: expected (10, 256, 1, 1), found (6, 256, 1, 1)")

    def test_hostile_pickles_do_nothing(self):
        marker = self.path / "ran"

        class Hostile:
            def __reduce__(self):
                return os.system, (f"touch {marker}",)

        for options in ({}, {"_use_new_zipfile_serialization": False}):
            self.refused(self.save({"state_dict": {"a": Hostile()}}, **options), "refused", "system")
        file = self.path / "checkpoint.pth"
        file.write_bytes(pickle.dumps(Hostile()))
        self.refused(file, "refused")
        self.assertFalse(marker.exists())

    def test_a_tensor_must_lie_inside_its_storage(self):
        for size, stride, offset in (((5,), (1,), 0), ((2, 2), (3, 1), 0), ((1,), (1,), 4),
                                     ((2,), (-1,), 1)):
            with self.assertRaises(pickle.UnpicklingError):
                reading.rebuild_tensor(torch.zeros(4), offset, size, stride)

    def test_scripts_archives_and_rubbish(self):
        file = self.path / "checkpoint.pth"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("archive/constants.pkl", b"\x80\x02).")
        self.refused(file, "TorchScript")
        for rubbish in (b"", b"ustar rubbish", b"\x80\x02rubbish", b"PK\x03\x04"):
            file.write_bytes(rubbish)
            self.refused(file, "checkpoint.pth")
        file.unlink()
        self.refused(self.path, "directory")

    def test_truncated(self):
        file = self.save(self.alexnet(), _use_new_zipfile_serialization=False)
        whole = file.read_bytes()
        file.write_bytes(whole[:len(whole) // 2])
        self.refused(file, "checkpoint.pth")

    def test_unknown_and_unsupported_architectures(self):
        self.refused(self.save({"layer.weight": torch.zeros(2)}), "no known architecture")
        self.refused(self.save({"update.0.weight": torch.zeros(2)}), "UpdateNet")
        self.refused(self.save({"state_dict": 3}), "state_dict")

    def test_an_architecture_that_the_keys_do_not_allow(self):
        result = self.run_tool(self.save(self.alexnet()), "--architecture", "dasiamrpn")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("expected siamfc", result.stderr)
        self.assertFalse(self.model.exists())


class Families(ImportTest):
    def test_tables_are_the_published_ones(self):
        for table, signature in SIGNATURES.items():
            with self.subTest(table):
                _, expected = families.recognise(widest(signature))
                self.assertEqual(expected, self.published(table))

    def test_siamdw_variants(self):
        names = {"SiamFCRes22": "ciresnet22", "SiamFCRes22W": "ciresnet22w",
                 "SiamFCIncep22": "ciresinception22", "SiamFCNext22": "ciresnext22",
                 "SiamRPNRes22_thinner": "ciresnet22", "SiamRPNRes22_thicker": "ciresnet22"}
        for table, backbone in names.items():
            with self.subTest(table):
                published = self.published(table)
                metadata, expected = families.recognise(widest(published))
                self.assertEqual(expected, published)
                self.assertEqual(metadata["backbone"], backbone)

    def test_real_nanotrack_files(self):
        for version, numbers in ((1, 287966), (2, 334078), (3, 541446)):
            result = self.run_tool(self.shared(f"weights/nanotrackv{version}.pth"))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(self.metadata()["version"], f"v{version}")
            with safe_open(self.model, "pt") as model:
                trained = [k for k in model.keys() if "running_" not in k]
                self.assertEqual(sum(model.get_tensor(k).numel() for k in trained), numbers)

    def test_real_legacy_file_is_read(self):
        tensors = reading.load_tensors(self.shared("weights/updatenet_vot2018.pth.tar"))
        self.assertEqual(tuple(tensors["update.0.weight"].shape), (192, 1536, 1, 1))
        self.assertAlmostEqual(float(tensors["update.0.bias"][0]), -.092350542545, 9)


if __name__ == "__main__":
    unittest.main()
