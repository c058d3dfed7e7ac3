#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Presets of imported checkpoints beside the published tables, in the tables' own order of columns.
Needs no PyTorch."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from checkpoints import presets  # noqa: E402  (needs the path above)


def rows(table):
    """{name: numbers} of a table with one row a line; "-" is None."""
    lines = (line.split() for line in table.strip().splitlines())
    return {name: [None if number == "-" else float(number) for number in numbers]
            for name, *numbers in lines}


class PublishedPresets(unittest.TestCase):
    def expect(self, found, table, *columns):
        """Each preset has the numbers of its row, and nothing besides."""
        published = {name: {column: number for column, number in zip(columns, numbers, strict=True)
                            if number is not None}
                     for name, numbers in rows(table).items()}
        self.assertEqual(found, published)

    def test_siamfc(self):
        """Bertinetto et al. 2016; MATLAB code, siamfc-pytorch."""
        self.expect(presets.SIAMFC, """
            siamfc-3s  3  1.0375  .9745  .59  .176
            siamfc-5s  5  1.0255  .962   .34  .168
            """, "scales", "scale_step", "scale_penalty", "scale_lr", "window_influence")

    def test_siamfc_plus(self):
        """researchmm/SiamDW, experiments/test."""
        columns = ("scale_step", "scale_lr", "scale_penalty", "window_influence", "instance_size")
        self.assertEqual(set(presets.SIAMFC_PLUS), {"res22", "incep22", "next22"})
        self.expect(presets.SIAMFC_PLUS["res22"], """
            otb2013  1.0482  .3629  .9997  .3896  255
            otb2015  1.1897  .2226  .9370  .2897  255
            vot2015  1.1190  .4373  .9811  .2569  255
            vot2016  1.1535  .4596  .9259  .3309  255
            vot2017  1.1466  .2061  .9994  .3242  255
            """, *columns)
        self.expect(presets.SIAMFC_PLUS["incep22"], """
            otb2013  1.1767  .2702  .9370  .2376  263
            otb2015  1.1832  .3035  .9453  .2496  263
            vot2015  1.1755  .3407  .9807  .3254  255
            vot2016  1.1859  .5921  .9359  .2616  255
            vot2017  1.1679  .6782  .9285  .2566  255
            """, *columns)
        self.expect(presets.SIAMFC_PLUS["next22"], """
            otb2013  1.0921  .4428  .9617  .2913  263
            otb2015  1.1390  .1775  .9593  .2094  263
            vot2015  1.1849  .3373  .9417  .2518  263
            vot2016  1.1561  .1615  .9593  .2548  263
            vot2017  1.1531  .5706  .9489  .2581  255
            """, *columns)

    def test_siamrpn_plus(self):
        """researchmm/SiamDW, experiments/test; VOT2017 with a larger patch for small targets."""
        self.expect(presets.SIAMRPN_PLUS, """
            otb2013  .2560  .4390  .0740  255  -
            otb2015  .8410  .7140  .3900  255  -
            vot2015  .8950  .6540  .3700  255  -
            vot2016  .7110  .7010  .3550  255  -
            vot2017  .038   .388   .347   271  287
            """, "penalty_k", "learning_rate", "window_influence", "instance_size",
                    "small_instance_size")

    def test_siamrpn(self):
        """foolwood/DaSiamRPN, code/run_SiamRPN.py and net.py: BIG, vot, otb."""
        self.expect(presets.SIAMRPN, """
            vot2018  .295  .42  .055  271  287
            vot      .45   .44  .04   271  -
            otb      .30   .40  .22   271  -
            """, "learning_rate", "window_influence", "penalty_k", "instance_size",
                    "small_instance_size")

    def test_siamrpn_plus_plus(self):
        """STVIR/pysot, experiments/*/config.yaml."""
        found = {name: values for group in presets.SIAMRPN_PP.values()
                 for name, values in group.items()}
        self.expect(found, """
            alex_dwxcorr            .16  .40  .30  287  -    -
            r50_l234_dwxcorr        .05  .42  .38  255  -    -
            r50_l234_dwxcorr_otb    .24  .50  .25  255  -    -
            r50_l234_dwxcorr_16gpu  .01  .40  .38  255  -    -
            r50_l234_dwxcorr_8gpu   .04  .44  .33  255  -    -
            r50_l234_dwxcorr_lt     .05  .28  .22  255  831  .001
            mobilev2_l234_dwxcorr   .04  .4   .5   255  -    -
            """, "penalty_k", "window_influence", "learning_rate", "instance_size",
                    "lost_instance_size", "lost_window_influence")

    def test_siammask(self):
        """foolwood/SiamMask, experiments/*/config_*.json; baoxinchen/siammask_e."""
        columns = ("penalty_k", "window_influence", "learning_rate", "mask_threshold", "edge_share",
                   "instance_size")
        self.expect(presets.SIAMMASK, """
            vot2016     .04    .42    .25  .30    -      255
            vot2018     .10    .41    .32  .15    -      255
            davis       .04    .40    1.0  .35    -      255
            siammask-e  .0997  .4099  .32  .1465  .2583  255
            """, *columns)
        self.expect(presets.SIAMMASK_PP, "siammask-vot2016 .04 .42 .25 .30 - 255", *columns)

    def test_siammargin(self):
        """Its VOT2019-RT tracker."""
        self.expect(presets.SIAMMARGIN, "vot2019 .38 .28 .04 351 255", "window_influence",
                    "learning_rate", "penalty_k", "small_instance_size", "instance_size")

    def test_nanotrack(self):
        """HonglinChu/NanoTrack, config.py of each version."""
        found = {f"v{version}": values for version, values in presets.NANOTRACK.items()}
        self.expect(found, """
            v1  .462  .148  .390
            v2  .490  .150  .385
            v3  .455  .138  .348
            """, "window_influence", "penalty_k", "learning_rate")

    def test_the_first_one_is_the_default(self):
        for published, first in ((presets.SIAMFC, "siamfc-3s"), (presets.SIAMMASK, "vot2018"),
                                 (presets.SIAMFC_PLUS["res22"], "otb2013"),
                                 (presets.SIAMRPN_PLUS, "otb2013"),
                                 (presets.SIAMRPN_PP["r50"], "r50_l234_dwxcorr")):
            self.assertEqual(next(iter(published)), first)


if __name__ == "__main__":
    unittest.main()
