#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MatConvNet's SiamFC: MATLAB files of level 5 are written here byte by byte, those of level 7.3 with
h5py where it is there."""
import struct
import unittest
import zlib

import numpy

from import_support import ImportTest, torch

DOUBLE, SINGLE, STRUCT, CHAR, CELL, FUNCTION = 6, 7, 2, 4, 1, 16
EPS = 1e-6


# --- MAT-File Format, level 5 ---------------------------------------------------------------------
def element(kind, data):
    if 0 < len(data) <= 4:
        return struct.pack("<HH", kind, len(data)) + data.ljust(4, b"\0")
    return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def matrix(group, shape, *parts, name=""):
    return element(14, element(6, struct.pack("<II", group, 0)) +
                   element(5, struct.pack(f"<{len(shape)}i", *shape)) +
                   element(1, name.encode()) + b"".join(parts))


def numbers(value):
    value = numpy.atleast_2d(numpy.asarray(value))
    kind, group = (7, SINGLE) if value.dtype == numpy.float32 else (9, DOUBLE)
    return matrix(group, value.shape, element(kind, value.tobytes(order="F")))


def text(value):
    return matrix(CHAR, (1, len(value)), element(16, value.encode()))


def struct_array(rows, name="", width=32):
    fields = list(rows[0])
    names = b"".join(field.encode().ljust(width, b"\0") for field in fields)
    return matrix(STRUCT, (1, len(rows)), element(5, struct.pack("<i", width)), element(1, names),
                  *(row[field] for row in rows for field in fields), name=name)


def level5(*variables, compressed=False):
    packed = [struct.pack("<II", 15, len(z)) + z for z in map(zlib.compress, variables)]
    return b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM" + b"".join(packed if compressed else variables)


# --- a network ------------------------------------------------------------------------------------
def parameters(tensors):
    """MatConvNet's arrays of siamfc-pytorch's tensors."""
    made = {}
    for layer in range(1, 6):
        key = f"backbone.conv{layer}"
        made[f"br_conv{layer}f"] = tensors[key + ".0.weight"].permute(2, 3, 1, 0).numpy()
        made[f"br_conv{layer}b"] = tensors[key + ".0.bias"][None].numpy()
        if layer < 5:
            sigma = (tensors[key + ".1.running_var"] + EPS).sqrt()
            made[f"br_bn{layer}m"] = tensors[key + ".1.weight"].numpy()[:, None]
            made[f"br_bn{layer}b"] = tensors[key + ".1.bias"].numpy()[:, None]
            made[f"br_bn{layer}x"] = torch.stack([tensors[key + ".1.running_mean"], sigma], 1).numpy()
    return made


SCALARS = {"adjust_f": numpy.float32(1e-3), "adjust_b": numpy.float32(-0.5)}


class MatConvNet(ImportTest):
    def setUp(self):
        super().setUp()
        self.file = self.path / "color.net.mat"
        self.tensors = self.alexnet()
        self.values = {**parameters(self.tensors), **SCALARS}

    def network(self, values):
        params = [{"name": text(name), "value": numbers(value), "learningRate": numbers(1.0)}
                  for name, value in values.items()]
        meta = {"classes": matrix(CELL, (1, 2), text("a"), numbers(2.0)),
                "handle": matrix(FUNCTION, (1, 1), text("@f"))}
        return struct_array([{"params": struct_array(params), "meta": struct_array([meta])}], "net")

    def expect_imported(self, gain=1e-3, bias=-0.5):
        result = self.run_tool(self.file)
        self.assertEqual(result.returncode, 0, result.stderr)
        written = self.written()
        self.assertEqual(set(written), set(self.tensors))
        for name, value in self.tensors.items():
            torch.testing.assert_close(written[name], value, rtol=1e-5, atol=1e-5)
        values = self.metadata()["hyper_parameters"]
        self.assertAlmostEqual(values["response_scale"], gain, 6)
        self.assertAlmostEqual(values["response_bias"], bias, 6)
        self.assertEqual(values["peak_origin"], 135)

    def test_level_5_plain_and_compressed(self):
        other = struct_array([{"epoch": numbers(50.0)}], "info")
        for compressed in (False, True):
            self.file.write_bytes(level5(other, self.network(self.values), compressed=compressed))
            self.expect_imported()

    def test_cfnet_normalises_the_response(self):
        for name in SCALARS:
            del self.values[name]
        self.values |= {"fin_adjust_bnm": numpy.float32(3), "fin_adjust_bnb": numpy.float32(1),
                        "fin_adjust_bnx": numpy.array([[20, 4]], numpy.float32)}
        self.file.write_bytes(level5(self.network(self.values)))
        self.expect_imported(gain=0.75, bias=1 - 20 * 0.75)

    def test_level_7_3(self):
        try:
            import h5py
        except ImportError:
            self.skipTest("needs h5py")
        with h5py.File(self.file, "w", userblock_size=512) as file:
            params = file.create_group("net/params")
            columns = {"name": [], "value": []}
            for i, (name, value) in enumerate(self.values.items()):
                codes = numpy.array([[ord(c)] for c in name], numpy.uint16)
                one = file.create_dataset(f"#refs#/n{i}", data=codes)
                one.attrs["MATLAB_class"] = numpy.bytes_("char")
                columns["name"].append(one.ref)
                array = numpy.atleast_2d(value).T  # MATLAB's first dimension is HDF5's last
                columns["value"].append(file.create_dataset(f"#refs#/v{i}", data=array).ref)
            for field, references in columns.items():
                params.create_dataset(field, data=[[one] for one in references], dtype=h5py.ref_dtype)
        self.expect_imported()

    def test_what_is_missing_is_named(self):
        del self.values["br_bn3x"]
        self.file.write_bytes(level5(self.network(self.values)))
        self.refused(self.file, "expected a parameter bn3x")
        self.file.write_bytes(level5(struct_array([{"epoch": numbers(50.0)}], "info")))
        self.refused(self.file, "net.params")

    def test_damaged_files_are_refused(self):
        whole = level5(self.network(self.values))
        deep = numbers(1.0)
        for _ in range(40):
            deep = matrix(CELL, (1, 1), deep)
        for content in (b"", b"MATLAB", whole[:len(whole) // 2], b"\0" * 200, level5(deep),
                        level5(struct.pack("<II", 15, 8) + b"rubbish!"),
                        level5(matrix(DOUBLE, (4, 1 << 20), element(9, b"\0" * 8), name="net"))):
            self.file.write_bytes(content)
            self.refused(self.file, "color.net.mat")


if __name__ == "__main__":
    unittest.main()
