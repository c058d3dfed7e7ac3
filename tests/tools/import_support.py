# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of tools/import_checkpoint.py have in common; skips them without torch and
safetensors (exit 77)."""
import collections
import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import types
import unittest
from unittest import mock

try:
    import torch
    from safetensors import safe_open
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "import_checkpoint.py"
SHARED = pathlib.Path(os.environ.get("SIAMTRACK_SHARED", "/nonexistent"))
sys.path.insert(0, str(TOOL.parent))
import import_checkpoint  # noqa: E402  (needs the path above)
from checkpoints import families, names, reading  # noqa: E402


class ImportTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.model = self.path / "out.safetensors"

    def run_tool(self, checkpoint, *options):
        """The tool's exit status and outputs, in this process: importing torch takes seconds."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        arguments = [str(TOOL), str(checkpoint), str(self.model), *options]
        with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stdout(out), \
                contextlib.redirect_stderr(err):
            try:
                import_checkpoint.main()
            except SystemExit as stop:
                code = 1
                err.write(str(stop))
        return types.SimpleNamespace(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())

    def refused(self, checkpoint, *parts):
        result = self.run_tool(checkpoint)
        self.assertNotEqual(result.returncode, 0, result.stdout)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertEqual([f.name for f in self.path.iterdir() if f != checkpoint], [])

    def save(self, content, **options):
        file = self.path / "checkpoint.pth"
        torch.save(content, file, **options)
        return file

    def alexnet(self):
        """A whole checkpoint of the smallest network of all, with random numbers."""
        shapes = families.table("alexnet", "backbone.")
        return collections.OrderedDict((name, torch.rand(shape)) for name, shape in shapes.items())

    def shared(self, name):
        if not (SHARED / name).exists():
            self.skipTest(f"needs {name}")
        return SHARED / name

    def published(self, table):
        """Keys and shapes of a published checkpoint."""
        text = self.shared(f"spec/keys/{table}.tsv").read_text()
        rows = (line.split("\t") for line in text.splitlines() if "\t" in line)
        return {row[0]: tuple(int(n) for n in row[1].split("x")) for row in rows
                if not row[0].endswith("num_batches_tracked")}

    def metadata(self):
        with safe_open(self.model, "pt") as file:
            return json.loads(file.metadata()["siamtrack"])

    def written(self):
        """Name -> tensor of the model file."""
        with safe_open(self.model, "pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}
