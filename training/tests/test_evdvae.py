"""Efficient-VDVAE: the published model, its likelihoods, the latents that hold anything, training and commands on tiny models."""
import contextlib
import dataclasses
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
from torch import nn

from tessera_training import data, runs, team
from tessera_training.evdvae import __main__ as commands
from tessera_training.evdvae import effective, train
from tessera_training.evdvae.config import PRESETS, SMOOTHING, HierarchyConfig, ResolutionConfig
from tessera_training.evdvae.distributions import Gaussian, Mixture, binned, divergence, log_softplus, mixture
from tessera_training.evdvae.hierarchy import Cell, Hierarchy
from tessera_training.fixtures import smooth_pixels

BLOCKS = {"cifar10": (3, 4, 7, 11, 22), "imagenet32": (6, 7, 19, 25, 16), "imagenet64": (6, 7, 19, 25, 16, 11)}
"""Top-down, from 1 x 1."""
PUBLISHED = {
    # Bottom-up blocks, latents of an image, parameters bottom-up and top-down, of which unpooling adds, 10^9 multiply-adds of an image.
    "cifar10-c1": (33, 413_744, 6_708_384, 11_415_636, 92_160, 4.73),
    "cifar10-base": (33, 827_488, 16_497_696, 40_100_996, 522_240, 28.02),
    "imagenet32-c1": (48, 1_157_664, 16_280_640, 36_008_676, 122_880, 9.03),
    "imagenet32-base": (48, 771_776, 38_868_992, 106_199_396, 696_320, 49.96),
    "imagenet64-c1": (53, 4_427_136, 16_598_848, 40_401_892, 417_792, None),
    "imagenet64-base": (53, 2_213_568, 43_365_760, 125_001_828, 2_793_472, None),
    "imagenet64-c2": (53, 2_213_568, 43_365_760, 125_001_828, 2_793_472, None)}
FLOAT = {name: config for name, config in PRESETS.items() if isinstance(config, HierarchyConfig)}
SETTINGS = train.Settings(
    "tiny", steps=60, batch=4, side=16, rate=1e-2, last_rate=1e-3, warmup=5, decay_start=20, kl_warmup=10, balance=15, validate_every=10,
    validation_crops=8, average=0.9)


def seeded(name: str) -> Hierarchy:
    """A model as training would begin."""
    torch.manual_seed(1)
    return Hierarchy(PRESETS[name]).eval()


def zeroed(name: str) -> Hierarchy:
    """A model all of whose parameters are 0."""
    model = Hierarchy(PRESETS[name])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    return model


class Published(unittest.TestCase):
    """The model of the paper."""

    def test_parameters_latents_blocks_and_work(self):
        with mock.patch.object(nn.Conv2d, "reset_parameters", lambda layer: None):
            for name, (bottom_up, latents, up, down, biases, work) in PUBLISHED.items():
                config = PRESETS[name]
                model = Hierarchy(config)
                self.assertEqual(model.parameter_counts(), (up, down, biases), name)
                self.assertEqual(config.latents(config.size, config.size), latents, name)
                self.assertEqual(len(model.bottom_up), bottom_up)
                self.assertEqual(tuple(len(part.skips) for part in reversed(config.resolutions)), BLOCKS[name.split("-", 1)[0]])
                self.assertEqual(config.blocks, len(model.top_down))
                if work is not None:
                    self.assertAlmostEqual(model.multiply_adds_per_pixel() * config.size**2 / 1e9, work, delta=0.005)

    def test_skip_connections_used_again(self):
        with mock.patch.object(nn.Conv2d, "reset_parameters", lambda layer: None):
            # Which entries, counted from the top, feed further blocks, and how many.
            for name, further in (
                    ("cifar10-c1", {15: 4, 22: 10}), ("imagenet32-c1", {13: 10, 22: 15}), ("imagenet64-c1", {13: 10, 22: 15, 48: 6})):
                model = Hierarchy(PRESETS[name])
                count = len(model.bottom_up)
                self.assertEqual(model.skip_of, [count - 1 - entry for entry in range(count) for _ in range(1 + further.get(entry, 0))])
                for block, skip in zip(model.top_down, model.skip_of, strict=True):
                    self.assertEqual(2 * model.bottom_up[skip].skip.out_channels, block.posterior_cell[1].in_channels)

    def test_parameters_of_a_cell(self):
        inputs, inner, kernel, outputs = 10, 5, 3, 7
        wanted = inputs * inner + inner + 2 * (kernel**2 * inner**2 + inner) + inner * outputs + outputs
        self.assertEqual(sum(parameter.numel() for parameter in Cell(inputs, 0.5, kernel, outputs, PRESETS["tiny"]).parameters()), wanted)

    def test_bits_of_zero_weights(self):
        for name in ("tiny", "tiny-place"):
            model = zeroed(name)
            # The authors' code gives 8.99433 for 128: float32 loses digits where it subtracts one sigmoid from another.
            for level, bits in ((128, 8.994361), (0, 1.890503), (255, 1.890503)):
                image, latents = model.elbo(torch.full((2, 3, 16, 16), level, dtype=torch.uint8))
                self.assertAlmostEqual(float(image[0]) / 768, bits, 5)
                for latent in latents:
                    self.assertEqual(float(latent.abs().max()), 0)
                self.assertEqual([tuple(latent.shape) for latent in latents], [(2, PRESETS[name].latent)] * PRESETS[name].blocks)
            _, _, prior = model.top_down[0].prior(model.begin(1, 16, 16))
            self.assertAlmostEqual(float(torch.exp(prior.log_std).max()), 1, 6)

    def test_start(self):
        config = PRESETS["cifar10-c1"]
        plain, model = Hierarchy(dataclasses.replace(config, resolutions=config.resolutions[-1:], size=1)), Hierarchy(config)
        for one, other in (
                (model.top_down[0].projection, plain.top_down[0].projection), (model.bottom_up[-1].cell[-1], plain.bottom_up[-1].cell[-1])):
            # Smaller by the square root of the number of blocks: 47, and 3.
            self.assertAlmostEqual(float(one.weight.std() / other.weight.std()), math.sqrt(3 / 47), delta=0.03)
        self.assertGreater(float(model.top_down[0].prior_cell[-1].weight.std()), 0.03)

    def test_edges(self):
        # With what is nearest beyond the edges, an even picture's rate is the same everywhere; with zeros it is not.
        for name, even in (("tiny-relu", True), ("tiny", False)):
            model, pixels = seeded(name), torch.full((1, 3, 16, 16), 90, dtype=torch.uint8)
            skips, values = model.skips(pixels), model.begin(1, 16, 16)
            for block, skip in zip(model.top_down, model.skip_of, strict=True):
                values, residual, _ = block.prior(values)
                values = block.merge(values, residual, block.posterior(values, skips[skip]).mean)
            bits = model.pixels(values).bits(pixels)
            self.assertEqual(float(bits.max() - bits.min()) < 1e-3, even)

    def test_latents_alone_give_the_pixels(self):
        # A decoder has the latents, and no skip connections until it has the image.
        pixels, model = smooth_pixels(2, 16, 1), seeded("tiny")
        skips, values, latents = model.skips(pixels), model.begin(2, 16, 16), []
        for block, skip in zip(model.top_down, model.skip_of, strict=True):
            values, residual, _ = block.prior(values)
            latents.append(block.posterior(values, skips[skip]).at(torch.randn(1)))
            values = block.merge(values, residual, latents[-1])
        again = model.begin(2, 16, 16)
        for block, latent in zip(model.top_down, latents, strict=True):
            again, residual, _ = block.prior(again)
            again = block.merge(again, residual, latent)
        self.assertTrue(torch.equal(model.pixels(values).bits(pixels), model.pixels(again).bits(pixels)))

    def test_sides(self):
        image, latents = seeded("tiny").elbo(torch.zeros(1, 3, 24, 8, dtype=torch.uint8))
        self.assertEqual(image.shape, (1,))
        self.assertEqual(len(latents), 5)


class Configurations(unittest.TestCase):
    """What can be said in a configuration."""

    def test_json(self):
        for config in FLOAT.values():
            self.assertEqual(HierarchyConfig.from_json(config.to_json()), config)

    def test_places(self):
        for config in FLOAT.values():
            side = config.size or 16
            self.assertEqual(sum(config.places()) * config.latent * side**2, config.latents(side, side))

    def test_what_is_refused(self):
        low, top = ResolutionConfig(2, 8, 1.0), ResolutionConfig(1, 8, 1.0, 1)
        for parts, others in (((low,), {}), ((top, top), {}), ((), {}), ((low, top), {"size": 15}), ((low, top), {"output_scale": "log"}),
                              ((low, top), {"activation": "elu"}), ((low, top), {"padding": "reflect"}),
                              ((dataclasses.replace(low, repeats=((2, 1),)), top), {}), ((dataclasses.replace(low, blocks=0), top), {}),
                              ((dataclasses.replace(low, repeats=((0, 1), (0, 2))), top), {})):
            with self.assertRaises(ValueError):
                HierarchyConfig(parts, 2, **others)


class Distributions(unittest.TestCase):
    """Latents and pixels."""

    def test_gradient_smoothing(self):
        raw = torch.linspace(-30, 30, 241)
        wanted = torch.log(torch.log2(1 + 2 ** raw.double()))
        np.testing.assert_allclose(log_softplus(raw, SMOOTHING).numpy(), wanted.numpy(), atol=3e-6)
        self.assertAlmostEqual(float(log_softplus(torch.zeros(1), SMOOTHING)), 0, 6)
        # The logarithm of ln(1 + e^raw), if nothing is smoothed.
        wanted = torch.log(torch.log1p(torch.exp(raw.double())))
        np.testing.assert_allclose(log_softplus(raw, 1.0).numpy(), wanted.numpy(), atol=3e-6)

    def test_no_raw_output_breaks_anything(self):
        extremes = torch.tensor([-1e30, -1e4, -200.0, -40.0, 0.0, 40.0, 1e4], requires_grad=True)
        one = Gaussian(extremes.new_zeros(7, 1), log_softplus(extremes, SMOOTHING)[:, None])
        other = Gaussian(extremes.new_full((1, 7), 3.0), log_softplus(extremes, SMOOTHING)[None])
        costs = divergence(one, other)
        self.assertTrue(torch.isfinite(costs).all())
        self.assertGreaterEqual(float(costs.min()), 0)
        for name in ("tiny", "tiny-place"):
            config = PRESETS[name]
            output = torch.zeros(1, 10 * config.mixtures, 7, 256)
            raw = extremes[None, None, :, None].expand(1, config.mixtures, 7, 256)
            starts = [config.mixtures * (2 + 3 * colour) for colour in range(3)]
            output = torch.cat([raw if first in starts else output[:, first:first + config.mixtures]
                                for first in range(0, 10 * config.mixtures, config.mixtures)], 1)
            bits = mixture(output, config).bits(torch.arange(256).expand(1, 3, 7, 256))
            self.assertTrue(torch.isfinite(bits).all())
            (bits.mean() + costs.clamp(max=1e3).mean()).backward(retain_graph=True)
            self.assertTrue(torch.isfinite(extremes.grad).all())

    def test_divergence(self):
        torch.manual_seed(1)
        means, log_stds = torch.randn(2, 1000), torch.randn(2, 1000)
        posterior, prior = (Gaussian(mean, log_std) for mean, log_std in zip(means, log_stds, strict=True))
        normal = torch.distributions.Normal
        wanted = torch.distributions.kl_divergence(normal(means[0], log_stds[0].exp()), normal(means[1], log_stds[1].exp()))
        np.testing.assert_allclose(divergence(posterior, prior).numpy(), wanted.numpy(), rtol=1e-4, atol=1e-5)
        self.assertTrue(torch.equal(divergence(prior, prior), torch.zeros(1000)))

    def test_bins(self):
        torch.manual_seed(1)
        count = 200_000
        prior = Gaussian(torch.randn(4, 1).expand(4, count), torch.randn(4, 1).expand(4, count))
        # A posterior that is the prior, one that is narrow, one far away, one that is wide.
        posterior = Gaussian(prior.mean + torch.tensor([[0.0], [0.3], [4.0], [0.5]]) * torch.exp(prior.log_std),
                             prior.log_std + torch.tensor([[0.0], [-2.0], [-0.5], [0.5]]))
        noise = torch.randn(4, count)
        for bits in (10, 4):
            value, cost = binned(posterior, prior, noise, bits)
            self.assertLess(float(cost[0].abs().max()), 1e-5)
            for row in value:
                self.assertLessEqual(len(row.unique()), 2**bits)
            self.assertLessEqual(float(cost.max()), bits * math.log(2) + 1e-5)
            if bits == 10:
                wanted = divergence(posterior, prior)[:, 0]
                np.testing.assert_allclose(cost.mean(1)[:2].numpy(), wanted[:2].numpy(), atol=0.01)
                error = (value - posterior.at(noise))[1] * torch.exp(-prior.log_std[1])
                self.assertLess(float(error.abs().max()), 0.02)
                # What is lost where bins are wide: less than is gained by their being few.
                self.assertTrue(bool((cost.mean(1)[2:] < wanted[2:] + 0.01).all()))
        # Of all bins, the masses by the posterior are 1.
        bits, mean, std = 6, 1.3, 0.4
        one = Gaussian(torch.full((64,), mean), torch.full((64,), math.log(std)))
        standard = Gaussian(torch.zeros(64), torch.zeros(64))
        middles = torch.special.ndtri((torch.arange(64).double() + 0.5) / 64)
        value, cost = binned(one, standard, (middles - mean) / std, bits)
        np.testing.assert_allclose(value.numpy(), middles.numpy(), atol=1e-6)
        self.assertAlmostEqual(float((cost.double() - bits * math.log(2)).exp().sum()), 1, 5)

    def test_one_colour_after_the_other_takes_what_all_take_together(self):
        torch.manual_seed(2)
        for name in ("tiny", "tiny-place"):
            config = PRESETS[name]
            pixels = torch.randint(0, 256, (4, 3, 9, 7))
            pixels[0, :, :3], pixels[1, :, :3] = 0, 255
            found = mixture(2 * torch.randn(4, 10 * config.mixtures, 9, 7), config)
            np.testing.assert_allclose(found.bits_of_colours(pixels).sum(1).numpy(), found.bits(pixels).numpy(), rtol=1e-5)

    def test_masses(self):
        """Of each colour given those before it: by the definition, with weights of components that the colours so far change."""
        torch.manual_seed(3)
        count, places = 4, 5
        found = Mixture(torch.randn(1, count, places, 1), 0.5 * torch.randn(1, 3, count, places, 1),
                        torch.randn(1, 3, count, places, 1) - 3, torch.tanh(torch.randn(1, 3, count, places, 1)))
        colours = torch.randint(0, 256, (1, 3, places, 1))
        masses = []
        for colour in range(3):
            levels = colours.expand(1, 3, places, 256).clone()
            levels[:, colour] = torch.arange(256)
            wide = Mixture(*(part.expand(*part.shape[:-1], 256) for part in found))
            masses.append(2 ** -wide.bits_of_colours(levels)[0, colour].double())
            np.testing.assert_allclose(masses[-1].sum(1).numpy(), 1, atol=2e-5)
        for place in range(places):
            logits, means, log_scales, slots = (part[0, ..., place, 0].double() for part in found)
            value = (colours[0, :, place, 0].double() - 127.5) / 127.5
            weights = torch.softmax(logits, 0)
            moved = (means[0], means[1] + slots[0] * value[0], means[2] + slots[1] * value[0] + slots[2] * value[1])
            for colour in range(3):
                middle = (torch.arange(256).double() - 127.5) / 127.5
                standard = torch.exp(-log_scales[colour])[:, None]
                upper = torch.sigmoid((middle + 1 / 255 - moved[colour][:, None]) * standard)
                lower = torch.sigmoid((middle - 1 / 255 - moved[colour][:, None]) * standard)
                upper[:, 255], lower[:, 0] = 1, 0
                wanted = weights @ (upper - lower)
                np.testing.assert_allclose(masses[colour][place].numpy(), wanted.numpy(), rtol=1e-3, atol=1e-9)
                symbol = int(colours[0, colour, place, 0])
                weights = weights * (upper - lower)[:, symbol] / wanted[symbol]

    def test_the_coefficients_of_a_pixel(self):
        # Ten logits; then of each colour means, raw scales, coefficients.
        config = dataclasses.replace(PRESETS["tiny"], mixtures=10)
        output = torch.arange(100.0).reshape(1, 100, 1, 1)
        found = mixture(output, config)
        self.assertEqual(found.logits.flatten().tolist(), list(range(10)))
        self.assertEqual(found.means[0, 1].flatten().tolist(), list(range(40, 50)))
        self.assertTrue(torch.equal(found.log_scales[0, 2].flatten(), log_softplus(torch.arange(80.0, 90.0), SMOOTHING)))
        self.assertTrue(torch.equal(found.coefficients[0, 0].flatten(), torch.tanh(torch.arange(30.0, 40.0))))


class Effective(unittest.TestCase):
    """Latents that come from the prior."""

    def test_all_or_nothing(self):
        model, pixels = seeded("tiny"), smooth_pixels(2, 16, 3)
        shape = (model.config.blocks, model.config.latent)
        image, latents = train.bits_per_subpixel(model, pixels, "cpu")
        same = train.bits_per_subpixel(model, pixels, "cpu", torch.ones(shape, dtype=torch.bool), False)
        self.assertEqual((image, latents), same)
        alone, nothing = model.elbo(pixels, torch.zeros(shape, dtype=torch.bool), False)
        self.assertEqual(sum(float(cost.abs().sum()) for cost in nothing), 0)
        # The image is then coded by what the model knows of all images.
        first, _ = model.elbo(pixels[:1], torch.zeros(shape, dtype=torch.bool), False)
        self.assertAlmostEqual(float(first[0] / alone[0]), 1, 5)

    def test_drawn_latents_are_as_the_prior_says(self):
        model, pixels = seeded("tiny"), smooth_pixels(1, 16, 3)
        kept = torch.zeros(model.config.blocks, model.config.latent, dtype=torch.bool)
        with torch.no_grad():
            drawn = [float(model.elbo(pixels, kept, True)[0]) for _ in range(2)]
        self.assertNotEqual(*drawn)

    def test_ranking(self):
        config = PRESETS["tiny"]
        values = torch.arange(15.0).reshape(5, 3)
        kept = effective.Kept.by_share(config, values, 1)
        self.assertTrue(kept.channels.all())
        self.assertEqual(kept.share, 1)
        self.assertEqual(kept.latents_per_pixel * 256, config.latents(16, 16))
        # A channel of the last two blocks, at the image's resolution, is 1/7.6875 of the latents: three of 1 + 1 + 1/4 + 1/4 + 1/16 a pixel.
        kept = effective.Kept.by_share(config, values, 0.3)
        self.assertEqual(kept.channels.sum(), 2)
        self.assertAlmostEqual(kept.share, 2 / 7.6875)
        self.assertTrue(kept.channels[4, 1:].all())
        self.assertFalse(effective.Kept.by_share(config, values, 0).channels.any())
        self.assertAlmostEqual(kept.supply(0.5), 20 / 3 - 0.5)

    def test_divergences_add_up(self):
        model, pixels = seeded("tiny"), smooth_pixels(40, 16, 3)
        found = effective.divergences(model, pixels, "cpu")
        total = float((found * torch.tensor(model.config.places())[:, None]).sum()) / 3
        _, latents = train.bits_per_subpixel(model, pixels, "cpu")
        # Of other samples of the latents.
        self.assertAlmostEqual(total / sum(latents), 1, delta=0.05)


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


class Training(Temporary):
    """Runs."""

    def test_a_run_that_stops_and_goes_on_ends_as_one_that_does_not(self):
        for config in ("tiny-relu", "tiny-place"):
            settings, ends = dataclasses.replace(SETTINGS, config=config), []
            for name, pauses in ((f"{config}-whole", (60,)), (f"{config}-parts", (12, 23, 60))):
                for pause in pauses:
                    run = train.Run(self.folder / name, settings, "cpu")
                    stop_at(run, pause)
                    quiet_train(run, self.folder / "cache", 5)
                    self.assertEqual(run.step, pause)
                ends.append(torch.load(self.folder / name / runs.CHECKPOINT))
            for part in ("model", "average"):
                for name, values in ends[0][part].items():
                    self.assertTrue(torch.equal(values, ends[1][part][name]), name)
            for one, other in zip(*(end["optimizer"]["state"].values() for end in ends), strict=True):
                self.assertTrue(torch.equal(one["exp_inf"], other["exp_inf"]))
            lines = (self.folder / f"{config}-parts" / runs.LOG).read_text().splitlines()
            header, first, *_, last = (line.split("\t") for line in lines)
            self.assertEqual(header[4], "validation")
            self.assertEqual(len(header), len(last))
            self.assertLess(float(last[4]), float(first[4]))
            self.assertAlmostEqual(float(last[4]), sum(map(float, last[5:-1])), 3)

    def test_processes_take_the_mean_of_their_gradients(self):
        settings = dataclasses.replace(SETTINGS, steps=1, processes=2)
        team.run(2, train_quietly, settings, self.folder / "together", self.folder / "cache")
        together = torch.load(self.folder / "together" / runs.CHECKPOINT)["model"]
        training, _ = data.load(self.folder / "cache")
        gradients = []
        for rank in range(2):
            alone = train.Run(self.folder / "alone", settings, "cpu", None, team.Team(rank, 1))
            crops = training.crops(settings.batch, settings.side, np.random.default_rng((settings.seed, rank, 0)))
            alone._train_step(crops)
            gradients.append([parameter.grad for parameter in alone.model.parameters()])
        run = train.Run(self.folder / "alone", settings, "cpu")
        for parameter, *both in zip(run.model.parameters(), *gradients, strict=True):
            parameter.grad = sum(both) / 2
        run.optimizer.param_groups[0]["lr"] = settings.rate_at(0)
        run.optimizer.step()
        for name, values in run.model.state_dict().items():
            np.testing.assert_allclose(together[name].numpy(), values.numpy(), rtol=1e-4, atol=1e-6)

    def test_skipped_steps(self):
        for change in ({"skip": 1e-6}, {}):
            run = train.Run(self.folder / "skips", dataclasses.replace(SETTINGS, **change), "cpu")
            if not change:
                with torch.no_grad():
                    run.model.entry.weight[0, 0] = torch.nan
            before = copies(run)
            run._train_step(smooth_pixels(2, 16, 1))
            self.assertEqual((run.step, run.skipped), (1, 1))
            for one, other in zip(before, copies(run), strict=True):
                np.testing.assert_array_equal(one.numpy(), other.numpy())
            self.assertEqual(len(run.optimizer.state), 0)
        # The count goes on in the next call.
        run.folder.mkdir()
        run._save()
        self.assertEqual(train.Run(self.folder / "skips", SETTINGS, "cpu").skipped, 1)

    def test_the_norm_is_in_nats_per_subpixel(self):
        run = train.Run(self.folder / "norm", dataclasses.replace(SETTINGS, kl_warmup=0, balance=0), "cpu")
        pixels = smooth_pixels(2, 16, 1)
        run._train_step(pixels)
        twin = train.Run(self.folder / "norm", SETTINGS, "cpu")
        torch.manual_seed(0)
        image, latents = twin.model.elbo(pixels)
        ((image.mean() + sum(latent.sum(1).mean() for latent in latents)) * math.log(2) / 768).backward()
        for one, other in zip(run.model.parameters(), twin.model.parameters(), strict=True):
            np.testing.assert_allclose(one.grad.numpy(), other.grad.numpy(), rtol=1e-3, atol=1e-6)

    def test_schedules(self):
        settings = train.Settings("tiny")
        self.assertEqual([settings.rate_at(step) for step in (0, 99, 49_999)], [1e-5, 1e-3, 1e-3])
        self.assertAlmostEqual(settings.rate_at(425_000), 6e-4)
        self.assertAlmostEqual(settings.rate_at(800_000), 2e-4)
        self.assertEqual([settings.kl_weight_at(step) for step in (0, 2500, 5000, 10**6)], [1e-4, 0.5, 1.0, 1.0])
        self.assertEqual(dataclasses.replace(settings, kl_warmup=0).kl_weight_at(0), 1)

    def test_balance(self):
        run = train.Run(self.folder / "balance", SETTINGS, "cpu")
        weights = run.balance_of(torch.tensor([1.0, 4.0, 4.0, 16.0, 48.0]))
        # Per element the first four are alike, and the last takes three times as much.
        np.testing.assert_allclose(weights.numpy(), np.array([1, 1, 1, 1, 3]) * 5 / 7, rtol=1e-6)
        self.assertEqual(run.balance_of(torch.zeros(5)).tolist(), [1] * 5)

    def test_another_run_as_start(self):
        first = train.Run(self.folder / "first", dataclasses.replace(SETTINGS, steps=2), "cpu")
        quiet_train(first, self.folder / "cache", 5)
        second = train.Run(self.folder / "second", dataclasses.replace(SETTINGS, seed=9), "cpu", self.folder / "first" / runs.CHECKPOINT)
        for one, other in zip(first.average.parameters(), second.model.parameters(), strict=True):
            self.assertTrue(torch.equal(one, other))

    def test_sides_that_do_not_fit(self):
        for config, side in (("tiny-place", 32), ("tiny", 6)):
            with self.assertRaises(ValueError):
                train.Run(self.folder / "side", dataclasses.replace(SETTINGS, config=config, side=side), "cpu")


def train_quietly(member: team.Team, settings: train.Settings, folder: Path, cache: Path) -> None:
    """What each process of a team does."""
    quiet_train(train.Run(folder, settings, "cpu", None, member), cache, 5)


def quiet_train(run: train.Run, *arguments) -> None:
    """Trains without printing the log."""
    with contextlib.redirect_stdout(io.StringIO()):
        run.train(*arguments)


def stop_at(run: train.Run, step: int) -> None:
    """Lets a run stop at a step as if its time were over."""
    run.team.agree = lambda answer: run.step < step


def copies(run: train.Run) -> list[torch.Tensor]:
    """Of all parameters, and of their averages."""
    return [parameter.detach().clone() for model in (run.model, run.average) for parameter in model.parameters()]


class Commands(Temporary):
    """The command line."""

    def run_command(self, *arguments) -> str:
        """What a command prints."""
        printed = io.StringIO()
        with mock.patch.object(sys, "argv", ["evdvae", *map(str, arguments)]), contextlib.redirect_stdout(printed):
            commands.main()
        return printed.getvalue()

    def test_from_images_to_rates(self):
        run, cache = self.folder / "run", self.folder / "cache"
        settings = ["--config", "tiny", "--side", 16, "--steps", 40, "--batch", 4, "--validation-crops", 8, "--average", 0.9, "--rate", 0.01,
                    "--decay-start", 20]
        with self.assertRaises(SystemExit):
            self.run_command("train", "--folder", run, "--cache", cache)
        self.run_command("train", "--folder", run, "--cache", cache, *settings)
        self.assertIn("\n40\t", self.run_command("train", "--folder", run, "--cache", cache) + (run / runs.LOG).read_text())
        with self.assertRaises(SystemExit):
            self.run_command("train", "--folder", run, "--cache", cache, "--batch", 5)
        checkpoint = run / runs.CHECKPOINT
        text = self.run_command("evaluate", self.folder / "images", "--checkpoint", checkpoint, "--only", "validation", "--tile", 16)
        name, rate = text.splitlines()[-1].split("\t")
        self.assertEqual(name, "all")
        self.assertLess(float(rate), 20)
        with self.assertRaises(SystemExit):
            self.run_command("evaluate", self.folder / "images", "--checkpoint", checkpoint, "--tile", 18)
        with self.assertRaises(SystemExit):
            self.run_command("evaluate", self.folder / "images")
        with self.assertRaises(SystemExit):
            self.run_command("export", checkpoint, "--cache", cache, self.folder / "w.safetensors", "--model", "evdvae/test")
        crops = [checkpoint, "--cache", cache, "--side", 16, "--crops", 4]
        text = self.run_command("effective", *crops, "--shares", "1,0.999,0", "--table", self.folder / "table.tsv")
        _, every, _, none = (line.split("\t") for line in text.splitlines())
        self.assertEqual(every[:2], ["1.0000", "15/15"])
        self.assertEqual(every[3:7], every[7:])
        self.assertEqual(none[:2] + none[5:7], ["0.0000", "0/15", "0.0000", "0.0000"])
        self.assertEqual(len((self.folder / "table.tsv").read_text().splitlines()), 16)
        _, continuous, fine, coarse = (line.split("\t") for line in self.run_command("bins", *crops, "--bits", "12,1").splitlines())
        self.assertEqual(continuous[1:4], every[3:6])
        self.assertAlmostEqual(float(fine[1]) / float(continuous[1]), 1, delta=0.01)
        self.assertLess(float(coarse[4]), float(fine[4]) / 10)

    def test_from_images_to_integers(self):
        run, cache, weights = self.folder / "run", self.folder / "cache", self.folder / "w.safetensors"
        self.run_command("train", "--folder", run, "--cache", cache, "--config", "tiny-exact", "--side", 16, "--steps", 30, "--batch", 4,
                         "--validation-crops", 8, "--rate", 0.003, "--decay-start", 0, "--free-bits", 1)
        crops = [run / runs.CHECKPOINT, "--cache", cache, "--side", 16, "--crops", 8]
        self.assertEqual(len(self.run_command("effective", *crops, "--shares", "1,0", "--table", self.folder / "table.tsv").splitlines()), 3)
        self.assertEqual(len((self.folder / "table.tsv").read_text().splitlines()), 1 + 7)
        with self.assertRaises(SystemExit):
            self.run_command("bins", *crops)
        # Of the latents with three channels and less, in a table with as many columns for all.
        text = self.run_command("export", *crops, weights, "--model", "evdvae/test", "--least", 0)
        self.assertEqual(text, "1.0000 of all latents are kept, 7 channels of 7.\n")
        text = self.run_command("evaluate", self.folder / "images", "--checkpoint", run / runs.CHECKPOINT, "--weights", weights, "--tile", 16)
        name, rate, tables = text.splitlines()[-1].split("\t")
        self.assertEqual(name, "all")
        self.assertAlmostEqual(float(tables) / float(rate), 1, delta=0.02)
        self.run_command("export", *crops, weights, "--model", "evdvae/test", "--least", 100)
        self.assertEqual(self.run_command("evaluate", self.folder / "images", "--weights", weights, "--tile", 16).splitlines()[0], "image\ttables")

    def test_fixtures(self):
        self.run_command("fixtures", self.folder / "fixtures")
        self.assertEqual(sorted(path.name for path in (self.folder / "fixtures").iterdir()), ["tiny-exact.fixture.safetensors", "tiny-exact.safetensors"])

    def test_describe(self):
        with mock.patch.object(commands, "PRESETS", {name: PRESETS[name] for name in ("tiny", "cifar10-c1")}):
            lines = self.run_command("describe").splitlines()
        self.assertEqual(lines[2].split("\t")[:6], ["cifar10-c1", "18124020", "6708384", "11415636", "404.0", "3,4,7,11,22"])


if __name__ == "__main__":
    unittest.main()
