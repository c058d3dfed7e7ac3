#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records what PyTorch says SiamMask++ computes: siammask_plus_plus.json. Independent of the C++ code,
as siammask.py.

    siammask_plus_plus.py siammask_plus_plus.json        (needs torch and numpy)
"""
import json
import sys

import torch
import torch.nn.functional as F

from reference_backbones import conv, hash_tensor, image, norm, resnet50_stages
from rpn_networks import levels, summary
from siammask import refined_windows, two

CELLS = ((12, 9), (0, 24))


def behind_neck(features, level):
    key = f"neck.downsample{level}.downsample"
    return norm(conv(features, key + ".0", 256), key + ".1")


def mask_maps(z, x, level):
    """Logits of one level at every cell, [1, 3969, 25, 25]."""
    key = f"mask_head.mask{level}"
    z, x = behind_neck(z, level)[:, :, 4:11, 4:11], behind_neck(x, level)
    k = F.relu(norm(conv(z, key + ".conv_kernel.0", 256, 3), key + ".conv_kernel.1"))
    s = F.relu(norm(conv(x, key + ".conv_search.0", 256, 3), key + ".conv_search.1"))
    y = F.conv2d(s, k.transpose(0, 1), groups=256)
    y = F.relu(norm(conv(y, key + ".head.0", 256), key + ".head.1"))
    return conv(y, key + ".head.3", 63 * 63, bias=True)


def refined(logits, windows):
    d = F.conv_transpose2d(logits, hash_tensor("refine_head.deconv.weight", (3969, 32, 15, 15)),
                           hash_tensor("refine_head.deconv.bias", (32,)), stride=15)
    for level, (p, between, channels, out, side) in enumerate(zip(
            reversed(windows), (128, 64, 16), (32, 16, 4), (16, 4, 1), (31, 61, 127))):
        d = two(d, f"h{2 - level}", channels, channels) + two(p, f"v{2 - level}", between, channels)
        d = conv(F.interpolate(d, (side, side)), f"refine_head.post{level}", out, 3, pad=1, bias=True)
    return d[0]


def main():
    with torch.no_grad():
        z = resnet50_stages(image("exemplar", 127), "backbone.")
        x = resnet50_stages(image("search", 255), "backbone.")
        classification, regression = levels(z[2:], x[2:], (256,) * 3, weighted=True)
        shares = torch.softmax(hash_tensor("mask_head.mask_weight", (3,)), 0)
        fused = sum(share * mask_maps(z[level], x[level], level)
                    for share, level in zip(shares, (2, 3, 4)))
        recorded = {"classification": summary(classification), "regression": summary(regression),
                    "masks": []}
        for row, column in CELLS:
            logits = fused[:, :, row:row + 1, column:column + 1]
            recorded["masks"].append({
                "row": row, "column": column, "base": summary(logits.reshape(1, 63, 63)),
                "refined": summary(refined(logits, refined_windows(x[:3], row, column)))})
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(recorded, file, indent=1)


if __name__ == "__main__":
    main()
