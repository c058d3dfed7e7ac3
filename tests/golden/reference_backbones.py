# SPDX-License-Identifier: LGPL-2.1-or-later
"""Backbones of the SiamRPN family in PyTorch, written from the papers and the published key tables.

Weights and inputs are drawn by hash (hash_tensor), so that C++ tests can draw the same ones.
"""
import math
import zlib

import numpy as np
import torch
import torch.nn.functional as F


def uniform(name, count):
    """`count` numbers in [-1, 1) that depend on name and index alone."""
    x = np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(zlib.crc32(name.encode()))
    x &= np.uint64(0xFFFFFFFF)
    for _ in range(2):
        x = ((x >> np.uint64(16)) ^ x) * np.uint64(0x45D9F3B) & np.uint64(0xFFFFFFFF)
    x = (x >> np.uint64(16)) ^ x
    return x.astype(np.float64) / 2**31 - 1


def hash_tensor(key, shape):
    """A weight of the size that keeps activations alive; never a neutral value."""
    value = uniform(key, int(np.prod(shape)))
    if len(shape) == 4 or (len(shape) == 2):
        value *= math.sqrt(6 / np.prod(shape[1:]))
    elif key.endswith("running_var") or key.endswith("weight"):
        value = 1 + 0.25 * value
    else:
        value *= 0.1
    return torch.from_numpy(value.astype(np.float32)).reshape(shape)


def image(name, size):
    return torch.from_numpy(((uniform(name, 3 * size * size) + 1) * 127.5).astype(np.float32)).reshape(
        1, 3, size, size)


def conv(x, key, out, kernel=1, stride=1, pad=0, dilation=1, groups=1, bias=False):
    weight = hash_tensor(key + ".weight", (out, x.shape[1] // groups, kernel, kernel))
    offset = hash_tensor(key + ".bias", (out,)) if bias else None
    return F.conv2d(x, weight, offset, stride, pad, dilation, groups)


def norm(x, key, eps=1e-5):
    part = {p: hash_tensor(f"{key}.{p}", (x.shape[1],))
            for p in ("weight", "bias", "running_mean", "running_var")}
    return F.batch_norm(x, part["running_mean"], part["running_var"], part["weight"], part["bias"],
                        False, 0, eps)


def crop(x, margin):
    return x[:, :, margin:-margin, margin:-margin]


def alexnet(x, name, widening):
    widths = [widening * w for w in (96, 256, 384, 384, 256)]
    for i, (width, kernel) in enumerate(zip(widths, (11, 5, 3, 3, 3))):
        x = norm(conv(x, name(i)[0], width, kernel, 2 if i == 0 else 1, bias=True), name(i)[1])
        if i < 2:
            x = F.max_pool2d(x, 3, 2)
        if i < 4:
            x = F.relu(x)
    return [x]


def alexnet_numbers(prefix):
    index = (0, 4, 8, 11, 14)
    return lambda i: (f"{prefix}{index[i]}", f"{prefix}{index[i] + 1}")


def alexnet_layers(prefix):
    return lambda i: (f"{prefix}layer{i + 1}.0", f"{prefix}layer{i + 1}.1")


def cir_units(x, prefix, unit):
    for layer, numbers in (("layer1", (0, 1, 2)), ("layer2", (0, 2, 3, 4))):
        for n in numbers:
            x = crop(unit(x, f"{prefix}{layer}.{n}", layer, (layer, n) == ("layer2", 4)), 1)
            if (layer, n) == ("layer2", 0):
                x = F.max_pool2d(x, 2, 2)
    return [x]


def ciresnet22(x, prefix, widening=1):
    def unit(x, key, layer, last):
        c = 64 if layer == "layer1" else 128
        y = F.relu(norm(conv(x, key + ".conv1", c), key + ".bn1"))
        y = F.relu(norm(conv(y, key + ".conv2", widening * c, 3, pad=1), key + ".bn2"))
        y = norm(conv(y, key + ".conv3", 4 * c), key + ".bn3")
        if x.shape[1] != 4 * c:
            x = norm(conv(x, key + ".downsample.0", 4 * c), key + ".downsample.1")
        return y + x if last else F.relu(y + x)

    x = crop(F.relu(norm(conv(x, prefix + "conv1", 64, 7, 2, 3), prefix + "bn1")), 2)
    return cir_units(F.max_pool2d(x, 2, 2), prefix, unit)


def ciresinception22(x, prefix):
    def unit(x, key, layer, last):
        c = 64 if layer == "layer1" else 128
        act = (lambda t: t) if last else F.relu
        b = key + ".branch3x3."
        y = F.relu(norm(conv(x, b + "conv1", c), b + "bn1"))
        y = F.relu(norm(conv(y, b + "conv2", c, 3, pad=1), b + "bn2"))
        y = act(norm(conv(y, b + "conv3", 4 * c), b + "bn3"))
        z = act(norm(conv(x, key + ".branch1x1.conv", c), key + ".branch1x1.bn", 1e-3))
        return torch.cat([y, z], 1)

    x = F.relu(norm(conv(x, prefix + "conv1", 64, 7, 2), prefix + "bn1"))
    return cir_units(F.max_pool2d(x, 3, 2), prefix, unit)


def ciresnext22(x, prefix):
    def unit(x, key, layer, last):
        c = 128 if layer == "layer1" else 256
        b = key + ".basic."
        y = F.relu(norm(conv(x, b + "conv1_0", c), b + "bn1"))
        y = F.relu(norm(conv(y, b + "conv3_0", c, 3, pad=1, groups=32), b + "bn2"))
        y = norm(conv(y, b + "conv1_1", 2 * c), b + "bn3")
        if x.shape[1] != 2 * c:
            x = conv(x, key + ".shortcut.0", 2 * c)
        y = norm(y + x, key + ".bn0")
        return y if last else F.relu(y)

    x = F.relu(norm(conv(x, prefix + "conv0", 64, 7, 2, bias=True), prefix + "bn0"))
    return cir_units(F.max_pool2d(x, 3, 2), prefix, unit)


def resnet50_stages(x, prefix):
    """Features of the stem and of the four layers."""
    x = F.relu(norm(conv(x, prefix + "conv1", 64, 7, 2), prefix + "bn1"))
    features = [x]
    x = F.max_pool2d(x, 3, 2, 1)
    stages = ((3, 64, 1, 1, 1), (4, 128, 2, 1, 1), (6, 256, 1, 1, 2), (3, 512, 1, 2, 4))
    for i, (blocks, c, stride, first, other) in enumerate(stages):
        for b in range(blocks):
            key = f"{prefix}layer{i + 1}.{b}"
            s, d = (stride, first) if b == 0 else (1, other)
            pad = 0 if s == 2 else d
            y = F.relu(norm(conv(x, key + ".conv1", c), key + ".bn1"))
            y = F.relu(norm(conv(y, key + ".conv2", c, 3, s, pad, d), key + ".bn2"))
            y = norm(conv(y, key + ".conv3", 4 * c), key + ".bn3")
            if b == 0:
                geometry = dict(kernel=1) if i == 0 else dict(kernel=3, stride=s, pad=pad, dilation=d)
                x = norm(conv(x, key + ".downsample.0", 4 * c, **geometry), key + ".downsample.1")
            x = F.relu(x + y)
        features.append(x)
    return features


def resnet50(x, prefix):
    return resnet50_stages(x, prefix)[2:]


def resnet50_torchvision(x, prefix):
    """Up to layer 3, with torchvision's shortcuts and paddings; no padding before the first layer."""
    x = F.relu(norm(conv(x, prefix + "conv1", 64, 7, 2), prefix + "bn1"))
    x = F.max_pool2d(x, 3, 2)
    for i, (blocks, c, stride, dilation) in enumerate(((3, 64, 1, 1), (4, 128, 2, 1), (6, 256, 1, 2))):
        for b in range(blocks):
            key = f"{prefix}layer{i + 1}.{b}"
            s, d = (stride, 1) if b == 0 else (1, dilation)
            y = F.relu(norm(conv(x, key + ".conv1", c), key + ".bn1"))
            y = F.relu(norm(conv(y, key + ".conv2", c, 3, s, d, d), key + ".bn2"))
            y = norm(conv(y, key + ".conv3", 4 * c), key + ".bn3")
            if b == 0:
                x = norm(conv(x, key + ".downsample.0", 4 * c, stride=s), key + ".downsample.1")
            x = F.relu(x + y)
    return x


def mobilenetv2(x, prefix):
    x = F.relu6(norm(conv(x, prefix + "layer0.0", 44, 3, 2), prefix + "layer0.1"))
    features, last = [], 1
    table = ((1, 16, 1, 1, 1), (6, 24, 2, 2, 1), (6, 32, 3, 2, 1), (6, 64, 4, 1, 2), (6, 96, 3, 1, 2),
             (6, 160, 3, 1, 4), (6, 320, 1, 1, 4))
    for i, (t, c, n, s, d) in enumerate(table):
        out = int(c * 1.4)
        for b in range(n):
            key = f"{prefix}layer{i + 1}.{b}.conv"
            stride = s if b == 0 else 1
            dilation = max(d // 2, 1) if b == 0 and d != last else d
            pad = dilation if dilation > 1 else 2 - stride
            wide = x.shape[1] * t
            y = F.relu6(norm(conv(x, key + ".0", wide), key + ".1"))
            y = F.relu6(norm(conv(y, key + ".3", wide, 3, stride, pad, dilation, wide), key + ".4"))
            y = norm(conv(y, key + ".6", out), key + ".7")
            x = x + y if stride == 1 and x.shape[1] == out else y
        last = d
        features.append(x)
    return [features[i] for i in (2, 4, 6)]
