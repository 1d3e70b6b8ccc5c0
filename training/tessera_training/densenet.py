"""The DenseNet that gives a flow's translations, locations and scales, in floating point."""
from __future__ import annotations

import torch
from torch import nn

from .config import KERNEL, FlowConfig, NetConfig

ACTIVATIONS = {"relu": nn.ReLU, "swish": nn.SiLU}
PADDINGS = {"zero": "zeros", "replicate": "replicate"}


def groups_of(channels: int) -> int:
    """Groups of a group normalisation: 3, 2 or 1, the first that divides the channels (IDF++, appendix B.2)."""
    return next(groups for groups in (3, 2, 1) if channels % groups == 0)


class Stage(nn.Module):
    """Convolution, group normalisation if the configuration has it, activation."""

    def __init__(self, inputs: int, outputs: int, kernel: int, config: FlowConfig) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, padding_mode=PADDINGS[config.padding])
        self.norm = nn.GroupNorm(groups_of(outputs), outputs) if config.normalization == "group" else nn.Identity()
        self.activation = ACTIVATIONS[config.activation]()

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.activation(self.norm(self.convolution(values)))


class DenseLayer(nn.Module):
    """A stage of each pixel, then one of its neighbourhood, whose channels join the input's."""

    def __init__(self, inputs: int, growth: int, config: FlowConfig) -> None:
        super().__init__()
        self.linear = Stage(inputs, inputs, 1, config)
        self.spatial = Stage(inputs, growth, KERNEL, config)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return torch.cat([values, self.spatial(self.linear(values))], 1)


class DenseNet(nn.Module):
    """Dense layers and a last convolution: [N, inputs, H, W] to [N, outputs, H, W]."""

    def __init__(self, inputs: int, outputs: int, net: NetConfig, config: FlowConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for growth in net.growths():
            self.layers.append(DenseLayer(inputs, growth, config))
            inputs += growth
        self.output = nn.Conv2d(inputs, outputs, KERNEL, padding=KERNEL // 2, padding_mode=PADDINGS[config.padding])
        if not config.rezero:
            nn.init.zeros_(self.output.weight)
            nn.init.zeros_(self.output.bias)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            values = layer(values)
        return self.output(values)
