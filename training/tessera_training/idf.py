"""Integer discrete flows in floating point: IDF (arXiv 1905.07376) and IDF++ (arXiv 2006.12459).

Variables are multiples of 1/256, those of an image its grey levels less 128 over 256. A level is a space-to-depth, then couplings that
translate a quarter of the channels by a rounded function of the others. Then half of the channels leave; their distribution depends on
the half that stays and goes on to the next level. (Interlaced levels: `interlaced.py`.) Every step has an exact inverse, and none changes volume.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from .color import to_integers, to_pixels
from .config import FlowConfig, split_order
from .densenet import DenseNet
from .interlaced import LINEAR_RATE, InterlacedPrior, Plane, Take
from .logistic import GRID, log_probability, mixture_log_probability
from .parts import observe

READ_LIMIT = 2047 / GRID
"""Nets read variables clamped to minus this and this, as `spec/arithmetic.md` demands of convolutions."""


@dataclass(frozen=True)
class Leaving:
    """A part that leaves at a level's end, and its distribution: all [N, channels, H, W]."""

    value: torch.Tensor
    mean: torch.Tensor
    log_scale: torch.Tensor


class _Round(torch.autograd.Function):
    """Rounds to the grid; its gradient is that of the identity."""

    @staticmethod
    def forward(context, values: torch.Tensor) -> torch.Tensor:
        return torch.round(values * GRID) / GRID

    @staticmethod
    def backward(context, gradient: torch.Tensor) -> torch.Tensor:
        return gradient


def read(net: nn.Module, values: torch.Tensor) -> torch.Tensor:
    """What a net makes of variables: in float32, also where the net computes in another type."""
    return net(values.clamp(-READ_LIMIT, READ_LIMIT)).float()


class Coupling(nn.Module):
    """Reorders the channels and translates the last quarter of them by a function of the others."""

    def __init__(self, order: torch.Tensor, config: FlowConfig, level: int) -> None:
        super().__init__()
        width = config.width(level)
        self.inverse_permutation = config.inverse_permutation
        self.register_buffer("order", order)
        self.net = DenseNet(width - width // 4, width // 4, config.levels[level].coupling, config)
        self.alpha = nn.Parameter(torch.zeros(())) if config.rezero else None

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        translated = self._translate(values[:, self.order], 1)
        return translated[:, torch.argsort(self.order)] if self.inverse_permutation else translated

    def inverse(self, values: torch.Tensor) -> torch.Tensor:
        """The inverse of `forward`."""
        permuted = values[:, self.order] if self.inverse_permutation else values
        return self._translate(permuted, -1)[:, torch.argsort(self.order)]

    def _translate(self, values: torch.Tensor, sign: int) -> torch.Tensor:
        width = values.shape[1]
        condition, translated = values.split([width - width // 4, width // 4], 1)
        translation = read(self.net, condition)
        if self.alpha is not None:
            translation = self.alpha * translation
        return torch.cat([condition, translated + sign * _Round.apply(translation)], 1)


class ConditionalPrior(nn.Module):
    """The prior of the half that leaves: locations and logarithmic scales are the first and the second half of a net's output."""

    def __init__(self, config: FlowConfig, level: int) -> None:
        super().__init__()
        half = config.width(level) // 2
        self.net = DenseNet(half, 2 * half, config.levels[level].prior, config)
        self.initial_log_scale = math.log(config.initial_scale)
        self.gamma = nn.Parameter(torch.zeros(())) if config.rezero else None
        self.delta = nn.Parameter(torch.zeros(())) if config.rezero else None

    def forward(self, stays: torch.Tensor, take: Take) -> torch.Tensor:
        mean, log_scale = read(self.net, stays).chunk(2, 1)
        if self.gamma is not None:
            mean, log_scale = self.gamma * mean, self.delta * log_scale
        return take(mean, log_scale + self.initial_log_scale)


class TopPrior(nn.Module):
    """The mixture for what is left at the end: parameters [C, H, W, components], or [C, 1, 1, components] if per channel."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        side = config.size // config.divisor if config.top == "element" else 1
        shape = (config.top_width, side, side, config.components)
        self.means = nn.Parameter(torch.linspace(-config.top_spread, config.top_spread, config.components).expand(shape).clone())
        self.log_scales = nn.Parameter(torch.full(shape, math.log(config.initial_scale)))
        self.logits = nn.Parameter(torch.zeros(shape))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return mixture_log_probability(values, self.means, self.log_scales, self.logits)


class Flow(nn.Module):
    """A whole model. The random orders of channels are drawn from the seed, and are part of the model's state."""

    def __init__(self, config: FlowConfig, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        generator = torch.Generator().manual_seed(seed)
        self.couplings = nn.ModuleList(
            nn.ModuleList(Coupling(order, config, level) for order in _orders(config, level, generator))
            for level in range(len(config.levels)))
        self.priors = nn.ModuleList(
            (InterlacedPrior if settings.passes else ConditionalPrior)(config, level)
            for level, settings in enumerate(config.levels) if settings.passes or settings.prior)
        self.top = TopPrior(config)
        for level in range(len(self.priors)):
            self.register_buffer(f"split{level}", torch.tensor(split_order(config, level)), persistent=False)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Grey levels [N, C, H, W] to the bits of each image, [N]."""
        leaving, left = self.encode(self.to_variables(pixels))
        nats = -self.top(left).flatten(1).sum(1)
        for part in leaving:
            nats = nats - log_probability(part.value, part.mean, part.log_scale).flatten(1).sum(1)
        return nats / math.log(2)

    def bits_by_part(self, pixels: torch.Tensor) -> list[float]:
        """Bits per subpixel that each part takes that leaves, and what is left at the end, on average over the images."""
        leaving, left = self.encode(self.to_variables(pixels))
        nats = [-log_probability(part.value, part.mean, part.log_scale).sum() for part in leaving] + [-self.top(left).sum()]
        return [float(part) / math.log(2) / pixels.numel() for part in nats]

    def to_variables(self, pixels: torch.Tensor) -> torch.Tensor:
        """Grey levels to variables."""
        return to_integers(pixels, self.config.color).to(torch.float32) / GRID

    def to_pixels(self, variables: torch.Tensor) -> torch.Tensor:
        """The inverse of `to_variables`, as int64."""
        return to_pixels(torch.round(variables * GRID).to(torch.int64), self.config.color)

    def encode(self, variables: torch.Tensor) -> tuple[list[Leaving], torch.Tensor]:
        """[N, C, H, W] to the parts that leave, level by level, and what is left at the end."""
        leaving: list[Leaving] = []
        for level in range(len(self.couplings)):
            variables = self._transform(variables, level)
            if level < len(self.priors):
                variables, leaves = self._divide(variables, level)
                self.priors[level](variables, observe(leaves, leaving, Leaving))
        return leaving, variables

    def decode(self, leaving: list[torch.Tensor], variables: torch.Tensor) -> torch.Tensor:
        """The inverse of `encode`, of the values alone."""
        parts = self.config.parts_per_level
        for level in reversed(range(len(self.couplings))):
            if level < len(self.priors):
                joined = torch.cat([variables, *leaving[level * parts:(level + 1) * parts]], 1)
                variables = joined[:, torch.argsort(self._split(level))]
            for coupling in reversed(self.couplings[level]):
                variables = coupling.inverse(variables)
            variables = functional.pixel_shuffle(variables, 2)
        return variables

    def start(self, pixels: torch.Tensor) -> None:
        """Starts the linear predictions of interlaced levels from least squares on some images."""
        with torch.no_grad():
            variables = self.to_variables(pixels)
            for level, prior in enumerate(self.priors):
                variables, leaves = self._divide(self._transform(variables, level), level)
                if isinstance(prior, InterlacedPrior):
                    prior.start(variables, leaves)

    def _transform(self, variables: torch.Tensor, level: int) -> torch.Tensor:
        variables = functional.pixel_unshuffle(variables, 2)
        for coupling in self.couplings[level]:
            variables = coupling(variables)
        return variables

    def _divide(self, variables: torch.Tensor, level: int) -> tuple[torch.Tensor, torch.Tensor]:
        """What stays at a level's end, and what leaves."""
        stays = self.config.staying_width(level)
        stay, leave = variables[:, self._split(level)].split([stays, self.config.width(level) - stays], 1)
        return stay, leave

    def parameter_groups(self) -> list[dict]:
        """For an optimiser: all parameters, and how fast each group learns (`factor`)."""
        slow = [parameter for plane in self.modules() if isinstance(plane, Plane) for parameter in plane.linear.parameters()]
        names = {id(parameter) for parameter in slow}
        fast = [parameter for parameter in self.parameters() if id(parameter) not in names]
        return [{"params": group, "factor": factor} for group, factor in ((fast, 1.0), (slow, LINEAR_RATE)) if group]

    def parameter_count(self) -> int:
        """How many numbers are learnt."""
        return sum(parameter.numel() for parameter in self.parameters())

    def _split(self, level: int) -> torch.Tensor:
        return getattr(self, f"split{level}")


def _orders(config: FlowConfig, level: int, generator: torch.Generator) -> list[torch.Tensor]:
    """The order of channels of each coupling of a level: int64 [C] each."""
    width = config.width(level)
    orders: list[torch.Tensor] = []
    for step in range(config.levels[level].steps):
        if config.permutation == "cyclic" and step % 4 != 0:
            orders.append(torch.roll(orders[-1], width // 4))
        else:
            orders.append(torch.randperm(width, generator=generator))
    return orders
