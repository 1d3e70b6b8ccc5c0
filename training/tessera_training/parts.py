"""How the parts that leave a level are handed out, one after the other, to what says how each is distributed."""
from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

Part = TypeVar("Part")


def observe(
        leaves: torch.Tensor, leaving: list[Part], note: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], Part]
) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Returns what gives the next part of `leaves` [N, C, H, W] when told its distribution; `note` makes of both what is added to `leaving`."""
    at = 0

    def take(location: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        nonlocal at
        value = leaves[:, at:at + location.shape[1]]
        at += location.shape[1]
        leaving.append(note(value, location, scale))
        return value

    return take
