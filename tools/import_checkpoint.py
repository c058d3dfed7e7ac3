#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Turns published PyTorch checkpoints into siamtrack model files (safetensors + JSON metadata).

    import_checkpoint.py nanotrackv3.pth nanotrack-v3.safetensors

Needs the Python packages torch (>= 1.13), numpy and safetensors.
"""
import argparse
import collections
import json
import os
import pickle
import sys
import tempfile
import types
import zipfile

import torch
from safetensors.torch import save_file

METADATA_KEY = "siamtrack"
METADATA_FORMAT = 1


class ImportFailure(Exception):
    """A checkpoint that cannot be turned into a model file; the text says why."""


class Ignored:
    """Stands for a value that is not a tensor (numbers of an optimizer, dates)."""

    def __init__(self, *_):
        pass

    def __setstate__(self, _):
        pass


# Everything a checkpoint may name. Values that the import does not need become Ignored: torch's
# own weights_only mode refuses the numpy scalars in NanoTrack's files.
ALLOWED = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor"): torch._utils._rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): torch._utils._rebuild_tensor_v2,
    ("torch._utils", "_rebuild_parameter"): torch._utils._rebuild_parameter,
    ("_codecs", "encode"): Ignored,
    ("numpy", "dtype"): Ignored,
    ("numpy.core.multiarray", "scalar"): Ignored,
}


class AllowListUnpickler(pickle.Unpickler):
    """Resolves the names in ALLOWED and nothing else, so that no code of the file can run."""

    def find_class(self, module, name):
        if module == "torch" and name.endswith("Storage"):
            return getattr(torch, name)
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a plain checkpoint")
        return ALLOWED[module, name]


def safe_pickle():
    """The module-like object that torch.load reads pickles with."""
    module = types.ModuleType("safe_pickle")
    module.Unpickler = AllowListUnpickler
    module.load = lambda file, **options: AllowListUnpickler(file, **options).load()
    return module


def load_safely(path):
    """Content of a zip or legacy checkpoint; refuses scripts, archives and foreign classes."""
    with open(path, "rb") as file:
        start = file.read(2)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if any(os.path.basename(name) == "constants.pkl" for name in archive.namelist()):
                raise ImportFailure(f"{path}: expected a checkpoint, found a TorchScript program")
    elif not start.startswith(b"\x80"):
        raise ImportFailure(f"{path}: expected a torch checkpoint, found first bytes {start!r}")
    try:
        return torch.load(path, map_location="cpu", pickle_module=safe_pickle())
    except (pickle.UnpicklingError, EOFError, AttributeError, ValueError) as error:
        raise ImportFailure(f"{path}: expected plain tensors, refused: {error}") from error


def load_tensors(path):
    """Named tensors of a checkpoint, nesting and prefixes removed."""
    content = load_safely(path)
    while isinstance(content, dict) and not any(torch.is_tensor(v) for v in content.values()):
        inner = next((content[k] for k in ("state_dict", "model", "net") if k in content), None)
        if inner is None:
            raise ImportFailure(f"{path}: expected a state_dict, found keys {sorted(content)}")
        content = inner
    return {
        name.removeprefix("module."): value.contiguous()
        for name, value in content.items()
        if torch.is_tensor(value) and not name.endswith("num_batches_tracked")
    }


def nanotrack(version, window_influence, penalty_k, learning_rate):
    return {
        "architecture": "nanotrack",
        "version": f"v{version}",
        "backbone": f"mobilenetv3-v{version}",
        "exemplar_size": 127,
        "instance_size": 255,
        "hyper_parameters": {
            "window_influence": window_influence,
            "penalty_k": penalty_k,
            "learning_rate": learning_rate,
        },
        "presets": {},
        "licence": "Apache-2.0",
    }


def recognise(tensors):
    """Metadata of the architecture that has these keys (signature keys of each family)."""
    if "ban_head.corr_dw_reg.conv_kernel.0.weight" in tensors:
        return nanotrack(3, 0.455, 0.138, 0.348)
    if "ban_head.cls_pw_tower.0.weight" in tensors:
        return nanotrack(2, 0.490, 0.150, 0.385)
    if "ban_head.corr_pw.CA_layer.fc1.weight" in tensors:
        return nanotrack(1, 0.462, 0.148, 0.390)
    raise ImportFailure(f"no known architecture has the keys {sorted(tensors)[:5]} ...")


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint")
    parser.add_argument("model", help="file to write, *.safetensors")
    options = parser.parse_args()
    try:
        tensors = load_tensors(options.checkpoint)
        metadata = recognise(tensors)
        write_model(options.model, tensors, metadata)
    except (ImportFailure, OSError, RuntimeError) as failure:
        sys.exit(f"import_checkpoint: {failure}")
    count = sum(t.numel() for t in tensors.values())
    print(f"{options.model}: {metadata['architecture']} {metadata.get('version', '')}, "
          f"{len(tensors)} tensors, {count} numbers")


if __name__ == "__main__":
    main()
