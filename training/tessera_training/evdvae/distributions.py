"""The distributions of latents and pixels, in floating point, computed so that no value of a raw output gives an infinity or 0 / 0."""
from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch.nn import functional

from .config import HierarchyConfig

HALF_RANGE = 127.5
"""Grey levels become (x - HALF_RANGE) / HALF_RANGE."""
HALF_BIN = 1 / 255
"""Half of a grey level's bin, in that unit."""
LARGEST_LOG_SCALE = 30.0
"""Logarithms of scales are between this and its negative, far beyond what has a meaning: squares of quotients are finite in float32."""
_ONLY_EXPONENTIAL = -20.0
"""Below this, softplus is its exponential to float32's digits."""


class Gaussian(NamedTuple):
    """Of each element of a latent."""

    mean: torch.Tensor
    log_std: torch.Tensor

    def at(self, noise: torch.Tensor) -> torch.Tensor:
        """The value that is some standard deviations from the mean: a sample, of normally distributed noise."""
        return self.mean + torch.exp(self.log_std) * noise


def log_softplus(raw: torch.Tensor, smoothing: float) -> torch.Tensor:
    """The natural logarithm of log(1 + exp(smoothing raw)) / smoothing: of the scale that gradient smoothing makes of a raw output."""
    low = smoothing * raw - math.log(smoothing)
    usual = torch.log(functional.softplus(raw.clamp(min=_ONLY_EXPONENTIAL / smoothing), beta=smoothing))
    return torch.where(raw * smoothing > _ONLY_EXPONENTIAL, usual, low).clamp(-LARGEST_LOG_SCALE, LARGEST_LOG_SCALE)


def binned(posterior: Gaussian, prior: Gaussian, noise: torch.Tensor, bits: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A latent as a coder draws it, of 2^bits bins that all have the same mass by the prior: the middle, by that mass, of the bin in which
    the posterior's sample of some noise is; and what it takes by the prior more than by the posterior, in nats.

    All that matters of the four parameters is the posterior's mean, less the prior's, and its standard deviation, both in the prior's.
    """
    mean = ((posterior.mean - prior.mean) * torch.exp(-prior.log_std)).double()
    std = torch.exp(posterior.log_std - prior.log_std).double()
    count = 2**bits
    index = torch.floor(torch.special.ndtr(mean + std * noise) * count).clamp(0, count - 1)
    lower, upper = ((torch.special.ndtri((index + edge) / count) - mean) / std for edge in (0, 1))
    # In the upper tail the mass is that of the mirror image, which keeps its digits.
    mirrored = lower > 0
    lower, upper = torch.where(mirrored, -upper, lower), torch.where(mirrored, -lower, upper)
    mass = torch.special.ndtr(upper) - torch.special.ndtr(lower)
    value = prior.mean + torch.exp(prior.log_std) * torch.special.ndtri((index + 0.5) / count).to(prior.mean.dtype)
    return value, (torch.log(mass.clamp(min=1e-30)) + bits * math.log(2)).to(prior.mean.dtype)


def divergence(posterior: Gaussian, prior: Gaussian) -> torch.Tensor:
    """What each element takes by its prior more than by its posterior, on average over the posterior, in nats."""
    ratio = posterior.log_std - prior.log_std
    distance = (posterior.mean - prior.mean) * torch.exp(-prior.log_std)
    # expm1 keeps the digits where the two are nearly the same, which most are.
    return 0.5 * (torch.expm1(2 * ratio) + distance * distance) - ratio


class Mixture(NamedTuple):
    """Of each pixel: components that all three colours share, [N, M, H, W] and [N, 3, M, H, W]. The mean of green is moved by red, that of
    blue by red and green."""

    logits: torch.Tensor
    means: torch.Tensor
    log_scales: torch.Tensor
    coefficients: torch.Tensor
    """Of red in green, of red in blue, of green in blue."""

    def log_masses(self, pixels: torch.Tensor) -> torch.Tensor:
        """The natural logarithm of each component's mass for grey levels [N, 3, H, W]: [N, 3, M, H, W]."""
        levels = pixels.unsqueeze(2)
        values = (levels.float() - HALF_RANGE) / HALF_RANGE
        red, green = values[:, 0], values[:, 1]
        moved = torch.stack((
            self.means[:, 0],
            self.means[:, 1] + self.coefficients[:, 0] * red,
            self.means[:, 2] + self.coefficients[:, 1] * red + self.coefficients[:, 2] * green), 1)
        inverse = torch.exp(-self.log_scales)
        lower = (values - moved - HALF_BIN) * inverse
        width = 2 * HALF_BIN * inverse
        below_upper, above_lower = functional.logsigmoid(lower + width), functional.logsigmoid(-lower)
        # sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - e^(a - b)), of which nothing loses digits in a tail. Bins at the ends are open.
        inside = below_upper + above_lower + torch.log(-torch.expm1(-width))
        return torch.where(levels == 0, below_upper, torch.where(levels == 255, above_lower, inside))

    def bits(self, pixels: torch.Tensor) -> torch.Tensor:
        """What pixels take, all colours of one at once: [N, H, W]."""
        parts = self.log_masses(pixels).sum(1) + torch.log_softmax(self.logits, 1)
        return -torch.logsumexp(parts, 1) / math.log(2)

    def bits_of_colours(self, pixels: torch.Tensor) -> torch.Tensor:
        """What red takes, then green given red, then blue given both: [N, 3, H, W], as a coder codes them. Which component it is, is not
        coded: its distribution follows from the colours so far. The sum is what `bits` says."""
        weights, taken = torch.log_softmax(self.logits, 1), []
        for masses in self.log_masses(pixels).unbind(1):
            joint = weights + masses
            mass = torch.logsumexp(joint, 1)
            weights = joint - mass.unsqueeze(1)
            taken.append(-mass / math.log(2))
        return torch.stack(taken, 1)


def mixture(output: torch.Tensor, config: HierarchyConfig) -> Mixture:
    """Of the last convolution's output, [N, 10 M, H, W]: logits; then of each colour means, raw scales, raw coefficients."""
    count = config.mixtures
    logits, rest = output[:, :count], output[:, count:].unflatten(1, (3, 3, count))
    means, raw, coefficients = rest.unbind(2)
    if config.output_scale == "std":
        log_scales = log_softplus(raw, config.output_smoothing).clamp(min=config.least_log_scale)
    else:
        log_scales = (config.output_smoothing * raw.clamp(min=config.least_log_scale)).clamp(-LARGEST_LOG_SCALE, LARGEST_LOG_SCALE)
    return Mixture(logits, means, log_scales, torch.tanh(coefficients))
