"""Tiles in the order of their wavefront: step t holds the pixels (y, t - 3 y) of all rows y, which depend on earlier steps alone."""
from __future__ import annotations

import numpy as np

SLANT = 3
"""Columns by which a row is behind the row above it."""
ABOVE = 3
"""Rows above a tile that neighbourhoods reach."""
REACH = 10
"""Steps that neighbourhoods reach back: that of the pixel three rows up and one to the left."""
BESIDE = 3
"""Columns beside a tile that neighbourhoods reach."""
BEYOND = (128, 0, 0)
"""What is above a tile, by channel."""


def to_channels(pixels: np.ndarray) -> np.ndarray:
    """Y, Co, Cg of R, G, B [..., 3] (YCoCg-R): int16 [3, ...], Y from 0 to 255, the others from -255 to 255."""
    red, green, blue = (pixels[..., i].astype(np.int16) for i in range(3))
    orange = red - blue
    middle = blue + (orange >> 1)
    green = green - middle
    return np.stack([middle + (green >> 1), orange, green])


def steps(height: int, width: int) -> int:
    """Steps of a tile."""
    return width + SLANT * (height - 1)


def rows(step: int, height: int, width: int) -> tuple[int, int]:
    """The first row that has a pixel in a step, and the one after the last."""
    return max(0, -(-(step - width + 1) // SLANT)), min(height, step // SLANT + 1)


def padded(plane: np.ndarray, above: int) -> np.ndarray:
    """Planes [..., H, W] with what neighbourhoods see beyond them.

    Above is a constant. Left of a row is the first pixel of the row above it; right of it is its own last pixel.
    """
    height, width = plane.shape[-2:]
    result = np.full((*plane.shape[:-2], height + ABOVE, width + 2 * BESIDE), above, plane.dtype)
    result[..., ABOVE:, BESIDE:BESIDE + width] = plane
    result[..., ABOVE:, BESIDE + width:] = plane[..., -1:]
    result[..., ABOVE + 1:, :BESIDE] = plane[..., :-1, :1]
    return result


def skewed(plane: np.ndarray, above: int) -> np.ndarray:
    """Planes [..., H, W] by step and row, with what is beyond them: [steps + REACH + 3, ..., ABOVE + H].

    The pixel (y, x) is at [REACH + x + 3 y, ..., ABOVE + y], so that its neighbour (y + dy, x + dx) is a fixed distance away.
    """
    height, width = plane.shape[-2:]
    values = np.moveaxis(padded(plane, above), (-2, -1), (0, 1))
    result = np.full((steps(height, width) + REACH + BESIDE, *plane.shape[:-2], ABOVE + height), above, plane.dtype)
    for row in range(ABOVE + height):
        first = REACH + SLANT * (row - ABOVE) - BESIDE
        begin, end = max(0, first), min(len(result), first + values.shape[1])
        result[begin:end, ..., row] = values[row, begin - first:end - first]
    return result


def neighbour(skew: np.ndarray, step: int, first: int, end: int, dy: int, dx: int) -> np.ndarray:
    """The neighbours (dy, dx) of the pixels of rows `first` to `end` in a step."""
    return skew[REACH + step + dx + SLANT * dy, ..., ABOVE + first + dy:ABOVE + end + dy]
