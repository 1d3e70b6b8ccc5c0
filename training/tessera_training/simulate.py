"""A quantised flow, computed exactly as an engine computes it: the operations of `spec/arithmetic.md` and 16-bit translations."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from .arithmetic import READ_LIMIT, Convolution, Normalization, Table, depth_to_space, space_to_depth, wrap
from .color import to_integers, to_pixels
from .config import FlowConfig, split_order

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


@dataclass(frozen=True)
class IntegerTop:
    """The last prior: locations in 1/64, levels, weights with the sum 4096; [C, H, W, components], H = W = 1 if per channel."""

    location: torch.Tensor
    level: torch.Tensor
    weight: torch.Tensor


@dataclass(frozen=True)
class IntegerLeaving:
    """What leaves at a level's end, its locations in 1/64 and its scale levels: all [N, C, H, W]."""

    value: torch.Tensor
    location: torch.Tensor
    level: torch.Tensor


@dataclass(frozen=True)
class IntegerFlow:
    """A quantised model. Orders and nets are by level, then by step; priors by level."""

    config: FlowConfig
    orders: list[list[torch.Tensor]]
    nets: list[list[IntegerDenseNet]]
    priors: list[IntegerDenseNet]
    top: IntegerTop

    def encode(self, pixels: torch.Tensor) -> tuple[list[IntegerLeaving], torch.Tensor]:
        """Grey levels [N, C, H, W] to what leaves at each level, and what is left at the end."""
        values = to_integers(pixels, self.config.color)
        leaving: list[IntegerLeaving] = []
        for level, nets in enumerate(self.nets):
            values = space_to_depth(values)
            for step in range(len(nets)):
                values = self._couple(values, level, step, 1)
            if level < len(self.priors):
                values, leaves = values[:, split_order(self.config, level)].chunk(2, 1)
                leaving.append(IntegerLeaving(leaves, *self.distribution(level, values)))
        return leaving, values

    def decode(self, left: torch.Tensor, take: Callable[[int, torch.Tensor, torch.Tensor], torch.Tensor]) -> torch.Tensor:
        """The inverse of `encode`. `take` gives what left at a level; it is told the level, and the locations and scale levels."""
        values = left
        for level in reversed(range(len(self.nets))):
            if level < len(self.priors):
                joined = torch.cat([values, take(level, *self.distribution(level, values))], 1)
                values = joined[:, torch.tensor(split_order(self.config, level)).argsort()]
            for step in reversed(range(len(self.nets[level]))):
                values = self._couple(values, level, step, -1)
            values = depth_to_space(values)
        return to_pixels(values, self.config.color)

    def distribution(self, level: int, stays: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Locations and scale levels of what leaves at a level, from what stays."""
        location, scale_level = self.priors[level](stays).chunk(2, 1)
        return location, scale_level.clamp(0, LEVELS - 1)

    def _couple(self, values: torch.Tensor, level: int, step: int, sign: int) -> torch.Tensor:
        order = self.orders[level][step]
        if sign > 0 or self.config.inverse_permutation:
            values = values[:, order]
        width = values.shape[1]
        condition, translated = values.split([width - width // 4, width // 4], 1)
        values = torch.cat([condition, wrap(translated + sign * self.nets[level][step](condition))], 1)
        return values[:, order.argsort()] if sign < 0 or self.config.inverse_permutation else values
