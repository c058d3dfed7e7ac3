# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keys and shapes of the parts that architectures are put together from."""
import pathlib

KEYS = pathlib.Path(__file__).parent / "keys"
ANCHORS = 5


def table(name, prefix=""):
    """Keys and shapes of a network part, one "key<tab>2x3" line each."""
    shapes = {}
    for line in (KEYS / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        key, shape = line.split("\t")
        shapes[prefix + key] = tuple(int(extent) for extent in shape.split("x"))
    return shapes


def convolution(key, out, into, kernel, bias=True):
    shapes = {key + ".weight": (out, into, kernel, kernel)}
    return {**shapes, key + ".bias": (out,)} if bias else shapes


def normalisation(key, channels):
    return {f"{key}.{part}": (channels,)
            for part in ("weight", "bias", "running_mean", "running_var")}


def neck_layer(key, into, width):
    return {**convolution(key + ".downsample.0", width, into, 1, bias=False),
            **normalisation(key + ".downsample.1", width)}


def up_channel_head(names, channels, width, classes):
    outputs = (width * classes, width * 4 * ANCHORS, width, width)
    shapes = convolution(names[4], 4 * ANCHORS, 4 * ANCHORS, 1)
    for name, out in zip(names, outputs):
        shapes.update(convolution(name, out, channels, 3))
    return shapes


def depthwise_head(prefix, channels):
    shapes = {}
    for branch, outputs in (("cls", 2 * ANCHORS), ("loc", 4 * ANCHORS)):
        for side in ("conv_kernel", "conv_search"):
            key = f"{prefix}{branch}.{side}"
            shapes.update(convolution(key + ".0", channels, channels, 3, bias=False))
            shapes.update(normalisation(key + ".1", channels))
        key = f"{prefix}{branch}.head"
        shapes.update(convolution(key + ".0", channels, channels, 1, bias=False))
        shapes.update(normalisation(key + ".1", channels))
        shapes.update(convolution(key + ".3", outputs, channels, 1))
    return shapes
