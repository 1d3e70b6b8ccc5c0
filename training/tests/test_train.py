"""The whole way on a tiny model: cache, training in several calls, export, evaluation."""
import contextlib
import dataclasses
import io
import tempfile
import unittest
from pathlib import Path

import numpy as np
import support  # noqa: F401
import torch

from tessera_training import data, evaluate, images, runs, tables, team, train
from tessera_training.config import PRESETS, named
from tessera_training.export import read_model, write_model
from tessera_training.fixtures import random_flow, smooth_pixels
from tessera_training.quantize import WEIGHT_BITS, quantise

SETTINGS = train.Settings("tiny", steps=60, batch=4, side=16, warmup=5, validate_every=20, validation_crops=8, average=0.9)


def write_images(folder: Path, count: int, side: int) -> None:
    """Writes PPM files."""
    folder.mkdir()
    for i, picture in enumerate(smooth_pixels(count, side, 20)):
        rows = picture.permute(1, 2, 0).numpy()
        (folder / f"image{i:02}.ppm").write_bytes(b"P6\n%d %d\n255\n" % (side, side) + rows.tobytes())


class Folder(unittest.TestCase):
    """Tests with images and a cache."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        write_images(cls.folder / "images", 12, 40)
        data.build_cache([cls.folder / "images"], cls.folder / "cache")


class Data(Folder):
    """Images."""

    def test_cache_holds_the_images_in_two_parts(self):
        training, validation = data.load(self.folder / "cache")
        self.assertEqual(validation.names, ["image00.ppm", "image10.ppm"])
        self.assertEqual(len(training.names), 10)
        np.testing.assert_array_equal(training.pixels[0], images.read(self.folder / "images" / "image01.ppm"))

    def test_test_sets_are_refused(self):
        write_images(self.folder / "test", 1, 16)
        (self.folder / "test" / "image00.ppm").rename(self.folder / "test" / "kodim01.ppm")
        with self.assertRaises(ValueError):
            data.build_cache([self.folder / "test"], self.folder / "other")

    def test_crops_are_parts_of_the_images(self):
        training, _ = data.load(self.folder / "cache")
        crops = training.crops(5, 39, np.random.default_rng(1))
        self.assertEqual((tuple(crops.shape), crops.dtype), ((5, 3, 39, 39), torch.uint8))
        parts = {part[:, ::step].tobytes() for image in training.pixels for part in
                 (image[y:y + 39, x:x + 39] for y in (0, 1) for x in (0, 1)) for step in (1, -1)}
        for crop in crops:
            self.assertIn(crop.permute(1, 2, 0).numpy().tobytes(), parts)


class Training(Folder):
    """Runs."""

    def test_a_run_that_stops_and_goes_on_ends_as_one_that_does_not(self):
        ends = []
        for name, pauses in (("whole", (60,)), ("parts", (20, 40, 60))):
            for pause in pauses:
                run = train.Run(self.folder / name, SETTINGS, "cpu")
                stop_at(run, pause)
                quiet_train(run, self.folder / "cache", 5, False)
                self.assertEqual(run.step, pause)
            ends.append(train.load_average(self.folder / name / runs.CHECKPOINT).state_dict())
        for name, values in ends[0].items():
            self.assertTrue(torch.equal(values, ends[1][name]), name)
        self.assertEqual(train.resumed_settings(self.folder / "parts"), SETTINGS)
        first, *_, last = (line.split("\t") for line in (self.folder / "parts" / runs.LOG).read_text().splitlines()[1:])
        self.assertLess(float(last[4]), float(first[4]))

    def test_processes_take_the_mean_of_their_gradients(self):
        settings = dataclasses.replace(SETTINGS, steps=3, processes=2, warmup=1)
        team.run(2, train_together, settings, self.folder / "together", self.folder / "cache")

        # The same by hand: both parts of each step's crops in one process.
        alone = train.Run(self.folder / "alone", dataclasses.replace(settings, processes=1), "cpu")
        training, _ = data.load(self.folder / "cache")
        for step in range(3):
            parts = [training.crops(SETTINGS.batch, SETTINGS.side, np.random.default_rng((SETTINGS.seed, rank, step))) for rank in (0, 1)]
            alone._train_step(torch.cat(parts), False)
        together = train.load_average(self.folder / "together" / runs.CHECKPOINT)
        for one, other in zip(alone.average.parameters(), together.parameters(), strict=True):
            self.assertTrue(torch.allclose(one, other, atol=1e-4))

    def test_time_limit(self):
        run = train.Run(self.folder / "limited", SETTINGS, "cpu")
        quiet_train(run, self.folder / "cache", 1e-4, False)
        self.assertLess(run.step, SETTINGS.steps)
        self.assertTrue((self.folder / "limited" / runs.CHECKPOINT).exists())

    def test_mixed_precision(self):
        run = train.Run(self.folder / "mixed", dataclasses.replace(SETTINGS, steps=20), "cpu")
        quiet_train(run, self.folder / "cache", 5, True)
        self.assertEqual(run.step, 20)
        self.assertTrue(all(parameter.isfinite().all() for parameter in run.flow.parameters()))

    def test_images_of_a_fixed_size(self):
        with self.assertRaises(ValueError):
            train.Run(self.folder / "size", dataclasses.replace(SETTINGS, config="tiny-idf", side=32), "cpu")

    def test_training_for_quantisation(self):
        first = train.Run(self.folder / "float", dataclasses.replace(SETTINGS, steps=10), "cpu")
        quiet_train(first, self.folder / "cache", 5, False)
        settings = dataclasses.replace(SETTINGS, steps=10, quantised=True)
        run = train.Run(self.folder / "rounded", settings, "cpu", self.folder / "float" / runs.CHECKPOINT)
        quiet_train(run, self.folder / "cache", 5, False)
        output = run.flow.couplings[0][0].net.output
        rounded = output._rounded().detach() * output.input_scale[:, None, None]
        steps = rounded / (rounded.abs().amax((1, 2, 3), keepdim=True) / 127)
        self.assertTrue(torch.allclose(steps, steps.round(), atol=1e-3))
        self.assertFalse(torch.allclose(rounded, output.weight.detach() * output.input_scale[:, None, None]))
        quantise(train.load_average(self.folder / "rounded" / runs.CHECKPOINT), smooth_pixels(4, 16, 1))

    def test_configurations_with_changes(self):
        changed = named("photo-couplings,split=quincunx,rezero=false,components=7,initial_scale=0.5")
        self.assertEqual(
            changed, dataclasses.replace(PRESETS["photo-couplings"], split="quincunx", rezero=False, components=7, initial_scale=0.5))
        for text in ("none", "photo,levels=3", "photo,colour=none"):
            with self.assertRaises(ValueError):
                named(text)


def train_together(member: team.Team, settings: train.Settings, folder: Path, cache: Path) -> None:
    """What each process of a team does."""
    quiet_train(train.Run(folder, settings, "cpu", None, member), cache, 5, False)


def quiet_train(run: train.Run, *arguments) -> None:
    """Trains without printing the log."""
    with contextlib.redirect_stdout(io.StringIO()):
        run.train(*arguments)


def stop_at(run: train.Run, step: int) -> None:
    """Lets a run stop at a step as if its time were over."""
    inner = run._train_step

    def train_step(pixels, mixed):
        loss = inner(pixels, mixed)
        if run.step == step:
            run.settings = dataclasses.replace(run.settings, steps=step)
        return loss

    run._train_step = train_step


class Evaluation(Folder):
    """Bits per subpixel."""

    def test_tiles_cover_the_image(self):
        pixels = np.arange(37 * 50 * 3, dtype=np.uint32).astype(np.uint8).reshape(37, 50, 3)
        tiles = [tile for batch in evaluate.batches(pixels, 16, 4) for tile in batch]
        shapes = sorted(tuple(tile.shape[1:]) for tile in tiles)
        self.assertEqual(shapes, sorted([(16, 16)] * 6 + [(16, 4)] * 2 + [(8, 16)] * 3 + [(8, 4)]))

    def test_integer_flow_takes_what_the_float_flow_says(self):
        flow = random_flow("tiny", 30)
        with torch.no_grad():
            for parameter in flow.parameters():
                if parameter.ndim == 0:
                    parameter.mul_(0.1)
        integer = quantise(flow, smooth_pixels(16, 32, 31))
        path = self.folder / "model.safetensors"
        write_model(integer, path, "idfpp/test", "1")
        integer, _ = read_model(path)
        coders = {
            "float": evaluate.float_bits(flow), "integer": evaluate.integer_bits(integer),
            "tables": evaluate.table_bits(integer, verify=True)}
        with contextlib.redirect_stdout(io.StringIO()):
            rates = evaluate.evaluate(images.find(self.folder / "images")[:3], coders, 16, 4)
        self.assertAlmostEqual(rates["integer"] / rates["float"], 1, delta=0.005)
        self.assertAlmostEqual(rates["tables"] / rates["integer"], 1, delta=0.005)

    def test_last_prior_is_a_distribution(self):
        top = quantise(random_flow("tiny", 32), smooth_pixels(4, 16, 1)).top
        values = np.arange(-32768, 32768)
        cost = tables.mixture_bits(
            values, top.location[0, 0, 0].numpy(), top.level[0, 0, 0].numpy(), top.weight[0, 0, 0].numpy(), WEIGHT_BITS, -32768, 32767)
        self.assertAlmostEqual(float((2.0**-cost).sum()), 1, 9)


if __name__ == "__main__":
    unittest.main()
