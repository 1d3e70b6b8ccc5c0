"""The exact operations of `spec/arithmetic.md`, on int64 tensors [N, C, H, W] (N tiles)."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

ACTIVATION = (-2047, 2047)
RECTIFIED = (0, 2047)
FULL = (-32768, 32767)
READ_LIMIT = 2047
MAX_SHIFT = 24
MAX_MULTIPLIER = 32767
MAX_WEIGHT = 127

Range = tuple[int, int]


def divide_rounding(value: torch.Tensor, divisor: int) -> torch.Tensor:
    """floor(value / divisor + 1/2)."""
    return torch.div(2 * value + divisor, 2 * divisor, rounding_mode="floor")


def shift_rounding(value: torch.Tensor, bits: torch.Tensor | int) -> torch.Tensor:
    """floor(value / 2^bits + 1/2)."""
    half = torch.bitwise_left_shift(torch.ones_like(value), torch.as_tensor(bits)) >> 1
    return torch.bitwise_right_shift(value + half, torch.as_tensor(bits))


def requantise(sums: torch.Tensor, shift: torch.Tensor, multiplier: torch.Tensor) -> torch.Tensor:
    """Section 3: a rounding shift, saturation to 16 bits, a rounding product."""
    return shift_rounding(shift_rounding(sums, shift).clamp(*FULL) * multiplier, 15)


def wrap(value: torch.Tensor) -> torch.Tensor:
    """What 16 bits, signed, keep of an integer."""
    return ((value + 32768) & 65535) - 32768


@dataclass(frozen=True)
class Convolution:
    """Section 3. Weights are [D, k, k, C], the others [D]; all int64."""

    weight: torch.Tensor
    bias: torch.Tensor
    shift: torch.Tensor
    multiplier: torch.Tensor
    range: Range
    replicate: bool

    def check(self, magnitude: int = READ_LIMIT) -> None:
        """Refuses what an engine would refuse, for inputs up to a magnitude."""
        for name, low, high in (
                ("weight", -MAX_WEIGHT, MAX_WEIGHT), ("bias", -(2**31), 2**31 - 1),
                ("shift", 0, MAX_SHIFT), ("multiplier", 1, MAX_MULTIPLIER)):
            values = getattr(self, name)
            if int(values.min()) < low or int(values.max()) > high:
                raise ValueError(f"A convolution's {name} is out of {low} to {high}.")
        bound = self.bias.abs() + magnitude * self.weight.abs().flatten(1).sum(1) + ((1 << self.shift) >> 1)
        if int(bound.max()) > 2**31 - 1:
            raise ValueError("A convolution's sums may overflow 32 bits.")

    def sums(self, values: torch.Tensor) -> torch.Tensor:
        """The sums of products and bias.

        They are computed in float64, which holds every partial sum exactly: magnitudes stay below 2^31. The order of summation,
        fused operations and the number of threads make no difference.
        """
        kernel = self.weight.shape[1]
        padded = functional.pad(values.double(), [kernel // 2] * 4, mode="replicate") if self.replicate and kernel > 1 else values.double()
        padding = 0 if self.replicate else kernel // 2
        products = functional.conv2d(padded, self.weight.permute(0, 3, 1, 2).double(), padding=padding)
        return products.to(torch.int64) + self.bias[:, None, None]

    def plain_sums(self, values: torch.Tensor) -> torch.Tensor:
        """The same in integers, one tap of the kernel after the other: slow, and shares nothing with `sums` but the definition."""
        kernel, (height, width) = self.weight.shape[1], values.shape[2:]
        radius = kernel // 2
        total = self.bias[:, None, None].expand(len(values), -1, height, width).clone()
        for i in range(kernel):
            for j in range(kernel):
                rows, columns = torch.arange(height) + i - radius, torch.arange(width) + j - radius
                there = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
                moved = values[:, :, rows.clamp(0, height - 1)][..., columns.clamp(0, width - 1)]
                if not self.replicate:
                    moved = moved * there
                total += (moved[:, None] * self.weight[:, i, j, :, None, None]).sum(2)
        return total

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        scaled = requantise(self.sums(values), self.shift[:, None, None], self.multiplier[:, None, None])
        return scaled.clamp(*self.range)


@dataclass(frozen=True)
class Table:
    """Section 4. Entries for the integers from `low` on."""

    entries: torch.Tensor
    low: int

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        return self.entries[values - self.low]


@dataclass(frozen=True)
class Normalization:
    """Section 6. Gain and offset are [C]."""

    gain: torch.Tensor
    offset: torch.Tensor
    groups: int
    range: Range

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        grouped = values.unflatten(1, (self.groups, -1)).flatten(2)
        count = grouped.shape[2]
        if count > 2**20:
            raise ValueError(f"A group of {count} elements is too large.")
        total = grouped.sum(2, keepdim=True)
        mean = divide_rounding(16 * total, count)
        deviation = integer_root(count * (grouped * grouped).sum(2, keepdim=True) - total * total)
        reciprocal = torch.where(
            deviation == 0,
            torch.full_like(deviation, 32767),
            ((count << 18) // deviation.clamp(min=1)).clamp(max=32767))
        standard = shift_rounding((16 * grouped - mean) * reciprocal, 14).clamp(*FULL).reshape(values.shape)
        return (shift_rounding(standard * self.gain[:, None, None], 15) + self.offset[:, None, None]).clamp(*self.range)


def integer_root(value: torch.Tensor) -> torch.Tensor:
    """floor(sqrt(value)) for 0 <= value < 2^62."""
    root = value.double().sqrt().to(torch.int64)
    root = root - (root * root > value).long()
    return root + ((root + 1) * (root + 1) <= value).long()


def space_to_depth(values: torch.Tensor) -> torch.Tensor:
    """Section 2: channel 4c + 2 dy + dx at (y, x) is channel c at (2y + dy, 2x + dx)."""
    count, channels, height, width = values.shape
    blocks = values.reshape(count, channels, height // 2, 2, width // 2, 2)
    return blocks.permute(0, 1, 3, 5, 2, 4).reshape(count, 4 * channels, height // 2, width // 2)


def depth_to_space(values: torch.Tensor) -> torch.Tensor:
    """The inverse of `space_to_depth`."""
    count, channels, height, width = values.shape
    blocks = values.reshape(count, channels // 4, 2, 2, height, width)
    return blocks.permute(0, 1, 4, 2, 5, 3).reshape(count, channels // 4, 2 * height, 2 * width)
