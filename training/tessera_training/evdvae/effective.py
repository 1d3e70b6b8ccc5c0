"""The latents that hold anything: section 7 of the paper. Of most channels the posterior is nearly the prior; those may come from the prior
without having been coded, and the bits that a first tile needs are then only those of the others."""
from __future__ import annotations

import math

import numpy as np
import torch

from .config import HierarchyConfig
from .hierarchy import Hierarchy

_SEED = 2


def divergences(model: Hierarchy, pixels: torch.Tensor, device: str) -> torch.Tensor:
    """What an element of each channel takes by its prior more than by its posterior, in bits, on average over images and places:
    [blocks, channels], in top-down order."""
    config, total = model.config, torch.zeros(model.config.blocks, model.config.latent, dtype=torch.float64)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(_SEED)
        for batch in pixels.split(32):
            _, costs = model.elbo(batch.to(device))
            total += torch.stack([cost.sum(0).double().cpu() for cost in costs])
    places = torch.tensor(positions(config)) * pixels.shape[2] * pixels.shape[3] * len(pixels)
    return total / places[:, None]


def positions(config: HierarchyConfig) -> list[float]:
    """How many places each top-down block's latent has for each pixel."""
    return [1 / config.reduction(index) ** 2 for index, part in reversed(list(enumerate(config.resolutions))) for _ in part.skips]


def keep_share(config: HierarchyConfig, divergences: torch.Tensor, share: float) -> torch.Tensor:
    """The channels of the largest divergences of an element that are, together, at most a share of all latents: bool [blocks, channels]."""
    places = torch.tensor(positions(config), dtype=torch.float64)[:, None].expand(divergences.shape)
    order = divergences.flatten().argsort(descending=True, stable=True)
    sums = places.flatten()[order].cumsum(0)
    kept = torch.zeros(divergences.numel(), dtype=torch.bool)
    kept[order[sums <= share * float(sums[-1]) * (1 + 1e-9)]] = True
    return kept.reshape(divergences.shape)


def share(config: HierarchyConfig, kept: torch.Tensor) -> float:
    """Which share of all latents is kept."""
    places = torch.tensor(positions(config), dtype=torch.float64)[:, None]
    return float((places * kept).sum() / (places.sum() * config.latent))


def latents(config: HierarchyConfig, kept: torch.Tensor, side: int) -> int:
    """How many latents of an image are kept."""
    return int(np.rint(sum(place * int(row.sum()) for place, row in zip(positions(config), kept, strict=True)) * side**2))


def least(divergences: torch.Tensor, kept: torch.Tensor) -> float:
    """The least divergence of an element of a channel that is kept."""
    return float(divergences[kept].min()) if bool(kept.any()) else math.nan
