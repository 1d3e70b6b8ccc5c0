"""A causal model in integers, exactly as engines compute it (`spec/causal.md`)."""
from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import torch

from ..arithmetic import FULL, RECTIFIED, Convolution
from . import features
from .net import COMPONENTS, GROUPS, CausalConfig

LOCATION_UNITS = 256
"""Of LOCATION_UNIT scales."""
LOGIT_UNITS = 64
LEVEL_UNITS = 16
"""Of a scale level."""
LEVELS = 136
WEIGHT_BITS = 12
LARGEST_SCALE = 4735
DIFFERENCES = 4096
EXPONENTIALS = 1024
LOWEST, HIGHEST = (0, -255, -255), 255


def tables() -> dict[str, np.ndarray]:
    """The functions of one integer that are part of a weights file."""
    scale = np.maximum(np.arange(LARGEST_SCALE + 1), 8) / 8
    return {name: values.astype(np.int16) for name, values in {
        "table.logarithms": features.LOGARITHMS.numpy()[:DIFFERENCES],
        "table.half_logarithms": features.HALF_LOGARITHMS.numpy()[:DIFFERENCES],
        "table.scale_logarithms": features.SCALE_LOGARITHMS.numpy()[:LARGEST_SCALE + 1],
        "table.scale_levels": np.round(LEVEL_UNITS * 8 * np.log2(scale)),
        "table.exponentials": np.maximum(1, np.round(32767 * np.exp(-np.arange(EXPONENTIALS) / LOGIT_UNITS)))}.items()}


@dataclass(frozen=True)
class Distributions:
    """Mixtures of N samples of a channel; all [N, COMPONENTS]."""

    weight: torch.Tensor
    """Their sum is 2^WEIGHT_BITS."""
    location: torch.Tensor
    """In 1/64 of a grey level."""
    level: torch.Tensor


@dataclass(frozen=True)
class IntegerNet:
    """The network."""

    config: CausalConfig
    trunk: list[Convolution]
    hidden: list[Convolution]
    output: list[Convolution]
    tables: dict[str, torch.Tensor]

    def outputs(self, inputs: features.Features) -> torch.Tensor:
        """What the heads give: [N, 3, GROUPS * COMPONENTS]."""
        value = _column(inputs.trunk)
        for number, layer in enumerate(self.trunk):
            result = layer(value)
            value = (value + result).clamp(*RECTIFIED) if number > 0 and value.shape[1] == result.shape[1] else result
        outputs = []
        for channel in range(3):
            read = torch.cat([value, _column(inputs.known[channel])], 1) if channel else value
            outputs.append(self.output[channel](self.hidden[channel](read))[:, :, 0, 0])
        return torch.stack(outputs, 1)

    def distributions(self, inputs: features.Features) -> list[Distributions]:
        """The distributions of each channel."""
        return [self._mix(outputs, inputs.prediction[:, c].long(), inputs.scale[:, c].long())
                for c, outputs in enumerate(self.outputs(inputs).unbind(1))]

    def _mix(self, outputs: torch.Tensor, prediction: torch.Tensor, scale: torch.Tensor) -> Distributions:
        logits, locations, levels = outputs.unflatten(1, (GROUPS, COMPONENTS)).unbind(1)
        largest = logits.argmax(1, keepdim=True)
        shares = self.tables["table.exponentials"][(logits.gather(1, largest) - logits).clamp(max=EXPONENTIALS - 1)]
        weight = (shares << WEIGHT_BITS) // shares.sum(1, keepdim=True)
        weight.scatter_add_(1, largest, (1 << WEIGHT_BITS) - weight.sum(1, keepdim=True))
        location = (prediction << 3)[:, None] + ((locations * scale[:, None] + 4) >> 3)
        level = (levels + self.tables["table.scale_levels"][scale][:, None] + LEVEL_UNITS // 2) >> 4
        return Distributions(weight, location, level.clamp(0, LEVELS - 1))


def mixture_of(distributions: Distributions, channel: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int, int]:
    """What `tables` takes beside the values of a channel: components, bits of weights, and the alphabet."""
    return (*(values.numpy() for values in (distributions.location, distributions.level, distributions.weight)),
            WEIGHT_BITS, LOWEST[channel], HIGHEST)


def convolutions(config: CausalConfig) -> dict[str, tuple[int, int]]:
    """The names of all convolutions, and the limits of what they give."""
    names = {f"trunk.{i}": RECTIFIED for i in range(len(config.trunk))}
    for channel in range(3):
        names[f"head.{channel}.hidden"], names[f"head.{channel}.output"] = RECTIFIED, FULL
    return names


def assemble(config: CausalConfig, layers: dict[str, Convolution], table: dict[str, torch.Tensor]) -> IntegerNet:
    """A network from its convolutions by name."""
    return IntegerNet(
        config, [layers[f"trunk.{i}"] for i in range(len(config.trunk))], [layers[f"head.{c}.hidden"] for c in range(3)],
        [layers[f"head.{c}.output"] for c in range(3)], table)


def _column(values: torch.Tensor) -> torch.Tensor:
    """[N, C] as [N, C, 1, 1]."""
    return values.long()[:, :, None, None]
