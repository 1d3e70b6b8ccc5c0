"""The quantised flow: close to the float flow, and exactly invertible."""
import unittest

import support  # noqa: F401
import torch

from tessera_training.arithmetic import ACTIVATION, FULL
from tessera_training.densenet import DenseNet
from tessera_training.fixtures import NAMES, random_flow, smooth_pixels
from tessera_training.idf import Flow
from tessera_training.interlaced import InterlacedPrior
from tessera_training.logistic import GRID
from tessera_training.quantize import LEVEL_OF_ONE, LEVEL_UNIT, LOCATION_UNIT, Contrast, quantise, quantise_convolution
from tessera_training.simulate import LEVELS, IntegerFlow


def random_integer_flow(name: str, seed: int) -> tuple[Flow, IntegerFlow]:
    """A small flow with its quantisation."""
    flow = random_flow(name, seed)
    return flow, quantise(flow, smooth_pixels(16, 16, seed))


class Rounding(unittest.TestCase):
    """Convolutions."""

    def test_convolution_is_close(self):
        generator = torch.Generator().manual_seed(4)
        weight, bias = torch.randn(6, 5, 3, 3, generator=generator), torch.randn(6, generator=generator)
        weight *= torch.tensor([1e-4, 1e-2, 0.1, 1, 1, 0])[:, None, None, None]
        input_scale = torch.tensor([0.003, 0.001, 0.002, 0.004, 0.001]).double()
        output_scale = torch.full((6,), 0.01).double()
        convolution = quantise_convolution(
            weight, bias, input_scale, torch.zeros(5), output_scale, torch.full((6,), 2047), ACTIVATION, True)
        values = torch.randint(-1000, 1000, (1, 5, 8, 8), generator=generator)
        padded = torch.nn.functional.pad(values.double() * input_scale[:, None, None], [1] * 4, mode="replicate")
        exact = torch.nn.functional.conv2d(padded, weight.double(), bias.double()) / output_scale[:, None, None]
        error = (convolution(values) - exact.clamp(*ACTIVATION)).square().mean((0, 2, 3)).sqrt()
        self.assertTrue((error < 0.5 + 0.01 * exact.std((0, 2, 3))).all())
        # Saturation spares what the range allows, with three bits or more to spare.
        self.assertTrue((convolution.multiplier >= 2048).all())

    def test_units_are_chosen_for_sums_where_areas_are_flat(self):
        generator = torch.Generator().manual_seed(5)
        weight = torch.randn(64, 2, 3, 3, generator=generator)
        # As a prediction's: of each colour some units.
        weight -= weight.mean((2, 3), keepdim=True) - 0.2 * torch.rand(64, 2, 1, 1, generator=generator) / 9
        ones = torch.ones(2, dtype=torch.float64)

        def missing(contrast: Contrast | None) -> float:
            convolution = quantise_convolution(
                weight, torch.zeros(64), ones, 0 * ones, torch.ones(64), torch.full((64,), 2047), FULL, True, [0, 1], contrast)
            unit = convolution.multiplier / 2.0 ** (15 + convolution.shift)
            sums = convolution.weight.sum((1, 2)) * unit[:, None]
            return float((sums - weight.sum((2, 3))).square().mean().sqrt())

        self.assertLess(missing(Contrast(50, 0)), missing(None) / 1.5)
        # Not where neighbours differ as much as they do from 0.
        self.assertAlmostEqual(missing(Contrast(0.1, 0)), missing(None), delta=0.05 * missing(None))

    def test_contrast(self):
        flat, steps = torch.full((1, 3, 4, 4), 10.0), torch.zeros(1, 3, 4, 4)
        steps[:, 0] = torch.tensor([4.0, -4.0, 4.0, -4.0])
        self.assertEqual(Contrast.of(flat, 3).level, 10 * GRID)
        self.assertAlmostEqual(Contrast.of(steps, 1).level, 0.5)
        self.assertEqual(Contrast.of(steps, 1).others, 0)

    def test_a_flat_area_keeps_its_sum(self):
        generator = torch.Generator().manual_seed(5)
        weight = torch.randn(4, 6, 3, 3, generator=generator)
        weight[:, :3] -= weight[:, :3].mean((1, 2, 3), keepdim=True)     # differences, of the first colour
        one = torch.ones(6).double()
        convolution = quantise_convolution(
            weight, torch.zeros(4), one, 0 * one, torch.full((4,), 0.1).double(), torch.full((4,), 2047), ACTIVATION, True,
            [0, 0, 0, 1, 1, 1])
        self.assertTrue((convolution.weight[..., :3].sum((1, 2, 3)) == 0).all())

    def test_weights_that_are_too_large_are_cut_off_with_a_warning(self):
        one = torch.ones(1).double()
        with self.assertWarns(UserWarning):
            quantise_convolution(torch.full((1, 1, 1, 1), 300.0), torch.zeros(1), one, one, one, 2047 * one, ACTIVATION, False)


    def test_weights_too_large_for_their_unit_are_cut_off_at_the_largest(self):
        weight, one = torch.full((1, 2, 3, 3), 1e6), torch.ones(2).double()
        with self.assertWarnsRegex(UserWarning, "cut off"):
            convolution = quantise_convolution(
                weight, torch.zeros(1), one, torch.zeros(2).double(), one[:1], 100 * one[:1], FULL, True, [0, 1])
        self.assertTrue(torch.equal(convolution.weight, torch.full((1, 3, 3, 2), 127)))


class Nets(unittest.TestCase):
    """Each net's integers against the float net's numbers for the same input."""

    def test_outputs_are_close(self):
        for name in NAMES:
            flow, integer = random_integer_flow(name, 5)
            seen = {}
            nets = [module for module in flow.modules() if isinstance(module, DenseNet)]
            for net in nets:
                net.register_forward_hook(lambda net, inputs, output: seen.update({net: (inputs[0], output)}))
            with torch.no_grad():
                flow(smooth_pixels(16, 16, 6))
            for level, couplings in enumerate(flow.couplings):
                for step, coupling in enumerate(couplings):
                    values, output = seen[coupling.net]
                    translation = integer.nets[level][step](torch.round(values * GRID).long())
                    alpha = 1 if coupling.alpha is None else coupling.alpha
                    self.assert_close(translation / GRID, alpha * output, 1 / GRID, f"{name} {level} {step}")
            for level, prior in enumerate(flow.priors):
                if isinstance(prior, InterlacedPrior):
                    continue
                values, output = seen[prior.net]
                location, scale_level = integer.priors[level].net(torch.round(values * GRID).long()).chunk(2, 1)
                mean, log_scale = output.chunk(2, 1)
                gamma, delta = (1, 1) if prior.gamma is None else (prior.gamma, prior.delta)
                self.assert_distribution_close(
                    location, scale_level, gamma * mean, delta * log_scale + prior.initial_log_scale, f"{name} {level}")

    def test_interlaced_distributions_are_close(self):
        flow, integer = random_integer_flow("tiny-interlaced", 5)
        pixels = smooth_pixels(16, 16, 6)
        with torch.no_grad():
            wanted, _ = flow.encode(flow.to_variables(pixels))
        found, _ = integer.encode(pixels)
        self.assertEqual(len(found), len(wanted))
        for number, (part, exact) in enumerate(zip(found, wanted)):
            self.assert_distribution_close(part.location, part.level, exact.mean, exact.log_scale, str(number))

    def test_a_stage_that_rests_on_calibration_images(self):
        flow = random_flow("tiny-interlaced", 5)
        with torch.no_grad():
            flow.priors[0].passes[1].layers[0].linear.convolution.bias.fill_(-50)
        pixels = smooth_pixels(16, 16, 5)
        leaving, left = quantise(flow, pixels).encode(pixels)
        self.assertEqual(len(leaving), 3 * 2 * 3)

    def assert_distribution_close(self, location, scale_level, mean, log_scale, message):
        limits = [(bound - LEVEL_OF_ONE) * LEVEL_UNIT for bound in (0, LEVELS - 1)]
        self.assert_close(location * LOCATION_UNIT, mean, LOCATION_UNIT, f"{message} location")
        self.assert_close((scale_level - LEVEL_OF_ONE) * LEVEL_UNIT, log_scale.clamp(*limits), LEVEL_UNIT, f"{message} scale")

    def assert_close(self, found, wanted, unit, message):
        """The error is small against what varies, or a unit."""
        error = float((found - wanted).square().mean().sqrt())
        self.assertLess(error, 0.03 * float(wanted.std()) + unit, message)


class Inverse(unittest.TestCase):
    """Decoding sees the same distributions, and gives the pixels."""

    def test_flow(self):
        for name in NAMES:
            _, integer = random_integer_flow(name, 7)
            pixels = torch.cat([smooth_pixels(2, 16, 8), torch.randint(0, 256, (2, 3, 16, 16))])
            leaving, left = integer.encode(pixels)

            def take(number, location, scale_level):
                self.assertTrue(torch.equal(location, leaving[number].location))
                self.assertTrue(torch.equal(scale_level, leaving[number].level))
                return leaving[number].value

            self.assertTrue(torch.equal(integer.decode(left, take), pixels.long()), name)

    def test_tiles_do_not_see_each_other(self):
        _, integer = random_integer_flow("tiny-idfpp", 9)
        pixels = smooth_pixels(3, 16, 10)
        together, left = integer.encode(pixels)
        alone, left_alone = integer.encode(pixels[1:2])
        self.assertTrue(torch.equal(left[1:2], left_alone))
        self.assertTrue(torch.equal(together[0].location[1:2], alone[0].location))


class Top(unittest.TestCase):
    """The last prior."""

    def test_weights_sum(self):
        for name in NAMES:
            flow, integer = random_integer_flow(name, 11)
            self.assertTrue((integer.top.weight.sum(-1) == 4096).all())
            shares = torch.softmax(flow.top.logits.detach(), -1)
            self.assertLess(float((integer.top.weight / 4096 - shares).abs().max()), 1 / 4096)


if __name__ == "__main__":
    unittest.main()
