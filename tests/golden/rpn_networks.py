#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records what PyTorch says the networks of the SiamRPN family compute: rpn_networks.json.

Independent of the C++ code: networks are written out again here from the papers and the published
key tables. Weights and inputs are drawn by hash (hash_tensor) in both programs.

    rpn_networks.py rpn_networks.json        (needs torch and numpy)
"""
import json
import math
import sys
import zlib

import numpy as np
import torch
import torch.nn.functional as F

SAMPLES = 48  # values recorded of each map


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


# --- backbones ------------------------------------------------------------------------------------
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


def resnet50(x, prefix):
    x = F.relu(norm(conv(x, prefix + "conv1", 64, 7, 2), prefix + "bn1"))
    x = F.max_pool2d(x, 3, 2, 1)
    features = []
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
    return features[1:]


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


# --- heads ----------------------------------------------------------------------------------------
def up_channel(z, x, names, width, classes, anchors=5):
    def branch(template, search, outputs):
        kernel = conv(z, template, width * outputs, 3, bias=True)
        kernel = kernel.reshape(outputs, width, kernel.shape[2], kernel.shape[3])
        return F.conv2d(conv(x, search, width, 3, bias=True), kernel)

    cls = branch(names[0], names[2], classes)
    return cls, conv(branch(names[1], names[3], 4 * anchors), names[4], 4 * anchors, bias=True)


def depthwise(z, x, prefix, outputs):
    c = x.shape[1]
    k = F.relu(norm(conv(z, prefix + ".conv_kernel.0", c, 3), prefix + ".conv_kernel.1"))
    s = F.relu(norm(conv(x, prefix + ".conv_search.0", c, 3), prefix + ".conv_search.1"))
    y = F.conv2d(s, k.transpose(0, 1), groups=c)
    y = F.relu(norm(conv(y, prefix + ".head.0", c), prefix + ".head.1"))
    return conv(y, prefix + ".head.3", outputs, bias=True)


def levels(zs, xs, widths, weighted):
    cls, loc = [], []
    for i, (z, x, width) in enumerate(zip(zs, xs, widths)):
        neck = f"neck.downsample{i + 2}.downsample"
        z, x = (norm(conv(t, neck + ".0", width), neck + ".1") for t in (z, x))
        z = z[:, :, 4:11, 4:11]
        cls.append(depthwise(z, x, f"rpn_head.rpn{i + 2}.cls", 10))
        loc.append(depthwise(z, x, f"rpn_head.rpn{i + 2}.loc", 20))
    shares = [torch.full((3,), 1 / 3)] * 2
    if weighted:
        shares = [torch.softmax(hash_tensor(f"rpn_head.{k}_weight", (3,)), 0) for k in ("cls", "loc")]
    return tuple(sum(s * m for s, m in zip(share, maps)) for share, maps in zip(shares, (cls, loc)))


DA = ("conv_cls1", "conv_r1", "conv_cls2", "conv_r2", "regress_adjust")
DW = tuple("connect_model." + n
           for n in ("template_cls", "template_reg", "search_cls", "search_reg", "adjust"))


def networks():
    """name -> (metadata, search size, function of exemplar and search image)."""
    def siamrpn(widening):
        def run(z, x):
            f = [alexnet(t, alexnet_numbers("featureExtract."), widening)[0] for t in (z, x)]
            return up_channel(f[0], f[1], DA, 256 * widening, 10)
        return run

    def plus(backbone, width, classes, **options):
        def run(z, x):
            f = [backbone(t, "features.features.", **options)[0] for t in (z, x)]
            return up_channel(f[0], f[1], DW, width, classes)
        return run

    def single(names):
        def run(z, x):
            f = [alexnet(t, names, 1)[0] for t in (z, x)]
            return depthwise(*f, "rpn_head.cls", 10), depthwise(*f, "rpn_head.loc", 20)
        return run

    def multi(backbone, widths, weighted):
        return lambda z, x: levels(backbone(z, "backbone."), backbone(x, "backbone."), widths, weighted)

    def entry(architecture, backbone, run, size=255, **metadata):
        return {"architecture": architecture, "backbone": backbone, **metadata}, size, run

    wide = (256, 256, 256)
    pp = "siamrpn++"
    return {
        "siamrpn": entry("siamrpn", "alexnet-rpn", siamrpn(1), 271),
        "siamrpn-big": entry("siamrpn", "alexnet-rpn-big", siamrpn(2), 271),
        "siamrpn+": entry("siamrpn+", "ciresnet22", plus(ciresnet22, 256, 5), head="thinner"),
        "siamrpn+thicker": entry("siamrpn+", "ciresnet22", plus(ciresnet22, 512, 10), head="thicker"),
        "siamrpn+22w": entry("siamrpn+", "ciresnet22w", plus(ciresnet22, 256, 5, widening=2),
                             head="thinner"),
        "siamrpn+incep": entry("siamrpn+", "ciresinception22", plus(ciresinception22, 256, 5),
                               head="thinner"),
        "siamrpn+next": entry("siamrpn+", "ciresnext22", plus(ciresnext22, 256, 5), head="thinner"),
        "siamrpn++alex": entry(pp, "alexnet-rpn", single(alexnet_numbers("backbone.features.")), 287),
        "siamrpn++alex-layers": entry(pp, "alexnet-rpn-layers", single(alexnet_layers("backbone.")), 287),
        "siamrpn++r50": entry(pp, "resnet50", multi(resnet50, wide, True), fusion="weighted"),
        "siamrpn++r50-mean": entry(pp, "resnet50", multi(resnet50, wide, False), fusion="mean"),
        "siamrpn++r50-lt": entry(pp, "resnet50", multi(resnet50, (128, 256, 512), True),
                                 fusion="weighted", neck=[128, 256, 512]),
        "siamrpn++mobile": entry(pp, "mobilenetv2", multi(mobilenetv2, wide, False), fusion="mean"),
    }


def summary(tensor):
    flat = tensor.flatten()
    step = max(1, flat.numel() // SAMPLES)
    return {"shape": list(tensor.shape[1:]), "largest": float(flat.abs().max()), "step": step,
            "samples": [float(v) for v in flat[::step][:SAMPLES]]}


def main():
    recorded = {}
    with torch.no_grad():
        for name, (metadata, size, run) in networks().items():
            cls, loc = run(image("exemplar", 127), image("search", size))
            recorded[name] = {"metadata": metadata, "size": size, "classification": summary(cls),
                              "regression": summary(loc)}
            print(name, tuple(cls.shape), tuple(loc.shape), float(loc.abs().max()))
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(recorded, file, indent=1)


if __name__ == "__main__":
    main()
