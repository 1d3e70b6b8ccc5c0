"""Efficient-VDVAE's practical form: the float model, its integers, their weights file and fixtures."""
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from support import REPOSITORY

from tessera_training import safetensors, tables
from tessera_training.evaluate import elbo_bits
from tessera_training.evdvae import evaluate, exact, fixtures, quantize, train
from tessera_training.evdvae.config import PRESETS, STEPS_OF_ONE, ExactConfig, GridConfig, from_json
from tessera_training.evdvae.distributions import Gaussian
from tessera_training.evdvae.exact import PLACES, ExactHierarchy
from tessera_training.evdvae.simulate import PRIOR_LEVEL, Gaussians, shares
from tessera_training.fixtures import smooth_pixels

COMMITTED = REPOSITORY / "tests" / "fixtures" / "evdvae"
CONFIG = PRESETS[fixtures.NAME]


class Replay(evaluate.Meter):
    """Draws what was drawn before."""

    def __init__(self, latents: list[torch.Tensor]) -> None:
        super().__init__(CONFIG.color)
        self._latents = iter(latents)

    def draw(self, posterior: Gaussians) -> torch.Tensor:
        """What was drawn."""
        return next(self._latents)


class Configurations(unittest.TestCase):
    """What can be said of a hierarchy."""

    def test_json(self):
        for config in PRESETS.values():
            self.assertEqual(from_json(config.to_json()), config)

    def test_latents(self):
        # Two grids, of which the upper one has two latents; from the top.
        self.assertEqual((CONFIG.channels(), CONFIG.places(), CONFIG.blocks, CONFIG.divisor), ([1, 3, 2, 1], [1 / 16, 1 / 16, 1 / 4, 1 / 4], 4, 4))
        self.assertEqual(CONFIG.sections(), [("z/4", 2), ("z/2", 2)])

    def test_multiply_adds(self):
        # Of a quarter of the pixels: two paths' first layers, and so on, counted by hand for the smallest grid there can be.
        model = ExactHierarchy(ExactConfig((GridConfig(2, 3, (0, 0, 0), (0, 0, 0), 0),), mixtures=1))
        stems, planes = 9 * 2 * (3 + 6 + 9), 9 * 3 * (3 + 6 + 9) + 3 * 2 * 10
        self.assertEqual(model.multiply_adds_per_pixel(), (9 * 12 * 3 + stems + planes) / 4)

    def test_what_is_refused(self):
        for change in ({"color": "hsv"}, {"grids": ()}, {"grids": (GridConfig(2, 3, (0, 0), (0, 0, 0)),)}):
            with self.assertRaises(ValueError):
                ExactConfig(**{"grids": CONFIG.grids, **change})


class Exact(unittest.TestCase):
    """The float model."""

    def test_start_is_better_than_none(self):
        torch.manual_seed(0)
        model, pixels = ExactHierarchy(CONFIG), smooth_pixels(16, 16, 3)
        before = elbo_bits(model)(pixels)
        model.prepare(pixels)
        self.assertLess(elbo_bits(model)(pixels), 0.8 * before)

    def test_latents_are_on_the_grid_and_cost_their_divergence(self):
        seen = []
        model = fixtures.random_model(1)
        for grid in model.grids:
            for step in grid.steps:
                if step.projection is not None:
                    step.projection.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
        _, costs = model.elbo(smooth_pixels(2, 16, 3))
        self.assertEqual([latent.shape[1:] for latent in seen], [(1, 4, 4), (3, 4, 4), (2, 8, 8), (1, 8, 8)])
        for latent, cost in zip(seen, costs, strict=True):
            self.assertTrue(torch.equal(latent * STEPS_OF_ONE, torch.round(latent * STEPS_OF_ONE)))
            self.assertTrue((cost >= 0).all() and cost.shape == latent.shape[:2])

    def test_channels_that_are_not_kept_are_free(self):
        model, pixels = fixtures.random_model(1), smooth_pixels(2, 16, 3)
        kept = torch.zeros(CONFIG.blocks, CONFIG.latent, dtype=torch.bool)
        kept[1, 2] = True
        _, costs = model.elbo(pixels, kept)
        self.assertGreater(float(costs[1][:, 2].min()), 0)
        self.assertEqual(float(sum(cost.sum() for cost in costs)), float(costs[1][:, 2].sum()))

    def test_a_mixture_of_a_pixel_is_what_its_colours_take(self):
        # The likelihood couples three colours at once, integers take them one after the other: over many pixels they agree.
        model, pixels = fixtures.random_model(1), smooth_pixels(4, 16, 9)
        integers = quantize.quantise(model, smooth_pixels(8, 16, 1))
        image, costs = model.elbo(pixels)
        rate = (float(image.sum()) + float(sum(cost.sum() for cost in costs))) / pixels.numel()
        self.assertAlmostEqual(evaluate.table_bits(integers)(pixels) / pixels.numel(), rate, delta=0.02 * rate)


    def test_a_latent_tells_of_errors_at_the_start(self):
        # Of three grids the top one's latent does, of three colours of the image's own grid and one of the next.
        torch.manual_seed(3)
        grids = tuple(GridConfig(12, 6, (count, 0, 0), (1, 0, 0)) for count in (0, 0, 4))
        model, pixels = ExactHierarchy(ExactConfig(grids, mixtures=2)), smooth_pixels(48, 16, 3)
        # Squares of 8 x 8 are calm or noisy, which is known of each when its last three quarters are.
        noisy = torch.randint(0, 2, (48, 1, 2, 2)).repeat_interleave(8, 2).repeat_interleave(8, 3)
        pixels = (pixels + noisy * 30 * torch.randn(pixels.shape)).clamp(0, 255).to(torch.uint8)
        with mock.patch.object(exact, "TOLD_STEPS", 250):
            model.prepare(pixels)
        # What it tells is narrower than the prior, and differs from place to place.
        found = []
        model.grids[2].steps[0].posterior.register_forward_hook(lambda _, __, posterior: found.append(posterior))
        model.elbo(pixels)
        self.assertTrue((found[0].log_std < -0.2).all() and (found[0].mean.std((0, 2, 3)) > 0.3).all())
        # Reserved channels hold the latent, with either sign, down to the image's own grid, and nothing else.
        seen = []
        model.grids[0].steps[0].layers[0].register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
        model.grids[2].steps[0].projection.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
        model.elbo(pixels)
        latent, main = seen
        for channel in range(4):
            own = latent[:, channel].repeat_interleave(4, 1).repeat_interleave(4, 2)
            self.assertTrue(torch.allclose(main[:, 2 * channel], own) and torch.allclose(main[:, 2 * channel + 1], -own))


class Integers(unittest.TestCase):
    """What an engine computes."""

    def test_shares(self):
        parts = torch.tensor([[1, 1, 1], [5, 0, 0], [1 << 38, 1, 1 << 38], [1, 2, 3]])
        self.assertEqual(shares(parts).tolist(), [[1366, 1365, 1365], [4096, 0, 0], [2049, 0, 2047], [682, 1365, 2049]])
        self.assertTrue((shares(parts).sum(-1) == 4096).all())

    def test_a_latent_s_prior_has_the_scale_of_one(self):
        values = np.arange(-40, 41)
        mass = np.exp2(-tables.bits(values, np.zeros_like(values), np.full_like(values, PRIOR_LEVEL), tables.GAUSSIAN))
        self.assertAlmostEqual(float((mass * values**2).sum() / mass.sum()), STEPS_OF_ONE**2, delta=0.3)

    def test_only_pixels_that_are_there_are_pushed(self):
        class Counter(evaluate.Meter):
            colors = top = 0

            def push_color(self, color, values, mixtures, there):
                self.colors += len(values) * int(there.sum())

            def push_top(self, values, location, level):
                self.top += values.numel()

        integers = fixtures.quantised()
        for height, width in ((1, 1), (1, 9), (5, 2), (15, 13), (16, 16)):
            counter = Counter(CONFIG.color)
            integers.encode(smooth_pixels(2, 16, 5)[:, :, :height, :width], counter)
            self.assertEqual(counter.colors + counter.top, 2 * 3 * height * width)

    def test_channels_that_are_not_kept_are_neither_drawn_nor_pushed(self):
        class Counter(evaluate.Meter):
            drawn = counted = 0

            def draw(self, posterior):
                self.drawn += posterior.location.numel()
                return super().draw(posterior)

            def push_latent(self, latent):
                self.counted += latent.numel()

        pixels = smooth_pixels(1, 16, 5)
        for integers, count in ((fixtures.quantised(), 1 + 2 + 4 * 3), (quantize.quantise(fixtures.random_model(1), pixels), 1 + 3 + 4 * 3)):
            counter = Counter(CONFIG.color)
            blocks = integers.encode(pixels, counter)
            self.assertEqual((counter.drawn, counter.counted), (16 * count, 16 * count))
            self.assertEqual(bool((blocks[1].latent[:, 1] == 0).all()), count == 15)

    def test_posteriors_that_are_priors_take_nothing(self):
        # What is popped of such latents is what they take: the same table.
        meter = evaluate.Meter(CONFIG.color)
        prior = Gaussians(torch.zeros(1, 1, 50, 50, dtype=torch.long), torch.full((1, 1, 50, 50), PRIOR_LEVEL))
        meter.push_latent(meter.draw(prior))
        self.assertAlmostEqual(meter.height, 0, delta=4)


class Files(unittest.TestCase):
    """Weights files, and fixtures."""

    def test_round_trip(self):
        model, pixels = fixtures.quantised(), fixtures.tiles()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.safetensors"
            quantize.write_model(model, path, "evdvae/test", "1")
            copy = quantize.read_model(path)
        self.assertEqual(copy.config, CONFIG)
        self.assertEqual(evaluate.table_bits(model)(pixels), evaluate.table_bits(copy)(pixels))

    def test_committed_fixtures_are_what_is_computed(self):
        tensors, _ = safetensors.read(COMMITTED / f"{fixtures.NAME}.fixture.safetensors")
        found = {name: torch.from_numpy(array.astype(np.int64)).permute(0, 3, 1, 2) for name, array in tensors.items()}
        model = quantize.read_model(COMMITTED / f"{fixtures.NAME}.safetensors")
        kept = [step.kept for grid in reversed(model.grids) for step in grid.steps]
        latents = [found[f"{index}.latent"][:, chosen] for index, chosen in enumerate(kept) if chosen is not None]
        blocks = model.encode(found["pixels"], Replay(latents))
        self.assertEqual(len(blocks), len(PLACES) * len(CONFIG.grids))
        for index, block in enumerate(blocks):
            self.assertTrue(torch.equal(block.pixel, found[f"{index}.pixel"]))
            for part in ("location", "level"):
                if block.posterior is not None:
                    self.assertTrue(torch.equal(getattr(block.posterior, part), found[f"{index}.posterior.{part}"]))
            for color, mixtures in enumerate(block.mixtures):
                for part in ("weight", "location", "level"):
                    self.assertTrue(torch.equal(getattr(mixtures, part).movedim(-1, 1), found[f"{index}.{color}.{part}"]), f"{index} {color} {part}")


class Training(unittest.TestCase):
    """What differs from the published form."""

    def test_free_bits(self):
        # Below its free bits a channel's divergence has no gradient.
        model = fixtures.random_model(1)
        _, costs = model.elbo(smooth_pixels(2, 16, 3))
        sum(cost.mean(0).clamp(min=1e6).sum() for cost in costs).backward()
        self.assertTrue(all(parameter.grad is None or not parameter.grad.any() for parameter in model.parameters()))

    def test_the_configuration_tells_the_form(self):
        self.assertIsInstance(train.create(CONFIG), ExactHierarchy)
        self.assertIsInstance(Gaussian(*torch.zeros(2, 1)), Gaussian)


if __name__ == "__main__":
    unittest.main()
