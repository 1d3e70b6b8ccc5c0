"""The DenseNet that gives a flow's translations, locations and scales, in floating point."""
from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from .config import KERNEL, FlowConfig, NetConfig


class Symlog(nn.Module):
    """The symmetric logarithm, sign(x) ln(1 + |x|): small differences count as much as large ones."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return torch.sign(values) * torch.log1p(values.abs())


ACTIVATIONS = {"relu": nn.ReLU, "swish": nn.SiLU, "symlog": Symlog}
PADDINGS = {"zero": "zeros", "replicate": "replicate"}


class Convolution(nn.Conv2d):
    """A convolution that keeps the size.

    For quantisation-aware training: where `rounds` is set, the weights are seen as 8 bits for inputs in units of `input_scale` [C] will
    make them; gradients pass the rounding unchanged.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, config: FlowConfig, bias: bool = True) -> None:
        super().__init__(inputs, outputs, kernel, padding=kernel // 2, padding_mode=PADDINGS[config.padding], bias=bias)
        self.register_buffer("input_scale", torch.ones(inputs))
        self.rounds = False

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self._conv_forward(values, self._rounded() if self.rounds else self.weight, self.bias)

    def _rounded(self) -> torch.Tensor:
        weight = self.weight.detach()
        scale = self.input_scale[:, None, None]
        unit = (weight * scale).abs().amax((1, 2, 3), keepdim=True).clamp(min=1e-12) / 127
        return self.weight + (torch.round(weight * scale / unit) * unit / scale - weight)


class ResidualLayer(nn.Module):
    """Two convolutions and what they are added to; starts as nothing. `config` says what lies beyond edges."""

    def __init__(self, width: int, kernel: int, config) -> None:
        super().__init__()
        self.first = Convolution(width, width, kernel, config)
        self.second = Convolution(width, width, kernel, config)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values + self.second(functional.relu(self.first(functional.relu(values))))


def groups_of(channels: int) -> int:
    """Groups of a group normalisation: 3, 2 or 1, the first that divides the channels (IDF++, appendix B.2)."""
    return next(groups for groups in (3, 2, 1) if channels % groups == 0)


class Stage(nn.Module):
    """Convolution, group normalisation if the configuration has it, activation."""

    def __init__(self, inputs: int, outputs: int, kernel: int, config: FlowConfig, activation: str | None = None) -> None:
        super().__init__()
        self.convolution = Convolution(inputs, outputs, kernel, config)
        self.norm = nn.GroupNorm(groups_of(outputs), outputs) if config.normalization == "group" else nn.Identity()
        self.activation = ACTIVATIONS[activation or config.activation]()

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
        self.output = Convolution(inputs, outputs, KERNEL, config)
        if not config.rezero:
            nn.init.zeros_(self.output.weight)
            nn.init.zeros_(self.output.bias)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            values = layer(values)
        return self.output(values)
