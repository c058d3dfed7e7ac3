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


def refined_windows(features, row, column):
    """What lies around one cell in the stem and the first two layers."""
    x0, p1, p2 = (F.pad(f, (m,) * 4) for f, m in zip(features, (16, 8, 4)))
    return (x0[:, :, 4 * row:4 * row + 61, 4 * column:4 * column + 61],
            p1[:, :, 2 * row:2 * row + 31, 2 * column:2 * column + 31],
            p2[:, :, row:row + 15, column:column + 15])


def refined(corr, features, row, column):
    return refined_from(corr[:, :, row:row + 1, column:column + 1],
                        refined_windows(features, row, column))


def refined_from(pixel, windows):
    p0, p1, p2 = windows
    d = F.conv_transpose2d(pixel, hash_tensor("refine_head.deconv.weight", (256, 32, 15, 15)),
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


def soft_margin(logits, target):
    """F.soft_margin_loss() without its overflow."""
    return F.softplus(-target * logits).mean().item()


def unfolded(feature, size, stride):
    """All windows of a feature, as the published training code cuts them: [N * N, C, size, size]."""
    windows = F.unfold(feature, size, stride=stride).permute(0, 2, 1)
    return windows.reshape(-1, feature.shape[1], size, size)


def trained(z, recorded):
    """The second stage of training: 3 x 3 masks of a search patch of 143 px."""
    features = resnet50_stages(image("small", 143), "backbone.")
    x = neck(features[3])[:, :, 4:-4, 4:-4]
    corr = correlation(z, x).permute(0, 2, 3, 1).reshape(-1, 256, 1, 1)
    windows = [unfolded(f, size, stride)
               for f, size, stride in zip(features, (61, 31, 15), (4, 2, 1))]
    masks = torch.cat([refined_from(corr[i:i + 1], [w[i:i + 1] for w in windows])
                       for i in range(9)])
    recorded["trained"] = [summary(masks[i][None]) for i in (0, 5)]
    outline = torch.full((1, 1, 143, 143), -1.0)
    outline[:, :, 40:110, 55:95] = 1
    target = F.unfold(outline, 127, stride=8).transpose(1, 2).reshape(9, -1)
    recorded["refined_loss"] = soft_margin(masks.reshape(9, -1), target)


def base_loss(corr):
    """The loss of the first stage at three cells of a search patch of 255 px."""
    outline = torch.full((1, 1, 255, 255), -1.0)
    outline[:, :, 100:180, 90:150] = 1
    target = F.unfold(outline, 127, padding=32, stride=8).transpose(1, 2)[0]
    cells = ((12, 12), (3, 20), (24, 0))
    logits = torch.cat([base(corr, row, column) for row, column in cells])[:, None]
    logits = F.interpolate(logits, (127, 127), mode="bilinear", align_corners=True)
    chosen = torch.stack([target[25 * row + column] for row, column in cells])
    return soft_margin(logits.reshape(3, -1), chosen)


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
        recorded["base_loss"] = base_loss(corr)
        trained(z, recorded)
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(recorded, file, indent=1)


if __name__ == "__main__":
    main()
