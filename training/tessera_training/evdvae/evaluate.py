"""What images take by a quantised hierarchy, by the tables with which it is coded."""
from __future__ import annotations

import math

import numpy as np
import torch

from .. import tables
from ..evaluate import Coder
from .simulate import PRIOR_LEVEL, WEIGHT_BITS, Gaussians, IntegerHierarchy, Mixtures

ALPHABETS = {"ycocg-r": ((-128, 127), (-255, 255), (-255, 255)), "none": ((-128, 127),) * 3}
"""The least and greatest integers of each colour."""


def table_bits(model: IntegerHierarchy) -> Coder:
    """What the tables of `spec/entropy.md` take for what is pushed, less what they give for what is popped."""
    stack = Meter(model.config.color)

    def bits(tiles: torch.Tensor) -> float:
        before = stack.height
        model.encode(tiles, stack)
        return stack.height - before

    return bits


class Meter:
    """What an encoder's stack does, without a stack: it draws at random, and counts bits."""

    def __init__(self, color: str, seed: int = 0) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self._alphabets = ALPHABETS[color]
        self.popped, self.pushed = 0.0, 0.0
        """Bits. What was popped must have been there before, as all latents are drawn first."""

    @property
    def height(self) -> float:
        """Bits pushed, less those popped."""
        return self.pushed - self.popped

    def draw(self, posterior: Gaussians) -> torch.Tensor:
        """Integers as near to what a stack of random bits would give as float64 comes."""
        uniform = torch.rand(posterior.location.shape, generator=self._generator, dtype=torch.float64).clamp(1e-12, 1 - 1e-12)
        scale = torch.exp((posterior.level / 8 - 4) * math.log(2))
        values = torch.round(posterior.location / 64 + scale * torch.special.ndtri(uniform)).long()
        arrays = posterior.location.numpy(), posterior.level.numpy(), tables.GAUSSIAN
        low, high = (torch.from_numpy(end) for end in tables.bins(*arrays))
        values = torch.minimum(torch.maximum(values, low), high)
        self.popped += float(tables.drawn_bits(values.numpy(), *arrays).sum())
        return values

    def push_latent(self, latent: torch.Tensor) -> None:
        """Counts."""
        array = latent.numpy()
        self.pushed += float(tables.bits(array, np.zeros_like(array), np.full_like(array, PRIOR_LEVEL), tables.GAUSSIAN).sum())

    def push_color(self, color: int, values: torch.Tensor, mixtures: Mixtures, there: torch.Tensor) -> None:
        """Counts."""
        parts = (part[:, there].numpy() for part in (mixtures.location, mixtures.level, mixtures.weight))
        self.pushed += float(tables.mixture_bits(values[:, there].numpy(), *parts, WEIGHT_BITS, *self._alphabets[color]).sum())

    def push_top(self, values: torch.Tensor, location: torch.Tensor, level: torch.Tensor) -> None:
        """Counts."""
        arrays = (part.expand_as(values).numpy() for part in (location, level))
        self.pushed += float(tables.bits(values.numpy(), *arrays).sum())
