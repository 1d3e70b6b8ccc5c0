"""The model as published (L. Hazami, R. Mama, R. Thurairatnam, "Efficient-VDVAE: Less is more", 2022, and its code), in floating point,
with continuous latents."""
from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from .config import SMOOTHING, HierarchyConfig, ResolutionConfig
from .distributions import HALF_RANGE, Gaussian, Mixture, binned, divergence, log_softplus, mixture

MIDDLE = 2
"""Convolutions inside a cell."""
LEAK = 0.1
"""Of the rectifiers of pooling and unpooling."""


class Cell(nn.Sequential):
    """A bottleneck: an activation and a convolution, four times."""

    def __init__(self, inputs: int, ratio: float, kernel: int, outputs: int, config: HierarchyConfig, last_scale: float = 1.0) -> None:
        """`last_scale`: a factor of the last convolution's weights at the start."""
        inner, activation = int(inputs * ratio), nn.SiLU if config.activation == "silu" else nn.ReLU
        layers: list[nn.Module] = [activation(), nn.Conv2d(inputs, inner, 1)]
        for _ in range(MIDDLE):
            layers += [activation(), nn.Conv2d(inner, inner, kernel, padding=kernel // 2, padding_mode=config.padding)]
        last = nn.Conv2d(inner, outputs, 1)
        with torch.no_grad():
            last.weight.mul_(last_scale)
        super().__init__(*layers, activation(), last)


class BottomUpBlock(nn.Module):
    """Refines what is known of the image at a resolution, and hands it to the top-down blocks."""

    def __init__(self, part: ResolutionConfig, above: int | None, config: HierarchyConfig, last_scale: float) -> None:
        """`above`: channels of the next resolution, if this block pools."""
        super().__init__()
        self.cell = Cell(part.width, part.ratio, part.kernel, part.width, config, last_scale)
        self.leak = _leak(config)
        self.skip = nn.Conv2d(part.width, part.width, 1)
        self.pool = None if above is None else nn.Conv2d(part.width, above, part.stride, part.stride)

    def forward(self, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What goes up, and the skip connection."""
        values = values + self.cell(values)
        skip = self.skip(values)
        if self.pool is not None:
            values = functional.leaky_relu(self.pool(values), self.leak)
        return values, skip


class Unpool(nn.Module):
    """To more rows and columns."""

    def __init__(self, above: int, part: ResolutionConfig, side: int | None, config: HierarchyConfig) -> None:
        """`side`: rows and columns of the result, if fixed."""
        super().__init__()
        self.leak = _leak(config)
        self.convolution = nn.Conv2d(above, part.width, 1)
        self.stride = part.stride
        self.scale_bias = nn.Parameter(torch.zeros(part.width, side or 1, side or 1))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        values = functional.leaky_relu(self.convolution(values), self.leak)
        return functional.interpolate(values, scale_factor=float(self.stride), mode="nearest") + self.scale_bias


class TopDownBlock(nn.Module):
    """Gives a latent's prior, its posterior, and what is known of the image when the latent is."""

    def __init__(self, part: ResolutionConfig, unpool: Unpool | None, config: HierarchyConfig, scale: float) -> None:
        """`scale`: a factor of the weights that add to the main path, at the start."""
        super().__init__()
        width, latent = part.width, config.latent
        self.unpool = unpool
        self.prior_cell = Cell(width, part.ratio, part.kernel, 2 * width, config)
        self.prior_layer = nn.Conv2d(width, 2 * latent, 1)
        self.posterior_cell = Cell(2 * width, part.ratio / 2, part.kernel, width, config)
        self.posterior_layer = nn.Conv2d(width, 2 * latent, 1)
        self.projection = nn.Conv2d(latent, width, 1)
        with torch.no_grad():
            self.projection.weight.mul_(scale)
        self.cell = Cell(width, part.ratio, part.kernel, width, config, scale)

    def prior(self, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Gaussian]:
        """The main path at this block's resolution, as the posterior reads it; what the prior's cell adds to it; the prior."""
        if self.unpool is not None:
            values = self.unpool(values)
        residual, features = self.prior_cell(values).chunk(2, 1)
        return values, residual, _gaussian(self.prior_layer(features))

    def posterior(self, values: torch.Tensor, skip: torch.Tensor) -> Gaussian:
        """The posterior."""
        return _gaussian(self.posterior_layer(self.posterior_cell(torch.cat((values, skip), 1))))

    def merge(self, values: torch.Tensor, residual: torch.Tensor, latent: torch.Tensor) -> torch.Tensor:
        """The main path after the block, by a latent."""
        values = values + residual + self.projection(latent)
        return values + self.cell(values)


class Hierarchy(nn.Module):
    """All blocks. What uses them one by one calls `skips`; then of each block of `top_down` in order `prior`, `posterior` where the image
    is known, and `merge`; then `pixels`."""

    def __init__(self, config: HierarchyConfig) -> None:
        super().__init__()
        self.config = config
        parts, scale = config.resolutions, math.sqrt(1 / config.blocks)
        self.entry = nn.Conv2d(3, parts[0].width, 1)
        self.bottom_up, self.top_down = nn.ModuleList(), nn.ModuleList()
        self.skip_of: list[int] = []
        """For each top-down block, which bottom-up block's skip connection its posterior reads."""
        for index, part in enumerate(parts):
            above = parts[index + 1].width if index + 1 < len(parts) else None
            for block in range(part.blocks):
                self.bottom_up.append(BottomUpBlock(part, above if block == part.blocks - 1 else None, config, scale))
        last = len(self.bottom_up) - 1
        for index, part in reversed(list(enumerate(parts))):
            side = None if config.size is None else config.size // config.reduction(index)
            for number, skip in enumerate(part.skips):
                first = number == 0 and index + 1 < len(parts)
                unpool = Unpool(parts[index + 1].width, part, side, config) if first else None
                self.top_down.append(TopDownBlock(part, unpool, config, scale))
                self.skip_of.append(last - skip)
            last -= part.blocks
        self.start = nn.Parameter(torch.empty(parts[-1].width, 1, 1).uniform_(-1, 1) * math.sqrt(3 / parts[-1].width))
        self.exit = nn.Conv2d(parts[0].width, 10 * config.mixtures, 1)

    def skips(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """Bottom-up: of grey levels [N, 3, H, W], the skip connection of each bottom-up block, the image's resolution first."""
        values, result = self.entry((pixels.float() - HALF_RANGE) / HALF_RANGE), []
        for block in self.bottom_up:
            values, skip = block(values)
            result.append(skip)
        return result

    def begin(self, count: int, height: int, width: int) -> torch.Tensor:
        """What the first top-down block reads, for images of a size."""
        divisor = self.config.divisor
        return self.start.expand(count, -1, height // divisor, width // divisor)

    def pixels(self, values: torch.Tensor) -> Mixture:
        """The distribution of pixels, of what the last top-down block gives."""
        return mixture(self.exit(values), self.config)

    def elbo(
            self, pixels: torch.Tensor, kept: torch.Tensor | None = None, drawn: bool = True, bin_bits: int | None = None,
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Of grey levels [N, 3, H, W], in bits: what the image takes given all latents, [N]; and for each latent, in top-down order, what
        it takes by its prior more than by its posterior, [N, channels].

        `kept`, bool [blocks, channels], says which channels of latents hold anything. Others come from the prior, of which both sides know
        them, and take nothing: `drawn` from it, or else its mean. `bin_bits`: latents are drawn of 2^bin_bits bins, as a coder does.
        """
        skips = self.skips(pixels)
        values, costs = self.begin(len(pixels), *pixels.shape[2:]), []
        for index, block in enumerate(self.top_down):
            values, residual, prior = block.prior(values)
            posterior = block.posterior(values, skips[self.skip_of[index]])
            noise = torch.randn_like(prior.mean)
            if bin_bits is None:
                latent, cost = posterior.at(noise), divergence(posterior, prior)
            else:
                latent, cost = binned(posterior, prior, noise, bin_bits)
            if kept is not None:
                chosen = kept[index].to(latent.device)[:, None, None]
                latent = torch.where(chosen, latent, prior.at(noise) if drawn else prior.mean)
                cost = cost * chosen
            costs.append(cost.sum((2, 3)) / math.log(2))
            values = block.merge(values, residual, latent)
        return self.pixels(values).bits(pixels).sum((1, 2)), costs

    def prepare(self, pixels: torch.Tensor) -> None:
        """Does nothing: the published model starts from random weights, whatever images are."""

    def parameter_groups(self) -> list[dict]:
        """For an optimiser: all parameters, which learn equally fast."""
        return [{"params": list(self.parameters()), "factor": 1.0}]

    def multiply_adds_per_pixel(self) -> float:
        """Multiplications and additions of all convolutions, bottom-up and top-down, for each pixel of the image."""
        config, total = self.config, float(self.entry.weight.numel() + self.exit.weight.numel())
        up, down = iter(self.bottom_up), iter(reversed(self.top_down))
        for index, part in enumerate(config.resolutions):
            blocks = [next(up) for _ in range(part.blocks)] + [next(down) for _ in part.skips]
            work = sum(parameter.numel() for block in blocks for parameter in block.parameters() if parameter.ndim == 4)
            # Pooling ends, and unpooling begins, with fewer positions.
            pools = sum(block.pool.weight.numel() for block in blocks if getattr(block, "pool", None) is not None)
            pools += sum(block.unpool.convolution.weight.numel() for block in blocks if getattr(block, "unpool", None) is not None)
            total += (work - pools * (1 - 1 / part.stride**2)) / config.reduction(index) ** 2
        return total

    def parameter_counts(self) -> tuple[int, int, int]:
        """How many numbers are learnt: bottom-up, top-down, and of the latter those that unpooling adds."""
        up = sum(parameter.numel() for module in (self.entry, self.bottom_up) for parameter in module.parameters())
        total = sum(parameter.numel() for parameter in self.parameters())
        biases = sum(block.unpool.scale_bias.numel() for block in self.top_down if block.unpool is not None)
        return up, total - up, biases


def _leak(config: HierarchyConfig) -> float:
    return LEAK if config.activation == "silu" else 0.0


def _gaussian(output: torch.Tensor) -> Gaussian:
    mean, raw = output.chunk(2, 1)
    return Gaussian(mean, log_softplus(raw, SMOOTHING))
