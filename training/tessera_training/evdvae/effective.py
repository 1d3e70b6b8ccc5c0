"""The latents that hold anything: section 7 of the paper. Of most channels the posterior is nearly the prior; those may come from the prior
without having been coded, and the bits that a first tile needs are then only those of the others."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from .config import ExactConfig, HierarchyConfig
from .exact import ExactHierarchy
from .hierarchy import Hierarchy

_SEED = 2


Config = HierarchyConfig | ExactConfig


def divergences(model: Hierarchy | ExactHierarchy, pixels: torch.Tensor, device: str) -> torch.Tensor:
    """What an element of each channel takes by its prior more than by its posterior, in bits, on average over images and places:
    [blocks, channels], in top-down order. Where a latent has fewer channels than another, nothing is taken by those that it lacks."""
    config, total = model.config, torch.zeros(model.config.blocks, model.config.latent, dtype=torch.float64)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(_SEED)
        for batch in pixels.split(32):
            _, costs = model.elbo(batch.to(device))
            for sums, cost in zip(total, costs, strict=True):
                sums[:cost.shape[1]] += cost.sum(0).double().cpu()
    return total / (_places(config, total.shape).clamp(min=1e-12) * pixels[:, 0].numel())


@dataclass(frozen=True)
class Kept:
    """Channels that hold something."""

    config: Config
    channels: torch.Tensor
    """Bool [blocks, channels]."""

    @staticmethod
    def by_share(config: Config, divergences: torch.Tensor, share: float) -> "Kept":
        """The channels whose elements have the largest divergences, as many as are at most a share of all latents."""
        order = divergences.flatten().argsort(descending=True, stable=True)
        sums = _places(config, divergences.shape).flatten()[order].cumsum(0)
        channels = torch.zeros(divergences.numel(), dtype=torch.bool)
        channels[order[sums <= share * sums[-1] * (1 + 1e-9)]] = True
        return Kept(config, channels.reshape(divergences.shape) & (_places(config, divergences.shape) > 0))

    @staticmethod
    def by_divergence(config: Config, divergences: torch.Tensor, least: float) -> "Kept":
        """The channels whose elements have a divergence of so many bits at least."""
        return Kept(config, (divergences >= least) & (_places(config, divergences.shape) > 0))

    @property
    def latents_per_pixel(self) -> float:
        """How many latents are kept for each pixel."""
        return float(_places(self.config, self.channels.shape)[self.channels].sum())

    @property
    def share(self) -> float:
        """Which share of all latents is kept."""
        return self.latents_per_pixel / float(_places(self.config, self.channels.shape).sum())

    def supply(self, latent_bits: float, prior_bits: float | None = None) -> float:
        """Bits per subpixel that a tile must find on the stack: what each latent that is kept takes by its prior, the configuration's
        `prior_bits` if nothing else is said, less `latent_bits`, what the latents take by their priors more than by their posteriors."""
        return (self.config.prior_bits if prior_bits is None else prior_bits) * self.latents_per_pixel / 3 - latent_bits


def write_table(path: Path, config: Config, training: torch.Tensor, validation: torch.Tensor) -> None:
    """Writes a line for each channel: its block, that block's rows as a fraction of the image's, and an element's divergence."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("block\tresolution\tchannel\ttraining\tvalidation\n")
        for block, places in enumerate(config.places()):
            for channel in range(config.channels()[block]):
                values = "\t".join(f"{part[block, channel]:.3e}" for part in (training, validation))
                file.write(f"{block}\t1/{round(places**-0.5)}\t{channel}\t{values}\n")


def _places(config: Config, shape: torch.Size) -> torch.Tensor:
    """For each channel of each block, how many places it has for each pixel; none if there is no such channel."""
    there = torch.arange(shape[1]) < torch.tensor(config.channels())[:, None]
    return torch.tensor(config.places(), dtype=torch.float64)[:, None] * there
