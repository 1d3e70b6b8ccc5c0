"""Small chains with random parameters, and what they compute: files by which engines are tested."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import safetensors
from ..fixtures import last, smooth_pixels
from .config import PRESETS
from .evaluate import Meter
from .exact import ExactChain
from .quantize import quantise, write_model
from .simulate import IntegerChain

NAMES = ("tiny", "tiny-quarters")
SIDE = 16
SEED = 2024


def random_chain(name: str, seed: int) -> ExactChain:
    """A practical chain of a preset whose parameters are as if trained: every net has some effect."""
    torch.manual_seed(seed)
    chain = ExactChain(PRESETS[name])
    with torch.no_grad():
        chain.start(smooth_pixels(8, SIDE, seed))
        for net in (*chain.posteriors, *chain.priors):
            for layer in net.layers:
                layer.second.reset_parameters()
            net.plane.output.weight += 0.02 * torch.randn_like(net.plane.output.weight)
            net.plane.linear.weight += 0.001 * torch.randn_like(net.plane.linear.weight)
    return chain


def quantised(name: str) -> IntegerChain:
    """The integers of a random chain."""
    return quantise(random_chain(name, SEED), smooth_pixels(8, SIDE, SEED))


def write_fixture(chain: IntegerChain, pixels: torch.Tensor, path: Path) -> None:
    """Writes what a chain makes of some tiles for latents that were drawn once, as integer tensors [N, H, W, C], for each level i:

        pixels                                         grey levels
        {i}.below                                      what is below the latent, squeezed if it is to be
        {i}.posterior.location, {i}.posterior.level    the latent's distribution by that
        {i}.latent
        {i}.prior.location, {i}.prior.level            the distribution of what is below by the latent
    """
    tensors = {"pixels": last(pixels, np.uint8)}
    for index, step in enumerate(chain.encode(pixels, Meter(SEED))):
        tensors[f"{index}.below"], tensors[f"{index}.latent"] = last(step.below, np.int32), last(step.latent, np.int32)
        for kind, distribution in (("posterior", step.posterior), ("prior", step.prior)):
            tensors[f"{index}.{kind}.location"] = last(distribution.location, np.int32)
            tensors[f"{index}.{kind}.level"] = last(distribution.level, np.uint8)
    safetensors.write(path, tensors, {})


def write_fixtures(folder: Path) -> None:
    """Writes `NAME.safetensors` and `NAME.fixture.safetensors` for each small preset. The last tile is noise."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        chain = quantised(name)
        noise = torch.randint(0, 256, (1, 3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))
        write_model(chain, folder / f"{name}.safetensors", f"bitswap/{name}", "0")
        write_fixture(chain, torch.cat([smooth_pixels(1, SIDE, SEED + 1), noise]), folder / f"{name}.fixture.safetensors")
