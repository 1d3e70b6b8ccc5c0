"""What images take by a quantised chain, by the tables with which it is coded."""
from __future__ import annotations

import math

import numpy as np
import torch

from .. import tables
from ..evaluate import Coder
from .simulate import Distribution, IntegerChain


def table_bits(chain: IntegerChain) -> Coder:
    """What the tables of `spec/entropy.md` take for what is pushed, less what they give for what is popped."""
    stack = Meter()

    def bits(tiles: torch.Tensor) -> float:
        before = stack.height
        chain.encode(tiles, stack)
        return stack.height - before

    return bits


class Meter:
    """What an encoder's stack does, without a stack: it draws at random, and counts bits."""

    def __init__(self, seed: int = 0) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self.height = 0.0
        """Bits pushed, less those popped."""
        self.lowest = 0.0
        """The least height so far: what must have been there before is the negative of it."""
        self.popped = 0.0
        """Bits popped: what must have been there if all latents were popped first, as in BB-ANS."""

    def draw(self, distribution: Distribution) -> torch.Tensor:
        """Integers as near to what a stack of random bits would give as float64 comes."""
        uniform = torch.rand(distribution.location.shape, generator=self._generator, dtype=torch.float64).clamp(1e-12, 1 - 1e-12)
        scale = torch.exp((distribution.level / 8 - 4) * math.log(2))
        values = torch.round(distribution.location / 64 + scale * torch.logit(uniform)).long()
        low, high = (torch.from_numpy(end) for end in tables.bins(*_arrays(distribution)))
        values = torch.minimum(torch.maximum(values, low), high)
        bits = draw_cost(values, distribution)
        self.popped += bits
        self.height -= bits
        self.lowest = min(self.lowest, self.height)
        return values

    def push(self, values: torch.Tensor, distribution: Distribution) -> None:
        """Counts."""
        self.height += cost(values, distribution)


def cost(values: torch.Tensor, distribution: Distribution) -> float:
    """What integers take by the tables."""
    return float(tables.bits(values.numpy(), *_arrays(distribution)).sum())


def draw_cost(values: torch.Tensor, distribution: Distribution) -> float:
    """What drawing integers takes from a stack."""
    return float(tables.drawn_bits(values.numpy(), *_arrays(distribution)).sum())


def _arrays(distribution: Distribution) -> tuple[np.ndarray, np.ndarray]:
    return distribution.location.numpy(), distribution.level.numpy()
