"""What images take by a quantised flow: by the tables with which it is coded, and by its own bound."""
from __future__ import annotations

import math

import numpy as np
import torch

from ..evaluate import Coder
from . import tables
from .flow import Flow
from .simulate import COEFFICIENT_BITS, IntegerFlow

LIMIT = 2**29
"""Magnitudes of values are below."""


class Meter:
    """Integers, by a stack of random bits that is not there: it counts what is pushed, less what is popped."""

    def __init__(self, seed: int = 0) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self.height = 0.0
        self.lowest = 0.0
        """The least height so far: what must have been there before is the negative of it."""
        self.noise = 0.0
        """Of what was popped, noise."""

    def dequantise(self, samples: torch.Tensor, bits: int, center: torch.Tensor | None, spread: torch.Tensor | None) -> torch.Tensor:
        """Counts what it draws."""
        if center is None:
            added = torch.randint(0, 1 << bits, samples.shape, generator=self._generator)
            self._count(-bits * samples.numel())
        else:
            table = torch.from_numpy(tables.dequantisation(bits))[spread, center]
            slot = torch.randint(0, 65536, samples.shape, generator=self._generator)
            added = (table[..., 1:] <= slot[..., None]).sum(-1)
            frequency = torch.gather(table.diff(dim=-1), -1, added[..., None])
            self._count(float((torch.log2(frequency.double()) - 16).sum()))
        return (samples << bits) + added

    def lifted(self, values: torch.Tensor, sums: torch.Tensor, bits: int) -> torch.Tensor:
        """Rounds."""
        return self._checked(values + (sums + (1 << bits >> 1) >> bits))

    def scale(self, values: torch.Tensor, factors: torch.Tensor) -> torch.Tensor:
        """Counts what is pushed more than popped."""
        remainder = torch.floor(torch.rand(values.shape, generator=self._generator, dtype=torch.float64) * factors).long()
        self._count(float((16 - torch.log2(factors.double())).sum()))
        return self._checked(values * factors + remainder >> 16)

    def draw(self, mean: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        """Noise as near to what random bits would give as float64 comes."""
        standard = torch.randn(mean.shape, generator=self._generator, dtype=torch.float64)
        distance = tables.drawable(torch.floor(standard * _deviation(level)).long().numpy(), level.numpy())
        bits = float(tables.drawn_bits(distance, level.numpy()).sum())
        self._count(-bits)
        self.noise += bits
        return mean + torch.from_numpy(distance)

    def push(self, values: torch.Tensor, mean: torch.Tensor, level: torch.Tensor) -> None:
        """Counts."""
        self._count(float(tables.gaussian_bits((values - mean).numpy(), np.ascontiguousarray(level.numpy())).sum()))

    def _count(self, bits: float) -> None:
        self.height += bits
        self.lowest = min(self.lowest, self.height)

    @staticmethod
    def _checked(values: torch.Tensor) -> torch.Tensor:
        if int(values.abs().max()) >= LIMIT:
            raise OverflowError("A value of the flow is out of its range: a codec would code these tiles without it.")
        return values


class Bound:
    """Real numbers: the same flow, with the parameters that integers give it, of which nothing is rounded and no table stands for a density. What it
    counts is the bound that a code could reach, for noise that is drawn once."""

    def __init__(self, seed: int = 0) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self.height = 0.0

    def dequantise(self, samples: torch.Tensor, bits: int, center: torch.Tensor | None, spread: torch.Tensor | None) -> torch.Tensor:
        """Logistic variables within the interval."""
        share = torch.rand(samples.shape, generator=self._generator, dtype=torch.float64).clamp(1e-15, 1 - 1e-15)
        self.height -= bits * samples.numel()
        if center is not None:
            middle, scale = (center - 8) / 32, 2.0 ** (spread.double() / 4 - 4)
            low, high = torch.sigmoid(-middle / scale), torch.sigmoid((1 - middle) / scale)
            below = low + (high - low) * share
            share = (middle + scale * torch.logit(below)).clamp(0, 1)
            self.height += float(torch.log2(below * (1 - below) / scale / (high - low)).sum())
        return (samples + share) * 2.0**bits

    def lifted(self, values: torch.Tensor, sums: torch.Tensor, bits: int) -> torch.Tensor:
        """Adds."""
        return values + sums / 2.0**bits

    def scale(self, values: torch.Tensor, factors: torch.Tensor) -> torch.Tensor:
        """Multiplies."""
        self.height += float((COEFFICIENT_BITS - torch.log2(factors.double())).sum())
        return values * factors / 2.0**COEFFICIENT_BITS

    def draw(self, mean: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        """Gaussian variables."""
        standard = torch.randn(mean.shape, generator=self._generator, dtype=torch.float64)
        self.height -= _density_bits(standard, level)
        return mean + standard * _deviation(level)

    def push(self, values: torch.Tensor, mean: torch.Tensor, level: torch.Tensor) -> None:
        """Their densities."""
        self.height += _density_bits((values - mean) / _deviation(level), level)


def _deviation(level: torch.Tensor) -> torch.Tensor:
    return 2.0 ** (level.double() / 8 - 4)


def _density_bits(standard: torch.Tensor, level: torch.Tensor) -> float:
    """Minus the binary logarithms of Gaussian densities, together."""
    return float((0.5 * standard.square() / math.log(2) + 0.5 * math.log2(2 * math.pi) + level / 8 - 4).sum())


def table_bits(flow: IntegerFlow, seed: int = 0) -> Coder:
    """What a code takes, but for the framing of segments."""
    return _bits(flow, Meter(seed))


def bound_bits(flow: IntegerFlow, seed: int = 0) -> Coder:
    """The bound of the quantised model itself."""
    return _bits(flow, Bound(seed))


def _bits(flow: IntegerFlow, meter: Meter | Bound) -> Coder:
    def bits(tiles: torch.Tensor) -> float:
        before = meter.height
        flow.encode(tiles, meter)
        return meter.height - before

    return bits


def float_bits(flow: Flow, device: str = "cpu") -> Coder:
    """The float model's bound, for noise that is drawn once."""
    flow = flow.to(device).eval()

    def bits(tiles: torch.Tensor) -> float:
        with torch.no_grad():
            return float(sum(flow(tiles.to(device)).values()).sum())

    return bits
