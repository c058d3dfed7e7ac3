#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records what PyTorch says SiamMask computes: siammask.json.

Independent of the C++ code, as rpn_networks.py: the mask branch and its refinement are written out
again here from the paper and the published key table.

    siammask.py siammask.json        (needs torch and numpy)
"""
import json
import sys

import torch
import torch.nn.functional as F

from reference_backbones import conv, hash_tensor, image, norm, resnet50_stages
from rpn_networks import depthwise, summary

CELLS = ((12, 9), (0, 24))  # row, column: one in the middle, one whose windows reach outside


def neck(x):
    key = "neck.downsample.downsample"
    return norm(conv(x, key + ".0", 256), key + ".1")


def correlation(z, x):
    def embed(part, y):
        key = f"mask_head.conv_{part}"
        return F.relu(norm(conv(y, key + ".0", 256, 3), key + ".1"))

    return F.conv2d(embed("search", x), embed("kernel", z).transpose(0, 1), groups=256)


def two(x, name, between, out):
    key = "refine_head." + name
    x = F.relu(conv(x, key + ".0", between, 3, pad=1, bias=True))
    return F.relu(conv(x, key + ".2", out, 3, pad=1, bias=True))


def refined(corr, features, row, column):
    x0, p1, p2 = (F.pad(f, (m,) * 4) for f, m in zip(features, (16, 8, 4)))
    p0 = x0[:, :, 4 * row:4 * row + 61, 4 * column:4 * column + 61]
    p1 = p1[:, :, 2 * row:2 * row + 31, 2 * column:2 * column + 31]
    p2 = p2[:, :, row:row + 15, column:column + 15]
    d = F.conv_transpose2d(corr[:, :, row:row + 1, column:column + 1],
                           hash_tensor("refine_head.deconv.weight", (256, 32, 15, 15)),
                           hash_tensor("refine_head.deconv.bias", (32,)), stride=15)
    for level, (p, between, channels, out, side) in enumerate((
            (p2, 128, 32, 16, 31), (p1, 64, 16, 4, 61), (p0, 16, 4, 1, 127))):
        d = two(d, f"h{2 - level}", channels, channels) + two(p, f"v{2 - level}", between, channels)
        d = conv(F.interpolate(d, (side, side)), f"refine_head.post{level}", out, 3, pad=1, bias=True)
    return d[0]


def base(corr, row, column):
    y = corr[:, :, row:row + 1, column:column + 1]
    y = F.relu(norm(conv(y, "mask_head.head.0", 256), "mask_head.head.1"))
    return conv(y, "mask_head.head.3", 63 * 63, bias=True).reshape(1, 63, 63)


def main():
    with torch.no_grad():
        z = neck(resnet50_stages(image("exemplar", 127), "backbone.")[3])[:, :, 4:11, 4:11]
        features = resnet50_stages(image("search", 255), "backbone.")
        x = neck(features[3])
        corr = correlation(z, x)
        recorded = {"classification": summary(depthwise(z, x, "rpn_head.cls", 10)),
                    "regression": summary(depthwise(z, x, "rpn_head.loc", 20)), "masks": []}
        for row, column in CELLS:
            recorded["masks"].append({
                "row": row, "column": column, "base": summary(base(corr, row, column)),
                "refined": summary(refined(corr, features[:3], row, column))})
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(recorded, file, indent=1)


if __name__ == "__main__":
    main()
