"""What a chain of latents looks like: configurations, published and practical, and the work that they take."""
from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

FORMS = ("published", "exact")
KERNEL = 3
"""Rows and columns of all convolutions but those that a body names."""


@dataclass(frozen=True)
class BodyConfig:
    """What a net does between its input and its output."""

    width: int
    """Channels."""
    blocks: tuple[tuple[int, int], ...]
    """Blocks of residual layers, each with rows and columns of its convolutions, and how many layers it has."""
    entry: int = KERNEL
    """Rows and columns of the first convolution."""

    def multiply_adds(self, inputs: int) -> int:
        """Multiplications and additions at one position, without the output."""
        residual = sum(2 * kernel**2 * layers * self.width**2 for kernel, layers in self.blocks)
        return self.entry**2 * inputs * self.width + residual


@dataclass(frozen=True)
class LevelConfig:
    """A latent, and the two nets between it and the variable below it: the image, or the latent before."""

    latent: int
    """Channels of the latent."""
    squeeze: bool
    """Whether the latent has half the rows and columns of the variable below."""
    posterior: BodyConfig
    """Of the net from the variable below to the latent's distribution."""
    prior: BodyConfig
    """Of the net from the latent to the distribution of the variable below."""
    base: int = 1
    """Exact form: how many pixels of each square of 2 x 2 the latent's base channels show (`exact`): 1 or 2."""


@dataclass(frozen=True)
class ChainConfig:
    """A chain of latents over images, the lowest level first."""

    levels: tuple[LevelConfig, ...]
    form: str = "published"
    """`published`: as F. Kingma, P. Abbeel, J. Ho, "Bit-Swap", ICML 2019, made it: weight normalisation, ELU, zeros beyond edges,
    continuous latents, each colour value by itself. `exact`: what integers can do exactly: see `exact.ExactChain`."""
    channels: int = 3
    size: int | None = None
    """Rows and columns of an image, if fixed."""
    conditional: bool = False
    """Published form: whether the scales of pixels are an output of the net, or parameters, one for each place of an image."""
    dropout: float = 0.0
    """Published form, in training: before the second convolution of a residual layer."""
    color: str = "none"
    """Exact form: a reversible colour transform in front: `none` or `ycocg-r`."""

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form is '{self.form}'; it can be {' or '.join(FORMS)}.")
        if self.form == "published" and not self.conditional and self.size is None:
            raise ValueError("Scales for each place of an image need the size of the images.")
        if self.color not in ("none", "ycocg-r"):
            raise ValueError(f"color is '{self.color}'; it can be none or ycocg-r.")
        if self.color != "none" and self.channels != 3:
            raise ValueError("The colour transform takes three channels.")
        if self.form == "exact":
            places = 1
            for level in self.levels:
                if level.squeeze != (places == 1) or level.base not in ((1, 2) if level.squeeze else (1,)):
                    raise ValueError("In the exact form, base channels show 1 or 2 pixels of a square after it was squeezed, 1 after 2 were shown.")
                if level.latent < level.base * self.channels:
                    raise ValueError("In the exact form, a latent has as many channels as its base at least.")
                places = level.base

    @property
    def padding(self) -> str:
        """What convolutions see beyond an image's edges."""
        return "zero" if self.form == "published" else "replicate"

    @property
    def divisor(self) -> int:
        """What must divide the sides of an image."""
        return 2 ** sum(level.squeeze for level in self.levels)

    def below(self, level: int) -> int:
        """Channels of the variable below a level's latent, squeezed if it is to be."""
        return (self.levels[level - 1].latent if level else self.channels) * (4 if self.levels[level].squeeze else 1)

    def multiply_adds_per_pixel(self) -> float:
        """Multiplications and additions of all convolutions of all nets, for each pixel of the image."""
        total, positions = 0.0, 1.0
        for index, level in enumerate(self.levels):
            positions /= 4 if level.squeeze else 1
            below, outputs = self.below(index), 2
            if self.form == "published" and index == 0 and not self.conditional:
                outputs = 1
            work = level.posterior.multiply_adds(below) + level.prior.multiply_adds(level.latent)
            work += KERNEL**2 * (2 * level.posterior.width * level.latent + outputs * level.prior.width * below)
            if self.form == "exact":
                work += 2 * KERNEL**2 * below * level.latent
            total += positions * work
        return total

    def to_json(self) -> str:
        """The configuration as JSON, its keys sorted."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "ChainConfig":
        """The inverse of `to_json`."""
        def body(values: dict) -> BodyConfig:
            return BodyConfig(values["width"], tuple(tuple(block) for block in values["blocks"]), values["entry"])

        values = json.loads(text)
        values["levels"] = tuple(
            LevelConfig(level["latent"], level["squeeze"], body(level["posterior"]), body(level["prior"]), level["base"])
            for level in values["levels"])
        return ChainConfig(**values)


def _published(latents: int, width: int, latent: int = 8, size: int | None = 32, **others) -> ChainConfig:
    """In each direction eight residual layers of 3 x 3, shared out among the levels, and four of 5 x 5 next to the image."""
    levels = []
    for level in range(latents):
        layers = 8 // latents
        if level == 0:
            posterior, prior = BodyConfig(width, ((5, 4), (3, layers)), 5), BodyConfig(width, ((3, layers), (5, 4)))
        else:
            posterior = prior = BodyConfig(width, ((3, layers),))
        levels.append(LevelConfig(latent, level == 0, posterior, prior))
    return ChainConfig(tuple(levels), size=size, **others)


def _exact(*levels: tuple[int, tuple[int, int], tuple[int, int]], halves: bool = True, **others) -> ChainConfig:
    """Each level: free channels of the latent; then of posterior and prior the width and the number of residual layers. With `halves` two
    levels after the other leave half the base channels each, otherwise one level a quarter."""
    result = []
    for index, (free, *bodies) in enumerate(levels):
        posterior, prior = (BodyConfig(width, ((KERNEL, layers),)) for width, layers in bodies)
        squeeze = not halves or index % 2 == 0
        base = 2 if halves and squeeze else 1
        result.append(LevelConfig(3 * base + free, squeeze, posterior, prior, base))
    return ChainConfig(tuple(result), form="exact", color="ycocg-r", **others)


PRESETS: dict[str, ChainConfig] = {
    **{f"cifar10-{latents}": _published(latents, width, dropout=0.3) for latents, width in ((1, 256), (2, 255), (4, 254), (8, 252))},
    **{f"imagenet32-{latents}": _published(latents, width) for latents, width in ((1, 256), (2, 255), (4, 254))},
    **{f"mnist-{latents}": _published(latents, width, latent=1, channels=1, dropout=0.2)
       for latents, width in ((1, 64), (2, 63), (4, 62), (8, 61))},
    "imagenetcrop-4": _published(4, 256, conditional=True),
    "photo": _exact(*((2, (24, 1), (40, 2)),) * 8),
    "photo-small": _exact(*((2, (16, 1), (24, 1)),) * 6),
    "photo-quarters": _exact(*((5, (24, 1), (32, 1)),) * 3, halves=False),
    "tiny": _exact((1, (6, 1), (8, 1)), (2, (5, 1), (7, 2)), (1, (7, 1), (9, 1))),
    "tiny-quarters": _exact((1, (6, 1), (8, 1)), (0, (5, 1), (7, 1)), halves=False),
    "tiny-published": ChainConfig(
        (LevelConfig(4, True, BodyConfig(8, ((5, 1), (3, 1)), 5), BodyConfig(8, ((3, 1), (5, 1)))),
         LevelConfig(4, False, BodyConfig(8, ((3, 1),)), BodyConfig(8, ((3, 1),)))), size=16),
}
"""Configurations by name."""


def named(name: str) -> ChainConfig:
    """A preset."""
    if name not in PRESETS:
        raise ValueError(f"There is no configuration '{name}'. There are {', '.join(PRESETS)}.")
    return PRESETS[name]
