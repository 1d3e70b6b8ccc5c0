"""Causal models: wavefront, least squares against a plain computation, features, training, rounding, files and commands."""
import contextlib
import dataclasses
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from support import REPOSITORY

from tessera_training import data, runs, safetensors, tables, team
from tessera_training.causal import __main__ as commands
from tessera_training.causal import evaluate, features, fixtures, least_squares, quantize, samples, simulate, train, wave
from tessera_training.causal.net import CausalConfig, CausalNet

COMMITTED = REPOSITORY / "tests" / "fixtures" / "causal"
SIZES = [(1, 1), (1, 9), (9, 1), (2, 3), (5, 4), (7, 16)]
ALL_PLACES = sorted({place[1:] for place in least_squares.NEIGHBOURS} | set(features.VALUES) | set(features.ERRORS))
SETTINGS = train.Settings(CausalConfig((16, 16), 8), steps=60, batch=256, warmup=10, average=0.9, validate_every=20)
PHOTOS = np.stack([fixtures.scene(48, 48, seed) for seed in range(4)])


def setUpModule():
    patch = mock.patch.multiple(train, _VALIDATION_BATCHES=2, _VALIDATION_PIXELS=1024)
    patch.start()
    unittest.addModuleCleanup(patch.stop)


def step_of(y: int, x: int) -> int:
    """The step of a pixel."""
    return x + wave.SLANT * y


def source(y: int, x: int, width: int) -> tuple[int, int] | None:
    """The pixel that stands for a place in or beyond a tile; none above it."""
    if y >= 0 and x < 0:
        y, x = y - 1, 0
    return (y, min(x, width - 1)) if y >= 0 else None


class Wave(unittest.TestCase):
    """The order of pixels, and their neighbours."""

    def test_each_pixel_is_in_one_step(self):
        for height, width in SIZES:
            found = [(y, step - wave.SLANT * y) for step in range(wave.steps(height, width))
                     for y in range(*wave.rows(step, height, width))]
            self.assertEqual(sorted(found), [(y, x) for y in range(height) for x in range(width)])

    def test_neighbours_are_of_earlier_steps(self):
        for height, width in SIZES:
            for y in range(height):
                for x in range(width):
                    for dy, dx in ALL_PLACES:
                        pixel = source(y + dy, x + dx, width)
                        if pixel is not None:
                            self.assertLess(step_of(*pixel), step_of(y, x))

    def test_neighbourhoods_reach_no_further_than_what_is_kept(self):
        self.assertGreaterEqual(min(dy for dy, _ in ALL_PLACES), -wave.ABOVE)
        self.assertLessEqual(max(abs(dx) for _, dx in ALL_PLACES), wave.BESIDE)
        self.assertGreaterEqual(min(step_of(*place) for place in ALL_PLACES), -wave.REACH - wave.BESIDE + 1)

    def test_beyond_a_tile(self):
        for height, width in SIZES:
            plane = np.arange(height * width, dtype=np.int16).reshape(1, height, width)
            padded, skewed = wave.padded(plane, -7), wave.skewed(plane, -7)
            for y in range(height):
                for x in range(width):
                    first, end = wave.rows(step_of(y, x), height, width)
                    for dy, dx in ALL_PLACES:
                        pixel = source(y + dy, x + dx, width)
                        expected = -7 if pixel is None else plane[0][pixel]
                        self.assertEqual(padded[0, wave.ABOVE + y + dy, wave.BESIDE + x + dx], expected)
                        if (dy, dx) in [place[1:] for place in least_squares.NEIGHBOURS]:
                            self.assertEqual(wave.neighbour(skewed, step_of(y, x), first, end, dy, dx)[0, y - first], expected)

    def test_colours_can_be_reversed(self):
        pixels = np.concatenate([np.random.default_rng(1).integers(0, 256, (5000, 3)), np.indices((2, 2, 2)).reshape(3, -1).T * 255])
        luma, orange, green = wave.to_channels(pixels.astype(np.uint8)).astype(int)
        middle = luma - (green >> 1)
        blue = middle - (orange >> 1)
        np.testing.assert_array_equal(np.stack([blue + orange, green + middle, blue], 1), pixels)
        for values, low in ((luma, 0), (orange, -255), (green, -255)):
            self.assertGreaterEqual(values.min(), low)
            self.assertLessEqual(values.max(), 255)


class PlainLeastSquares:
    """The same predictions pixel by pixel, row by row, in Python's integers."""

    PLACES = [(0, 0, -1), (0, -1, 0), (0, -1, -1), (0, -1, 1), (0, 0, -2), (0, -2, 0), (1, 0, -1), (1, -1, 0), (1, -1, -1), (1, -1, 1),
              (2, 0, -1), (2, -1, 0), (2, -1, -1), (2, -1, 1)]

    def __init__(self, planes: np.ndarray) -> None:
        """`planes` [3, H, W]."""
        self.planes = planes.tolist()
        self.height, self.width = planes.shape[1:]
        self.informed, self.blind = np.zeros_like(planes), np.zeros_like(planes)
        self.weights, self.up = {}, {}
        for y in range(self.height):
            self.left = [[0] * 17 for _ in range(17)]
            for x in range(self.width):
                self._pixel(y, x)

    def _value(self, channel: int, y: int, x: int) -> int:
        pixel = source(y, x, self.width)
        return (128, 0, 0)[channel] if pixel is None else self.planes[channel][pixel[0]][pixel[1]]

    def _pixel(self, y: int, x: int) -> None:
        centers = [sorted((w, n, w + n - nw))[1] for w, n, nw in (
            [self._value(channel, y + dy, x + dx) for dy, dx in ((0, -1), (-1, 0), (-1, -1))] for channel in range(3))]
        read = [self._value(channel, y + dy, x + dx) - centers[channel] for channel, dy, dx in self.PLACES]
        # Two columns on is as far as the row above is.
        above = (y - 1, min(x + 2, self.width - 1))
        up = self.up.get(above, [[0] * 17 for _ in range(17)])
        weights = self._solved(up, self.weights.get((y, x - 1)), self.weights.get(above))
        self.weights[y, x] = weights
        values = [self.planes[channel][y][x] for channel in range(3)]
        deviations = []
        for channel in range(3):
            total = sum(weight * difference for weight, difference in zip(weights[channel], read))
            guessed = total + sum((weights[channel][14 + other] * deviations[other]) >> 3 for other in range(channel))
            known = total + sum(weights[channel][14 + other] * (values[other] - centers[other]) for other in range(channel))
            self.blind[channel, y, x] = self._rounded(channel, centers[channel], guessed)
            self.informed[channel, y, x] = self._rounded(channel, centers[channel], known)
            deviations.append(int(self.blind[channel, y, x]) - 8 * centers[channel])
        self._learn(read + [value - center for value, center in zip(values, centers)], up, (y, x))

    @staticmethod
    def _rounded(channel: int, center: int, total: int) -> int:
        return max(0 if channel == 0 else -2040, min(2040, 8 * center + ((total + 256) >> 9)))

    def _solved(self, up: list[list[int]], before: list[list[int]] | None, above: list[list[int]] | None) -> list[list[int]]:
        zero = [[0] * 17 for _ in range(3)]
        one, other = before or above or zero, above or before or zero
        weights = [[(a + b + 1) >> 1 for a, b in zip(*rows)] for rows in zip(one, other)]
        moments = [[min(32767, ((up[i][j] + (self.left[i][j] >> 3) + 64) >> 7) + 5 * (i == j)) for j in range(17)] for i in range(17)]
        for p in range(16):
            size = moments[p][p].bit_length() - 1
            reciprocal = 2**21 // (moments[p][p] * 128 // 2**size)
            for channel in range(3):
                if p < 14 + channel:
                    rest = moments[p][14 + channel] * 4096 - sum(moment * weight for moment, weight in zip(moments[p], weights[channel]))
                    self.assert_fits(rest)
                    change = (max(-32768, min(32767, rest >> size)) * reciprocal + 8192) >> 14
                    weights[channel][p] = max(-16383, min(16383, weights[channel][p] + change))
        return weights

    def _learn(self, differences: list[int], up: list[list[int]], pixel: tuple[int, int]) -> None:
        energy = sum(difference * difference for difference in differences) + 100
        half = (energy.bit_length() - 1) // 2
        root = round(65536 / (energy >> (2 * half - 6)) ** 0.5)
        normal = [(difference * root + (1 << (half - 1))) >> half for difference in differences]
        for i in range(17):
            for j in range(17):
                self.left[i][j] += ((normal[i] * normal[j]) >> 8) - (self.left[i][j] >> 4)
        self.up[pixel] = [[a - (a >> 4) + (b >> 4) for a, b in zip(*rows)] for rows in zip(up, self.left)]

    @staticmethod
    def assert_fits(value: int) -> None:
        """Nothing may overflow 32 bits."""
        if not -2**31 <= value < 2**31:
            raise OverflowError(value)


class LeastSquares(unittest.TestCase):
    """Linear predictions."""

    def test_plain_computation_agrees(self):
        tiles = [fixtures.scene(15, 14, 1), fixtures.extremes(9, 11, 2), *(fixtures.scene(*size, 3) for size in fixtures.EDGE_SIZES)]
        for pixels in tiles:
            planes = wave.to_channels(pixels)
            plain = PlainLeastSquares(planes)
            informed, blind = least_squares.predict(planes[:, None])
            np.testing.assert_array_equal(blind[:, 0], plain.blind)
            np.testing.assert_array_equal(informed[:, 0], plain.informed)

    def test_tiles_do_not_see_each_other(self):
        planes = wave.to_channels(PHOTOS[:2, :20, :20])
        together = least_squares.predict(planes)
        for tile in range(2):
            for one, all_of_them in zip(least_squares.predict(planes[:, tile:tile + 1]), together, strict=True):
                np.testing.assert_array_equal(one[:, 0], all_of_them[:, tile])

    def test_what_comes_later_makes_no_difference(self):
        planes = wave.to_channels(PHOTOS[0, :24, :24])[:, None]
        informed, blind = least_squares.predict(planes)
        y, x = 9, 11
        places = np.mgrid[:24, :24]
        steps = places[1] + wave.SLANT * places[0]
        for channel in range(3):
            changed = planes.copy()
            changed[channel, 0, y, x] ^= 63
            new_informed, new_blind = least_squares.predict(changed)
            until = steps <= steps[y, x]
            np.testing.assert_array_equal(new_blind[:, 0, until], blind[:, 0, until])
            same = np.broadcast_to(until, (3, 24, 24)).copy()
            same[channel + 1:, y, x] = False
            np.testing.assert_array_equal(new_informed[:, 0][same], informed[:, 0][same])
            self.assertTrue((new_blind[:, 0, ~until] != blind[:, 0, ~until]).any())

    def test_linear_images_are_predicted(self):
        y, x = np.mgrid[:40, :40]
        planes = np.stack([2 * x + 3 * y, 120 - x - 2 * y, 3 * x - y]).astype(np.int16)[:, None]
        informed, blind = least_squares.predict(planes)
        for predictions in (informed, blind):
            error = np.abs(predictions - (planes << least_squares.FRACTION_BITS))[:, 0, 6:, 4:36]
            self.assertEqual(int(error.max()), 0)


class Features(unittest.TestCase):
    """What the network reads."""

    def test_limits(self):
        largest = [0, 0]
        for pixels in (PHOTOS[0], fixtures.extremes(40, 40, 1), np.repeat(np.repeat(fixtures.extremes(8, 8, 2), 6, 0), 6, 1)):
            one = fixtures.samples_of(pixels)
            inputs = features.of(one, one.tile(0))
            self.assertEqual(inputs.trunk.shape[1], features.COUNT)
            for channel in range(3):
                self.assertEqual(inputs.known[channel].shape[1], features.known_count(channel))
            for values in (inputs.trunk, *inputs.known[1:]):
                self.assertLessEqual(int(values.abs().max()), features.LIMIT)
            self.assertGreaterEqual(int(inputs.scale.min()), 8)
            largest = [max(largest[0], int(inputs.scale.max())), max(largest[1], int(inputs.error.abs().max()))]
            np.testing.assert_array_equal(inputs.values.numpy(), wave.to_channels(pixels).reshape(3, -1).T)
        self.assertLessEqual(largest[0], simulate.LARGEST_SCALE)
        self.assertLess(largest[1], simulate.DIFFERENCES)

    def test_the_trunk_does_not_see_the_pixel(self):
        changed = PHOTOS[0].copy()
        changed[20, 30] ^= 255
        before, after = (features.of(one, one.tile(0)) for one in map(fixtures.samples_of, (PHOTOS[0], changed)))
        places = np.mgrid[:48, :48]
        until = torch.from_numpy(places[1] + wave.SLANT * places[0] <= step_of(20, 30)).flatten()
        self.assertTrue(torch.equal(before.trunk[until], after.trunk[until]))
        self.assertTrue(torch.equal(before.scale[until], after.scale[until]))
        self.assertFalse(torch.equal(before.trunk[~until], after.trunk[~until]))

    def test_tables(self):
        found = simulate.tables()
        for name, values in found.items():
            if name.endswith("logarithms"):
                self.assertLessEqual(int(np.abs(values).max()), features.LIMIT)
        self.assertEqual(int(found["table.exponentials"].min()), 1)


def tiny_samples() -> samples.Samples:
    """A few small tiles."""
    return samples.Samples(torch.from_numpy(samples.planes_of(PHOTOS)))


def quiet_train(run: train.Run, *arguments) -> None:
    """Trains without printing the log."""
    with contextlib.redirect_stdout(io.StringIO()):
        run.train(*arguments)


def stop_at(run: train.Run, step: int) -> None:
    """Lets a run stop at a step as if its time were over."""
    run.team.agree = lambda answer: run.step < step


class Temporary(unittest.TestCase):
    """Tests with a folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Training(Temporary):
    """Runs."""

    @classmethod
    def setUpClass(cls):
        cls.samples = tiny_samples()

    def test_a_run_that_stops_and_goes_on_ends_as_one_that_does_not(self):
        ends = []
        for name, pauses in (("whole", (60,)), ("parts", (20, 33, 60))):
            for pause in pauses:
                run = train.Run(self.folder / name, SETTINGS)
                stop_at(run, pause)
                quiet_train(run, self.samples, self.samples, 5)
                self.assertEqual(run.step, pause)
            ends.append(train.load_average(self.folder / name / runs.CHECKPOINT).state_dict())
        for name, values in ends[0].items():
            self.assertTrue(torch.equal(values, ends[1][name]), name)
        self.assertEqual(train.Settings(**train.resumed_settings(self.folder / "parts")), SETTINGS)
        header, first, *_, last = (line.split("\t") for line in (self.folder / "parts" / runs.LOG).read_text().splitlines())
        self.assertEqual(header, ["step", "minutes", "rate", "training", "validation"])
        self.assertLess(float(last[4]), float(first[4]))

    def test_a_run_that_knows_of_rounding_goes_on_with_the_same_units(self):
        settings = dataclasses.replace(SETTINGS, quantised=True)
        ends = []
        for name, pauses in (("whole-rounded", (30,)), ("parts-rounded", (12, 30))):
            for pause in pauses:
                run = train.Run(self.folder / name, settings)
                stop_at(run, pause)
                quiet_train(run, self.samples, self.samples, 5)
            ends.append(run)
        self.assertEqual(set(ends[0].net.read_units), set(simulate.convolutions(SETTINGS.config)))
        for name, unit in ends[0].net.read_units.items():
            self.assertTrue(torch.equal(unit, ends[1].net.read_units[name]), name)
        for one, other in zip(ends[0].average.parameters(), ends[1].average.parameters(), strict=True):
            self.assertTrue(torch.equal(one, other))

    def test_rounded_weights_are_integers_of_8_bits(self):
        net = CausalNet(CausalConfig((6, 6), 5))
        layer = net.trunk[1]
        unit = torch.rand(layer.in_features) + 0.1
        net.read_units = {"trunk.1": unit}
        seen = net._linear("trunk.1", layer, torch.eye(layer.in_features)) - layer.bias
        integers = seen.T * unit / ((layer.weight * unit).abs().amax(1, keepdim=True) / 127)
        torch.testing.assert_close(integers, torch.round(integers), rtol=0, atol=1e-3)
        torch.testing.assert_close(integers.abs().amax(1), torch.full((6,), 127.0), rtol=0, atol=1e-3)
        seen.sum().backward()
        torch.testing.assert_close(layer.weight.grad, torch.ones_like(layer.weight))

    def test_processes_draw_other_pixels(self):
        members = [train.Run(self.folder / "none", SETTINGS, None, team.Team(rank, 2)) for rank in (0, 1)]
        drawn = [self.samples.draw(64, run._generator()) for run in members]
        self.assertFalse(torch.equal(*drawn))
        self.assertTrue(torch.equal(drawn[0], self.samples.draw(64, train.Run(self.folder / "none", SETTINGS)._generator())))
        self.assertEqual(members[0].settings.processes, 2)

    def test_gradients_that_are_not_finite(self):
        run = train.Run(self.folder / "broken", SETTINGS)
        with torch.no_grad():
            run.net.trunk[0].weight[0, 0] = torch.nan
        with self.assertRaises(FloatingPointError):
            quiet_train(run, self.samples, self.samples, 5)
        self.assertFalse((self.folder / "broken").exists())

    def test_starting_from_another_run(self):
        first = train.Run(self.folder / "first", dataclasses.replace(SETTINGS, steps=10))
        quiet_train(first, self.samples, self.samples, 5)
        second = train.Run(self.folder / "second", SETTINGS, self.folder / "first" / runs.CHECKPOINT)
        self.assertEqual(second.step, 0)
        for model in (second.net, second.average):
            for one, other in zip(first.average.parameters(), model.parameters(), strict=True):
                self.assertTrue(torch.equal(one, other))

    def test_integers_take_what_the_float_network_says(self):
        run = train.Run(self.folder / "rounded", dataclasses.replace(SETTINGS, steps=200, rate=1e-2))
        quiet_train(run, self.samples, self.samples, 5)
        net = run.average.eval()
        integer = quantize.quantise(net, features.of(self.samples, self.samples.draw(4096, torch.Generator().manual_seed(1))))
        with contextlib.redirect_stdout(io.StringIO()):
            rates = evaluate.evaluate(
                evaluate.tiles_of(self.samples), {"float": evaluate.float_bits(net), "tables": evaluate.table_bits(integer)})
        self.assertLess(rates["float"], 5)
        self.assertAlmostEqual(rates["tables"] / rates["float"], 1, delta=0.01)


class Models(Temporary):
    """Weights files, and fixtures."""

    @classmethod
    def setUpClass(cls):
        cls.samples = tiny_samples()
        cls.nets = {name: fixtures.calibrated(fixtures.random_net(config, 1)) for name, config in fixtures.CONFIGS.items()}

    def test_round_trip(self):
        inputs = features.of(self.samples, self.samples.tile(1)[:500])
        for name, net in self.nets.items():
            path = self.folder / "model.safetensors"
            quantize.write_model(net, path, "causal/test", "3")
            copy = quantize.read_model(path)
            self.assertEqual(copy.config, fixtures.CONFIGS[name])
            self.assertTrue(torch.equal(net.outputs(inputs), copy.outputs(inputs)), name)
            for one, other in zip(net.distributions(inputs), copy.distributions(inputs), strict=True):
                for field in dataclasses.fields(one):
                    self.assertTrue(torch.equal(getattr(one, field.name), getattr(other, field.name)))
            tensors, metadata = safetensors.read(path)
            self.assertEqual((metadata["model"], metadata["version"]), ("causal/test", "3"))
            self.assertEqual(tensors["trunk.0.weight"].shape, (net.config.trunk[0], 1, 1, features.COUNT))

    def test_outputs_by_plain_integers(self):
        inputs = features.of(self.samples, self.samples.tile(0)[:200])
        net = self.nets["tiny"]

        def layer(convolution, values):
            sums = convolution.bias + (values[:, None] * convolution.weight[:, 0, 0]).sum(2)
            shifted = torch.div(sums + ((1 << convolution.shift) >> 1), 1 << convolution.shift, rounding_mode="floor").clamp(-32768, 32767)
            return torch.div(shifted * convolution.multiplier + 16384, 32768, rounding_mode="floor").clamp(*convolution.range)

        value = layer(net.trunk[0], inputs.trunk.long())
        value = (value + layer(net.trunk[1], value)).clamp(0, 2047)
        for channel in range(3):
            read = torch.cat([value, inputs.known[channel].long()], 1)
            self.assertTrue(torch.equal(net.outputs(inputs)[:, channel], layer(net.output[channel], layer(net.hidden[channel], read))))

    def test_multiply_adds(self):
        for config in (*fixtures.CONFIGS.values(), CausalConfig()):
            net = fixtures.random_net(config, 1)
            self.assertEqual(config.multiply_adds(), sum(parameter.numel() for parameter in net.parameters() if parameter.ndim == 2))
            self.assertEqual(CausalConfig.from_json(config.to_json()), config)

    def test_distributions_sum_to_one(self):
        net = self.nets["tiny"]
        for pixels in (PHOTOS[0], fixtures.extremes(9, 11, 1)):
            some = fixtures.samples_of(pixels)
            inputs = features.of(some, some.tile(0)[::101])
            for channel, distributions in enumerate(net.distributions(inputs)):
                self.assertTrue((distributions.weight.sum(1) == 1 << simulate.WEIGHT_BITS).all())
                location, level, weight, *rest = simulate.mixture_of(distributions, channel)
                values = np.arange(rest[1], rest[2] + 1)[:, None]
                start, frequency = tables.mixture_interval(values, location[None], level[None], weight[None], *rest)
                np.testing.assert_array_equal(frequency.sum(0), 1 << 24)
                np.testing.assert_array_equal(start[1:], (start + frequency)[:-1])
                self.assertGreater(int(frequency.min()), 0)

    def test_committed_fixtures_are_what_is_computed(self):
        for name, config in fixtures.CONFIGS.items():
            net = quantize.read_model(COMMITTED / f"{name}.safetensors")
            self.assertEqual(net.config, config)
            path = COMMITTED / f"{name}.fixture.safetensors"
            tensors, _ = safetensors.read(path)
            count = 1 + max(int(key.split(".")[0]) for key in tensors)
            fixtures.write_fixture(net, [tensors[f"{number}.pixels"].copy() for number in range(count)], self.folder / "new.safetensors")
            self.assertEqual((self.folder / "new.safetensors").read_bytes(), path.read_bytes(), name)

    def test_fixtures_use_what_a_model_has(self):
        for name in fixtures.CONFIGS:
            tensors, _ = safetensors.read(COMMITTED / f"{name}.fixture.safetensors")
            outputs = tensors["0.output"].reshape(-1, 9)
            self.assertEqual(set(outputs[:, :3].argmax(1)), {0, 1, 2})
            self.assertGreater(outputs.std(0).min(), 2)


class Commands(Temporary):
    """The whole way, from images to a rate."""

    def run_command(self, *arguments) -> str:
        """What a command prints."""
        printed = io.StringIO()
        with mock.patch.object(sys, "argv", ["causal", *map(str, arguments)]), contextlib.redirect_stdout(printed):
            commands.main()
        return printed.getvalue()

    def test_from_images_to_rates(self):
        # Small tiles, to be quick. What workers do depends on no side.
        for module in (samples, evaluate):
            patch = mock.patch.object(module, "SIDE", 64)
            patch.start()
            self.addCleanup(patch.stop)
        images, cache, tiles, run = (self.folder / name for name in ("images", "cache", "tiles", "run"))
        weights, checkpoint = self.folder / "model.safetensors", run / runs.CHECKPOINT
        images.mkdir()
        for number, (height, width) in enumerate(((66, 65), (64, 64))):
            pixels = fixtures.scene(height, width, number)
            (images / f"image{number}.ppm").write_bytes(b"P6\n%d %d\n255\n" % (width, height) + pixels.tobytes())
        data.build_cache([images], cache)
        self.run_command("prepare", cache, tiles, "--limit", 1, "--validation-limit", 1)
        self.assertEqual((tiles / commands.TRAINING).stat().st_size, (64 + wave.ABOVE) * (64 + 2 * wave.BESIDE) * samples.PLANES * 2)

        options = ("train", "--folder", run, "--samples", tiles)
        printed = self.run_command(*options, "--trunk", "8,8", "--head", 4, "--steps", 3, "--batch", 64)
        self.assertEqual(printed.splitlines()[-1].split("\t")[0], "3")
        self.assertEqual(self.run_command(*options), "")
        self.assertEqual(self.run_command(*options, "--trunk", "8,8", "--steps", 3), "")
        for other in (("--steps", 4), ("--head", 5)):
            with self.assertRaises(SystemExit):
                self.run_command(*options, *other)

        self.run_command("export", checkpoint, weights, "--samples", tiles, "--model", "causal/test", "--pixels", 1024)
        self.assertEqual(quantize.read_model(weights).config, CausalConfig((8, 8), 4))
        printed = self.run_command("evaluate", "--samples", tiles, "--checkpoint", checkpoint)
        self.assertEqual([line.split("\t")[0] for line in printed.splitlines()], ["image", "0", "all"])
        printed = self.run_command("evaluate", images, "--only", "validation", "--checkpoint", checkpoint, "--weights", weights)
        header, one, _ = (line.split("\t") for line in printed.splitlines())
        self.assertEqual(header, ["image", "float", "tables"])
        self.assertAlmostEqual(float(one[2]) / float(one[1]), 1, delta=0.02)

    def test_describe(self):
        line = self.run_command("describe", "--trunk", "24,24", "--head", "12").splitlines()[1].split("\t")
        self.assertEqual(line, ["24,24", "12", "4131", str(CausalConfig((24, 24), 12).multiply_adds())])

    def test_checkpoints_without_a_setting(self):
        run = train.Run(self.folder, SETTINGS)
        run._save()
        state = torch.load(self.folder / runs.CHECKPOINT)
        del state["settings"]["processes"]
        torch.save(state, self.folder / runs.CHECKPOINT)
        options = mock.Mock(spec=[], folder=self.folder, processes=2)
        self.assertEqual(commands._settings(options), dataclasses.replace(SETTINGS, processes=2))


class Images(unittest.TestCase):
    """Images of any size."""

    def test_tiles_cover_an_image(self):
        pixels = fixtures.scene(21, 37, 1)
        with mock.patch.object(evaluate, "SIDE", 16):
            found = torch.cat([inputs.values for inputs in evaluate.of_image(pixels)])
        expected = wave.to_channels(pixels).reshape(3, -1).T
        self.assertEqual(sorted(map(tuple, found.tolist())), sorted(map(tuple, expected.tolist())))


if __name__ == "__main__":
    unittest.main()
