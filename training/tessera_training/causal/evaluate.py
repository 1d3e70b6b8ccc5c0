"""Bits per subpixel of images or prepared tiles: by a float network, and by the integer tables with which its quantisation is coded."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from .. import images, tables
from ..evaluate import batches
from . import features, simulate
from .net import CausalNet
from .samples import SIDE, Samples, planes_of

PIXELS = 1 << 14
"""How many pixels the network computes together."""
_TILES = 16
"""Whole tiles for which least squares are computed together."""

Coder = Callable[[features.Features], float]
"""What tells the bits that some pixels take together."""


def float_bits(net: CausalNet) -> Coder:
    """The float network's own logarithm of its probability."""
    def bits(inputs: features.Features) -> float:
        with torch.no_grad():
            return float(net(inputs).double().sum())

    return bits


def table_bits(net: simulate.IntegerNet) -> Coder:
    """What the mixtures of `spec/entropy.md` take for samples."""
    def bits(inputs: features.Features) -> float:
        values = inputs.values.numpy().astype(np.int64)
        return sum(
            float(tables.mixture_bits(values[:, channel], *simulate.mixture_of(one, channel)).sum())
            for channel, one in enumerate(net.distributions(inputs)))

    return bits


def of_image(pixels: np.ndarray) -> Iterator[features.Features]:
    """The features of all pixels of an image [H, W, 3], cut into tiles. Tiles at the right and lower edges are what is left of it."""
    for tiles in batches(pixels, SIDE, 1, _TILES * SIDE * SIDE):
        samples = Samples(torch.from_numpy(planes_of(tiles.permute(0, 2, 3, 1).numpy())))
        for tile in range(samples.tiles):
            yield from of_tile(samples, tile)


def of_tile(samples: Samples, tile: int) -> Iterator[features.Features]:
    """The features of all pixels of a tile."""
    for some in samples.tile(tile).split(PIXELS):
        yield features.of(samples, some)


def images_of(paths: list[Path]) -> Iterator[tuple[str, Iterator[features.Features]]]:
    """Image files, by name."""
    for path in paths:
        yield path.name, of_image(images.read(path))


def tiles_of(samples: Samples) -> Iterator[tuple[str, Iterator[features.Features]]]:
    """Prepared tiles, by number."""
    for tile in range(samples.tiles):
        yield str(tile), of_tile(samples, tile)


def evaluate(items: Iterable[tuple[str, Iterable[features.Features]]], coders: dict[str, Coder]) -> dict[str, float]:
    """Prints the bits per subpixel of each image by each coder; returns those of all images together."""
    totals, subpixels = dict.fromkeys(coders, 0.0), 0
    print("\t".join(["image", *coders]), flush=True)
    for name, parts in items:
        found, size = dict.fromkeys(coders, 0.0), 0
        for inputs in parts:
            size += inputs.error.numel()
            for key, coder in coders.items():
                found[key] += coder(inputs)
        subpixels += size
        for key in coders:
            totals[key] += found[key]
        print("\t".join([name, *(f"{bits / size:.4f}" for bits in found.values())]), flush=True)
    result = {key: total / subpixels for key, total in totals.items()}
    print("\t".join(["all", *(f"{rate:.4f}" for rate in result.values())]), flush=True)
    return result
