# SPDX-License-Identifier: LGPL-2.1-or-later
"""Variables of MATLAB files: level 5 (MathWorks, "MAT-File Format", 2005), and level 7.3, which is
HDF5 and needs the Python package h5py. Numbers become arrays, text becomes str, a struct array becomes
a list of dictionaries; what else there is becomes None."""
import zlib

import numpy

from .reading import ImportFailure

HEADER_BYTES = 128
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
HDF5_OFFSET = 512  # behind MATLAB's own header
DEEPEST_NESTING = 16
LARGEST_VARIABLE = 1 << 30  # bytes, decompressed
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
TEXTS = {16: "utf-8", 17: "utf-16-le", 18: "utf-32-le", 2: "latin-1", 1: "latin-1", 4: "utf-16-le"}
MATRIX, COMPRESSED = 14, 15
CELL, STRUCT, OBJECT, CHAR = 1, 2, 3, 4
NUMERIC_CLASSES = range(6, 16)


class Elements:
    """The data elements of a block of bytes, one after another."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        part = self.data[self.place:self.place + count]
        if count < 0 or len(part) != count:
            raise ValueError(f"expected {count} bytes at {self.place}, found {len(part)}")
        self.place += count
        return part

    def more(self):
        return self.place < len(self.data)

    def next(self):
        """Type and bytes of the next element."""
        kind, count = (int(v) for v in numpy.frombuffer(self.take(8), "<u4"))
        if kind >> 16:  # up to four bytes inside of the tag
            self.place -= 4
            return kind & 0xFFFF, self.take(4)[:kind >> 16]
        part = self.take(count)
        if kind != COMPRESSED:
            self.place += min(-count % 8, len(self.data) - self.place)
        return kind, part

    def numbers(self):
        kind, part = self.next()
        return numpy.frombuffer(part, "<" + NUMBERS[kind])


def struct_array(elements, count, depth):
    width = int(elements.numbers()[0])
    names = bytes(elements.next()[1])
    if width < 1:
        raise ValueError("struct without room for names")
    fields = [names[i:i + width].split(b"\0")[0].decode() for i in range(0, len(names), width)]
    return [{field: read_matrix(elements, depth + 1)[1] for field in fields} for _ in range(count)]


def read_matrix(elements, depth=0):
    """Name and value of the next element."""
    kind, part = elements.next()
    if kind != MATRIX or depth > DEEPEST_NESTING:
        raise ValueError(f"expected a matrix at depth {depth}, found element type {kind}")
    inner = Elements(part)
    if not inner.more():
        return "", numpy.zeros((0, 0))
    group = int(inner.numbers()[0]) & 0xFF
    shape = tuple(int(extent) for extent in inner.numbers())
    name = bytes(inner.next()[1]).decode("latin-1")
    count = int(numpy.prod(shape))
    if group in NUMERIC_CLASSES:
        return name, inner.numbers().reshape(shape, order="F")
    if group == CHAR:
        kind, text = inner.next()
        return name, bytes(text).decode(TEXTS[kind])
    if group == CELL:
        return name, [read_matrix(inner, depth + 1)[1] for _ in range(count)]
    if group in (STRUCT, OBJECT):
        if group == OBJECT:
            inner.next()  # name of the class
        return name, struct_array(inner, count, depth)
    return name, None


def read_level5(data):
    if data[126:128] != b"IM":
        raise ValueError(f"expected a little-endian level 5 file, found {bytes(data[124:128])!r}")
    variables = {}
    elements = Elements(memoryview(data)[HEADER_BYTES:])
    while elements.more():
        start = elements.place
        kind, part = elements.next()
        if kind == COMPRESSED:
            plain = zlib.decompressobj().decompress(bytes(part), LARGEST_VARIABLE)
            name, value = read_matrix(Elements(memoryview(plain)))
        else:
            elements.place = start
            name, value = read_matrix(elements)
        variables[name] = value
    return variables


def is_column(h5py, field):
    """Whether a field holds one reference for each struct of an array; cells look alike but say so."""
    return (isinstance(field, h5py.Dataset) and field.dtype == h5py.ref_dtype
            and field.attrs.get("MATLAB_class") != b"cell")


def from_hdf5(file, item, depth=0):
    """MATLAB's dimensions are HDF5's in the reverse order."""
    import h5py
    if depth > DEEPEST_NESTING:
        raise ValueError("nested too deeply")
    if isinstance(item, h5py.Group):
        columns = {name: from_hdf5(file, field, depth + 1) for name, field in item.items()}
        if not all(is_column(h5py, field) for field in item.values()):
            return [columns]
        return [dict(zip(columns, values)) for values in zip(*columns.values())]
    if item.dtype == h5py.ref_dtype:
        return [from_hdf5(file, file[one], depth + 1) for one in item[()].T.flatten(order="F")]
    value = numpy.asarray(item[()]).T
    if item.attrs.get("MATLAB_class") == b"char":
        return "".join(map(chr, value.flatten(order="F")))
    return value


def read_hdf5(path):
    try:
        import h5py
    except ImportError as error:
        raise ImportFailure(f"{path}: a MATLAB file of level 7.3 needs the Python package h5py; or save "
                            "it again in MATLAB with -v7") from error
    with h5py.File(path, "r") as file:
        return {name: from_hdf5(file, item) for name, item in file.items() if not name.startswith("#")}


def read_mat(path):
    """Name -> value of every variable."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        if data[HDF5_OFFSET:HDF5_OFFSET + len(HDF5_SIGNATURE)] == HDF5_SIGNATURE:
            return read_hdf5(path)
        return read_level5(data)
    except ImportFailure:
        raise
    except Exception as error:  # damaged files raise many kinds
        raise ImportFailure(f"{path}: expected a MATLAB file, refused: "
                            f"{type(error).__name__}: {error}") from error
