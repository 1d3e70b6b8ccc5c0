"""Bits per subpixel of images, cut into tiles: by a float flow, by its quantisation, and by the tables with which that is coded."""
from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from . import images, tables
from .idf import Flow
from .logistic import GRID, log_probability, mixture_log_probability
from .quantize import LEVEL_OF_ONE, LEVEL_UNIT, LOCATION_UNIT, WEIGHT_BITS
from .simulate import IntegerFlow

BATCH_PIXELS = 1 << 16
"""Tiles are computed together up to so many pixels."""
LOWEST, HIGHEST = -32768, 32767
"""The alphabet of the last prior: everything that 16-bit translations can make."""

Coder = Callable[[torch.Tensor], float]
"""What tells the bits that tiles [N, 3, H, W] of grey levels take together."""


class LatentModel(Protocol):
    """A float model with latents: a module."""

    def to(self, device: str) -> "LatentModel":
        """On a device."""

    def eval(self) -> "LatentModel":
        """Ready for use."""

    def elbo(self, pixels: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """In bits: what images take given their latents, and what each latent takes."""


def float_bits(flow: Flow, device: str = "cpu") -> Coder:
    """The float flow's own logarithm of its probability."""
    flow = flow.to(device).eval()

    def bits(tiles: torch.Tensor) -> float:
        with torch.no_grad():
            return float(flow(tiles.to(device)).sum())

    return bits


def elbo_bits(model: LatentModel, device: str = "cpu") -> Coder:
    """A float model's ELBO, for latents drawn once."""
    model = model.to(device).eval()

    def bits(tiles: torch.Tensor) -> float:
        with torch.no_grad():
            image, latents = model.elbo(tiles.to(device))
            return float(image.sum()) + sum(float(latent.sum()) for latent in latents)

    return bits


def integer_bits(flow: IntegerFlow) -> Coder:
    """The quantised flow's own logarithm of its probability: discretised logistic distributions at its locations and scale levels."""
    def bits(tiles: torch.Tensor) -> float:
        leaving, left = flow.encode(tiles)
        nats = sum(-log_probability(part.value.double() / GRID, *_variables(part.location, part.level)).sum() for part in leaving)
        logits = torch.log(flow.top.weight.double())
        nats -= mixture_log_probability(left.double() / GRID, *_variables(flow.top.location, flow.top.level), logits).sum()
        return float(nats) / math.log(2)

    return bits


def _variables(location: torch.Tensor, level: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Locations and scale levels as the means and logarithmic scales of the float flow."""
    return location.double() * LOCATION_UNIT, (level.double() - LEVEL_OF_ONE) * LEVEL_UNIT


def table_bits(flow: IntegerFlow, verify: bool = False) -> Coder:
    """What the tables of `spec/entropy.md` take for the integers of a quantised flow. `verify` decodes them again."""

    def bits(tiles: torch.Tensor) -> float:
        leaving, left = flow.encode(tiles)
        if verify and not torch.equal(flow.decode(left, lambda level, location, scale_level: leaving[level].value), tiles.long()):
            raise ArithmeticError("Tiles were decoded to other pixels.")
        top = flow.top
        last = tables.mixture_bits(
            left.numpy(), top.location.numpy(), top.level.numpy(), top.weight.numpy(), WEIGHT_BITS, LOWEST, HIGHEST)
        return float(last.sum()) + sum(
            float(tables.bits(part.value.numpy(), part.location.numpy(), part.level.numpy()).sum()) for part in leaving)

    return bits


def batches(pixels: np.ndarray, side: int, divisor: int, limit: int = BATCH_PIXELS) -> Iterator[torch.Tensor]:
    """Cuts an image [H, W, 3] into tiles [N, 3, h, w] of one shape at a time, up to so many pixels of them.

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
        count = max(1, limit // (height * width))
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
