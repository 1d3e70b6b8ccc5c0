"""The model as published (F. Kingma, P. Abbeel, J. Ho, "Bit-Swap: Recursive Bits-Back Coding for Lossless Compression with Hierarchical
Latent Variables", ICML 2019, and its code), in floating point, with continuous latents."""
from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from ..logistic import logistic_density, logistic_noise
from .config import KERNEL, BodyConfig, ChainConfig

HALF_RANGE = 127.5
"""Grey levels become (x - HALF_RANGE) / HALF_RANGE."""
LEAST_PIXEL_SCALE = 2 / (255 * 8)
_SOFTPLUS_OF_ONE = math.log(math.e - 1)
"""Its softplus is 1."""


class WeightNormConvolution(nn.Module):
    """A convolution that keeps the size, whose weight is a direction and a length for each output channel."""

    def __init__(self, inputs: int, outputs: int, kernel: int, positive: bool = True) -> None:
        """`positive`: the length is the softplus of the gain, rather than the gain itself."""
        super().__init__()
        self.direction = nn.Parameter(0.05 * torch.randn(outputs, inputs, kernel, kernel))
        self.gain = nn.Parameter(torch.full((outputs,), _SOFTPLUS_OF_ONE if positive else 0.0))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.positive = positive

    def weight(self) -> torch.Tensor:
        """[D, C, k, k]."""
        length = functional.softplus(self.gain) if self.positive else self.gain
        return self.direction * (length / (self.direction.flatten(1).norm(dim=1) + 1e-10))[:, None, None, None]

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(values, self.weight(), self.bias, padding=self.direction.shape[2] // 2)


class ResidualLayer(nn.Module):
    """Adds to its input. The second length starts at 0, so that the layer starts as nothing."""

    def __init__(self, width: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.first = WeightNormConvolution(width, width, kernel)
        self.second = WeightNormConvolution(width, width, kernel, positive=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values + self.second(self.dropout(functional.elu(self.first(functional.elu(values)))))


class Net(nn.Module):
    """[N, inputs, H, W] to [N, outputs, H, W]."""

    def __init__(self, inputs: int, outputs: int, body: BodyConfig, dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = [WeightNormConvolution(inputs, body.width, body.entry), nn.ELU()]
        for kernel, count in body.blocks:
            layers += [*(ResidualLayer(body.width, kernel, dropout) for _ in range(count)), nn.ELU()]
        self.layers = nn.Sequential(*layers, WeightNormConvolution(body.width, outputs, KERNEL))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.layers(values)


class PublishedChain(nn.Module):
    """The chain x <- z1 <- ... <- zL with all its nets."""

    def __init__(self, config: ChainConfig) -> None:
        super().__init__()
        self.config = config
        self.posteriors, self.priors = nn.ModuleList(), nn.ModuleList()
        for index, level in enumerate(config.levels):
            below = config.below(index)
            self.posteriors.append(Net(below, 2 * level.latent, level.posterior, config.dropout))
            both = index > 0 or config.conditional
            self.priors.append(Net(level.latent, (2 if both else 1) * below, level.prior, config.dropout))
        if not config.conditional:
            self.pixel_scale = nn.Parameter(torch.zeros(config.channels, config.size, config.size))

    def start(self, pixels: torch.Tensor) -> None:
        """There is nothing to be set from data."""

    def parameter_groups(self) -> list[dict]:
        """For an optimiser: all parameters, which learn at one pace."""
        return [{"params": list(self.parameters()), "factor": 1.0}]

    def elbo(self, pixels: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Of grey levels [N, C, H, W], in bits: what the image takes given z1, [N]; and for each latent what it takes by its prior more than
        by its posterior, [N, channels]."""
        values = (pixels.float() - HALF_RANGE) / HALF_RANGE
        image, latents, gained = values, [], []
        for level, posterior in zip(self.config.levels, self.posteriors, strict=True):
            mean, raw = posterior(_squeezed(values, level.squeeze)).chunk(2, 1)
            scale = 0.1 + 0.9 * torch.sigmoid(raw + 2)
            values = mean + scale * logistic_noise(mean)
            latents.append(values)
            gained.append(logistic_density(values, mean, scale))
        costs = []
        for index, density in enumerate(gained):
            if index + 1 < len(latents):
                mean, raw = self.priors[index + 1](latents[index + 1]).chunk(2, 1)
                below = logistic_density(latents[index], mean, 0.1 + 0.9 * functional.softplus(raw + _SOFTPLUS_OF_ONE))
            else:
                below = logistic_density(latents[index], torch.zeros_like(latents[index]), torch.ones_like(latents[index]))
            costs.append((density - below).sum((2, 3)) / math.log(2))
        return self.pixel_bits(image, latents[0]), costs

    def pixel_bits(self, image: torch.Tensor, latent: torch.Tensor) -> torch.Tensor:
        """What an image takes given z1: [N]."""
        output = self.priors[0](latent)
        if self.config.conditional:
            mean, raw = (functional.pixel_shuffle(part, 2) for part in output.chunk(2, 1))
        else:
            mean, raw = functional.pixel_shuffle(output, 2), self.pixel_scale
        inverse = 1 / (LEAST_PIXEL_SCALE + functional.softplus(raw))
        lower, upper = ((image - mean + edge) * inverse for edge in (-1 / 255, 1 / 255))
        # Open bins at both ends.
        lower, upper = lower.masked_fill(image < -0.999, -torch.inf), upper.masked_fill(image > 0.999, torch.inf)
        mass = torch.sigmoid(upper) - torch.sigmoid(lower)
        return -torch.log2(mass.clamp(min=1e-7)).sum((1, 2, 3))


def _squeezed(values: torch.Tensor, squeeze: bool) -> torch.Tensor:
    return functional.pixel_unshuffle(values, 2) if squeeze else values
