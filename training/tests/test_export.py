"""Weights files and fixtures."""
import json
import struct
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from support import REPOSITORY

from tessera_training import fixtures, safetensors
from tessera_training.config import PRESETS
from tessera_training.export import read_model, write_fixture, write_model
from tessera_training.quantize import quantise

COMMITTED = REPOSITORY / "tests" / "fixtures" / "idfpp"


class Temporary(unittest.TestCase):
    """Tests with a folder of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Files(Temporary):
    """The format."""

    def test_round_trip(self):
        tensors = {
            "b": np.array([[1, -2, 3]], np.int8), "a": np.array([], np.int32), "d": np.array(7, np.uint8),
            "c": np.array([[-32768], [32767]], np.int16), "e": np.array([2**31 - 1], np.int32)}
        path = self.folder / "file.safetensors"
        safetensors.write(path, tensors, {"model": "a/b", "text": "ä"})
        found, metadata = safetensors.read(path)
        self.assertEqual(metadata, {"model": "a/b", "text": "ä"})
        self.assertEqual(set(found), set(tensors))
        for name, tensor in tensors.items():
            self.assertEqual(found[name].dtype, tensor.dtype)
            np.testing.assert_array_equal(found[name], tensor)

    def test_layout(self):
        path = self.folder / "file.safetensors"
        safetensors.write(path, {"x": np.array([1, 2], np.int8), "y": np.array([-1], np.int32)}, {})
        content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        self.assertEqual(length % 8, 0)
        header = json.loads(content[8:8 + length])
        self.assertEqual(header["y"], {"dtype": "I32", "shape": [1], "data_offsets": [0, 4]})
        self.assertEqual(header["x"], {"dtype": "I8", "shape": [2], "data_offsets": [4, 6]})
        self.assertEqual(content[8 + length:], b"\xff\xff\xff\xff\x01\x02")


class Models(Temporary):
    """Flows written and read compute the same."""

    def test_round_trip(self):
        for name in fixtures.NAMES:
            flow = quantise(fixtures.random_flow(name, 1), fixtures.smooth_pixels(4, 16, 1))
            path = self.folder / "model.safetensors"
            write_model(flow, path, "idfpp/test", "3")
            copy, metadata = read_model(path)
            self.assertEqual((metadata["model"], metadata["version"]), ("idfpp/test", "3"))
            self.assertEqual(copy.config, PRESETS[name])
            pixels = fixtures.smooth_pixels(1, 16, 2)
            (leaving, left), (leaving_copy, left_copy) = flow.encode(pixels), copy.encode(pixels)
            self.assertTrue(torch.equal(left, left_copy))
            self.assertTrue(torch.equal(leaving[0].location, leaving_copy[0].location))
            self.assertTrue(torch.equal(leaving[0].level, leaving_copy[0].level))
            for field in ("location", "level", "weight"):
                self.assertTrue(torch.equal(getattr(flow.top, field), getattr(copy.top, field)))

    def test_names(self):
        flow = quantise(fixtures.random_flow("tiny-idfpp", 1), fixtures.smooth_pixels(4, 16, 1))
        path = self.folder / "model.safetensors"
        write_model(flow, path, "idfpp/test", "3")
        tensors, _ = safetensors.read(path)
        for name, kind, shape in (
                ("flow.1.0.order", np.int32, (24,)), ("flow.0.0.net.dense0.linear.weight", np.int8, (9, 1, 1, 9)),
                ("flow.0.0.net.dense0.spatial.weight", np.int8, (9, 3, 3, 9)), ("flow.0.0.net.output.bias", np.int32, (3,)),
                ("prior.0.net.dense0.linear.norm.gain", np.int16, (6,)), ("prior.0.net.dense0.spatial.activation.table", np.int16, (4095,)),
                ("prior.0.net.output.shift", np.uint8, (12,)), ("split.0.order", np.int32, (12,)), ("top.weight", np.int16, (4, 4, 24, 5))):
            self.assertEqual((tensors[name].dtype, tensors[name].shape), (np.dtype(kind), shape), name)


class Committed(Temporary):
    """The fixtures in the repository are what the simulation computes."""

    def test_simulation_agrees(self):
        for name in fixtures.NAMES:
            flow, _ = read_model(COMMITTED / f"{name}.safetensors")
            committed = COMMITTED / f"{name}.fixture.safetensors"
            pixels = torch.from_numpy(safetensors.read(committed)[0]["input"].copy()).permute(0, 3, 1, 2)
            write_fixture(flow, pixels, self.folder / "new.safetensors")
            self.assertEqual((self.folder / "new.safetensors").read_bytes(), committed.read_bytes(), name)


if __name__ == "__main__":
    unittest.main()
