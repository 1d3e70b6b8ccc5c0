"""The float network of a causal model: from features to mixtures of discretised logistic distributions."""
from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from ..arithmetic import MAX_WEIGHT
from . import features

COMPONENTS = 3
GROUPS = 3
"""Outputs for each component: logit, location, logarithmic scale."""
_LOG_SCALES = (-4 * math.log(2), 6.0)
_FLOOR = 1e-4
"""The share of a uniform distribution that is part of each mixture."""
LOCATION_UNIT = 4
"""Locations are predicted in this many scales."""


@dataclass(frozen=True)
class CausalConfig:
    """The sizes of a network."""

    trunk: tuple[int, ...] = (128, 96, 96)
    """Outputs of the layers that see neighbours alone. A layer with as many outputs as inputs is added to its input."""
    head: int = 48
    """Outputs of the hidden layer of each channel."""

    @staticmethod
    def from_json(text: str) -> "CausalConfig":
        """Reads `to_json`."""
        fields = json.loads(text)
        return CausalConfig(trunk=tuple(fields["trunk"]), head=fields["head"])

    def to_json(self) -> str:
        """As metadata of a weights file."""
        return json.dumps(dataclasses.asdict(self))

    def multiply_adds(self) -> int:
        """Of a pixel."""
        inputs, total = features.COUNT, 0
        for width in self.trunk:
            total += inputs * width
            inputs = width
        outputs = COMPONENTS * GROUPS
        return total + sum((inputs + features.known_count(c)) * self.head + self.head * outputs for c in range(3))


class CausalNet(nn.Module):
    """The network.

    For training that knows of rounding: with `read_units`, the weights of every layer are seen as the 8 bits that they are given for inputs
    in these units, while the gradient passes as if they were not.
    """

    def __init__(self, config: CausalConfig) -> None:
        super().__init__()
        self.config = config
        self.read_units: dict[str, torch.Tensor] = {}
        """By the name of a layer: what an integer of each of its inputs stands for. Empty where nothing is rounded."""
        widths = (features.COUNT, *config.trunk)
        self.trunk = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        outputs = COMPONENTS * GROUPS
        self.hidden = nn.ModuleList(nn.Linear(widths[-1] + features.known_count(c), config.head) for c in range(3))
        self.output = nn.ModuleList(nn.Linear(config.head, outputs) for _ in range(3))
        for layer in self.output:
            nn.init.normal_(layer.weight, 0, 0.02)
            with torch.no_grad():
                layer.bias.copy_(torch.tensor([0.0, 0.0, 0.0, -0.2, 0.0, 0.2, -0.5, 0.25, 1.0]))

    def outputs(self, inputs: features.Features) -> torch.Tensor:
        """[N, 3 channels, 3 groups, components]: logits; locations, in LOCATION_UNIT scales; logarithmic scales, of the scale."""
        trunk = inputs.trunk.float() / features.UNIT
        value = trunk
        for number, layer in enumerate(self.trunk):
            result = functional.relu(self._linear(f"trunk.{number}", layer, value))
            value = value + result if number > 0 and value.shape[1] == result.shape[1] else result
        outputs = []
        for channel in range(3):
            read = torch.cat([value, inputs.known[channel].float() / features.UNIT], 1) if channel else value
            hidden = functional.relu(self._linear(f"head.{channel}.hidden", self.hidden[channel], read))
            outputs.append(self._linear(f"head.{channel}.output", self.output[channel], hidden))
        return torch.stack(outputs, 1).unflatten(2, (GROUPS, COMPONENTS))

    def _linear(self, name: str, layer: nn.Linear, value: torch.Tensor) -> torch.Tensor:
        if not self.read_units:
            return layer(value)
        folded = layer.weight * self.read_units[name]
        unit = folded.detach().abs().amax(1, keepdim=True).clamp(min=1e-9) / MAX_WEIGHT
        rounding = torch.round(folded.detach() / unit) * unit - folded.detach()
        return functional.linear(value, (folded + rounding) / self.read_units[name], layer.bias)

    def forward(self, inputs: features.Features) -> torch.Tensor:
        """Bits of each subpixel: [N, 3]."""
        logits, location, log_scale = self.outputs(inputs).unbind(2)
        scale = inputs.scale.float() / 8
        log_scale = (log_scale + torch.log(scale)[..., None] - 0.5).clamp(*_LOG_SCALES)
        inverse = torch.exp(-log_scale)
        middle = (inputs.error.float()[..., None] / 8 - location * (LOCATION_UNIT * scale[..., None])) * inverse
        mass = torch.sigmoid(middle + 0.5 * inverse) - torch.sigmoid(middle - 0.5 * inverse)
        probability = (torch.softmax(logits, -1) * mass).sum(-1)
        return -torch.log2(probability * (1 - _FLOOR) + _FLOOR / 512)
