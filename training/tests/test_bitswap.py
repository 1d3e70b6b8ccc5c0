"""Bit-Swap: the published model, the practical chain and its integers, bits-back coding, training and commands on tiny models."""
import contextlib
import dataclasses
import io
import math
import sys
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import support
import torch

from tessera_training import data, runs, safetensors, tables, team
from tessera_training.arithmetic import space_to_depth
from tessera_training.bitswap import __main__ as commands
from tessera_training.bitswap import evaluate, fixtures, quantize, train
from tessera_training.bitswap.chain import create, parameter_count
from tessera_training.bitswap.config import PRESETS, BodyConfig, ChainConfig, LevelConfig
from tessera_training.bitswap.exact import copied_channels, kept_channels
from tessera_training.bitswap.simulate import Distribution
from tessera_training.color import to_integers
from tessera_training.evaluate import elbo_bits
from tessera_training.fixtures import smooth_pixels
from tessera_training.logistic import GRID

COMMITTED = support.REPOSITORY / "tests" / "fixtures" / "bitswap"
PARAMETERS = {
    "cifar10-1": 45_277_240, "cifar10-2": 45_036_192, "cifar10-4": 44_906_456, "cifar10-8": 44_645_880,
    "imagenet32-1": 45_277_240, "imagenet32-2": 45_036_192, "imagenet32-4": 44_906_456,
    "mnist-1": 2_835_916, "mnist-2": 2_751_939, "mnist-4": 2_672_826, "mnist-8": 2_601_949, "imagenetcrop-4": 45_636_880}
SETTINGS = train.Settings("tiny", steps=40, batch=4, side=16, warmup=5, validate_every=10, validation_crops=8, average=0.9)


class Published(unittest.TestCase):
    """The model of the paper."""

    def test_parameter_counts(self):
        for name, count in PARAMETERS.items():
            self.assertEqual(parameter_count(create(PRESETS[name])), count, name)

    def test_bits_of_zero_weights(self):
        chain = zeroed(create(PRESETS["tiny-published"]))
        for level, bits in ((128, 8.467644), (0, 2.378422), (255, 2.378422)):
            image, latents = chain.elbo(torch.full((2, 3, 16, 16), level, dtype=torch.uint8))
            self.assertAlmostEqual(float(image[0]) / 768, bits, 5)
            self.assertEqual([tuple(latent.shape) for latent in latents], [(2, 4), (2, 4)])

    def test_divergence_of_zero_weights(self):
        # A posterior of scale s against a prior of scale 1: by numerical integration.
        scale = 0.1 + 0.9 / (1 + math.exp(-2))
        self.assertAlmostEqual(scale, 0.892717, 6)
        value = torch.linspace(-40, 40, 400001, dtype=torch.float64)

        def density(scale: float) -> torch.Tensor:
            return torch.exp(-value / scale - 2 * torch.nn.functional.softplus(-value / scale)) / scale

        wanted = float((density(scale) * torch.log2(density(scale) / density(1.0))).sum() * 80 / 400000)
        torch.manual_seed(1)
        with torch.no_grad():
            _, latents = zeroed(create(PRESETS["tiny-published"])).elbo(torch.zeros(200, 3, 16, 16, dtype=torch.uint8))
        for latent in latents:
            self.assertAlmostEqual(float(latent.mean()) / 64, wanted, delta=0.003)

    def test_conditional_scales(self):
        config = dataclasses.replace(PRESETS["tiny-published"], conditional=True, size=None)
        image, _ = zeroed(create(config)).elbo(torch.full((1, 3, 24, 8), 128, dtype=torch.uint8))
        self.assertAlmostEqual(float(image[0]) / 576, 8.467644, 5)

    def test_multiply_adds(self):
        for name in ("cifar10-2", "imagenetcrop-4", "tiny-published"):
            config = PRESETS[name]
            chain, total, positions = create(config), 0.0, 1.0
            for level, *nets in zip(config.levels, chain.posteriors, chain.priors, strict=True):
                positions /= 4 if level.squeeze else 1
                total += positions * sum(parameter.numel() for net in nets for parameter in net.parameters() if parameter.ndim == 4)
            self.assertEqual(config.multiply_adds_per_pixel(), total)


def zeroed(chain):
    """A model all of whose parameters are 0."""
    with torch.no_grad():
        for parameter in chain.parameters():
            parameter.zero_()
    return chain


class Configurations(unittest.TestCase):
    """What can be said in a configuration."""

    def test_json(self):
        for config in PRESETS.values():
            self.assertEqual(ChainConfig.from_json(config.to_json()), config)

    def test_multiply_adds_of_the_exact_form(self):
        for name in fixtures.NAMES + ("photo",):
            config, total, positions = PRESETS[name], 0.0, 1.0
            chain = create(config)
            for level, *nets in zip(config.levels, chain.posteriors, chain.priors, strict=True):
                positions /= 4 if level.squeeze else 1
                total += positions * sum(parameter.numel() for net in nets for parameter in net.parameters() if parameter.ndim == 4)
            self.assertAlmostEqual(config.multiply_adds_per_pixel(), total, 6)
        self.assertLess(PRESETS["photo"].multiply_adds_per_pixel(), 60_000)

    def test_what_is_refused(self):
        body = BodyConfig(4, ((3, 1),))
        for change in ({"form": "other"}, {"color": "rgb"}, {"channels": 1}, {"levels": (LevelConfig(2, True, body, body),)},
                       {"levels": (LevelConfig(8, False, body, body),)},
                       {"levels": (LevelConfig(8, True, body, body, 2), LevelConfig(8, True, body, body))}):
            with self.assertRaises(ValueError):
                dataclasses.replace(PRESETS["tiny"], **change)
        with self.assertRaises(ValueError):
            dataclasses.replace(PRESETS["tiny-published"], size=None)


class Exact(unittest.TestCase):
    """The practical chain in floating point."""

    def test_base_channels_show_pixels(self):
        pixels = smooth_pixels(1, 16, 3)
        values = to_integers(pixels, "ycocg-r")
        for name in ("tiny", "tiny-quarters"):
            config, variable, stride = PRESETS[name], values, 1
            for index, level in enumerate(config.levels):
                below = space_to_depth(variable) if level.squeeze else variable
                variable = below[:, kept_channels(config, index)]
                stride *= 2 if level.squeeze else 1
                half = stride // 2
                self.assertTrue(torch.equal(variable[:, :3], values[:, :, ::stride, ::stride]))
                if level.base == 2:
                    self.assertTrue(torch.equal(variable[:, 3:], values[:, :, half::stride, half::stride]))
                # What is expected below shows the right colours, and the base channels themselves where these show.
                expected = variable[:, copied_channels(config, index)]
                self.assertTrue(torch.equal(expected[:, kept_channels(config, index)], variable))
                self.assertEqual(expected.shape[1], below.shape[1])

    def test_latents_are_on_the_grid(self):
        chain = fixtures.random_chain("tiny", 1)
        below, latents = chain.sample(smooth_pixels(2, 16, 2))
        for value in (*below, *latents):
            self.assertLess(float((value * GRID - torch.round(value * GRID)).abs().max()), 1e-4)

    def test_start_is_better_than_none(self):
        pixels = smooth_pixels(8, 16, 4)
        torch.manual_seed(1)
        chain = create(PRESETS["tiny"])
        before = train.bits_per_subpixel(chain, pixels, "cpu")
        chain.start(pixels)
        self.assertLess(sum(train.bits_per_subpixel(chain, pixels, "cpu")), sum(before) - 1)


class BigStack:
    """A rANS stack whose state is one large integer, and integers on it: `spec/entropy.md`, sections 2, 4 and 5, without renormalisation."""

    def __init__(self, state: int) -> None:
        self.state = state

    def push_symbol(self, start: int, frequency: int, precision: int) -> None:
        """A symbol."""
        self.state = (self.state // frequency << precision) + self.state % frequency + start

    def bits(self, count: int) -> int:
        """Pops bits."""
        value = self.state & ((1 << count) - 1)
        self.state >>= count
        return value

    def push_integer(self, value: int, location: int, level: int) -> None:
        """An integer of a distribution."""
        cumulative, origin, shift, order = self._table(location, level)
        last = len(cumulative) - 2
        symbol = (value >> shift) - origin
        if shift:
            self.push_symbol(value & ((1 << shift) - 1), 1, shift)
        if symbol <= 0 or symbol >= last:
            number = (-symbol if symbol <= 0 else symbol - last) + (1 << order)
            length = number.bit_length() - 1
            self.push_symbol(number - (1 << length), 1, length)
            self.push_symbol(0, 1, 1)
            for _ in range(length - order):
                self.push_symbol(1, 1, 1)
            symbol = min(max(symbol, 0), last)
        self.push_symbol(int(cumulative[symbol]), int(cumulative[symbol + 1] - cumulative[symbol]), 16)

    def pop_integer(self, location: int, level: int) -> int:
        """The same, popped."""
        cumulative, origin, shift, order = self._table(location, level)
        last = len(cumulative) - 2
        symbol = self._symbol(cumulative)
        result = symbol + origin
        if symbol in (0, last):
            length = order
            while self.bits(1):
                length += 1
            excess = (1 << length) + self.bits(length) - (1 << order)
            result += -excess if symbol == 0 else excess
        return (result << shift) + self.bits(shift)

    def put_back_integer(self, value: int, location: int, level: int) -> None:
        """One that was drawn."""
        cumulative, origin, shift, _ = self._table(location, level)
        symbol = (value >> shift) - origin
        if shift:
            self.push_symbol(value & ((1 << shift) - 1), 1, shift)
        self.push_symbol(int(cumulative[symbol]), int(cumulative[symbol + 1] - cumulative[symbol]), 16)

    def draw_integer(self, location: int, level: int) -> int:
        """Of the table's own bins."""
        cumulative, origin, shift, _ = self._table(location, level)
        return (self._symbol(cumulative) + origin << shift) + self.bits(shift)

    def _symbol(self, cumulative: np.ndarray) -> int:
        slot = self.state & 65535
        symbol = int(np.searchsorted(cumulative, slot, "right")) - 1
        self.state = int(cumulative[symbol + 1] - cumulative[symbol]) * (self.state >> 16) + slot - int(cumulative[symbol])
        return symbol

    @staticmethod
    def _table(location: int, level: int) -> tuple[np.ndarray, int, int, int]:
        placed = tables.place(np.array(location), np.array(level))
        n = int(placed.level)
        return tables.cumulative(n, int(placed.fraction)), int(placed.origin), int(placed.shift), min(max(n // 8 - 4, 0), 2)

    def push(self, values: torch.Tensor, distribution: Distribution) -> None:
        """All elements of a variable, the last one first."""
        self._all(self.push_integer, values, distribution)

    def pop(self, distribution: Distribution) -> torch.Tensor:
        """The inverse."""
        return self._each(self.pop_integer, distribution)

    def draw(self, distribution: Distribution) -> torch.Tensor:
        """All elements of a latent."""
        return self._each(self.draw_integer, distribution)

    def put_back(self, values: torch.Tensor, distribution: Distribution) -> None:
        """The inverse."""
        self._all(self.put_back_integer, values, distribution)

    @staticmethod
    def _all(push: Callable[[int, int, int], None], values: torch.Tensor, distribution: Distribution) -> None:
        for item in reversed(list(zip(*(part.flatten().tolist() for part in (values, distribution.location, distribution.level)), strict=True))):
            push(*item)

    @staticmethod
    def _each(pop: Callable[[int, int], int], distribution: Distribution) -> torch.Tensor:
        both = zip(distribution.location.flatten().tolist(), distribution.level.flatten().tolist(), strict=True)
        return torch.tensor([pop(*one) for one in both]).reshape(distribution.location.shape)


class Integers(unittest.TestCase):
    """Quantised chains."""

    @classmethod
    def setUpClass(cls):
        cls.float = {name: fixtures.random_chain(name, 1) for name in fixtures.NAMES}
        cls.chains = {name: quantize.quantise(chain, smooth_pixels(8, 16, 1)) for name, chain in cls.float.items()}

    def test_distributions_are_close(self):
        for name, chain in self.float.items():
            torch.manual_seed(3)
            with torch.no_grad():
                below, latents = chain.sample(smooth_pixels(8, 16, 1))
                for index in range(len(latents)):
                    for kind, read, net, guess, copied in (
                            ("posteriors", below, chain.posteriors[index], chain.guess_above, kept_channels),
                            ("priors", latents, chain.priors[index], chain.guess_below, copied_channels)):
                        mean, log_scale = net(read[index], guess(index, read[index]))
                        integer = getattr(self.chains[name], kind)[index](
                            torch.round(read[index] * GRID).long(), copied(chain.config, index))
                        error = (integer.location / 64 - mean * GRID) / torch.exp(log_scale) / GRID
                        level = integer.level - (log_scale * 8 / math.log(2) + 8 * 12).clamp(0, 135)
                        self.assertLess(float(error.square().mean().sqrt()), 0.4, f"{name} {kind} {index}")
                        self.assertLess(float(level.square().mean().sqrt()), 1, f"{name} {kind} {index}")

    def test_integers_take_what_the_float_chain_says(self):
        pixels = smooth_pixels(32, 16, 5)
        torch.manual_seed(1)
        for name, chain in self.float.items():
            wanted = elbo_bits(chain)(pixels)
            self.assertAlmostEqual(evaluate.table_bits(self.chains[name])(pixels) / wanted, 1, delta=0.04)

    def test_bits_back_coding(self):
        pixels = torch.cat([smooth_pixels(1, 16, 6), torch.randint(0, 256, (1, 3, 16, 16), generator=torch.Generator().manual_seed(1))])
        for name, chain in self.chains.items():
            first = int.from_bytes(np.random.default_rng(1).bytes(20_000), "little") | 1 << 160_000
            stack = BigStack(first)
            steps = chain.encode(pixels, stack)
            bits = stack.state.bit_length() - first.bit_length()
            wanted = evaluate.cost(steps[-1].latent, chain.top_of(2, *steps[-1].latent.shape[2:]))
            wanted += sum(evaluate.cost(step.below, step.prior) - evaluate.draw_cost(step.latent, step.posterior) for step in steps)
            self.assertAlmostEqual(bits, wanted, delta=3)
            self.assertTrue(torch.equal(chain.decode(2, 16, 16, stack), pixels.long()), name)
            self.assertEqual(stack.state, first)

    def test_bits_at_the_start(self):
        pixels = smooth_pixels(1, 16, 6)
        for chain in self.chains.values():
            stack = evaluate.Meter()
            steps = chain.encode(pixels, stack)
            popped, pushed = ([evaluate.cost(*parts) for parts in zip(*lists)] for lists in (
                ([step.latent for step in steps], [step.posterior for step in steps]),
                ([step.below for step in steps], [step.prior for step in steps])))
            self.assertAlmostEqual(stack.popped, sum(popped), 6)
            self.assertAlmostEqual(-stack.lowest, max(sum(popped[:i + 1]) - sum(pushed[:i]) for i in range(len(steps))), 6)

    def test_a_variable_that_no_net_can_read(self):
        # Values beyond 2047 are read as 2047, and coded as what they are.
        chain = self.chains["tiny"]
        below = torch.full((1, 12, 4, 4), 3000)
        inside = chain.posteriors[0](below.clamp(max=2047), kept_channels(chain.config, 0))
        outside = chain.posteriors[0](below, kept_channels(chain.config, 0))
        self.assertTrue(torch.equal(inside.location, outside.location))
        self.assertTrue(torch.equal(inside.level, outside.level))


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
            chain, path = fixtures.quantised(name), self.folder / "model.safetensors"
            quantize.write_model(chain, path, "bitswap/test", "1")
            copy = quantize.read_model(path)
            self.assertEqual(copy.config, PRESETS[name])
            for one, other in zip(chain.encode(pixels, evaluate.Meter()), copy.encode(pixels, evaluate.Meter()), strict=True):
                self.assertTrue(torch.equal(one.latent, other.latent))
                self.assertTrue(torch.equal(one.prior.location, other.prior.location))
            self.assertEqual(evaluate.table_bits(chain)(pixels), evaluate.table_bits(copy)(pixels))

    def test_committed_fixtures_are_what_is_computed(self):
        for name in fixtures.NAMES:
            tensors, _ = safetensors.read(COMMITTED / f"{name}.fixture.safetensors")
            chain = quantize.read_model(COMMITTED / f"{name}.safetensors")
            self.assertEqual(chain.config, PRESETS[name])
            for index, level in enumerate(chain.config.levels):
                below, latent = (torch.from_numpy(tensors[f"{index}.{part}"].astype(np.int64)).permute(0, 3, 1, 2) for part in ("below", "latent"))
                found = {"posterior": chain.posteriors[index](below, kept_channels(chain.config, index)),
                         "prior": chain.priors[index](latent, copied_channels(chain.config, index))}
                for kind, distribution in found.items():
                    for part in ("location", "level"):
                        np.testing.assert_array_equal(
                            getattr(distribution, part).permute(0, 2, 3, 1).numpy(), tensors[f"{index}.{kind}.{part}"], f"{name} {index} {kind}")
                self.assertEqual(latent.shape[1], level.latent)


class Training(Temporary):
    """Runs."""

    def test_a_run_that_stops_and_goes_on_ends_as_one_that_does_not(self):
        for config in ("tiny", "tiny-published"):
            settings, ends = dataclasses.replace(SETTINGS, config=config), []
            for name, pauses in ((f"{config}-whole", (40,)), (f"{config}-parts", (10, 23, 40))):
                for pause in pauses:
                    run = train.Run(self.folder / name, settings, "cpu")
                    stop_at(run, pause)
                    quiet_train(run, self.folder / "cache", 5)
                    self.assertEqual(run.step, pause)
                ends.append(train.load_average(self.folder / name / runs.CHECKPOINT).state_dict())
            for name, values in ends[0].items():
                self.assertTrue(torch.equal(values, ends[1][name]), name)
            header, first, *_, last = (line.split("\t") for line in (self.folder / f"{config}-parts" / runs.LOG).read_text().splitlines())
            self.assertEqual(header[4], "validation")
            self.assertLess(float(last[4]), float(first[4]))
            self.assertAlmostEqual(float(last[4]), sum(map(float, last[5:])), 3)

    def test_processes_take_the_mean_of_their_gradients(self):
        settings = dataclasses.replace(SETTINGS, steps=3, processes=2, free_bits=0.0)
        team.run(2, train_together, settings, self.folder / "together", self.folder / "cache")
        alone = train.Run(self.folder / "alone", settings, "cpu")
        training, _ = data.load(self.folder / "cache")
        alone.chain.start(training.crops(train.STARTING_CROPS, SETTINGS.side, np.random.default_rng(SETTINGS.seed)))
        together = train.load_average(self.folder / "together" / runs.CHECKPOINT)
        changed = sum(float((one - other).abs().sum()) for one, other in zip(alone.chain.parameters(), together.parameters(), strict=True))
        self.assertGreater(changed, 0)
        self.assertEqual(train.resumed_settings(self.folder / "together"), settings)

    def test_free_bits_hold_a_channel(self):
        # With a large allowance no divergence counts, and nothing but the image teaches the last net.
        run = train.Run(self.folder / "free", dataclasses.replace(SETTINGS, free_bits=1e9), "cpu")
        before = [parameter.clone() for parameter in run.chain.priors[-1].parameters()]
        run._train_step(smooth_pixels(2, 16, 1))
        for one, other in zip(before, run.chain.priors[-1].parameters(), strict=True):
            self.assertTrue(torch.equal(one, other))

    def test_gradients_that_are_not_finite(self):
        run = train.Run(self.folder / "broken", SETTINGS, "cpu")
        with torch.no_grad():
            run.chain.priors[0].stem.weight[0, 0] = torch.nan
        with self.assertRaises(FloatingPointError):
            run._train_step(smooth_pixels(2, 16, 1))

    def test_sides_that_do_not_fit(self):
        for config, side in (("tiny-published", 32), ("tiny", 6)):
            with self.assertRaises(ValueError):
                train.Run(self.folder / "side", dataclasses.replace(SETTINGS, config=config, side=side), "cpu")


def train_together(member: team.Team, settings: train.Settings, folder: Path, cache: Path) -> None:
    """What each process of a team does."""
    quiet_train(train.Run(folder, settings, "cpu", None, member), cache, 5)


def quiet_train(run: train.Run, *arguments) -> None:
    """Trains without printing the log."""
    with contextlib.redirect_stdout(io.StringIO()):
        run.train(*arguments)


def stop_at(run: train.Run, step: int) -> None:
    """Lets a run stop at a step as if its time were over."""
    run.team.agree = lambda answer: run.step < step


class Commands(Temporary):
    """The whole way, from images to a rate."""

    def run_command(self, *arguments) -> str:
        """What a command prints."""
        printed = io.StringIO()
        with mock.patch.object(sys, "argv", ["bitswap", *map(str, arguments)]), contextlib.redirect_stdout(printed):
            commands.main()
        return printed.getvalue()

    def test_from_images_to_rates(self):
        run, cache, weights = self.folder / "run", self.folder / "cache", self.folder / "tiny.safetensors"
        settings = ["--config", "tiny", "--side", 16, "--steps", 100, "--batch", 4, "--validation-crops", 8, "--average", 0.9]
        self.run_command("train", "--folder", run, "--cache", cache, *settings)
        self.assertIn("100\t", self.run_command("train", "--folder", run, "--cache", cache) + (run / runs.LOG).read_text())
        with self.assertRaises(SystemExit):
            self.run_command("train", "--folder", run, "--cache", cache, "--batch", 5)
        checkpoint = run / runs.CHECKPOINT
        self.run_command("export", checkpoint, weights, "--cache", cache, "--side", 16, "--model", "bitswap/test")
        text = self.run_command("evaluate", self.folder / "images", "--only", "validation", "--tile", 16, "--checkpoint", checkpoint,
                                "--weights", weights)
        name, exact, rounded = text.splitlines()[-1].split("\t")
        self.assertEqual(name, "all")
        self.assertAlmostEqual(float(rounded) / float(exact), 1, delta=0.02)
        lines = self.run_command("initial", weights, "--cache", cache, "--side", 16, "--crops", 4).splitlines()
        demand = np.array([[float(cell) for cell in line.split("\t")[1:]] for line in lines[1:]])
        # Of one latent they are the same; with further ones BB-ANS needs all that they take.
        self.assertEqual(len(demand), len(PRESETS["tiny"].levels))
        self.assertEqual(demand[0, 0], demand[0, 1])
        self.assertTrue((np.diff(demand[:, 0]) <= np.diff(demand[:, 1])).all() and demand[-1, 0] < demand[-1, 1])
        with self.assertRaises(SystemExit):
            self.run_command("evaluate", self.folder / "images")
        with self.assertRaises(SystemExit):
            self.run_command("evaluate", self.folder / "images", "--weights", weights, "--tile", 18)

    def test_describe(self):
        with mock.patch.object(commands, "PRESETS", {name: PRESETS[name] for name in ("tiny", "mnist-8")}):
            lines = self.run_command("describe").splitlines()
        self.assertEqual(lines[2].split("\t")[:2], ["mnist-8", "2601949"])

    def test_fixtures(self):
        self.run_command("fixtures", self.folder / "made")
        self.assertEqual(len(list((self.folder / "made").iterdir())), 2 * len(fixtures.NAMES))


if __name__ == "__main__":
    unittest.main()
