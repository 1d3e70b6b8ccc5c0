"""What a practical flow looks like: configurations, and the work that they take."""
from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

from ..config import KERNEL

COLORS, PLACES = 3, 4
"""Channels of an image, and pixels of a square of 2 x 2."""


@dataclass(frozen=True)
class NetConfig:
    """A dense net: a stem, and dense layers."""

    width: int
    """Channels of the stem."""
    growth: tuple[int, ...] = ()
    """Channels that each dense layer adds."""

    @property
    def features(self) -> int:
        """Channels that the last convolution reads."""
        return self.width + sum(self.growth)

    def multiply_adds(self, inputs: int, outputs: int) -> int:
        """Multiplications and additions at one place."""
        total, width = KERNEL**2 * inputs * self.width, self.width
        for growth in self.growth:
            total += width**2 + KERNEL**2 * width * growth
            width += growth
        return total + width * outputs


@dataclass(frozen=True)
class BlockConfig:
    """A block of the flow: what is done at one size. It begins with a squeeze."""

    modules: tuple[int, ...]
    """Modules of each unit. A module is a matrix and a coupling."""
    net: NetConfig
    """Of each coupling."""
    noise: int = 0
    """Channels of noise that are put after the others in front of each unit but the first."""
    kept: int | None = None
    """Channels that stay after the block: the first ones. None after the last block, where all are scored."""


@dataclass(frozen=True)
class FlowConfig:
    """A practical flow over images of three colours."""

    blocks: tuple[BlockConfig, ...]
    dequantiser: NetConfig | None
    """Gives the distributions of what is added below a sample's last bit; all bits are alike if there is none."""
    color: str = "ycocg-r"
    """A reversible colour transform in front: `none` or `ycocg-r`."""
    fraction_bits: int = 10
    """Of values, when they are integers."""
    dequantisation_bits: int = 4
    """Bits that are added to a sample below its last one."""

    activation, normalization, padding = "relu", "none", "replicate"
    """Of all nets: as `densenet` has it."""

    def __post_init__(self) -> None:
        if self.color not in ("none", "ycocg-r"):
            raise ValueError(f"color is '{self.color}'; it can be none or ycocg-r.")
        channels = COLORS
        for index, block in enumerate(self.blocks):
            channels = PLACES * channels + block.noise * (len(block.modules) - 1)
            is_last = index == len(self.blocks) - 1
            if block.noise % 2 or min(block.modules) < 1 or channels % 2 or (len(block.modules) > 1 and not block.noise):
                raise ValueError("Units have modules, an even number of channels, and noise in front of all but the first.")
            if (block.kept is None) != is_last or not (is_last or COLORS <= block.kept < channels):
                raise ValueError("After all blocks but the last some channels stay, three at least, and some leave.")
            channels = channels if is_last else block.kept

    @property
    def divisor(self) -> int:
        """What must divide the sides of an image."""
        return 2 ** len(self.blocks)

    def entering(self, block: int) -> int:
        """Channels of a block's first unit."""
        return PLACES * (self.blocks[block - 1].kept if block else COLORS)

    def channels(self, block: int, unit: int) -> int:
        """Channels of a unit's modules."""
        return self.entering(block) + unit * self.blocks[block].noise

    def leaving(self, block: int) -> int:
        """Channels of a block's last unit."""
        return self.channels(block, len(self.blocks[block].modules) - 1)

    def recorded(self, block: int, unit: int) -> int:
        """Channels that the noise in front of a unit depends on: of all that the units before it were given."""
        return sum(self.channels(block, earlier) - (self.blocks[block].noise if earlier else 0) for earlier in range(unit))

    def multiply_adds_per_pixel(self) -> float:
        """Multiplications and additions of all nets and matrices, for each pixel of the image."""
        total = 0.0 if self.dequantiser is None else self.dequantiser.multiply_adds(PLACES * COLORS, 2 * PLACES * COLORS) / PLACES
        for index, block in enumerate(self.blocks):
            work = 0
            for unit, modules in enumerate(block.modules):
                channels = self.channels(index, unit)
                half = channels // 2
                work += modules * (block.net.multiply_adds(half, 2 * half) + KERNEL**2 * half**2 + channels**2)
                if unit:
                    recorded = self.recorded(index, unit)
                    work += KERNEL**2 * recorded * 4 * recorded + 4 * recorded * 2 * block.noise
            total += work / PLACES ** (index + 1)
        return total

    def to_json(self) -> str:
        """The configuration as JSON, its keys sorted."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "FlowConfig":
        """The inverse of `to_json`."""
        def net(values: dict | None) -> NetConfig | None:
            return None if values is None else NetConfig(values["width"], tuple(values["growth"]))

        values = json.loads(text)
        blocks = tuple(BlockConfig(tuple(block["modules"]), net(block["net"]), block["noise"], block["kept"]) for block in values["blocks"])
        return FlowConfig(blocks, net(values.pop("dequantiser")), **{name: value for name, value in values.items() if name != "blocks"})


_PHOTO_NETS = NetConfig(32, (16, 16)), NetConfig(40, (24, 24))

PHOTO = FlowConfig(
    (BlockConfig((3, 2), _PHOTO_NETS[0], 2, 7),
     BlockConfig((3, 2), _PHOTO_NETS[1], 2, 8),
     BlockConfig((3,), _PHOTO_NETS[1], 0, 8),
     BlockConfig((3,), _PHOTO_NETS[1])),
    NetConfig(32, (16,)))

PRESETS: dict[str, FlowConfig] = {
    "tiny": FlowConfig(
        (BlockConfig((1, 2), NetConfig(8, (4,)), 2, 5), BlockConfig((2,), NetConfig(6, (4, 4)))), NetConfig(8)),
    "tiny-uniform": FlowConfig(
        (BlockConfig((3,), NetConfig(8), 0, 4), BlockConfig((1, 1), NetConfig(6), 2, 6), BlockConfig((2,), NetConfig(6, (4,)))), None),
    "photo": PHOTO,
    "photo-plain": dataclasses.replace(PHOTO, blocks=tuple(
        dataclasses.replace(block, modules=(sum(block.modules),), noise=0, kept=kept) for block, kept in zip(PHOTO.blocks, (6, 8, 8, None)))),
    "photo-uniform": dataclasses.replace(PHOTO, dequantiser=None),
}


def named(name: str) -> FlowConfig:
    """The configuration of a name."""
    if name not in PRESETS:
        raise ValueError(f"There is no configuration {name}; there are: {', '.join(PRESETS)}.")
    return PRESETS[name]
