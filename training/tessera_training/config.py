"""What an integer discrete flow looks like: configurations, published and practical, and the work that they take."""
from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

KERNEL = 3
"""Rows and columns of a dense layer's spatial convolution and of the last convolution."""


@dataclass(frozen=True)
class NetConfig:
    """A DenseNet: `depth` layers that together add `growth` channels to the input."""

    depth: int
    growth: int

    def growths(self) -> list[int]:
        """How many channels each layer adds: what is left, shared out among the layers that are left, rounded down."""
        result, left = [], self.growth
        for layers in range(self.depth, 0, -1):
            result.append(left // layers)
            left -= result[-1]
        return result

    def multiply_adds(self, inputs: int, outputs: int) -> int:
        """Multiplications and additions of the convolutions at one position."""
        total, width = 0, inputs
        for growth in self.growths():
            total += width * width + KERNEL**2 * width * growth
            width += growth
        return total + KERNEL**2 * width * outputs


@dataclass(frozen=True)
class PassConfig:
    """The prior of one pass of an interlaced level: see `interlaced.Pass`."""

    stem: int
    """Features of the neighbourhood that the trunk starts from."""
    trunk: NetConfig
    """Dense layers on these, for all channels of the image."""
    detail: int
    """Features of the neighbourhood with the pass's channels that are known, for each channel but the first."""
    hidden: tuple[int, ...]
    """Features from which the second and further channels are predicted."""

    def multiply_adds(self, known: int, places: int) -> int:
        """Multiplications and additions at one position, with `known` channels at first; each channel adds `places`."""
        total, width = KERNEL**2 * known * self.stem, self.stem
        for growth in self.trunk.growths():
            total += width * width + KERNEL**2 * width * growth
            width += growth
        total += KERNEL**2 * (width * 2 * places + known * places)
        for hidden in self.hidden:
            known += places
            total += KERNEL**2 * known * (self.detail + places) + (width + self.detail) * hidden + hidden * 2 * places
            width += hidden
        return total


@dataclass(frozen=True)
class LevelConfig:
    """A level of the flow: its couplings, and the prior of what leaves at its end."""

    steps: int
    coupling: NetConfig
    prior: NetConfig | None
    """Of the half that leaves; none at the last level, and where there are passes."""
    passes: tuple[PassConfig, ...] | None = None
    """Of an interlaced level, both passes."""


@dataclass(frozen=True)
class FlowConfig:
    """An integer discrete flow. The defaults are those of IDF++ (van den Berg et al., arXiv 2006.12459, appendix B.2)."""

    levels: tuple[LevelConfig, ...]
    channels: int = 3
    activation: str = "swish"
    """`relu` or `swish`."""
    normalization: str = "group"
    """`group` or `none`."""
    rezero: bool = True
    """A learnt factor of every translation, location and logarithmic scale, 0 at the start. Without, last convolutions start at 0."""
    inverse_permutation: bool = True
    """Whether channels return to their places after each coupling."""
    permutation: str = "random"
    """Orders of channels before couplings: `random`, or `cyclic`: the translated quarters of four steps cover all channels."""
    split: str = "natural"
    """Which of a level's channels stay: `natural` the first half, or by place in the image (`split_order`): `quincunx`, half of them, or
    `interlaced`, a quarter."""
    top: str = "element"
    """The prior of what is left at the end: per `element`, which fixes the size of an image, or per `channel`."""
    components: int = 5
    """Logistic distributions that the last prior mixes."""
    size: int | None = None
    """Rows and columns of an image, if fixed."""
    padding: str = "zero"
    """What convolutions see beyond an image's edges: `zero` or `replicate`."""
    color: str = "none"
    """A reversible colour transform in front: `none` or `ycocg-r`."""
    initial_scale: float = 1.0
    """The scale of all priors at the start, in units of 256 grey levels."""
    top_spread: float = 2.0
    """At the start the last prior's means are evenly spread from minus this to this, in units of 256 grey levels."""

    def __post_init__(self) -> None:
        def check(name: str, *allowed: str) -> None:
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is '{getattr(self, name)}'; it can be {' or '.join(allowed)}.")

        check("activation", "relu", "swish")
        check("normalization", "group", "none")
        check("permutation", "random", "cyclic")
        check("split", "natural", "quincunx", "interlaced")
        check("top", "element", "channel")
        check("padding", "zero", "replicate")
        check("color", "none", "ycocg-r")
        if self.top == "element" and self.size is None:
            raise ValueError("A last prior per element needs the size of the images.")
        if self.color != "none" and self.channels != 3:
            raise ValueError("The colour transform takes three channels.")
        if self.split == "interlaced":
            if any(level.prior is not None or level.passes is None or len(level.passes) != 2 for level in self.levels):
                raise ValueError("Every interlaced level has two passes.")
            if any(len(prior.hidden) != self.channels - 1 for level in self.levels for prior in level.passes):
                raise ValueError("A pass has hidden features for every channel of an image but the first.")
        elif [level.prior is None for level in self.levels] != [False] * (len(self.levels) - 1) + [True]:
            raise ValueError("Every level but the last has a prior.")

    @property
    def divisor(self) -> int:
        """What must divide the sides of an image."""
        return 2 ** len(self.levels)

    def width(self, level: int) -> int:
        """Channels of a level's variable: four times those that arrive, of which half go on to the next level, or a quarter."""
        return 4 * self.channels if self.split == "interlaced" else 4 * self.channels * 2**level

    def staying_width(self, level: int) -> int:
        """Channels that stay at a level's end, if some leave."""
        return self.width(level) // (4 if self.split == "interlaced" else 2)

    @property
    def parts_per_level(self) -> int:
        """In how many parts a level's channels leave."""
        return 2 * self.channels if self.split == "interlaced" else 1

    @property
    def top_width(self) -> int:
        """Channels of what is left at the end."""
        return self.channels if self.split == "interlaced" else self.width(len(self.levels) - 1)

    def multiply_adds_per_pixel(self) -> float:
        """Multiplications and additions of all convolutions, for each pixel of the image."""
        total = 0.0
        for index, level in enumerate(self.levels):
            width = self.width(index)
            work = level.steps * level.coupling.multiply_adds(width - width // 4, width // 4)
            for number, prior in enumerate(level.passes or ()):
                work += prior.multiply_adds((1 + number) * self.channels, 1 + number)
            if level.prior is not None:
                work += level.prior.multiply_adds(width // 2, width)
            total += work / 4 ** (index + 1)
        return total

    def to_json(self) -> str:
        """The configuration as JSON, its keys sorted; levels without passes do not mention them."""
        values = dataclasses.asdict(self)
        for level in values["levels"]:
            if level["passes"] is None:
                del level["passes"]
        return json.dumps(values, sort_keys=True, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "FlowConfig":
        """The inverse of `to_json`."""
        values = json.loads(text)
        values["levels"] = tuple(
            LevelConfig(
                level["steps"], NetConfig(**level["coupling"]), level["prior"] and NetConfig(**level["prior"]),
                level.get("passes") and tuple(
                    PassConfig(one["stem"], NetConfig(**one["trunk"]), one["detail"], tuple(one["hidden"])) for one in level["passes"]))
            for level in values["levels"])
        return FlowConfig(**values)


def split_order(config: FlowConfig, level: int) -> list[int]:
    """The order of a level's channels before they are split: the first half of it stays (or quarter, if interlaced), the others leave.

    Published is the order in which space-to-depth leaves them (`natural`). In `quincunx` the levels take turns: an even level keeps the
    pixels at the dark squares of a chessboard, of which those that leave have four as their nearest neighbours; an odd level keeps
    every other row of that, which is the image at half the resolution. `interlaced` levels do both at once: of each square of pixels
    the first stays; the one at the other end of the diagonal leaves in the first pass, then the two others.
    """
    if config.split == "interlaced":
        channels = range(config.channels)
        stays, first = [4 * channel for channel in channels], [4 * channel + 3 for channel in channels]
        return stays + first + [4 * channel + place for channel in channels for place in (1, 2)]
    if config.split == "natural":
        return list(range(config.width(level)))
    stay = [(0, 0)] * config.channels
    for index in range(level + 1):
        # Where in a block of pixels each channel's pixel is.
        block, step = 2**index, 2 ** (index // 2)
        places = [(y + block * dy, x + block * dx) for y, x in stay for dy in (0, 1) for dx in (0, 1)]
        leaves = [(y // step + (x // step if index % 2 == 0 else 0)) % 2 for y, x in places]
        order = sorted(range(len(places)), key=lambda channel: leaves[channel])
        stay = [places[channel] for channel in order[: len(order) // 2]]
    return order


def _published(levels: int, size: int, **others) -> FlowConfig:
    """8 couplings a level, DenseNets of 12 layers and 512 channels."""
    net = NetConfig(12, 512)
    return FlowConfig(
        tuple(LevelConfig(8, net, net if level < levels - 1 else None) for level in range(levels)), size=size, **others)


IDF = {"activation": "relu", "normalization": "none", "rezero": False, "inverse_permutation": False}
"""What IDF (Hoogeboom et al., arXiv 1905.07376) has in other ways than IDF++."""

PHOTO = {
    "activation": "relu",
    "normalization": "none",
    "top": "channel",
    "padding": "replicate",
    "permutation": "cyclic",
    "initial_scale": 1 / 16,
    "top_spread": 0.5,
}
"""What all configurations for photographs have in common: no normalisation, whose statistics would depend on the size of the tile."""


def _photo(*levels: tuple[int, tuple[int, int], tuple[int, int] | None], **others) -> FlowConfig:
    return FlowConfig(
        tuple(LevelConfig(steps, NetConfig(*coupling), prior and NetConfig(*prior)) for steps, coupling, prior in levels),
        **PHOTO, **others)


def _interlaced(first: PassConfig, second: PassConfig, levels: int, **others) -> FlowConfig:
    """Levels that are all alike, without couplings."""
    level = LevelConfig(0, NetConfig(0, 0), None, (first, second))
    return FlowConfig((level,) * levels, **{**PHOTO, "top_spread": 0.25, "rezero": False, "split": "interlaced", **others})


PRESETS: dict[str, FlowConfig] = {
    "cifar10": _published(3, 32),
    "imagenet32": _published(3, 32),
    "imagenet64": _published(4, 64),
    "idf-cifar10": _published(3, 32, **IDF),
    "idf-imagenet64": _published(4, 64, **IDF),
    "photo": _interlaced(
        PassConfig(32, NetConfig(2, 48), 16, (32, 32)), PassConfig(40, NetConfig(3, 72), 16, (48, 32)), 5, color="ycocg-r"),
    "photo-couplings": _photo(
        (4, (4, 40), (4, 72)), (4, (4, 48), (4, 72)), (4, (4, 48), (4, 72)), (4, (2, 48), (4, 72)), (4, (2, 64), None), color="ycocg-r"),
    "photo-large": _photo(
        (8, (6, 104), (8, 224)), (8, (6, 144), (8, 224)), (8, (6, 144), (8, 224)), (8, (4, 144), (4, 224)), (8, (2, 128), None),
        color="ycocg-r"),
    "photo-small": _photo((4, (2, 24), (2, 32)), (4, (2, 24), (2, 32)), (4, (2, 24), None), color="ycocg-r"),
    "tiny": _photo((2, (2, 9), (2, 8)), (2, (2, 8), None), color="ycocg-r", split="quincunx"),
    "tiny-interlaced": _interlaced(
        PassConfig(6, NetConfig(1, 4), 4, (5, 6)), PassConfig(8, NetConfig(2, 7), 3, (6, 5)), 3, color="ycocg-r"),
    "tiny-idf": FlowConfig((LevelConfig(2, NetConfig(2, 9), NetConfig(2, 8)), LevelConfig(1, NetConfig(2, 8), None)), size=16, **IDF),
    "tiny-idfpp": FlowConfig((LevelConfig(1, NetConfig(1, 9), NetConfig(1, 8)), LevelConfig(1, NetConfig(1, 7), None)), size=16),
}
"""Configurations by name."""


def named(text: str) -> FlowConfig:
    """A preset by name, with changes if there are any: such as `photo` or `photo,split=quincunx,initial_scale=0.1`."""
    name, *changes = text.split(",")
    if name not in PRESETS:
        raise ValueError(f"There is no configuration '{name}'. There are {', '.join(PRESETS)}.")
    values = {}
    for change in changes:
        key, _, value = change.partition("=")
        kinds = {field.name: type(field.default) for field in dataclasses.fields(FlowConfig)}
        if kinds.get(key) not in (int, float, str, bool):
            raise ValueError(f"A configuration has no '{key}' that could be changed.")
        values[key] = {"true": True, "false": False}[value] if kinds[key] is bool else kinds[key](value)
    return dataclasses.replace(PRESETS[name], **values)
