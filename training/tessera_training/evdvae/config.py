"""What a hierarchy of latents looks like: the published configurations, and small ones."""
from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass

SCALES, ACTIVATIONS, PADDINGS = ("std", "logstd"), ("silu", "relu"), ("zeros", "replicate")
STEPS = 3
"""Exact form: pixels of a square of 2 x 2 that are not known, and are coded one after the other."""
SMOOTHING = 0.6931472
"""Of softplus where it gives a standard deviation: ln 2, to the digits of the authors' configurations. With it the standard deviation is
log2(1 + 2^raw)."""


PRIOR_BITS = 10.0
"""Published form: a latent's values are usually the middles of 2^10 bins, all of the same mass by its prior."""
STEPS_OF_ONE = 4
"""Exact form: steps of a latent's grid in its prior's scale."""


@dataclass(frozen=True)
class ResolutionConfig:
    """The blocks that work at one resolution, in both directions."""

    blocks: int
    """Bottom-up blocks; as many top-down blocks have a skip connection of their own."""
    width: int
    """Channels, also of the skip connections."""
    ratio: float
    """Channels inside a cell, as a share of those that it reads."""
    stride: int = 2
    """How many times fewer rows and columns the next resolution has: the last bottom-up block pools, the first top-down block unpools. 1 at
    the top."""
    kernel: int = 3
    """Rows and columns of the convolutions inside a cell."""
    repeats: tuple[tuple[int, int], ...] = ()
    """Further top-down blocks: after which of the blocks that have a skip connection of their own, counted from 0 in top-down order, and
    how many. They use that block's skip connection again."""

    @property
    def skips(self) -> tuple[int, ...]:
        """For each top-down block, which skip connection it reads, in top-down order."""
        further = dict(self.repeats)
        return tuple(skip for skip in range(self.blocks) for _ in range(1 + further.get(skip, 0)))


@dataclass(frozen=True)
class HierarchyConfig:
    """A hierarchy of latents over images of three channels, the image's resolution first."""

    resolutions: tuple[ResolutionConfig, ...]
    latent: int
    """Channels of each block's latent."""
    size: int | None = None
    """Rows and columns of an image, if fixed: then what unpooling adds is learnt for each place, otherwise for each channel."""
    mixtures: int = 10
    """Components of a pixel's mixture."""
    output_scale: str = "std"
    """How the last convolution gives a scale: `std`, by softplus; `logstd`, as a logarithm."""
    output_smoothing: float = SMOOTHING
    """Of that softplus, or the factor of the logarithm."""
    least_log_scale: float = -250.0
    """The least logarithm that the last convolution can give a scale. -250, as published, is no bound; -7 was usual before."""
    activation: str = "silu"
    """`silu`, with leaky rectifiers where rows and columns change, as published; or `relu`, everywhere."""
    padding: str = "zeros"
    """What convolutions see beyond an image's edges: `zeros`, as published, or what is nearest: `replicate`."""

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation is '{self.activation}'; it can be {' or '.join(ACTIVATIONS)}.")
        if self.padding not in PADDINGS:
            raise ValueError(f"padding is '{self.padding}'; it can be {' or '.join(PADDINGS)}.")
        if self.output_scale not in SCALES:
            raise ValueError(f"output_scale is '{self.output_scale}'; it can be {' or '.join(SCALES)}.")
        if not self.resolutions or self.resolutions[-1].stride != 1 or any(part.stride < 2 for part in self.resolutions[:-1]):
            raise ValueError("All resolutions but the top one have a stride of 2 or more, and the top one has 1.")
        for part in self.resolutions:
            if part.blocks < 1 or len(dict(part.repeats)) != len(part.repeats) or any(
                    not 0 <= skip < part.blocks or count < 1 for skip, count in part.repeats):
                raise ValueError("A resolution has a block at least, and repeats name each block once.")
        if self.size is not None and self.size % self.divisor != 0:
            raise ValueError(f"Images of {self.size} rows cannot be made {self.divisor} times smaller.")

    @property
    def divisor(self) -> int:
        """What must divide the sides of an image."""
        return math.prod(part.stride for part in self.resolutions)

    def reduction(self, index: int) -> int:
        """How many times fewer rows and columns than the image a resolution has."""
        return math.prod(part.stride for part in self.resolutions[:index])

    @property
    def prior_bits(self) -> float:
        """What an element of a latent takes by its prior."""
        return PRIOR_BITS

    @property
    def blocks(self) -> int:
        """Top-down blocks, each with a latent."""
        return sum(len(part.skips) for part in self.resolutions)

    def places(self) -> list[float]:
        """How many places the latent of each top-down block has, in their order, for each pixel."""
        indices = reversed(range(len(self.resolutions)))
        return [1 / self.reduction(index) ** 2 for index in indices for _ in self.resolutions[index].skips]

    def sections(self) -> list[tuple[str, int]]:
        """A name and the number of latents of each resolution, in top-down order."""
        return [(f"z/{self.reduction(index)}", len(part.skips)) for index, part in reversed(list(enumerate(self.resolutions)))]

    def channels(self) -> list[int]:
        """Channels of each latent."""
        return [self.latent] * self.blocks

    def latents(self, height: int, width: int) -> int:
        """How many numbers the latents of an image are."""
        return self.latent * sum(
            len(part.skips) * (height // self.reduction(index)) * (width // self.reduction(index))
            for index, part in enumerate(self.resolutions))

    def to_json(self) -> str:
        """The configuration as JSON, its keys sorted."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "HierarchyConfig":
        """The inverse of `to_json`."""
        values = json.loads(text)
        values["resolutions"] = tuple(
            ResolutionConfig(**{**part, "repeats": tuple(tuple(pair) for pair in part["repeats"])}) for part in values["resolutions"])
        return HierarchyConfig(**values)


@dataclass(frozen=True)
class GridConfig:
    """Exact form: what works on the squares of 2 x 2 pixels of a picture, all of whose first pixels are known from the grid above."""

    width: int
    """Channels of the top-down path."""
    bottom: int
    """Channels of the bottom-up path, and inside posteriors."""
    latent: tuple[int, int, int]
    """Channels of the latents in front of the three pixels of a square that are not known; 0 where there is none."""
    layers: tuple[int, int, int]
    """Residual layers of the top-down path before each of these pixels."""
    bottom_layers: int = 1
    """Residual layers of the bottom-up path."""

    @property
    def blocks(self) -> int:
        """Latents."""
        return sum(count > 0 for count in self.latent)


@dataclass(frozen=True)
class ExactConfig:
    """The exact form, whatever integers can do exactly: see `exact.ExactHierarchy`. Images have three channels of 8 bits."""

    grids: tuple[GridConfig, ...]
    """The grid of the image's own squares first. Each has half the rows and columns of the one before."""
    mixtures: int = 3
    """Components of a pixel's mixture."""
    color: str = "ycocg-r"
    """A reversible colour transform in front: `none` or `ycocg-r`."""
    size, padding = None, "replicate"

    def __post_init__(self) -> None:
        if self.color not in ("none", "ycocg-r"):
            raise ValueError(f"color is '{self.color}'; it can be none or ycocg-r.")
        if not self.grids or any(len(grid.latent) != STEPS or len(grid.layers) != STEPS for grid in self.grids):
            raise ValueError(f"There is a grid at least, and each has {STEPS} numbers of channels of latents and of layers.")

    @property
    def divisor(self) -> int:
        """What must divide the sides of an image in training."""
        return 2 ** len(self.grids)

    @property
    def blocks(self) -> int:
        """Latents."""
        return sum(grid.blocks for grid in self.grids)

    @property
    def prior_bits(self) -> float:
        """What an element of a latent takes by its prior, on average over that."""
        return math.log2(STEPS_OF_ONE * math.sqrt(2 * math.pi * math.e))

    @property
    def latent(self) -> int:
        """Channels of the largest latent."""
        return max(max(grid.latent) for grid in self.grids)

    def channels(self) -> list[int]:
        """Channels of each latent, in top-down order."""
        return [count for grid in reversed(self.grids) for count in grid.latent if count]

    def places(self) -> list[float]:
        """How many places each latent has, in top-down order, for each pixel."""
        return [0.25 ** (index + 1) for index, grid in reversed(list(enumerate(self.grids))) for count in grid.latent if count]

    def sections(self) -> list[tuple[str, int]]:
        """A name and the number of latents of each resolution, in top-down order."""
        return [(f"z/{2 ** (index + 1)}", grid.blocks) for index, grid in reversed(list(enumerate(self.grids)))]

    def to_json(self) -> str:
        """The configuration as JSON, its keys sorted."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "ExactConfig":
        """The inverse of `to_json`."""
        values = json.loads(text)
        values["grids"] = tuple(
            GridConfig(**{**grid, "latent": tuple(grid["latent"]), "layers": tuple(grid["layers"])}) for grid in values["grids"])
        return ExactConfig(**values)


def from_json(text: str) -> HierarchyConfig | ExactConfig:
    """Either form's configuration."""
    return (ExactConfig if "grids" in json.loads(text) else HierarchyConfig).from_json(text)


def _published(
        counts: tuple[int, ...], repeats: dict[int, tuple[int, int]], widths: tuple[int, ...], ratios: tuple[float, ...], **others,
) -> HierarchyConfig:
    """All from the image's resolution to 1 x 1, which pooling by 4 reaches and whose kernels are 1 x 1. Repeats: by resolution."""
    top = len(counts) - 1
    strides = (2,) * (top - 1) + (4, 1)
    parts = tuple(
        ResolutionConfig(count, width, ratio, stride, 1 if index == top else 3, (repeats[index],) if index in repeats else ())
        for index, (count, width, ratio, stride) in enumerate(zip(counts, widths, ratios, strides, strict=True)))
    return HierarchyConfig(parts, size=math.prod(strides), **others)


_CIFAR10 = (12, 7, 7, 4, 3), {0: (1, 10), 1: (1, 4)}
_IMAGENET32 = (16, 10, 9, 7, 6), {1: (0, 15), 2: (0, 10)}
_IMAGENET64 = (5, 16, 10, 9, 7, 6), {0: (0, 6), 2: (0, 15), 3: (0, 10)}
_QUARTER = 0.25
_LOGARITHMIC = {"output_scale": "logstd", "output_smoothing": 1.0}
_IMAGENET64_BASE = _published(*_IMAGENET64, (512,) * 6, (_QUARTER,) * 6, latent=32)

PRESETS: dict[str, HierarchyConfig | ExactConfig] = {
    "cifar10-c1": _published(*_CIFAR10, (48, 96, 192, 384, 384), (1.0, 0.5, _QUARTER, _QUARTER, _QUARTER), latent=16),
    "cifar10-base": _published(*_CIFAR10, (384,) * 5, (_QUARTER,) * 5, latent=32),
    "imagenet32-c1": _published(
        *_IMAGENET32, (64, 128, 256, 512, 512), (1.0, 0.5, _QUARTER, _QUARTER, _QUARTER), latent=48, **_LOGARITHMIC),
    "imagenet32-base": _published(*_IMAGENET32, (512,) * 5, (_QUARTER,) * 5, latent=32),
    "imagenet64-c1": _published(
        *_IMAGENET64, (64, 64, 256, 256, 512, 512), (1.0, 0.5, _QUARTER, _QUARTER, _QUARTER, _QUARTER), latent=64, **_LOGARITHMIC),
    "imagenet64-base": _IMAGENET64_BASE,
    "imagenet64-c2": _IMAGENET64_BASE,
    "photo": ExactConfig((
        GridConfig(40, 24, (4, 0, 0), (2, 1, 1)), GridConfig(40, 24, (4, 0, 0), (2, 1, 1)), GridConfig(32, 24, (4, 0, 0), (1, 1, 1)),
        GridConfig(24, 16, (4, 0, 0), (1, 1, 1)), GridConfig(24, 16, (4, 0, 0), (1, 1, 1)))),
    "tiny-exact": ExactConfig((GridConfig(8, 5, (2, 0, 1), (1, 2, 0)), GridConfig(7, 6, (1, 3, 0), (1, 1, 1), 2)), mixtures=2),
    "tiny": HierarchyConfig(
        (ResolutionConfig(1, 8, 1.0, repeats=((0, 1),)), ResolutionConfig(2, 12, 0.5), ResolutionConfig(1, 16, 0.5, 1)), latent=3, mixtures=3),
    "tiny-relu": HierarchyConfig(
        (ResolutionConfig(2, 8, 0.5, repeats=((0, 1),)), ResolutionConfig(1, 12, 0.5, 1)),
        latent=2, mixtures=2, activation="relu", padding="replicate"),
    "tiny-place": HierarchyConfig(
        (ResolutionConfig(2, 8, 1.0, repeats=((1, 1),)), ResolutionConfig(1, 12, 0.5, 8), ResolutionConfig(2, 16, _QUARTER, 1, 1)),
        latent=2, size=16, mixtures=2, **_LOGARITHMIC),
}
"""Configurations by name."""


def named(name: str) -> HierarchyConfig | ExactConfig:
    """A preset."""
    if name not in PRESETS:
        raise ValueError(f"There is no configuration '{name}'. There are {', '.join(PRESETS)}.")
    return PRESETS[name]
