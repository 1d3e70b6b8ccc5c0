"""A practical hierarchy in integers, computed exactly as an engine computes it: `spec/evdvae.md` by the operations of `spec/arithmetic.md`."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn import functional

from ..arithmetic import ACTIVATION, FULL, RECTIFIED, Convolution, Table, space_to_depth
from ..color import to_integers
from ..simulate import LEVELS, in_scales
from ..tables import component_mass
from .config import STEPS_OF_ONE, ExactConfig
from .exact import COLORS, LOG_RATIOS, PLACES

WEIGHT_BITS = 12
LOGIT_UNITS = 64
COEFFICIENT_BITS = 8
EXPONENTIALS = 1024
PRIOR_LEVEL = 48
"""The scale level of a latent's prior: that of the scale STEPS_OF_ONE."""
POSTERIOR_LEVELS = (16, 56)
"""Limits of a posterior's scale level: exact.LOG_RATIOS."""


@dataclass(frozen=True)
class Gaussians:
    """Of each element of a latent, [N, C, H, W]."""

    location: torch.Tensor
    """In 1/64."""
    level: torch.Tensor


@dataclass(frozen=True)
class Mixtures:
    """Of one colour of each pixel: logistic components along the last dimension, [N, H, W, K]."""

    weight: torch.Tensor
    """Their sum is 2^WEIGHT_BITS."""
    location: torch.Tensor
    """In 1/64."""
    level: torch.Tensor

    def after(self, values: torch.Tensor) -> torch.Tensor:
        """The weights of the next colour's components, when this colour [N, H, W] is known."""
        parts = tuple(part.numpy() for part in (self.location, self.level))
        mass = torch.from_numpy(component_mass(values.unsqueeze(-1).expand_as(self.level).numpy(), *parts))
        return shares(self.weight * (mass + 1))


def shares(parts: torch.Tensor) -> torch.Tensor:
    """Weights in proportion to parts, along the last dimension; what rounding leaves goes to the largest, the first of several."""
    weight = (parts << WEIGHT_BITS) // parts.sum(-1, keepdim=True)
    return weight.scatter_add(-1, parts.argmax(-1, keepdim=True), (1 << WEIGHT_BITS) - weight.sum(-1, keepdim=True))


class Stack(Protocol):
    """What an encoder pops from and pushes on."""

    def draw(self, posterior: Gaussians) -> torch.Tensor:
        """Pops a latent."""

    def push_latent(self, latent: torch.Tensor) -> None:
        """Pushes a latent by its prior."""

    def push_color(self, color: int, values: torch.Tensor, mixtures: Mixtures, there: torch.Tensor) -> None:
        """Pushes a colour of those pixels that are `there`, bool [H, W]."""

    def push_top(self, values: torch.Tensor, location: torch.Tensor, level: torch.Tensor) -> None:
        """Pushes the top picture, [N, 3, H, W], by its distributions, [3, 1, 1]."""


@dataclass(frozen=True)
class IntegerLayers:
    """Residual layers."""

    layers: list[tuple[Convolution, Convolution]]

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        for first, second in self.layers:
            values = (values + second(first(values.clamp(*RECTIFIED)))).clamp(*ACTIVATION)
        return values


@dataclass(frozen=True)
class IntegerSymmetric:
    """A convolution of pixels and its table."""

    convolution: Convolution
    table: Table

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        return self.table(self.convolution(values.clamp(*ACTIVATION)))


@dataclass(frozen=True)
class IntegerPosterior:
    """Of a latent."""

    hidden: Convolution
    output: Convolution

    def __call__(self, main: torch.Tensor, found: torch.Tensor) -> Gaussians:
        location, level = self.output(self.hidden(torch.cat((main, found), 1))).chunk(2, 1)
        return Gaussians(location, level.clamp(*POSTERIOR_LEVELS))


@dataclass(frozen=True)
class IntegerStep:
    """A top-down block."""

    stem: IntegerSymmetric
    posterior: IntegerPosterior | None
    projection: Convolution | None
    kept: torch.Tensor | None
    """Which channels of the latent hold anything: bool [C]."""
    layers: IntegerLayers
    output: Convolution
    linear: Convolution


@dataclass(frozen=True)
class IntegerGrid:
    """Everything that works on the squares of one picture."""

    stem: IntegerSymmetric
    pool: Convolution | None
    bottom_layers: IntegerLayers
    steps: list[IntegerStep]
    unpool: Convolution | None


@dataclass(frozen=True)
class Block:
    """What was computed in a step: for tests."""

    posterior: Gaussians | None
    latent: torch.Tensor | None
    pixel: torch.Tensor
    mixtures: list[Mixtures]


@dataclass(frozen=True)
class IntegerHierarchy:
    """A quantised model; the image's own grid first."""

    config: ExactConfig
    grids: list[IntegerGrid]
    top_location: torch.Tensor
    top_level: torch.Tensor
    exponentials: torch.Tensor

    def encode(self, pixels: torch.Tensor, stack: Stack) -> list[Block]:
        """Codes grey levels [N, 3, H, W] of any size, and tells what was computed, step by step from the top. Latents are drawn before
        anything is pushed; among pushes the order makes no difference here."""
        picture, squares, sizes, found = to_integers(pixels, self.config.color), [], [], []
        for grid in self.grids:
            sizes.append(picture.shape[2:])
            squares.append(_squares(picture))
            path = grid.stem(squares[-1])
            if grid.pool is not None:
                path = (path + grid.pool(_squares(found[-1]))).clamp(*ACTIVATION)
            found.append(grid.bottom_layers(path))
            picture = squares[-1][:, ::4]
        main, blocks = None, []
        for grid, square, skip, size in zip(*map(reversed, (self.grids, squares, found, sizes)), strict=True):
            known = square[:, ::4]
            for step, place in zip(grid.steps, PLACES, strict=True):
                entering = step.stem(known)
                main = entering if main is None else (main + entering).clamp(*ACTIVATION)
                posterior = latent = None
                if step.posterior is not None:
                    posterior = step.posterior(main, skip)
                    latent = self._draw(step, posterior, stack)
                    main = (main + step.projection(latent.clamp(*ACTIVATION))).clamp(*ACTIVATION)
                main = step.layers(main)
                there = _there(place, size)
                # A copy of the nearest pixel may be one of a later step: a decoder would not know it.
                pixel = torch.where(there, square[:, place::4], known[:, :COLORS])
                output, linear = step.output(main.clamp(*RECTIFIED)), step.linear(known.clamp(*ACTIVATION))
                blocks.append(Block(posterior, latent, pixel, self._mix(output, linear, known[:, :COLORS], pixel)))
                for color, mixtures in enumerate(blocks[-1].mixtures):
                    stack.push_color(color, pixel[:, color], mixtures, there)
                if latent is not None:
                    stack.push_latent(latent[:, step.kept])
                known = torch.cat((known, pixel), 1)
            if grid.unpool is not None:
                main = grid.unpool(main).repeat_interleave(2, 2).repeat_interleave(2, 3)
                # The next grid has as many rows and columns as this one's picture.
                main = main[:, :, :size[0], :size[1]]
        stack.push_top(picture, self.top_location[:, None, None], self.top_level[:, None, None])
        return blocks

    @staticmethod
    def _draw(step: IntegerStep, posterior: Gaussians, stack: Stack) -> torch.Tensor:
        latent = torch.zeros_like(posterior.location)
        latent[:, step.kept] = stack.draw(Gaussians(posterior.location[:, step.kept], posterior.level[:, step.kept]))
        return latent

    def _mix(self, output: torch.Tensor, linear: torch.Tensor, first: torch.Tensor, pixel: torch.Tensor) -> list[Mixtures]:
        count = self.config.mixtures
        logits, rest = output.split([count, 3 * COLORS * count], 1)
        corrections, levels, coefficients = rest.unflatten(1, (3, COLORS, count)).unbind(1)
        levels = levels.clamp(0, LEVELS - 1)
        largest = logits.max(1, keepdim=True).values
        weight = _last(shares(_last(self.exponentials[(largest - logits).clamp(max=EXPONENTIALS - 1)])).movedim(-1, 1))
        errors = 64 * (pixel - first) - linear
        # Of Y in Co, of Y in Cg, of Co in Cg.
        moved = [torch.zeros_like(coefficients[:, 0]), coefficients[:, 0] * errors[:, :1],
                 coefficients[:, 1] * errors[:, :1] + coefficients[:, 2] * errors[:, 1:2]]
        result = []
        for color in range(COLORS):
            shift = moved[color] + (128 if color else 0) >> COEFFICIENT_BITS
            location = (linear[:, color, None] + shift + in_scales(corrections[:, color], levels[:, color])).clamp(*FULL)
            result.append(Mixtures(weight, _last(64 * first[:, color, None] + location), _last(levels[:, color])))
            weight = result[-1].after(pixel[:, color])
        return result


def _squares(values: torch.Tensor) -> torch.Tensor:
    """Space to depth; beyond the last row or column lies a copy of it."""
    edges = [0, values.shape[3] % 2, 0, values.shape[2] % 2]
    return space_to_depth(functional.pad(values.double(), edges, mode="replicate").long())


def _there(place: int, size: torch.Size) -> torch.Tensor:
    """Of a place, which squares of a picture have it: bool [H, W]."""
    rows, columns = (torch.arange((side + 1) // 2) * 2 + offset < side for side, offset in zip(size, divmod(place, 2), strict=True))
    return rows[:, None] & columns


def _last(values: torch.Tensor) -> torch.Tensor:
    """[N, K, H, W] to [N, H, W, K]."""
    return values.movedim(1, -1)
