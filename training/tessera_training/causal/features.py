"""What the network of a causal model reads, in integers (`spec/causal.md`, section 5)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .least_squares import FRACTION_BITS
from .samples import Samples

VALUES = [(0, -1), (0, -2), (0, -3), (-1, -3), (-1, -2), (-1, -1), (-1, 0), (-1, 1), (-1, 2),
          (-2, -2), (-2, -1), (-2, 0), (-2, 1), (-2, 2), (-3, -1), (-3, 0), (-3, 1)]
"""The neighbours whose values are read."""
ERRORS = [(0, -1), (0, -2), (-1, -1), (-1, 0), (-1, 1), (-2, 0)]
"""The neighbours whose errors are read."""
_ERRORS_IN_AROUND = [1 + VALUES.index(place) for place in ERRORS]
UNIT = 256
"""What 1 is, of the network's inputs."""
LIMIT = 2047
PER_CHANNEL = len(VALUES) + 2 * len(ERRORS) + 1
COUNT = 3 * PER_CHANNEL
_LARGEST_SCALE = 8191
RECIPROCALS = torch.tensor([0] * 8 + [(1 << 20) // scale for scale in range(8, _LARGEST_SCALE + 1)], dtype=torch.int32)
_EIGHTHS = np.arange(8192) / 8
LOGARITHMS = torch.from_numpy(np.round(UNIT * np.log1p(_EIGHTHS)).astype(np.int32))
HALF_LOGARITHMS = torch.from_numpy(np.round(UNIT * np.log1p(_EIGHTHS / 2)).astype(np.int32))
SCALE_LOGARITHMS = torch.from_numpy(np.round(UNIT * (np.log(np.maximum(np.arange(_LARGEST_SCALE + 1), 8) / 8) - 1)).astype(np.int32))


def known_count(channel: int) -> int:
    """How many inputs a channel's head has beside the trunk's output."""
    return 2 * channel + (1 if channel > 0 else 0)


@dataclass(frozen=True)
class Features:
    """Of N pixels. All integers."""

    trunk: torch.Tensor
    """[N, COUNT], channel by channel: differences of neighbours as symmetric logarithms; errors in units of the scale, and the
    logarithms of their magnitudes; the logarithm of the scale."""
    known: list[torch.Tensor]
    """For each channel [N, known_count]: what the pixel's channels before it say."""
    scale: torch.Tensor
    """[N, 3]: how large errors are hereabouts, in eighths of a grey level."""
    error: torch.Tensor
    """[N, 3]: what is to be coded: values less informed predictions, in eighths."""
    prediction: torch.Tensor
    """[N, 3]: the informed predictions, in eighths."""

    @property
    def values(self) -> torch.Tensor:
        """[N, 3]: the samples themselves."""
        return (self.prediction + self.error) >> FRACTION_BITS


def normalised(value: torch.Tensor, reciprocal: torch.Tensor) -> torch.Tensor:
    """A quarter of a difference in units of the scale."""
    return ((value * reciprocal + (1 << 13)) >> 14).clamp(-LIMIT, LIMIT)


def symmetric(value: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """The logarithm of a magnitude, with the sign."""
    return torch.sign(value) * _looked_up(table, value.abs())


def _looked_up(table: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    return table.index_select(0, index.flatten()).view_as(index)


def of(samples: Samples, pixels: torch.Tensor) -> Features:
    """The features of some pixels."""
    around = samples.at(pixels, [(0, 0), *VALUES]).int()
    here, values, errors = around[:, 0], around[:, 1:, :3], around[:, _ERRORS_IN_AROUND, 3:6]
    magnitudes = errors.abs()
    step = (values[:, 0] - values[:, 5]).abs()
    scale = ((magnitudes.sum(1, dtype=torch.int32) * 171) >> 10) + ((step * 77) >> 6) + 8
    reciprocal = _looked_up(RECIPROCALS, scale)
    blind = here[:, 6:]
    trunk = torch.cat([
        symmetric((values << 3) - blind[:, None], LOGARITHMS), normalised(errors, reciprocal[:, None]),
        _looked_up(LOGARITHMS, magnitudes) - UNIT, _looked_up(SCALE_LOGARITHMS, scale)[:, None]], 1)
    error = here[:, 3:6]
    prediction = (here[:, :3] << 3) - error
    relative = normalised(error, reciprocal)
    absolute = symmetric(error, HALF_LOGARITHMS)
    correction = normalised(prediction - blind, reciprocal)
    known = [torch.stack([correction[:, c]] * (c > 0) + [plane[:, j] for j in range(c) for plane in (relative, absolute)], 1)
             if c else error.new_empty(len(error), 0) for c in range(3)]
    return Features(trunk.transpose(1, 2).flatten(1), known, scale, error, prediction)
