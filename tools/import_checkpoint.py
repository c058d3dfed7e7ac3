#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Turns published checkpoints of Siamese trackers into siamtrack model files.

    import_checkpoint.py nanotrackv3.pth nanotrack-v3.safetensors

Reads PyTorch files (zip and legacy pickle) of pysot, SiamMask, SiamMask++, SiamMargin, SiamDW / TracKit,
DaSiamRPN, siamfc-pytorch and NanoTrack, and MatConvNet's SiamFC (*.mat). Nothing in a checkpoint is
executed. Needs the Python packages torch (>= 1.13), numpy and safetensors, for MATLAB files of level 7.3
also h5py.
"""
import argparse
import json
import os
import sys
import tempfile

from safetensors.torch import save_file

from checkpoints.families import backbone_alone, recognise
from checkpoints.matconvnet import load_matconvnet
from checkpoints.names import canonical
from checkpoints.reading import ImportFailure, load_tensors

METADATA_KEY = "siamtrack"
METADATA_FORMAT = 1
MOST_LISTED = 20
ALIASES = {"siamrpn": ("siamrpn", "dasiamrpn")}  # architectures that share a network
UNUSED = ("neck.downsample.",)  # in NanoTrack's files, used by no version


def load(path):
    """Tensors of a checkpoint and what only its file says about the model."""
    if not path.endswith(".mat"):
        return canonical(load_tensors(path)), {}
    tensors, gain, bias = load_matconvnet(path)
    # MATLAB: 1-based centre 136, displacement at the middle scale.
    return tensors, {"response_scale": gain, "response_bias": bias, "peak_origin": 135,
                     "follow_winner_scale": False}


def differences(tensors, expected):
    """Lines about each tensor that is missing, misshapen or unexpected."""
    lines = []
    for name, shape in sorted(expected.items()):
        if name not in tensors:
            lines.append(f"missing    {name}: expected {shape}")
        elif tuple(tensors[name].shape) != shape:
            lines.append(f"misshapen  {name}: expected {shape}, found {tuple(tensors[name].shape)}")
    for name in sorted(tensors.keys() - expected.keys()):
        lines.append(f"unexpected {name}: found {tuple(tensors[name].shape)}")
    return lines


def select(tensors, expected, partial):
    """The tensors that the architecture uses; refuses anything else unless told."""
    used = {name: value for name, value in tensors.items()
            if name in expected or not name.startswith(UNUSED)}
    lines = differences(used, expected)
    if lines:
        listed = lines[:MOST_LISTED] + (
            [f"and {len(lines) - MOST_LISTED} more"] if len(lines) > MOST_LISTED else [])
        print("\n".join(listed), file=sys.stderr)
        if not partial:
            raise ImportFailure(f"{len(lines)} tensors differ from the architecture; "
                                "--partial imports those that fit")
    return {name: value for name, value in used.items()
            if name in expected and tuple(value.shape) == expected[name]}


def write_model(path, tensors, metadata):
    """Writes the model file whole or not at all."""
    text = json.dumps({"format": METADATA_FORMAT, **metadata})
    handle, part = tempfile.mkstemp(suffix=".part", dir=os.path.dirname(os.path.abspath(path)))
    os.close(handle)
    try:
        save_file(tensors, part, metadata={METADATA_KEY: text})
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(part, 0o666 & ~umask)  # mkstemp's files are for their owner alone
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def import_checkpoint(options):
    tensors, file_values = load(options.checkpoint)
    if options.backbone:
        metadata, expected, tensors = backbone_alone(options.backbone, tensors)
    else:
        metadata, expected = recognise(tensors)
    if options.architecture:
        allowed = ALIASES.get(metadata["architecture"], (metadata["architecture"],))
        if options.architecture not in allowed:
            raise ImportFailure(f"--architecture: expected {' or '.join(allowed)} for these keys, "
                                f"found {options.architecture}")
        metadata["architecture"] = options.architecture
    metadata["hyper_parameters"] = {**metadata["hyper_parameters"], **file_values}
    if options.licence:
        metadata["licence"] = options.licence
    used = select(tensors, expected, options.partial)
    write_model(options.model, used, metadata)
    print(f"{options.model}: {metadata['architecture']}, {metadata['backbone']}, {len(used)} tensors, "
          f"{sum(value.numel() for value in used.values())} numbers; "
          f"presets {', '.join(metadata['presets']) or 'none'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", help="*.pth, *.pth.tar, *.model, *.net.mat")
    parser.add_argument("model", help="file to write, *.safetensors")
    parser.add_argument("--architecture", help="for keys that several trackers share: dasiamrpn")
    parser.add_argument("--backbone", metavar="NAME",
                        help="take a backbone alone, to start training from (train --init)")
    parser.add_argument("--licence", help="SPDX expression of the weights, where you know better")
    parser.add_argument("--partial", action="store_true",
                        help="import what fits although tensors are missing or left over")
    try:
        import_checkpoint(parser.parse_args())
    except (ImportFailure, OSError) as failure:
        sys.exit(f"import_checkpoint: {failure}")


if __name__ == "__main__":
    main()
