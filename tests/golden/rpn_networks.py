#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records what PyTorch says the networks of the SiamRPN family compute: rpn_networks.json.

Independent of the C++ code: networks are written out again here from the papers and the published
key tables. Weights and inputs are drawn by hash in both programs.

    rpn_networks.py rpn_networks.json        (needs torch and numpy)
"""
import json
import sys

import torch
import torch.nn.functional as F

from reference_backbones import (alexnet, alexnet_layers, alexnet_numbers, ciresinception22,
                                 ciresnet22, ciresnext22, conv, hash_tensor, image, mobilenetv2,
                                 norm, resnet50)

SAMPLES = 48  # values recorded of each map


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
