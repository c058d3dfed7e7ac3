#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records what PyTorch says SiamMargin computes, before and after its template is renewed:
siammargin.json. Independent of the C++ code, as rpn_networks.py.

    siammargin.py siammargin.json        (needs torch and numpy)
"""
import json
import sys

import torch
import torch.nn.functional as F

from reference_backbones import conv, image, norm, resnet50_torchvision
from rpn_networks import depthwise, summary

UPDATE_RATE, FIRST_SHARE = .18, .60
OFFSET = (20.0, -12.0)  # of the box found, network px
EXTENT = (76.0, 60.0)   # of it
RANKING = .8


def features(name, size):
    x = resnet50_torchvision(image(name, size), "backbone.")
    return norm(conv(x, "neck.downsample.downsample.0", 256), "neck.downsample.downsample.1")


def kernel(z):
    return conv(z, "rpn_head.cls.conv_kernel.0", 512, 3)


def classification(kernels, x):
    y = F.conv2d(conv(x, "rpn_head.cls.conv_search.0", 256, 3), kernels.transpose(0, 1), groups=256)
    y = F.relu(norm(conv(y, "rpn_head.cls.head.0", 256), "rpn_head.cls.head.1"))
    return conv(y, "rpn_head.cls.head.3", 10, bias=True)


def bilinear(x, row, column):
    """Value of all channels between the four cells around a place; zeros outside."""
    value = 0
    top, left = int(row // 1), int(column // 1)
    for r in (top, top + 1):
        for c in (left, left + 1):
            if 0 <= r < x.shape[2] and 0 <= c < x.shape[3]:
                value = value + x[0, :, r, c] * (1 - abs(row - r)) * (1 - abs(column - c))
    return value


def points(side, other, offset):
    cells = (side + .3 * (side + other)) / 8
    return [float(p) + offset / 8 for p in torch.linspace(-cells / 2, cells / 2, 17)[5:12]]


def renewed(first, x):
    middle = x.shape[3] // 2
    rows = points(EXTENT[1], EXTENT[0], OFFSET[1])
    columns = points(EXTENT[0], EXTENT[1], OFFSET[0])
    around = torch.stack([torch.stack([bilinear(x, middle + r, middle + c) for c in columns], -1)
                          for r in rows], -2)[None]
    rate = UPDATE_RATE * RANKING
    average = (1 - rate) * first + rate * kernel(around)
    return FIRST_SHARE * first + (1 - FIRST_SHARE) * average


def main():
    with torch.no_grad():
        z = features("exemplar", 127)[:, :, 4:11, 4:11]
        x, wide = features("search", 255), features("wide", 351)
        first = kernel(z)
        after = renewed(first, x)
        recorded = {"classification": summary(classification(first, x)),
                    "regression": summary(depthwise(z, x, "rpn_head.loc", 20)),
                    "renewed": summary(classification(after, x)),
                    "wide": summary(classification(after, wide))}
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(recorded, file, indent=1)


if __name__ == "__main__":
    main()
