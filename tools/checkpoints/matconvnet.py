# SPDX-License-Identifier: LGPL-2.1-or-later
"""The MATLAB SiamFC networks (bertinetto/siamese-fc, *.net.mat), as siamfc-pytorch names them."""
import torch

from .reading import ImportFailure

EPS = 1e-6  # of siamfc-pytorch's AlexNet: MatConvNet stores sigma = sqrt(var + eps)


def load_parameters(path):
    try:
        from scipy.io import loadmat
    except ImportError as error:
        raise ImportFailure("a MatConvNet file needs the Python package scipy") from error
    try:
        network = loadmat(path, struct_as_record=False, squeeze_me=True)["net"]
        return {str(p.name): torch.as_tensor(p.value).float() for p in network.params}
    except Exception as error:  # damaged files raise many kinds
        raise ImportFailure(f"{path}: expected a MatConvNet network: {error}") from error


def convolution(value):
    """[kh, kw, in, out] -> [out, in, kh, kw]."""
    return value.reshape(value.shape if value.dim() == 4 else value.shape + (1,) * (4 - value.dim()))\
        .permute(3, 2, 0, 1).contiguous()


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
    return tensors, float(find("adjust_f")), float(find("adjust_b"))
