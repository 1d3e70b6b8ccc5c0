"""The practical chain, in floating point: whatever it computes, integers can compute exactly.

Units. Pixels are the integers of `color.to_integers`, latents are integers too; both are divided by GRID here, so that `logistic`, and
what interlaced flows use for locations and scales, serve them as they are. A latent is drawn from its posterior and rounded to the
grid; what it costs by posterior or prior is the logarithm of a bin's mass. That is an ELBO of the discrete model itself, in
training as in coding.

*Base channels.* The first channels of each latent show some pixels of the image: of each square of 2 x 2 of what is below, the first and
the one at the other end of the diagonal, and at the next level the first alone, which is the image at half the resolution. Their
posterior is around what is below them, with a scale that is learnt; in the other direction, what is below is expected to be near the
base channel of its square. So each prior predicts half of the pixels from neighbours on two or four sides. Nets correct these
guesses, in scales of the distribution, so that flat and busy areas learn at the same pace.

*Free channels.* The other channels of a latent tell what the base channels do not show. Where a base channel's posterior becomes so narrow
that it is the pixel, these are what bits-back coding is for.
"""
from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from ..color import to_integers
from ..densenet import Convolution, ResidualLayer, Symlog
from ..interlaced import LINEAR_RATE, Plane, start_as_differences
from ..logistic import GRID, log_probability, logistic_noise
from .config import KERNEL, BodyConfig, ChainConfig

BASE_SCALE, FREE_SCALE = 0.25, 4.0
"""Posterior scales at the start, of base channels and the others, in steps of the grid."""
FREE_SPREAD = 0.25
"""At the start, means of the other channels are random features of this many scales."""
FREE_GAIN = 0.03
"""What is kept at the start of the weights by which features see these channels, whose noise would otherwise drown the base channels."""

Distribution = tuple[torch.Tensor, torch.Tensor]
"""Means and logarithmic scales, in units of GRID."""


class Net(nn.Module):
    """From a variable [N, inputs, H, W] to the distribution of another one, [N, outputs, H, W], in terms of a first guess."""

    def __init__(self, inputs: int, outputs: int, body: BodyConfig, colors: list[int], config: ChainConfig) -> None:
        """`colors` says which channel of an image each base channel of the input shows."""
        super().__init__()
        self.stem = Convolution(inputs, body.width, body.entry, config)
        self.symlog = Symlog()
        start_as_differences(self.stem, colors)
        with torch.no_grad():
            self.stem.weight[:, len(colors):] *= FREE_GAIN
        self.layers = nn.Sequential(*(ResidualLayer(body.width, kernel, config) for kernel, count in body.blocks for _ in range(count)))
        self.plane = Plane(inputs, body.width, outputs, KERNEL, config)

    def features(self, values: torch.Tensor) -> torch.Tensor:
        """What the distribution is made from: [N, width, H, W]."""
        return functional.relu(self.layers(self.symlog(self.stem(values))))

    def forward(self, values: torch.Tensor, guess: torch.Tensor) -> Distribution:
        mean, log_scale = self.plane(values, self.features(values))
        return guess + mean, log_scale


class ExactChain(nn.Module):
    """The chain x <- z1 <- ... <- zL with all its nets."""

    def __init__(self, config: ChainConfig) -> None:
        super().__init__()
        self.config = config
        self.posteriors, self.priors = nn.ModuleList(), nn.ModuleList()
        for index, level in enumerate(config.levels):
            below = config.below(index)
            self.posteriors.append(Net(below, level.latent, level.posterior, colors_below(config, index), config))
            self.priors.append(Net(level.latent, below, level.prior, list(range(config.channels)) * level.base, config))
            _start_posterior(self.posteriors[-1].plane, config.channels * level.base)
        width = config.levels[-1].latent
        self.top_mean, self.top_log_scale = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.full((width,), math.log(32 / GRID)))

    def elbo(self, pixels: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Of grey levels [N, C, H, W], in bits: what the image takes given z1, [N]; and for each latent what it takes by its prior more than
        by its posterior, [N, channels]."""
        below, latents, gained = self._upward(pixels)
        spent = [log_probability(value, *self._prior(index, latents[index])).sum((2, 3)) for index, value in enumerate(below)]
        top = (self.top_mean[:, None, None], self.top_log_scale[:, None, None])
        # What is below a latent is squeezed: it has four channels for each of its own.
        own = [loss.unflatten(1, (-1, 4)).sum(2) if level.squeeze else loss
               for level, loss in zip(self.config.levels[1:], spent[1:], strict=True)] + [log_probability(latents[-1], *top).sum((2, 3))]
        costs = [(gain - loss) / math.log(2) for gain, loss in zip(gained, own, strict=True)]
        return -spent[0].sum(1) / math.log(2), costs

    def start(self, pixels: torch.Tensor) -> None:
        """Sets linear predictions and scales of all priors to those of least squares, on grey levels [N, C, H, W]."""
        with torch.no_grad():
            below, latents = self.sample(pixels)
            for index, (net, value, latent) in enumerate(zip(self.priors, below, latents, strict=True)):
                net.plane.start(latent, net.features(latent), value - self.guess_below(index, latent))
            self.top_mean.copy_(latents[-1].mean((0, 2, 3)))
            # A logistic distribution's standard deviation is 1.81 scales.
            self.top_log_scale.copy_(torch.log(latents[-1].transpose(0, 1).flatten(1).std(1) / 1.81))

    def parameter_groups(self) -> list[dict]:
        """For an optimiser: all parameters, and how fast each group learns (`factor`)."""
        slow = [parameter for net in (*self.posteriors, *self.priors) for parameter in net.plane.linear.parameters()]
        names = {id(parameter) for parameter in slow}
        fast = [parameter for parameter in self.parameters() if id(parameter) not in names]
        return [{"params": fast, "factor": 1.0}, {"params": slow, "factor": LINEAR_RATE}]

    def sample(self, pixels: torch.Tensor) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Of grey levels, for each level what is below its latent, squeezed if it is to be, [N, C, H, W], and a latent drawn by its posterior."""
        below, latents, _ = self._upward(pixels)
        return below, latents

    def _upward(self, pixels: torch.Tensor) -> tuple[list[torch.Tensor], list[torch.Tensor], list[torch.Tensor]]:
        """The same, and the logarithms of the masses that each latent's channels have by their posteriors, [N, channels]."""
        values, below, latents, gained = to_integers(pixels, self.config.color).float() / GRID, [], [], []
        for index, (level, posterior) in enumerate(zip(self.config.levels, self.posteriors, strict=True)):
            below.append(functional.pixel_unshuffle(values, 2) if level.squeeze else values)
            mean, log_scale = posterior(below[-1], self.guess_above(index, below[-1]))
            values = _rounded(mean + torch.exp(log_scale) * logistic_noise(mean))
            latents.append(values)
            gained.append(log_probability(values, mean, log_scale).sum((2, 3)))
        return below, latents, gained

    def _prior(self, index: int, latent: torch.Tensor) -> Distribution:
        return self.priors[index](latent, self.guess_below(index, latent))

    def guess_above(self, index: int, below: torch.Tensor) -> torch.Tensor:
        """The means of a latent by what is below it."""
        kept = below[:, kept_channels(self.config, index)]
        return functional.pad(kept, [0, 0, 0, 0, 0, self.config.levels[index].latent - kept.shape[1]])

    def guess_below(self, index: int, latent: torch.Tensor) -> torch.Tensor:
        """The means of what is below a latent by the latent."""
        copied = latent[:, copied_channels(self.config, index)]
        return functional.pad(copied, [0, 0, 0, 0, 0, self.config.below(index) - copied.shape[1]])


def kept_channels(config: ChainConfig, index: int) -> list[int]:
    """Of what is below a level's latent, the channels of which the latent's base channels are copies: of a squeezed variable the first
    pixel of each square, and with two the one at the other end of the diagonal; of one that shows two, the first."""
    level = config.levels[index]
    if not level.squeeze:
        return list(range(config.channels))
    return [4 * channel + place for place in (0, 3)[:level.base] for channel in range(config.channels)]


def copied_channels(config: ChainConfig, index: int) -> list[int]:
    """The base channels of which the first channels below a level's latent are expected to be copies."""
    level = config.levels[index]
    if not level.squeeze:
        return list(range(config.channels)) * 2
    return [channel + config.channels * (level.base == 2 and place == 3) for channel in range(config.channels) for place in range(4)]


def colors_below(config: ChainConfig, index: int) -> list[int]:
    """Which channel of the image each base channel below a level's latent shows."""
    return [channel % config.channels for channel in copied_channels(config, index)]


def _rounded(values: torch.Tensor) -> torch.Tensor:
    """On the grid; gradients pass unchanged."""
    return values + (torch.round(values * GRID) / GRID - values).detach()


def _start_posterior(plane: Plane, base: int) -> None:
    """Scales, and the means of channels that are not base."""
    width = plane.linear.out_channels
    with torch.no_grad():
        scale = torch.full((width,), FREE_SCALE)
        scale[:base] = BASE_SCALE
        plane.output.bias[width:] = torch.log(scale / GRID)
        weight = plane.output.weight[base:width]
        weight.normal_(0, FREE_SPREAD * (weight.shape[1] * KERNEL**2) ** -0.5)
