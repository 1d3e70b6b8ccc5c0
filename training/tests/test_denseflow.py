"""DenseFlow: the float flow, its integers, tables, stacks, training and commands on tiny models."""
import contextlib
import dataclasses
import hashlib
import io
import math
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import support
import torch

from tessera_training import data, runs, safetensors, team
from tessera_training.color import to_integers
from tessera_training.denseflow import __main__ as commands
from tessera_training.denseflow import evaluate, fixtures, quantize, simulate, stack, tables, train
from tessera_training.denseflow.config import PRESETS, BlockConfig, FlowConfig, NetConfig
from tessera_training.denseflow.flow import Flow
from tessera_training.fixtures import smooth_pixels

COMMITTED = support.REPOSITORY / "tests" / "fixtures" / "denseflow"
SETTINGS = train.Settings("tiny", steps=40, batch=4, side=16, warmup=5, validate_every=10, validation_crops=8, average=0.9)


class Configurations(unittest.TestCase):
    """What can be said in a configuration."""

    def test_json(self):
        for config in PRESETS.values():
            self.assertEqual(FlowConfig.from_json(config.to_json()), config)

    def test_multiply_adds(self):
        for config in PRESETS.values():
            flow, total = Flow(config), 0.0
            if flow.dequantiser is not None:
                total += weights_of(flow.dequantiser) - flow.dequantiser.linear.weight.numel()
                total /= 4
            for index, units in enumerate(flow.blocks):
                matrices = sum(len(module.matrix.order) ** 2 for unit in units for module in unit.steps)
                total += (weights_of(units) + matrices) / 4 ** (index + 1)
            self.assertAlmostEqual(config.multiply_adds_per_pixel(), total, 6)
        self.assertLess(PRESETS["photo"].multiply_adds_per_pixel(), 50_000)

    def test_what_is_refused(self):
        first, last = PRESETS["tiny"].blocks
        for blocks in ((last, last), (first, first), (dataclasses.replace(first, noise=1), last), (dataclasses.replace(first, noise=0), last), (dataclasses.replace(first, kept=2), last),
                       (dataclasses.replace(first, kept=14), last), (dataclasses.replace(first, modules=(1, 0)), last)):
            with self.assertRaises(ValueError):
                FlowConfig(blocks, None)
        with self.assertRaises(ValueError):
            dataclasses.replace(PRESETS["tiny"], color="rgb")


def weights_of(module: torch.nn.Module) -> int:
    """Of convolutions."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.ndim == 4)


class Float(unittest.TestCase):
    """The flow in floating point."""

    def test_volume_is_that_of_the_jacobian(self):
        flow = fixtures.random_flow("tiny", 1).double()
        for units in flow.blocks:
            for unit in units:
                for module in unit.steps:
                    channels = len(module.matrix.order)
                    values = torch.randn(1, channels, 2, 2, dtype=torch.float64)
                    jacobian = torch.autograd.functional.jacobian(lambda flat: module(flat.view_as(values))[0].flatten(), values.flatten())
                    self.assertAlmostEqual(float(torch.linalg.slogdet(jacobian)[1]), float(module(values)[1]), 8)

    def test_what_is_added_to_samples_is_a_distribution(self):
        # The density, integrated; and that of what was drawn.
        dequantiser = fixtures.random_flow("tiny", 1).dequantiser
        samples = to_integers(smooth_pixels(64, 16, 2), "ycocg-r")
        torch.manual_seed(1)
        with torch.no_grad():
            added, density = dequantiser(samples)
            center, log_scale = dequantiser.distribution(samples)
            self.assertTrue(bool(((added >= 0) & (added < 1)).all()))
            # The mean of 1 / density over draws is the length of the interval.
            self.assertAlmostEqual(float(torch.exp(-density).mean()), 1, delta=0.02)
            scale, grid = torch.exp(log_scale), (torch.arange(1000) + 0.5) / 1000
            self.assertTrue(bool((center >= -0.25).all() and (center <= 1.25).all()))
            chosen = (0, slice(None), 3, 3)
            weights = 1 / torch.cosh((grid - center[chosen][:, None]) / scale[chosen][:, None] / 2).square()
            draws = torch.stack([dequantiser(samples[:1])[0][chosen] for _ in range(3000)])
            mean = (weights * grid).sum(1) / weights.sum(1)
            self.assertLess(float((draws.mean(0) - mean).abs().max()), 0.03)

    def test_start_is_better_than_none(self):
        pixels = smooth_pixels(128, 16, 4)
        for name in fixtures.NAMES:
            torch.manual_seed(1)
            flow = Flow(PRESETS[name])
            before = train.bits_per_subpixel(flow, pixels, "cpu")
            flow.start(pixels)
            self.assertLess(sum(train.bits_per_subpixel(flow, pixels, "cpu").values()), sum(before.values()) - 1)

    def test_a_start_standardises_what_leaves(self):
        flow = Flow(PRESETS["photo-plain"])
        pixels = smooth_pixels(96, 64, 4)
        flow.start(pixels)
        parts = train.bits_per_subpixel(flow, pixels, "cpu")
        # What leaves the first block, 6 of 12 channels, is near the entropy of standard Gaussian variables.
        self.assertAlmostEqual(parts["block 1"] / 0.5, 0.5 * math.log2(2 * math.pi * math.e), delta=0.15)


class Tables(unittest.TestCase):
    """What values cost."""

    def test_digest(self):
        digest = hashlib.sha256()
        for level in range(tables.LEVELS):
            table = tables.cumulative(level)
            digest.update(np.concatenate([[len(table) - 1], table[:-1]]).astype("<u4").tobytes())
        self.assertIn(digest.hexdigest(), (support.REPOSITORY / "spec" / "denseflow.md").read_text(encoding="utf-8"))

    def test_costs_are_those_of_gaussian_variables(self):
        generator = np.random.default_rng(1)
        for level in (40, 71, 72, 112, 200):
            deviation = 2 ** (level / 8 - 4)
            values = np.floor(deviation * generator.standard_normal(20000)).astype(np.int64)
            levels = np.full_like(values, level)
            cost = tables.gaussian_bits(values, levels)
            wanted = 0.5 * ((values + 0.5) / deviation) ** 2 / math.log(2) + math.log2(deviation * math.sqrt(2 * math.pi))
            self.assertAlmostEqual(float(cost.mean() - wanted.mean()), 0, delta=0.01, msg=str(level))
            inside = tables.drawable(values, levels)
            np.testing.assert_array_less(tables.drawn_bits(inside, levels), 60)
            np.testing.assert_array_equal(cost[inside == values] >= tables.drawn_bits(inside, levels)[inside == values] - 1e-9, True)

    def test_what_is_added_to_samples(self):
        for bits in (1, 4, 8):
            cumulative = tables.dequantisation(bits)
            self.assertTrue((np.diff(cumulative, axis=2) >= 1).all())
            self.assertTrue((cumulative[..., 0] == 0).all() and (cumulative[..., -1] == 65536).all())
            edges = np.arange((1 << bits) + 1) / (1 << bits)
            for spread in range(tables.SPREADS):
                for center in range(0, tables.CENTERS, 6):
                    below = 1 / (1 + np.exp(-(edges - (center - 8) / 32) / 2 ** (spread / 4 - 4)))
                    share = (below - below[0]) / (below[-1] - below[0])
                    self.assertLess(np.abs(cumulative[spread, center] / 65536 - share).max(), (2 << bits) / 65536)


class Quantised(unittest.TestCase):
    """The flow in integers."""

    @classmethod
    def setUpClass(cls):
        cls.float = {name: fixtures.random_flow(name, 1) for name in fixtures.NAMES}
        cls.flows = {name: quantize.quantise(flow, smooth_pixels(16, 16, 1)) for name, flow in cls.float.items()}

    def test_scales(self):
        found = simulate.factors(torch.arange(-100, 101))
        wanted = torch.round(65536 * 2 ** (torch.arange(-100, 101).clamp(-96, 96).double() / 32))
        self.assertTrue(torch.equal(found, wanted.long()))

    def test_integers_take_what_the_float_flow_says(self):
        pixels = smooth_pixels(64, 16, 5)
        torch.manual_seed(1)
        for name, flow in self.flows.items():
            wanted, subpixels = evaluate.float_bits(self.float[name])(pixels), pixels.numel()
            bound, coded = evaluate.bound_bits(flow)(pixels), evaluate.table_bits(flow)(pixels)
            self.assertAlmostEqual(bound / subpixels, wanted / subpixels, delta=0.1, msg=name)
            # Tables charge less than densities for what is far out: escapes grow with the logarithm of the distance, not with its square.
            self.assertLess(coded / subpixels, bound / subpixels + 0.02, name)
            self.assertGreater(coded / subpixels, bound / subpixels - 0.1, name)

    def test_a_code_is_as_long_as_it_is_counted(self):
        generator = torch.Generator().manual_seed(1)
        pixels = torch.cat([smooth_pixels(1, 16, 6), torch.randint(0, 256, (1, 3, 16, 16), generator=generator)])
        supply = np.random.default_rng(1).integers(0, 1 << 32, 1500, np.uint64).tolist()
        for name, flow in self.flows.items():
            meters = [evaluate.Meter(seed) for seed in range(8)]
            for meter in meters:
                flow.encode(pixels, meter)
            payload = stack.encode_segment(flow, list(pixels.split(1)), supply, 250)
            wanted = np.mean([meter.height for meter in meters])
            # Both are of bits drawn at random; joining two stacks takes some 40 bits.
            deviation = np.std([meter.height for meter in meters]) + 1
            self.assertAlmostEqual(32 * (len(payload) - len(supply)), wanted + 40, delta=5 * deviation + 64, msg=name)
            self.assertEqual(payload[:500], supply[:500])

    def test_a_supply_that_is_too_small(self):
        with self.assertRaises(ValueError):
            stack.encode_segment(self.flows["tiny"], list(smooth_pixels(1, 16, 6)[None]), [1, 2, 3], 0)

    def test_values_that_leave_their_range(self):
        flow = self.flows["tiny-uniform"]
        module = flow.blocks[0][0].modules[0]
        matrix = dataclasses.replace(module.matrix, factor=torch.full_like(module.matrix.factor, 1 << 24), upper=module.matrix.upper + 2**31)
        broken = dataclasses.replace(flow, blocks=[[dataclasses.replace(flow.blocks[0][0], modules=[dataclasses.replace(module, matrix=matrix)])]])
        with self.assertRaises(OverflowError):
            broken.encode(smooth_pixels(1, 16, 6), evaluate.Meter())


class Temporary(unittest.TestCase):
    """Tests with a folder, in which is a cache."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "images").mkdir()
        for i, picture in enumerate(smooth_pixels(12, 40, 20)):
            rows = picture.permute(1, 2, 0).numpy()
            (self.folder / "images" / f"image{i:02}.ppm").write_bytes(b"P6\n40 40\n255\n" + rows.tobytes())
        data.build_cache([self.folder / "images"], self.folder / "cache")


class Files(Temporary):
    """Weights files, and fixtures."""

    def test_round_trip(self):
        pixels = smooth_pixels(2, 16, 7)
        for name in fixtures.NAMES:
            flow, path = fixtures.quantised(name), self.folder / "model.safetensors"
            quantize.write_model(flow, path, "denseflow/test", "1")
            copy = quantize.read_model(path)
            self.assertEqual(copy.config, PRESETS[name])
            self.assertEqual(evaluate.table_bits(flow)(pixels), evaluate.table_bits(copy)(pixels))

    def test_committed_fixtures_are_what_is_computed(self):
        for name in fixtures.NAMES:
            path = self.folder / "fixture.safetensors"
            flow = quantize.read_model(COMMITTED / f"{name}.safetensors")
            self.assertEqual(flow.config, PRESETS[name])
            committed, _ = safetensors.read(COMMITTED / f"{name}.fixture.safetensors")
            pixels = torch.from_numpy(committed["pixels"].copy()).permute(0, 3, 1, 2)
            fixtures.write_fixture(flow, pixels, path)
            computed, _ = safetensors.read(path)
            self.assertEqual(set(computed), set(committed))
            for part, values in committed.items():
                np.testing.assert_array_equal(values, computed[part], f"{name} {part}")


class Training(Temporary):
    """Runs."""

    def test_a_run_that_stops_and_goes_on_ends_as_one_that_does_not(self):
        ends = []
        for name, pauses in (("whole", (40,)), ("parts", (10, 23, 40))):
            for pause in pauses:
                run = train.Run(self.folder / name, SETTINGS, "cpu")
                stop_at(run, pause)
                quiet_train(run, self.folder / "cache", 5)
                self.assertEqual(run.step, pause)
            ends.append(train.load_average(self.folder / name / runs.CHECKPOINT).state_dict())
        for name, values in ends[0].items():
            self.assertTrue(torch.equal(values, ends[1][name]), name)
        header, first, *_, last = (line.split("\t") for line in (self.folder / "parts" / runs.LOG).read_text().splitlines())
        self.assertEqual(header[4], "validation")
        self.assertLess(float(last[4]), float(first[4]))
        self.assertAlmostEqual(float(last[4]), sum(map(float, last[5:])), 3)

    def test_another_run_can_be_where_one_begins(self):
        run = train.Run(self.folder / "first", dataclasses.replace(SETTINGS, steps=3), "cpu")
        quiet_train(run, self.folder / "cache", 5)
        second = train.Run(self.folder / "second", SETTINGS, "cpu", self.folder / "first" / runs.CHECKPOINT)
        for one, other in zip(run.average.parameters(), second.flow.parameters(), strict=True):
            self.assertTrue(torch.equal(one, other))

    def test_processes_take_the_mean_of_their_gradients(self):
        settings = dataclasses.replace(SETTINGS, steps=3, processes=2)
        team.run(2, train_together, settings, self.folder / "together", self.folder / "cache")
        self.assertEqual(train.resumed_settings(self.folder / "together"), settings)
        self.assertTrue((self.folder / "together" / runs.CHECKPOINT).exists())

    def test_gradients_that_are_not_finite(self):
        run = train.Run(self.folder / "broken", SETTINGS, "cpu")
        with torch.no_grad():
            run.flow.blocks[0][0].steps[0].matrix.bias[0] = torch.nan
        with self.assertRaises(FloatingPointError):
            run._train_step(smooth_pixels(2, 16, 1))

    def test_sides_that_do_not_fit(self):
        with self.assertRaises(ValueError):
            train.Run(self.folder / "side", dataclasses.replace(SETTINGS, side=6), "cpu")


class Commands(Temporary):
    """The command line."""

    def test_from_training_to_weights(self):
        cache, run, weights = self.folder / "cache", self.folder / "run", self.folder / "tiny.safetensors"
        trained = self.call("train", "--folder", run, "--cache", cache, "--config", "tiny", "--steps", 4, "--batch", 2, "--side", 16,
                            "--validation-crops", 4, "--device", "cpu")
        self.assertIn("validation", trained)
        self.call("export", run / runs.CHECKPOINT, weights, "--cache", cache, "--crops", 8, "--side", 16, "--model", "denseflow/tiny")
        self.assertEqual(quantize.read_model(weights).config, PRESETS["tiny"])
        evaluated = self.call("evaluate", self.folder / "images", "--checkpoint", run / runs.CHECKPOINT, "--weights", weights, "--tile", 20,
                              "--device", "cpu", "--only", "validation")
        header, *_, total = (line.split("\t") for line in evaluated.splitlines())
        self.assertEqual(header, ["image", "float", "tables", "bound"])
        self.assertAlmostEqual(float(total[1]), float(total[2]), delta=0.2)
        self.assertAlmostEqual(float(total[3]), float(total[2]), delta=0.1)

    def test_precision(self):
        cache, run = self.folder / "cache", self.folder / "run"
        self.call("train", "--folder", run, "--cache", cache, "--config", "tiny", "--steps", 4, "--batch", 2, "--side", 16,
                  "--validation-crops", 4, "--device", "cpu")
        measured = self.call("precision", run / runs.CHECKPOINT, "--cache", cache, "--crops", 8, "--side", 16, "--bits", 9, 12, "--measured", 4)
        _, coarse, fine = (line.split("\t") for line in measured.splitlines())
        # Three more bits for each sample, and for each element of noise.
        self.assertAlmostEqual(float(fine[4]) - float(coarse[4]), 3 * (768 + 384), delta=900)
        self.assertGreater(float(coarse[4]), float(coarse[5]))

    def test_what_is_refused(self):
        with self.assertRaises(SystemExit):
            self.call("evaluate", self.folder / "images")
        with self.assertRaises(SystemExit):
            self.call("evaluate", self.folder / "images", "--weights", COMMITTED / "tiny.safetensors", "--tile", 18)
        with self.assertRaises(SystemExit):
            self.call("train", "--folder", self.folder / "none", "--cache", self.folder / "cache")

    def test_describe(self):
        self.assertIn("photo\t", self.call("describe"))

    def call(self, *arguments) -> str:
        """Calls the command line, and returns what it prints."""
        output = io.StringIO()
        with mock.patch.object(sys, "argv", ["denseflow", *map(str, arguments)]), contextlib.redirect_stdout(output):
            commands.main()
        return output.getvalue()


def train_together(member: team.Team, settings: train.Settings, folder: Path, cache: Path) -> None:
    """What each process of a team does."""
    quiet_train(train.Run(folder, settings, "cpu", None, member), cache, 5)


def quiet_train(run: train.Run, cache: Path, minutes: float) -> None:
    """Trains without printing."""
    with contextlib.redirect_stdout(io.StringIO()):
        run.train(cache, minutes)


def stop_at(run: train.Run, step: int) -> None:
    """Lets a run stop at a step as if its time were over."""
    run.team.agree = lambda answer: run.step < step


if __name__ == "__main__":
    unittest.main()
