# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same network under several names: everything is brought to one of them."""

import re

SIAMMASK = {  # foolwood/SiamMask -> pysot
    "features.features.": "backbone.", "features.downsample.downsample.": "neck.downsample.downsample.",
    "rpn_model.cls.": "rpn_head.cls.", "rpn_model.loc.": "rpn_head.loc.",
    "mask_model.mask.": "mask_head.", "refine_model.": "refine_head."}
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
    if any(name.startswith("rpn_model.cls.") for name in tensors):
        starts = SIAMMASK
    elif any(name.startswith("feature.features.") for name in tensors):
        starts = SIAMMARGIN
    elif tensors and all(FIRST_SIAMFC.match(name) for name in tensors):
        starts = siamfc_layers(tensors)
    return {renamed(name, starts): value for name, value in tensors.items()}
