"""Bits per subpixel of images, cut into tiles, by a float flow or by its quantisation."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from . import images, tables
from .idf import Flow
from .quantize import WEIGHT_BITS
from .simulate import IntegerFlow

BATCH_PIXELS = 1 << 16
"""Tiles are computed together up to so many pixels."""
LOWEST, HIGHEST = -32768, 32767
"""The alphabet of the last prior: everything that 16-bit translations can make."""

Coder = Callable[[torch.Tensor], float]
"""What tells the bits that tiles [N, 3, H, W] of grey levels take together."""


def float_bits(flow: Flow, device: str = "cpu") -> Coder:
    """The float flow's own logarithm of its probability."""
    flow = flow.to(device).eval()

    def bits(tiles: torch.Tensor) -> float:
        with torch.no_grad():
            return float(flow(tiles.to(device)).sum())

    return bits


def integer_bits(flow: IntegerFlow, verify: bool = False) -> Coder:
    """What the tables of `spec/entropy.md` take for the integers of a quantised flow. `verify` decodes them again."""

    def bits(tiles: torch.Tensor) -> float:
        return sum(bits_by_level(flow, tiles, verify))

    return bits


def bits_by_level(flow: IntegerFlow, tiles: torch.Tensor, verify: bool = False) -> list[float]:
    """The bits of what leaves at each level, and of what is left at the end."""
    leaving, left = flow.encode(tiles)
    if verify and not torch.equal(flow.decode(left, lambda level, location, scale_level: leaving[level].value), tiles.long()):
        raise ArithmeticError("Tiles were decoded to other pixels.")
    parts = [float(tables.bits(part.value.numpy(), part.location.numpy(), part.level.numpy()).sum()) for part in leaving]
    top = flow.top
    last = tables.mixture_bits(
        left.numpy(), top.location.numpy(), top.level.numpy(), top.weight.numpy(), WEIGHT_BITS, LOWEST, HIGHEST)
    return parts + [float(last.sum())]


def batches(pixels: np.ndarray, side: int, divisor: int) -> Iterator[torch.Tensor]:
    """Cuts an image [H, W, 3] into tiles [N, 3, h, w] of one shape at a time.

    Tiles at the right and lower edges are what is left of the image; where the divisor does not divide their sides, their last row and
    column are repeated.
    """
    by_shape: dict[tuple[int, int], list[np.ndarray]] = defaultdict(list)
    for y in range(0, pixels.shape[0], side):
        for x in range(0, pixels.shape[1], side):
            tile = pixels[y:y + side, x:x + side]
            tile = np.pad(tile, [(0, -tile.shape[0] % divisor), (0, -tile.shape[1] % divisor), (0, 0)], mode="edge")
            by_shape[tile.shape[:2]].append(tile)
    for (height, width), tiles in by_shape.items():
        count = max(1, BATCH_PIXELS // (height * width))
        for first in range(0, len(tiles), count):
            yield torch.from_numpy(np.stack(tiles[first:first + count])).permute(0, 3, 1, 2)


def evaluate(paths: list[Path], coders: dict[str, Coder], side: int, divisor: int) -> dict[str, float]:
    """Prints the bits per subpixel of each image by each coder; returns those of all images together."""
    totals, subpixels = dict.fromkeys(coders, 0.0), 0
    print("\t".join(["image", *coders]), flush=True)
    for path in paths:
        pixels = images.read(path)
        found = dict.fromkeys(coders, 0.0)
        for tiles in batches(pixels, side, divisor):
            for name, coder in coders.items():
                found[name] += coder(tiles)
        subpixels += pixels.size
        for name in coders:
            totals[name] += found[name]
        print("\t".join([path.name, *(f"{bits / pixels.size:.4f}" for bits in found.values())]), flush=True)
    result = {name: total / subpixels for name, total in totals.items()}
    print("\t".join(["all", *(f"{rate:.4f}" for rate in result.values())]), flush=True)
    return result
