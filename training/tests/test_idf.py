"""The float flow against facts: counts of parameters, bits per dimension at the start, and that it can be inverted."""
import dataclasses
import math
import unittest

import support  # noqa: F401
import torch

from tessera_training.config import PRESETS, FlowConfig, split_order
from tessera_training.fixtures import smooth_pixels
from tessera_training.idf import Flow
from tessera_training.interlaced import LINEAR_RATE
from tessera_training.logistic import log_probability


class Published(unittest.TestCase):
    """Golden numbers from an independent implementation of the paper."""

    def test_counts_of_parameters(self):
        for name, parameters in {
            "idf-cifar10": 58_458_052,
            "idf-imagenet64": 84_333_916,
            "cifar10": 58_642_832,
            "imagenet32": 58_642_832,
            "imagenet64": 84_592_722,
        }.items():
            with self.subTest(name):
                self.assertEqual(Flow(PRESETS[name]).parameter_count(), parameters)

    def test_work(self):
        for name, pixels, billions in (("idf-cifar10", 32 * 32, 6.43), ("imagenet64", 64 * 64, 26.27)):
            self.assertAlmostEqual(PRESETS[name].multiply_adds_per_pixel() * pixels / 1e9, billions, 2)

    def test_bits_at_the_start(self):
        # The golden numbers are sums of differences of sigmoids in float32, good to four decimals.
        for name, golden in {
            "cifar10": {128: 10.13773, 0: 10.21096, 255: 10.20987},
            "imagenet64": {128: 10.06886, 0: 10.15010, 255: 10.14888},
            "idf-cifar10": {128: 10.13773},
        }.items():
            flow = Flow(PRESETS[name])
            for grey, bits in golden.items():
                pixels = torch.full((1, 3, flow.config.size, flow.config.size), grey)
                with self.subTest(f"{name} {grey}"), torch.no_grad():
                    found = float(flow(pixels)) / pixels.numel()
                    self.assertAlmostEqual(found, bits, delta=5e-5)
                    self.assertAlmostEqual(found, self.bits_of_identity(len(flow.config.levels), grey), delta=3e-6)

    @staticmethod
    def bits_of_identity(levels: int, grey: int) -> float:
        """Bits per dimension of a constant image that no coupling changes, in double precision."""
        def mass(mean: float) -> float:
            ends = [1 / (1 + math.exp(mean - (grey - 128) / 256 - half / 512)) for half in (-1, 1)]
            return ends[1] - ends[0]

        left = 2 ** (1 - levels)
        return -(1 - left) * math.log2(mass(0)) - left * math.log2(sum(mass(mean) for mean in range(-2, 3)) / 5)

    def test_bits_of_each_level_at_the_start(self):
        with torch.no_grad():
            parts = Flow(PRESETS["cifar10"]).bits_by_part(torch.full((1, 3, 32, 32), 128))
        for part, golden in zip(parts, (5.0, 2.5, 2.63774), strict=True):
            self.assertAlmostEqual(part, golden, delta=5e-5)


class Practical(unittest.TestCase):
    """Configurations for photographs."""

    def test_budgets(self):
        self.assertLessEqual(PRESETS["photo"].multiply_adds_per_pixel(), 40_000)
        self.assertLessEqual(PRESETS["photo-large"].multiply_adds_per_pixel(), 400_000)

    def test_json(self):
        for config in PRESETS.values():
            self.assertEqual(FlowConfig.from_json(config.to_json()), config)

    def test_quincunx_splits_by_place(self):
        config = dataclasses.replace(PRESETS["photo-couplings"], split="quincunx")
        places = torch.stack(torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij"))
        stays = places.repeat_interleave(3, 0)[None]    # three channels that hold their row, three that hold their column
        config = dataclasses.replace(config, channels=6, color="none")
        for level in range(4):
            order = split_order(config, level)
            stays, leaves = torch.nn.functional.pixel_unshuffle(stays, 2)[:, order].chunk(2, 1)
            step = 2 ** (level // 2)
            stay_rows, stay_columns = (stays / step).unflatten(1, (2, -1)).unbind(1)
            leave_rows, leave_columns = (leaves / step).unflatten(1, (2, -1)).unbind(1)
            if level % 2 == 0:
                self.assertTrue(((stay_rows + stay_columns) % 2 == 0).all())
                self.assertTrue(((leave_rows + leave_columns) % 2 == 1).all())
            else:
                self.assertTrue((stay_rows % 2 == 0).all() and (stay_columns % 2 == 0).all())
                self.assertTrue((leave_rows % 2 == 1).all() and (leave_columns % 2 == 1).all())

    def test_cyclic_orders_translate_every_channel_once(self):
        for couplings in Flow(PRESETS["photo-couplings"]).couplings:
            translated = torch.cat([coupling.order[-(len(coupling.order) // 4):] for coupling in couplings])
            self.assertEqual(sorted(translated.tolist()), list(range(len(couplings[0].order))))


class Start(unittest.TestCase):
    """What an interlaced flow begins training with."""

    def test_least_squares_bring_it_near_what_linear_prediction_gives(self):
        torch.manual_seed(1)
        flow, pixels = Flow(PRESETS["tiny-interlaced"]), smooth_pixels(32, 16, 2)
        with torch.no_grad():
            before = float(flow(pixels).sum()) / pixels.numel()
            flow.start(pixels)
            after = float(flow(pixels).sum()) / pixels.numel()
        # Smooth colours with noise of standard deviation 4 in each of R, G, B: 4 bits and a little.
        self.assertGreater(before, 6)
        self.assertLess(after, 5)

    def test_linear_predictions_learn_slowly(self):
        flow = Flow(PRESETS["tiny-interlaced"])
        groups = flow.parameter_groups()
        self.assertEqual(sum(len(group["params"]) for group in groups), len(list(flow.parameters())))
        self.assertEqual([group["factor"] for group in groups], [1.0, LINEAR_RATE])
        self.assertEqual(len(groups[1]["params"]), 3 * 2 * 3)    # levels, passes, channels


class Inverse(unittest.TestCase):
    """Decoding what was encoded gives the pixels, whatever the nets compute."""

    def test_flow(self):
        for name in ("tiny", "tiny-idf", "tiny-idfpp", "tiny-interlaced"):
            torch.manual_seed(3)
            flow = Flow(PRESETS[name])
            for parameter in flow.parameters():
                parameter.data += 0.3 * torch.randn_like(parameter)
            pixels = torch.randint(0, 256, (2, 3, 16, 16))
            with torch.no_grad():
                leaving, left = flow.encode(flow.to_variables(pixels))
                decoded = flow.decode([part.value for part in leaving], left)
            self.assertTrue(torch.equal(flow.to_pixels(decoded), pixels), name)


class Distribution(unittest.TestCase):
    """The discretised logistic."""

    def test_masses_sum_to_one(self):
        values = torch.arange(-20000, 20000, dtype=torch.float64) / 256
        for mean, log_scale in ((0.0, 0.0), (0.3, -3.0), (-0.1234, -6.0)):
            log_masses = log_probability(values, torch.tensor(mean), torch.tensor(log_scale, dtype=torch.float64))
            self.assertAlmostEqual(float(log_masses.exp().sum()), 1, 6)

    def test_far_tails_are_finite(self):
        value = torch.tensor(40.0, requires_grad=True)
        log_mass = log_probability(value, torch.tensor(0.0), torch.tensor(-7.0))
        log_mass.backward()
        self.assertTrue(torch.isfinite(log_mass) and torch.isfinite(value.grad))


if __name__ == "__main__":
    unittest.main()
