"""Pixels as the integers that flows transform, and back."""
from __future__ import annotations

import torch

CENTER = 128
"""What is taken from grey levels, so that integers lie around 0."""


def to_integers(pixels: torch.Tensor, color: str) -> torch.Tensor:
    """Turns grey levels 0 to 255, [N, C, H, W] of any type, into int64 around 0.

    With `ycocg-r` the channels become Y, Co and Cg by the reversible transform of Malvar and Sullivan ("YCoCg-R: a color space with
    RGB reversibility and low dynamic range", JVT-I014): Y from -128 to 127, Co and Cg from -255 to 255.
    """
    values = pixels.to(torch.int64)
    if color == "none":
        return values - CENTER
    red, green, blue = values.unbind(1)
    orange = red - blue
    between = blue + (orange >> 1)
    green_chroma = green - between
    luma = between + (green_chroma >> 1)
    return torch.stack([luma - CENTER, orange, green_chroma], 1)


def to_pixels(integers: torch.Tensor, color: str) -> torch.Tensor:
    """The inverse of `to_integers`, as int64."""
    if color == "none":
        return integers + CENTER
    luma, orange, green_chroma = integers.unbind(1)
    between = luma + CENTER - (green_chroma >> 1)
    blue = between - (orange >> 1)
    return torch.stack([blue + orange, green_chroma + between, blue], 1)
