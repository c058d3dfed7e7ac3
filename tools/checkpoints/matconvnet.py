# SPDX-License-Identifier: LGPL-2.1-or-later
"""The MATLAB SiamFC networks (bertinetto/siamese-fc, *.net.mat), as siamfc-pytorch names them."""
import numpy
import torch

from .mat import read_mat
from .reading import ImportFailure

EPS = 1e-6  # of siamfc-pytorch's AlexNet: MatConvNet stores sigma = sqrt(var + eps)


def load_parameters(path):
    """Name -> tensor of every parameter of the network."""
    try:
        (network,) = read_mat(path)["net"]
        return {p["name"]: torch.from_numpy(numpy.array(p["value"], numpy.float32))
                for p in network["params"]}
    except (KeyError, TypeError, ValueError) as error:
        raise ImportFailure(f"{path}: expected a MatConvNet network net.params: "
                            f"{type(error).__name__}: {error}") from error


def convolution(value):
    """[kh, kw, in, out] -> [out, in, kh, kw]."""
    return value.reshape(value.shape if value.dim() == 4 else value.shape + (1,) * (4 - value.dim()))\
        .permute(3, 2, 0, 1).contiguous()


def adjustment(parameters, find):
    """Gain and bias of the response: a scalar each, or CFNet's normalisation of it."""
    if not any("fin_adjust_bnm" in name for name in parameters):
        return float(find("adjust_f")), float(find("adjust_b"))
    mean, sigma = (float(v) for v in find("fin_adjust_bnx").reshape(-1))
    gain = float(find("fin_adjust_bnm")) / sigma
    return gain, float(find("fin_adjust_bnb")) - mean * gain


def load_matconvnet(path):
    """Tensors under siamfc-pytorch's keys, and gain and bias of the response."""
    parameters = load_parameters(path)

    def find(part):
        names = [name for name in parameters if part in name]
        if not names:
            raise ImportFailure(f"{path}: expected a parameter {part}, found {sorted(parameters)}")
        return parameters[names[0]]

    tensors = {}
    for layer in range(1, 6):
        key = f"backbone.conv{layer}"
        tensors[key + ".0.weight"] = convolution(find(f"conv{layer}f"))
        tensors[key + ".0.bias"] = find(f"conv{layer}b").reshape(-1)
        if layer == 5:
            continue
        moments = find(f"bn{layer}x").reshape(-1, 2)
        tensors[key + ".1.weight"] = find(f"bn{layer}m").reshape(-1)
        tensors[key + ".1.bias"] = find(f"bn{layer}b").reshape(-1)
        tensors[key + ".1.running_mean"] = moments[:, 0].contiguous()
        tensors[key + ".1.running_var"] = moments[:, 1] ** 2 - EPS
    return tensors, *adjustment(parameters, find)
