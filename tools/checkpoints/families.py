# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recognises a published architecture by its keys, and says which tensors it must have."""
from . import presets
from .reading import ImportFailure
from .tensors import (ANCHORS, KEYS, convolution, depthwise_head, neck_layer, normalisation, table,
                      up_channel_head)

BACKBONES = sorted(path.stem for path in KEYS.glob("*.tsv") if not path.stem.startswith("nanotrack"))
CLASSIFIERS = ("fc.", "classifier.")  # of networks trained on ImageNet
LAST_LAYER = "layer4."  # of ResNet-50, which some trackers do without
NOT_SUPPORTED = {"update.0.weight": "UpdateNet"}  # recognised, so that the error can name it


def metadata(architecture, backbone, published, instance=255, **more):
    """The first preset is the default."""
    return {"architecture": architecture, "backbone": backbone, "exemplar_size": 127,
            "instance_size": instance, "hyper_parameters": next(iter(published.values()), {}),
            "presets": published, **more}


def nanotrack(version):
    backbone = f"mobilenetv3-v{version}"
    expected = table("mobilenetv3-v3" if version == 3 else "mobilenetv3-v1", "backbone.")
    expected.update(table(f"nanotrack-v{version}"))
    published = {"published": presets.NANOTRACK[version]}
    return metadata("nanotrack", backbone, published, version=f"v{version}",
                    licence="Apache-2.0"), expected


def siamrpn(tensors):
    big = tensors["featureExtract.0.weight"].shape[0] == 192
    backbone, channels = ("alexnet-rpn-big", 512) if big else ("alexnet-rpn", 256)
    names = ("conv_cls1", "conv_r1", "conv_cls2", "conv_r2", "regress_adjust")
    expected = table(backbone, "featureExtract.")
    expected.update(up_channel_head(names, channels, channels, 2 * ANCHORS))
    order = ("vot2018",) if big else ("vot", "otb")
    published = {name: presets.SIAMRPN[name] for name in order}
    return metadata("siamrpn", backbone, published, 271, licence="MIT"), expected


def siamdw_backbone(tensors):
    """Name of a SiamDW backbone, the key of its presets, and its channels."""
    layer = "features.features.layer1.0."
    if layer + "branch3x3.conv1.weight" in tensors:
        return "ciresinception22", "incep22", 640
    if layer + "basic.conv1_0.weight" in tensors:
        return "ciresnext22", "next22", 512
    units = len({key.split(".")[3] for key in tensors if key.startswith("features.features.layer1.")})
    widened = tensors[layer + "conv2.weight"].shape[0] == 128
    if units not in (1, 2, 3):
        raise ImportFailure(f"CIResNet: expected 1, 2 or 3 units in layer1, found {units}")
    return f"ciresnet{(16, 19, 22)[units - 1]}{'w' if widened else ''}", "res22", 512


def siamdw(tensors):
    backbone, group, channels = siamdw_backbone(tensors)
    expected = table(backbone, "features.features.")
    if "connect_model.template_cls.weight" not in tensors:
        published = presets.SIAMFC_PLUS[group]
        return metadata("siamfc+", backbone, published, backbone_prefix="features.features.",
                        licence="MIT"), expected
    thinner = tensors["connect_model.search_cls.weight"].shape[0] == 256
    names = tuple("connect_model." + name for name in (
        "template_cls", "template_reg", "search_cls", "search_reg", "adjust"))
    expected.update(up_channel_head(names, channels, *((256, ANCHORS) if thinner
                                                       else (512, 2 * ANCHORS))))
    return metadata("siamrpn+", backbone, presets.SIAMRPN_PLUS,
                    head="thinner" if thinner else "thicker", licence="MIT"), expected


def pysot_single(tensors):
    layers = "backbone.layer1.0.weight" in tensors
    backbone = "alexnet-rpn-layers" if layers else "alexnet-rpn"
    expected = table(backbone, "backbone." if layers else "backbone.features.")
    expected.update(depthwise_head("rpn_head.", 256))
    return metadata("siamrpn++", backbone, presets.SIAMRPN_PP["alex"], 287,
                    licence="CC-BY-SA-3.0"), expected


def pysot_levels(tensors):
    mobile = "backbone.layer0.0.weight" in tensors
    backbone = "mobilenetv2" if mobile else "resnet50"
    channels = (44, 134, 448) if mobile else (512, 1024, 2048)
    first = tensors.get("neck.downsample2.downsample.0.weight")
    long_term = first is not None and first.shape[0] == 128
    widths = (128, 256, 512) if long_term else (256, 256, 256)
    expected = table(backbone, "backbone.")
    for level, (into, width) in enumerate(zip(channels, widths), start=2):
        expected.update(neck_layer(f"neck.downsample{level}", into, width))
        expected.update(depthwise_head(f"rpn_head.rpn{level}.", width))
    weighted = "rpn_head.cls_weight" in tensors
    if weighted:
        expected.update({f"rpn_head.{kind}_weight": (3,) for kind in ("cls", "loc")})
    group = "mobilev2" if mobile else "r50_lt" if long_term else "r50"
    return metadata("siamrpn++", backbone, presets.SIAMRPN_PP[group], neck=list(widths),
                    fusion="weighted" if weighted else "mean", licence="CC-BY-SA-3.0"), expected


def siammask(tensors):
    refine = any(name.startswith("refine_head.") for name in tensors)
    expected = {name: shape for name, shape in table("resnet50", "backbone.").items()
                if not name.startswith("backbone.layer4.")}
    expected.update(neck_layer("neck.downsample", 1024, 256))
    expected.update(depthwise_head("rpn_head.", 256))
    expected.update(table("siammask"))
    if refine:
        expected.update(table("siammask-refine"))
    return metadata("siammask", "resnet50-layer3", presets.SIAMMASK, refine=refine,
                    licence="MIT"), expected


def siammask_plus_plus(tensors):
    expected = table("resnet50", "backbone.")
    for level, channels in ((2, 512), (3, 1024), (4, 2048)):
        expected.update(neck_layer(f"neck.downsample{level}", channels, 256))
        expected.update(depthwise_head(f"rpn_head.rpn{level}.", 256))
        expected.update({name.replace("mask_head.", f"mask_head.mask{level}."): shape
                         for name, shape in table("siammask").items()})
    expected.update({f"rpn_head.{kind}_weight": (3,) for kind in ("cls", "loc")})
    expected["mask_head.mask_weight"] = (3,)
    refine = any(name.startswith("refine_head.") for name in tensors)
    if refine:
        expected.update(table("siammask-refine"))
        expected["refine_head.deconv.weight"] = (63 * 63, 32, 15, 15)
    return metadata("siammask++", "resnet50-all", presets.SIAMMASK_PP, refine=refine), expected


def siammargin(_tensors):
    expected = table("resnet50-layer3-torchvision", "backbone.")
    expected.update(neck_layer("neck.downsample", 1024, 256))
    expected.update(depthwise_head("rpn_head.", 256))
    for side, kernels in (("kernel", 512), ("search", 256)):  # linear, unlike the others
        key = f"rpn_head.cls.conv_{side}"
        for part in normalisation(key + ".1", 256):
            del expected[part]
        expected.update(convolution(key + ".0", kernels, 256, 3, bias=False))
    expected.update(convolution("rpn_head.cls.head.0", 256, 512, 1, bias=False))
    return metadata("siammargin", "resnet50-layer3-torchvision", presets.SIAMMARGIN), expected


PREFIXES = ("", "features.features.", "backbone.features.", "backbone.", "features.",
            "featureExtract.")


def backbone_alone(name, tensors):
    """A backbone to start training from (trained on ImageNet, or of any tracker): its metadata,
    expected tensors, and `tensors` under these names without the classifier's."""
    try:
        expected = table(name)
    except FileNotFoundError as missing:
        raise ImportFailure(f"--backbone: expected one of {', '.join(BACKBONES)}, found {name}"
                            ) from missing
    def fitting(prefix):
        return sum(prefix + key in tensors for key in expected)
    prefix = max(PREFIXES, key=fitting)
    ended = not any(key.startswith(LAST_LAYER) for key in expected)
    dropped = CLASSIFIERS + (LAST_LAYER,) if ended else CLASSIFIERS
    own = {key[len(prefix):]: value for key, value in tensors.items()
           if key.startswith(prefix) and not key[len(prefix):].startswith(dropped)}
    if prefix:  # of a whole tracker: its head is not wanted
        own = {key: value for key, value in own.items() if key in expected}
    return {"architecture": "backbone", "backbone": name, "hyper_parameters": {},
            "presets": {}}, expected, own


def siamfc(tensors):
    wide = tensors["backbone.conv1.0.weight"].shape[0] == 192
    last = tensors.get("backbone.conv5.0.weight")
    fine = last is not None and last.shape[0] == 32
    backbone = "alexnet-v3" if wide else "alexnet-v2" if fine else "alexnet"
    published = {name: {**values, **(presets.SIAMFC_FINE if fine else {})}
                 for name, values in presets.SIAMFC.items()}
    return metadata("siamfc", backbone, published, backbone_prefix="backbone.",
                    channel_order="rgb", licence="MIT"), table(backbone, "backbone.")


FAMILIES = (  # first key that is there decides
    ("ban_head.corr_dw_reg.", lambda tensors: nanotrack(3)),
    ("ban_head.cls_pw_tower.", lambda tensors: nanotrack(2)),
    ("ban_head.corr_pw.", lambda tensors: nanotrack(1)),
    ("featureExtract.0.weight", siamrpn),
    ("features.features.layer1.0.", siamdw),
    ("mask_head.mask2.", siammask_plus_plus),
    ("rpn_head.rpn2.", pysot_levels),
    ("mask_head.conv_kernel.0.weight", siammask),
    ("backbone.layer3.0.conv1.weight", siammargin),
    ("rpn_head.cls.conv_kernel.0.weight", pysot_single),
    ("backbone.conv1.0.weight", siamfc),
)


def recognise(tensors):
    """Metadata and expected shapes of the architecture that has these keys."""
    for start, name in NOT_SUPPORTED.items():
        if any(key.startswith(start) for key in tensors):
            raise ImportFailure(f"a checkpoint of {name}, which this version cannot run")
    for start, family in FAMILIES:
        if any(key.startswith(start) for key in tensors):
            try:
                return family(tensors)
            except KeyError as missing:
                raise ImportFailure(f"missing the key {missing} that tells the variant") from missing
    raise ImportFailure(f"no known architecture has the keys {sorted(tensors)[:5]} ...")
