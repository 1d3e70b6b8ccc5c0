"""A small hierarchy with random parameters, and what it computes: files by which engines are tested."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import safetensors
from ..fixtures import last, smooth_pixels
from .config import PRESETS
from .evaluate import Meter
from .exact import ExactHierarchy
from .quantize import quantise, write_model
from .simulate import IntegerHierarchy

NAME = "tiny-exact"
SIDE = 16
HEIGHT, WIDTH = 15, 13
"""Of the tiles: both are odd, and so are those of pictures."""
SEED = 2025


def random_model(seed: int) -> ExactHierarchy:
    """A practical hierarchy whose parameters are as if trained: every net has some effect."""
    torch.manual_seed(seed)
    model = ExactHierarchy(PRESETS[NAME])
    with torch.no_grad():
        model.prepare(smooth_pixels(8, SIDE, seed))
        for grid in model.grids:
            for layer in (*grid.bottom_layers, *(layer for step in grid.steps for layer in step.layers)):
                layer.second.reset_parameters()
            for step in grid.steps:
                step.plane.output.weight += 0.02 * torch.randn_like(step.plane.output.weight)
                step.plane.linear.weight += 0.001 * torch.randn_like(step.plane.linear.weight)
                if step.posterior is not None:
                    step.posterior.output.weight += 0.1 * torch.randn_like(step.posterior.output.weight)
    return model


def quantised() -> IntegerHierarchy:
    """The integers of a random model. One channel of its latents holds nothing."""
    config = PRESETS[NAME]
    kept = torch.ones(config.blocks, config.latent, dtype=torch.bool)
    kept[1, 1] = False
    return quantise(random_model(SEED), smooth_pixels(8, SIDE, SEED), kept)


def write_fixture(model: IntegerHierarchy, pixels: torch.Tensor, path: Path) -> None:
    """Writes what a model makes of some tiles for latents that were drawn once, as integer tensors [N, H, W, C], for each step i from the top:

        pixels                                               grey levels
        {i}.posterior.location, {i}.posterior.level          of its latent, if it has one
        {i}.latent
        {i}.pixel                                            of each square
        {i}.{c}.weight, {i}.{c}.location, {i}.{c}.level      the components of its colour c
    """
    tensors = {"pixels": last(pixels, np.uint8)}
    for index, block in enumerate(model.encode(pixels, Meter(model.config.color, SEED))):
        if block.latent is not None:
            tensors[f"{index}.posterior.location"] = last(block.posterior.location, np.int32)
            tensors[f"{index}.posterior.level"] = last(block.posterior.level, np.uint8)
            tensors[f"{index}.latent"] = last(block.latent, np.int32)
        tensors[f"{index}.pixel"] = last(block.pixel, np.int16)
        for color, mixtures in enumerate(block.mixtures):
            for name, part, kind in (("weight", mixtures.weight, np.int16), ("location", mixtures.location, np.int32), ("level", mixtures.level, np.uint8)):
                tensors[f"{index}.{color}.{name}"] = last(part.movedim(-1, 1), kind)
    safetensors.write(path, tensors, {})


def tiles() -> torch.Tensor:
    """Two tiles, the second of noise."""
    noise = torch.randint(0, 256, (1, 3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))
    return torch.cat([smooth_pixels(1, SIDE, SEED + 1), noise])[:, :, :HEIGHT, :WIDTH]


def write_fixtures(folder: Path) -> None:
    """Writes `NAME.safetensors` and `NAME.fixture.safetensors`."""
    folder.mkdir(parents=True, exist_ok=True)
    model = quantised()
    write_model(model, folder / f"{NAME}.safetensors", f"evdvae/{NAME}", "0")
    write_fixture(model, tiles(), folder / f"{NAME}.fixture.safetensors")
