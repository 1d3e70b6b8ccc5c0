"""A quantised flow, computed exactly as an engine computes it: the operations of `spec/arithmetic.md` and 16-bit translations."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from .arithmetic import FULL, READ_LIMIT, Convolution, Normalization, Table, depth_to_space, shift_rounding, space_to_depth, wrap
from .color import to_integers, to_pixels
from .config import FlowConfig, split_order
from .parts import observe

LEVELS = 136
"""Scale levels of `spec/entropy.md`, section 4.1."""


@dataclass(frozen=True)
class IntegerStage:
    """A convolution, and what follows it, if anything does."""

    convolution: Convolution
    normalization: Normalization | None
    table: Table | None

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        values = self.convolution(values)
        if self.normalization is not None:
            values = self.normalization(values)
        return values if self.table is None else self.table(values)


@dataclass(frozen=True)
class IntegerDenseNet:
    """Dense layers, each a stage of 1 x 1 and one of 3 x 3, and the last convolution."""

    layers: list[tuple[IntegerStage, IntegerStage]]
    output: Convolution

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        values = values.clamp(-READ_LIMIT, READ_LIMIT)
        for linear, spatial in self.layers:
            values = torch.cat([values, spatial(linear(values))], 1)
        return self.output(values)


CORRECTION_UNITS = 256
"""Of a correction, to a scale."""
EIGHTHS = (32768, 35734, 38968, 42495, 46341, 50535, 55109, 60097)
"""2^(n / 8), times 2^15."""


def in_scales(correction: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
    """A correction, in 1/256 of a scale, as 1/64 of a grey level; level n is the scale 2^(n / 8 - 4)."""
    factor = torch.bitwise_left_shift(torch.tensor(EIGHTHS)[level & 7], level >> 3)
    return shift_rounding(correction * factor, 21)


IntegerTake = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Gives a part that leaves, [N, C, H, W], when it is told its locations and scale levels."""


@dataclass(frozen=True)
class IntegerHalfPrior:
    """The prior of the half that leaves."""

    net: IntegerDenseNet

    def __call__(self, stays: torch.Tensor, take: IntegerTake) -> torch.Tensor:
        """What leaves, from what stays."""
        location, level = self.net(stays).chunk(2, 1)
        return take(location, level.clamp(0, LEVELS - 1))


@dataclass(frozen=True)
class IntegerPlane:
    """One channel of a pass; all but the first have features of their own."""

    detail: IntegerStage | None
    hidden: IntegerStage | None
    linear: Convolution
    output: Convolution

    def distribution(self, known: torch.Tensor, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Locations and scale levels."""
        correction, level = self.output(features).chunk(2, 1)
        level = level.clamp(0, LEVELS - 1)
        return (self.linear(known) + in_scales(correction, level)).clamp(*FULL), level


@dataclass(frozen=True)
class IntegerPass:
    """The prior of one pass of an interlaced level."""

    stem: IntegerStage
    layers: list[tuple[IntegerStage, IntegerStage]]
    planes: list[IntegerPlane]

    def __call__(self, known: torch.Tensor, take: IntegerTake) -> torch.Tensor:
        """What leaves in this pass, from what is known."""
        first = known.shape[1]
        read = known.clamp(-READ_LIMIT, READ_LIMIT)
        features = self.stem(read)
        for linear, spatial in self.layers:
            features = torch.cat([features, spatial(linear(features))], 1)
        for plane in self.planes:
            found = features
            if plane.hidden is not None:
                found = plane.hidden(torch.cat([features, plane.detail(read)], 1))
                features = torch.cat([features, found], 1)
            known = torch.cat([known, take(*plane.distribution(read, found))], 1)
            read = known.clamp(-READ_LIMIT, READ_LIMIT)
        return known[:, first:]


@dataclass(frozen=True)
class IntegerInterlacedPrior:
    """Both passes of an interlaced level."""

    passes: list[IntegerPass]

    def __call__(self, stays: torch.Tensor, take: IntegerTake) -> torch.Tensor:
        """What leaves, from what stays."""
        known = stays
        for one in self.passes:
            known = torch.cat([known, one(known, take)], 1)
        return known[:, stays.shape[1]:]


@dataclass(frozen=True)
class IntegerTop:
    """The last prior: locations in 1/64, levels, weights with the sum 4096; [C, H, W, components], H = W = 1 if per channel."""

    location: torch.Tensor
    level: torch.Tensor
    weight: torch.Tensor


@dataclass(frozen=True)
class IntegerLeaving:
    """A part that leaves at a level's end, its locations in 1/64 and its scale levels: all [N, C, H, W]."""

    value: torch.Tensor
    location: torch.Tensor
    level: torch.Tensor


@dataclass(frozen=True)
class IntegerFlow:
    """A quantised model. Orders and nets are by level, then by step; priors by level."""

    config: FlowConfig
    orders: list[list[torch.Tensor]]
    nets: list[list[IntegerDenseNet]]
    priors: list[IntegerHalfPrior | IntegerInterlacedPrior]
    top: IntegerTop

    def encode(self, pixels: torch.Tensor) -> tuple[list[IntegerLeaving], torch.Tensor]:
        """Grey levels [N, C, H, W] to the parts that leave, level by level, and what is left at the end."""
        values = to_integers(pixels, self.config.color)
        leaving: list[IntegerLeaving] = []
        for level, nets in enumerate(self.nets):
            values = space_to_depth(values)
            for step in range(len(nets)):
                values = self._couple(values, level, step, 1)
            if level < len(self.priors):
                ordered = values[:, split_order(self.config, level)]
                stays = self.config.staying_width(level)
                values, leaves = ordered.split([stays, ordered.shape[1] - stays], 1)
                self.priors[level](values, observe(leaves, leaving, IntegerLeaving))
        return leaving, values

    def decode(self, left: torch.Tensor, take: Callable[[int, torch.Tensor, torch.Tensor], torch.Tensor]) -> torch.Tensor:
        """The inverse of `encode`. `take` gives a part that left; it is told its number, and the locations and scale levels."""
        values, parts = left, self.config.parts_per_level
        for level in reversed(range(len(self.nets))):
            if level < len(self.priors):
                numbers = iter(range(level * parts, (level + 1) * parts))
                leaves = self.priors[level](values, lambda location, scale_level: take(next(numbers), location, scale_level))
                values = torch.cat([values, leaves], 1)[:, torch.tensor(split_order(self.config, level)).argsort()]
            for step in reversed(range(len(self.nets[level]))):
                values = self._couple(values, level, step, -1)
            values = depth_to_space(values)
        return to_pixels(values, self.config.color)

    def _couple(self, values: torch.Tensor, level: int, step: int, sign: int) -> torch.Tensor:
        order = self.orders[level][step]
        if sign > 0 or self.config.inverse_permutation:
            values = values[:, order]
        width = values.shape[1]
        condition, translated = values.split([width - width // 4, width // 4], 1)
        values = torch.cat([condition, wrap(translated + sign * self.nets[level][step](condition))], 1)
        return values[:, order.argsort()] if sign < 0 or self.config.inverse_permutation else values
