#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checkpoints of one network under several names: what comes out is the same."""
import collections
import unittest

from import_support import ImportTest, families, names, torch


class Names(ImportTest):
    def imported(self, content, *options):
        result = self.run_tool(self.save(content), *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return self.metadata(), self.written()

    def expect_same(self, written, content, rename):
        self.assertEqual(set(written), {rename(name) for name in content})
        for name, value in content.items():
            self.assertTrue(torch.equal(written[rename(name)], value), name)

    def test_siamfc_pytorch_before_2019(self):
        """One nn.Sequential: convolution, normalisation, ReLU and, twice, pooling."""
        tensors = self.alexnet()
        first = {1: 0, 2: 4, 3: 8, 4: 11, 5: 14}
        old = {f"feature.{first[int(key[4])] + int(key[6])}.{rest}": value
               for key, rest, value in ((name[9:16], name[17:], value)
                                        for name, value in tensors.items())}
        self.assertIn("feature.12.running_var", old)
        metadata, written = self.imported(old)
        self.assertEqual(metadata["backbone"], "alexnet")
        self.expect_same(written, tensors, lambda name: name)

    def test_siamfc_alexnet_v2_and_v3(self):
        for backbone, values in (("alexnet-v2", {"response_up": 8, "peak_origin": 131.5}),
                                 ("alexnet-v3", {"scale_step": 1.0375})):
            tensors = {name: torch.rand(shape)
                       for name, shape in families.table(backbone, "backbone.").items()}
            metadata, written = self.imported(tensors)
            self.assertEqual(metadata["backbone"], backbone)
            self.assertLessEqual(values.items(), metadata["hyper_parameters"].items())
            self.expect_same(written, tensors, lambda name: name)

    def test_pysot_alexnet_and_alexnet_legacy(self):
        for backbone, prefix in (("alexnet-rpn", "backbone.features."),
                                 ("alexnet-rpn-layers", "backbone.")):
            shapes = {**families.table(backbone, prefix),
                      **families.depthwise_head("rpn_head.", 256)}
            metadata, written = self.imported(
                {"module." + name: torch.zeros(shape) for name, shape in shapes.items()})
            self.assertEqual((metadata["architecture"], metadata["backbone"]), ("siamrpn++", backbone))
            self.assertEqual(metadata["instance_size"], 287)
            self.assertEqual({name: tuple(value.shape) for name, value in written.items()}, shapes)

    def siammask(self, *prefixes):
        signature = {"mask_head.conv_kernel.0.weight": torch.zeros(1)}
        if "refine_head." in prefixes:
            signature["refine_head.deconv.weight"] = torch.zeros(1)
        return families.siammask(signature)[1]

    def test_siammask_of_both_repositories(self):
        back = {there: here for here, there in names.SIAMMASK.items()}
        shapes = self.siammask("refine_head.")
        pysot = {name: torch.rand(shape) for name, shape in shapes.items()}
        theirs = collections.OrderedDict(
            ("module." + names.renamed(name, back), value) for name, value in pysot.items())
        self.assertIn("module.rpn_model.cls.head.3.bias", theirs)
        metadata, written = self.imported({"epoch": 20, "state_dict": theirs, "best_acc": 0.5})
        self.assertEqual(metadata["architecture"], "siammask")
        self.assertTrue(metadata["refine"])
        self.assertEqual(set(metadata["presets"]), {"vot2018", "vot2016", "davis", "siammask-e"})
        self.expect_same(written, pysot, lambda name: name)

    def test_siammask_keys_are_the_published_ones(self):
        for table in ("siammask_r50_l3", "SiamMask_sharp"):
            published = names.canonical(self.published(table))
            self.assertEqual(self.siammask("refine_head."), published, table)

    def test_the_base_model_of_siammask_has_no_refinement(self):
        content = {name: torch.zeros(shape) for name, shape in self.siammask().items()}
        metadata, written = self.imported(content)
        self.assertFalse(metadata["refine"])
        self.assertFalse(any(name.startswith("refine") for name in written))

    def test_siammask_plus_plus(self):
        signature = {"refine_head.deconv.weight": torch.zeros(1)}
        shapes = families.siammask_plus_plus(signature)[1]
        self.assertEqual(shapes, names.canonical(self.published("re_SiamMask_pp")))

    def test_siammask_plus_plus_without_refinement(self):
        shapes = families.siammask_plus_plus({})[1]
        back = {there: here for here, there in names.SIAMMASK_PP.items()}
        content = {names.renamed(name, back): torch.zeros(1).expand(shape)
                   for name, shape in shapes.items()}
        self.assertIn("features.downsample3.downsample.1.bias", content)
        metadata, expected = families.recognise(names.canonical(content))
        self.assertEqual(metadata["architecture"], "siammask++")
        self.assertFalse(metadata["refine"])
        self.assertEqual(set(names.canonical(content)), set(expected))

    def test_siammargin(self):
        shapes = families.siammargin({})[1]
        back = {there: here for here, there in names.SIAMMARGIN.items()}
        ours = {name: torch.rand(shape) for name, shape in shapes.items()}
        metadata, written = self.imported({names.renamed(name, back): value
                                           for name, value in ours.items()})
        self.assertEqual(metadata["architecture"], "siammargin")
        self.assertEqual(metadata["hyper_parameters"]["small_instance_size"], 351)
        self.expect_same(written, ours, lambda name: name)

    def test_siammargin_keys_are_the_published_ones(self):
        self.assertEqual(families.siammargin({})[1], names.canonical(self.published("SiamMargin")))

    def test_relatives_that_cannot_be_run_are_named(self):
        self.refused(self.save({"update.0.weight": torch.zeros(2)}), "a checkpoint of UpdateNet")


if __name__ == "__main__":
    unittest.main()
