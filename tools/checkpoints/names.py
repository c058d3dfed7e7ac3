# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same network under several names: everything is brought to one of them."""

import re

SIAMMASK = {  # foolwood/SiamMask -> pysot
    "features.features.": "backbone.", "features.downsample.downsample.": "neck.downsample.downsample.",
    "rpn_model.cls.": "rpn_head.cls.", "rpn_model.loc.": "rpn_head.loc.",
    "mask_model.mask.": "mask_head.", "refine_model.": "refine_head."}
SIAMMASK_PP = {  # wowhb/SiamMask_plus_plus -> pysot, which numbers the levels as ResNet's layers
    "features.features.": "backbone.", "refine_model.": "refine_head.",
    **{f"features.downsample{i}.": f"neck.downsample{i + 1}." for i in (1, 2, 3)},
    **{f"rpn_model.rpn{i}.rpn_pred_{kind}.": f"rpn_head.rpn{i}.{kind}."
       for i in (2, 3, 4) for kind in ("cls", "loc")},
    **{f"mask_model.mask{i}.rpn_pred_mask.": f"mask_head.mask{i}." for i in (2, 3, 4)},
    "rpn_model.": "rpn_head.", "mask_model.": "mask_head."}
SIAMMARGIN = {  # Horacehxw/SiamMargin -> pysot
    "feature.features.": "backbone.", "feature.downsample.": "neck.downsample.", "rpn.": "rpn_head."}
FIRST_SIAMFC = re.compile(r"feature\.(\d+)\.")


def renamed(name, starts):
    for start, other in starts.items():
        if name.startswith(start):
            return other + name.removeprefix(start)
    return name


def siamfc_layers(tensors):
    """siamfc-pytorch before 2019 counts all layers of one nn.Sequential; now each convolution and its
    normalisation are a block of their own."""
    blocks, block = {}, 0
    for number in sorted({int(FIRST_SIAMFC.match(name)[1]) for name in tensors}):
        key = f"feature.{number}."
        convolution = key + "running_mean" not in tensors
        block += convolution
        blocks[key] = f"backbone.conv{block}.{0 if convolution else 1}."
    return blocks


def canonical(tensors):
    """The tensors under the names that the architectures are recognised by."""
    starts = {}
    if any(name.startswith("mask_model.mask2.") for name in tensors):
        starts = SIAMMASK_PP
    elif any(name.startswith("rpn_model.cls.") for name in tensors):
        starts = SIAMMASK
    elif any(name.startswith("feature.features.") for name in tensors):
        starts = SIAMMARGIN
    elif tensors and all(FIRST_SIAMFC.match(name) for name in tensors):
        starts = siamfc_layers(tensors)
    return {renamed(name, starts): value for name, value in tensors.items()}
