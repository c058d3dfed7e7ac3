# SPDX-License-Identifier: LGPL-2.1-or-later
"""From a file that nobody vouches for to named tensors: no code of the file runs.

The containers are read here and not by torch.load: torch 1.13 ignores its pickle_module argument, and
its weights_only mode refuses the numpy scalars in real files.
"""
import collections
import os
import pickle
import zipfile

import torch

DEEPEST_NESTING = 8
CONTAINER_KEYS = ("state_dict", "model", "net")
PREFIXES = ("module.", "feature_extractor.")  # DataParallel; TracKit's online trackers
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
DTYPES = {"Float": torch.float32, "Half": torch.float16, "BFloat16": torch.bfloat16,
          "Double": torch.float64, "Long": torch.int64, "Int": torch.int32, "Short": torch.int16,
          "Char": torch.int8, "Byte": torch.uint8, "Bool": torch.bool}


class ImportFailure(Exception):
    """A checkpoint that cannot be turned into a model file; the text says why."""


class Ignored:
    """Stands for a value that is not a tensor (numbers of an optimizer, dates)."""

    def __init__(self, *_):
        pass

    def __setstate__(self, _):
        pass


def rebuild_tensor(storage, offset, size, stride, *_):
    """A tensor over a flat storage; refuses to reach outside of it."""
    if not torch.is_tensor(storage):
        raise pickle.UnpicklingError("a tensor without storage")
    numbers = (offset, *size, *stride)
    if len(size) != len(stride) or any(not isinstance(n, int) or n < 0 for n in numbers):
        raise pickle.UnpicklingError(f"tensor of size {size}, stride {stride}, offset {offset}")
    last = offset + sum((extent - 1) * step for extent, step in zip(size, stride))
    if 0 not in size and last >= storage.numel():
        raise pickle.UnpicklingError(f"tensor of size {size} outside of its {storage.numel()} numbers")
    return storage.as_strided(size, stride, offset)


def rebuild_parameter(data, *_):
    return data


# Everything a checkpoint may name. Values that the import does not need become Ignored.
ALLOWED = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor"): rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): rebuild_parameter,
    ("_codecs", "encode"): Ignored,
    ("numpy", "dtype"): Ignored,
    ("numpy.core.multiarray", "scalar"): Ignored,
    ("numpy._core.multiarray", "scalar"): Ignored,
}


class PlainUnpickler(pickle.Unpickler):
    """Resolves the names in ALLOWED and the storage types, nothing else."""

    def __init__(self, file, storage_of=None):
        super().__init__(file, encoding="utf-8")
        self.storage_of = storage_of

    def find_class(self, module, name):
        kind = name.removesuffix("Storage")
        if module == "torch" and name != kind and kind in DTYPES:
            return DTYPES[kind]
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a plain checkpoint")
        return ALLOWED[module, name]

    def persistent_load(self, pid):
        if self.storage_of is None or pid[0] != "storage" or not isinstance(pid[1], torch.dtype):
            raise pickle.UnpicklingError(f"unknown persistent id {pid!r}")
        return self.storage_of(*pid[1:])


def read_zip(path):
    """torch >= 1.6: ROOT/data.pkl and one member ROOT/data/KEY for each storage."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if any(os.path.basename(name) == "constants.pkl" for name in names):
            raise ImportFailure(f"{path}: expected a checkpoint, found a TorchScript program")
        root = next((n.removesuffix("data.pkl") for n in names if n.endswith("/data.pkl")), None)
        if root is None:
            raise ImportFailure(f"{path}: expected a member data.pkl, found {names[:5]}")
        loaded = {}

        def storage_of(dtype, key, _location, _count, *_):
            if key not in loaded:
                member = archive.getinfo(f"{root}data/{key}")
                if member.compress_type != zipfile.ZIP_STORED:  # torch never compresses
                    raise pickle.UnpicklingError(f"compressed storage {key}")
                data = bytearray(archive.read(member))
                loaded[key] = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
            return loaded[key]

        with archive.open(root + "data.pkl") as file:
            return PlainUnpickler(file, storage_of).load()


def read_legacy(path):
    """Before torch 1.6: pickles one after another, then the storages' numbers."""
    limit = os.path.getsize(path)
    storages = {}

    def storage_of(dtype, key, _location, count, view=None, *_):
        if not isinstance(count, int) or not 0 <= count <= limit:
            raise pickle.UnpicklingError(f"storage of {count} numbers in a file of {limit} bytes")
        whole = storages.setdefault(key, torch.zeros(count, dtype=dtype))
        return whole if view is None else whole.narrow(0, view[1], view[2])

    with open(path, "rb") as file:
        header = [PlainUnpickler(file).load() for _ in range(2)]
        if header != [LEGACY_MAGIC, LEGACY_PROTOCOL]:
            raise ImportFailure(f"{path}: expected a torch checkpoint, found another pickle")
        PlainUnpickler(file).load()  # sizes of the writer's machine
        content = PlainUnpickler(file, storage_of).load()
        for key in PlainUnpickler(file).load():
            storage = storages[key]
            count = int.from_bytes(file.read(8), "little")
            data = bytearray(file.read(storage.numel() * storage.element_size()))
            if count != storage.numel() or len(data) != count * storage.element_size():
                raise ImportFailure(f"{path}: storage {key}: expected {storage.numel()} numbers, "
                                    f"found {count} in {len(data)} bytes: truncated?")
            if count:
                storage.copy_(torch.frombuffer(data, dtype=storage.dtype))
        return content


def load_safely(path):
    """Content of a zip or legacy checkpoint; refuses scripts, archives and foreign classes."""
    with open(path, "rb") as file:
        start = file.read(2)
    if start != b"PK" and not start.startswith(b"\x80"):
        raise ImportFailure(f"{path}: expected a torch checkpoint, found first bytes {start!r}")
    try:
        return read_zip(path) if start == b"PK" else read_legacy(path)
    except ImportFailure:
        raise
    except Exception as error:  # a hostile pickle can raise anything
        raise ImportFailure(f"{path}: expected plain tensors, refused: "
                            f"{type(error).__name__}: {error}") from error


def innermost(path, content):
    """The dictionary of tensors inside the nesting that training scripts add."""
    for _ in range(DEEPEST_NESTING):
        if not isinstance(content, dict):
            break
        if any(torch.is_tensor(value) for value in content.values()):
            return content
        inner = [content[key] for key in CONTAINER_KEYS if key in content]
        if not inner:
            break
        content = inner[0]
    found = sorted(map(str, content)) if isinstance(content, dict) else type(content).__name__
    raise ImportFailure(f"{path}: expected a state_dict of tensors, found {found}")


def plain_name(name):
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return name


def load_tensors(path):
    """Named float32 tensors of a PyTorch checkpoint, without prefixes and batch counters."""
    path = str(path)
    content = innermost(path, load_safely(path))
    return {plain_name(str(name)): value.detach().float().contiguous().clone()
            for name, value in content.items()
            if torch.is_tensor(value) and not str(name).endswith("num_batches_tracked")}
