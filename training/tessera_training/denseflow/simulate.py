"""A practical flow in integers, computed exactly as an engine computes it: `spec/denseflow.md` by the operations of `spec/arithmetic.md`."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch

from ..arithmetic import ACTIVATION, Convolution, Table, depth_to_space, space_to_depth
from ..color import to_integers
from .config import FlowConfig
from .tables import CENTERS, SPREADS

MOVE_BITS = 6
"""Translations, and means of noise, are in units of 2^-MOVE_BITS."""
MOST_SCALE, SCALES_PER_OCTAVE = 96, 32
NOISE_REACH = 16
"""By how many levels noise's deviation may be away from 1."""
SAMPLE_SHIFT = 3
"""The dequantiser's net reads samples times 2^SAMPLE_SHIFT."""
CENTER_SHIFT = 3
COEFFICIENT_BITS = 16
SCALE_TABLE = torch.round(2.0**30 * 2.0 ** (torch.arange(SCALES_PER_OCTAVE, dtype=torch.float64) / SCALES_PER_OCTAVE)).long()


class Arithmetic(Protocol):
    """What the steps of a flow are made of. Values are [N, C, H, W], in units of 2^-F, in the order of their coding row by row, column by column,
    channel by channel."""

    def dequantise(self, samples: torch.Tensor, bits: int, center: torch.Tensor | None, spread: torch.Tensor | None) -> torch.Tensor:
        """Samples times 2^bits, and what is added: by tables of such indexes, or any bits alike."""

    def lifted(self, values: torch.Tensor, sums: torch.Tensor, bits: int) -> torch.Tensor:
        """Values plus sums / 2^bits."""

    def scale(self, values: torch.Tensor, factors: torch.Tensor) -> torch.Tensor:
        """Values times factors / 2^16."""

    def draw(self, mean: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        """Gaussian noise."""

    def push(self, values: torch.Tensor, mean: torch.Tensor, level: torch.Tensor) -> None:
        """Scores values that leave."""


@dataclass(frozen=True)
class IntegerNet:
    """A dense net: to its features."""

    stem: Convolution
    table: Table
    layers: list[tuple[Convolution, Convolution]]

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        values = self.table(self.stem(values))
        for linear, spatial in self.layers:
            values = torch.cat((values, spatial(linear(values))), 1)
        return values


@dataclass(frozen=True)
class IntegerMatrix:
    """The factors of a 1 x 1 convolution; triangles are [C, C] with zeros where they have no coefficients."""

    upper: torch.Tensor
    factor: torch.Tensor
    lower: torch.Tensor
    order: torch.Tensor
    bias: torch.Tensor

    def __call__(self, values: torch.Tensor, arithmetic: Arithmetic) -> torch.Tensor:
        values = arithmetic.lifted(values, _product(self.upper, values), COEFFICIENT_BITS)
        values = arithmetic.scale(values, self.factor[:, None, None].expand(values.shape))
        values = arithmetic.lifted(values, _product(self.lower, values), COEFFICIENT_BITS)
        return values[:, self.order] + self.bias[:, None, None]


@dataclass(frozen=True)
class Parameters:
    """What a coupling does, and what its net read: for tests."""

    read: torch.Tensor
    linear: torch.Tensor
    scale: torch.Tensor
    move: torch.Tensor


@dataclass(frozen=True)
class IntegerCoupling:
    """Moves, scales and moves the second half of the channels."""

    read: torch.Tensor
    net: IntegerNet
    linear: Convolution
    output: Convolution

    def parameters(self, values: torch.Tensor) -> Parameters:
        """By the first half."""
        read = read_by(self.read, values[:, :values.shape[1] // 2])
        scale, move = self.output(self.net(read)).chunk(2, 1)
        return Parameters(read, self.linear(read), scale, move)

    def __call__(self, values: torch.Tensor, parameters: Parameters, arithmetic: Arithmetic, fraction: int) -> torch.Tensor:
        first, second = values.chunk(2, 1)
        second = _moved(arithmetic, second, parameters.linear, fraction)
        second = _moved(arithmetic, arithmetic.scale(second, factors(parameters.scale)), parameters.move, fraction)
        return torch.cat((first, second), 1)


@dataclass(frozen=True)
class IntegerModule:
    """A matrix and a coupling."""

    matrix: IntegerMatrix
    coupling: IntegerCoupling


@dataclass(frozen=True)
class IntegerNoise:
    """The distributions of the noise in front of a unit."""

    read: torch.Tensor
    hidden: Convolution
    output: Convolution

    def __call__(self, recorded: torch.Tensor, fraction: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Means and levels."""
        mean, level = self.output(self.hidden(read_by(self.read, recorded))).chunk(2, 1)
        return shifted(mean, fraction), unit_level(fraction) + level.clamp(-NOISE_REACH, NOISE_REACH)


@dataclass(frozen=True)
class IntegerDequantiser:
    """The distributions of what is added to samples."""

    net: IntegerNet
    linear: Convolution
    output: Convolution

    def __call__(self, samples: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Indexes of centers and of scales, of each sample."""
        read = (space_to_depth(samples) << SAMPLE_SHIFT).clamp(*ACTIVATION)
        center, spread = self.output(self.net(read)).chunk(2, 1)
        center = (center + self.linear(read) + (1 << CENTER_SHIFT - 1)) >> CENTER_SHIFT
        return depth_to_space(center.clamp(0, CENTERS - 1)), depth_to_space(spread.clamp(0, SPREADS - 1))


@dataclass(frozen=True)
class IntegerUnit:
    """Noise, if any, and modules."""

    noise: IntegerNoise | None
    modules: list[IntegerModule]


@dataclass(frozen=True)
class Trace:
    """What was computed for tests: of each module by its name the parameters, of each noise means, levels and what was read."""

    modules: dict[str, Parameters]
    noises: dict[str, tuple[torch.Tensor, torch.Tensor, torch.Tensor]]


@dataclass(frozen=True)
class IntegerFlow:
    """A quantised model."""

    config: FlowConfig
    dequantiser: IntegerDequantiser | None
    blocks: list[list[IntegerUnit]]
    mean: torch.Tensor
    level: torch.Tensor

    def encode(self, pixels: torch.Tensor, arithmetic: Arithmetic) -> Trace:
        """Codes grey levels [N, 3, H, W], whose sides the configuration's divisor divides."""
        fraction, trace = self.config.fraction_bits, Trace({}, {})
        samples = to_integers(pixels, self.config.color)
        indexes = (None, None) if self.dequantiser is None else self.dequantiser(samples)
        values = arithmetic.dequantise(samples, self.config.dequantisation_bits, *indexes)
        for index, units in enumerate(self.blocks):
            values, recorded = space_to_depth(values), []
            for number, unit in enumerate(units):
                name, given = f"block.{index}.unit.{number}", values
                if unit.noise is not None:
                    known = torch.cat(recorded, 1)
                    mean, level = unit.noise(known, fraction)
                    trace.noises[name] = read_by(unit.noise.read, known), mean, level
                    values = torch.cat((values, arithmetic.draw(mean, level)), 1)
                recorded.append(given)
                for step, module in enumerate(unit.modules):
                    values = module.matrix(values, arithmetic)
                    parameters = trace.modules[f"{name}.module.{step}"] = module.coupling.parameters(values)
                    values = module.coupling(values, parameters, arithmetic, fraction)
            kept = self.config.blocks[index].kept
            if kept is not None:
                values, left = values.split([kept, values.shape[1] - kept], 1)
                arithmetic.push(left, torch.zeros_like(left).long(), torch.full_like(left, unit_level(fraction)).long())
        arithmetic.push(values, *(part[:, None, None].expand(values.shape) for part in (self.mean, self.level)))
        return trace


def unit_level(fraction: int) -> int:
    """The level of a deviation of 1."""
    return 32 + 8 * fraction


def read_by(shifts: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """What nets read of values, or of what they are nearest to on the grid."""
    unit = (1 << shifts)[:, None, None]
    return torch.floor(values.double() / unit + 0.5).long().clamp(*ACTIVATION)


def shifted(move: torch.Tensor, fraction: int) -> torch.Tensor:
    """A translation as a value."""
    excess = fraction - MOVE_BITS
    return move << excess if excess >= 0 else (move + (1 << -excess - 1)) >> -excess


def factors(scale: torch.Tensor) -> torch.Tensor:
    """R of scale numbers."""
    scale = scale.clamp(-MOST_SCALE, MOST_SCALE)
    bits = 14 - torch.div(scale, SCALES_PER_OCTAVE, rounding_mode="floor")
    return (SCALE_TABLE[scale % SCALES_PER_OCTAVE] + (1 << bits - 1)) >> bits


def _moved(arithmetic: Arithmetic, values: torch.Tensor, move: torch.Tensor, fraction: int) -> torch.Tensor:
    return arithmetic.lifted(values, shifted(move, fraction), 0)


def _product(triangle: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """The products of a triangle and the channels of each place; exact for integers of up to 2^53."""
    sums = torch.einsum("ij,njhw->nihw", triangle.double(), values.double())
    return sums if values.is_floating_point() else sums.long()
