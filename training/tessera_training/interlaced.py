"""Priors of interlaced levels: what leaves is predicted in two passes, and within a pass channel by channel, in floating point.

Of each square of 2 x 2 pixels the first stays. The first pass is the pixel at the other end of the diagonal, between four that stay; the
second the two others, between four that are known by then. So every pixel but a few is predicted from neighbours on all sides, as in
interpolating coders.
"""
from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

from .config import KERNEL, FlowConfig, PassConfig
from .densenet import Convolution, DenseLayer, Stage
from .logistic import GRID

STEM_GAIN = 80.0
"""Stems start as differences of neighbours, this much larger than a convolution's usual start: a unit is then some 23 grey levels."""
RIDGE = 1e-5
"""Of the least squares from which linear predictions start."""
LOCATION_STEP = 1 / 16
"""A net's location is added to the linear one in units of 16 grey levels."""

LOG_SCALES = (-6 * math.log(2) - math.log(GRID), 12 * math.log(2) - math.log(GRID))
"""Limits of logarithmic scales, of 2^-6 and 2^12 grey levels: tables end near there, and a net must not run away beyond."""

Take = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Gives a part that leaves, [N, places, H, W], when it is told its means and logarithmic scales."""


class Plane(nn.Module):
    """Where one channel of a pass lies: a linear prediction from what is known, corrected by features, and a logarithmic scale."""

    def __init__(self, known: int, features: int, places: int, kernel: int, config: FlowConfig) -> None:
        super().__init__()
        self.linear = Convolution(known, places, KERNEL, config, bias=False)
        self.output = Convolution(features, 2 * places, kernel, config)
        for convolution in (self.linear, self.output):
            nn.init.zeros_(convolution.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, known: torch.Tensor, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        correction, log_scale = self.output(features).float().chunk(2, 1)
        return self.linear(known).float() + LOCATION_STEP * correction, log_scale.clamp(*LOG_SCALES)

    def start(self, known: torch.Tensor, target: torch.Tensor) -> None:
        """Sets the linear prediction to that of least squares, and the scale to what is left."""
        edges = functional.pad(known, [KERNEL // 2] * 4, mode="replicate")
        inputs = functional.unfold(edges, KERNEL).transpose(1, 2).flatten(0, 1).double()
        wanted = target.permute(0, 2, 3, 1).flatten(0, 2).double()
        products = inputs.T @ inputs
        ridge = RIDGE * products.diag().mean() * torch.eye(len(products), dtype=products.dtype, device=products.device)
        solution = torch.linalg.solve(products + ridge, inputs.T @ wanted)
        error = (wanted - inputs @ solution).abs().mean(0).clamp(min=1 / 1024)
        with torch.no_grad():
            self.linear.weight.copy_(solution.T.reshape(self.linear.weight.shape))
            self.output.bias[len(error):] = torch.log(error / 2).float()


class Pass(nn.Module):
    """The prior of one pass: a trunk of dense layers on the symmetric logarithms of differences, then a plane for each channel.

    The second and further channels also see differences with the channels of the pass that are known, and the features of those.
    """

    def __init__(self, number: int, prior: PassConfig, config: FlowConfig) -> None:
        super().__init__()
        self.places, known = 1 + number, (1 + number) * config.channels
        colors = [channel % config.channels for channel in range(known)]
        self.stem = Stage(known, prior.stem, KERNEL, config, "symlog")
        _start_as_differences(self.stem, colors)
        width = prior.stem
        self.layers = nn.ModuleList()
        for growth in prior.trunk.growths():
            self.layers.append(DenseLayer(width, growth, config))
            width += growth
        self.planes = nn.ModuleList([Plane(known, width, self.places, KERNEL, config)])
        self.details, self.hidden = nn.ModuleList(), nn.ModuleList()
        for channel, features in enumerate(prior.hidden):
            known, colors = known + self.places, colors + [channel] * self.places
            self.details.append(Stage(known, prior.detail, KERNEL, config, "symlog"))
            _start_as_differences(self.details[-1], colors)
            self.hidden.append(Stage(width + prior.detail, features, 1, config))
            self.planes.append(Plane(known, features, self.places, 1, config))
            width += features

    def forward(self, known: torch.Tensor, take: Take) -> torch.Tensor:
        """What leaves in this pass, [N, channels * places, H, W], from what is known, [N, known, H, W]."""
        first = known.shape[1]
        features = self.stem(known)
        for layer in self.layers:
            features = layer(features)
        known = torch.cat([known, take(*self.planes[0](known, features))], 1)
        for detail, hidden, plane in zip(self.details, self.hidden, self.planes[1:], strict=True):
            found = hidden(torch.cat([features, detail(known)], 1))
            known, features = torch.cat([known, take(*plane(known, found))], 1), torch.cat([features, found], 1)
        return known[:, first:]

    def start(self, known: torch.Tensor, leaves: torch.Tensor) -> None:
        """Starts the planes from least squares on images: [N, known, H, W], [N, channels * places, H, W]."""
        for plane, part in zip(self.planes, leaves.split(self.places, 1), strict=True):
            plane.start(known, part)
            known = torch.cat([known, part], 1)


class InterlacedPrior(nn.Module):
    """Both passes of a level."""

    def __init__(self, config: FlowConfig, level: int) -> None:
        super().__init__()
        self.channels = config.channels
        self.passes = nn.ModuleList(Pass(number, prior, config) for number, prior in enumerate(config.levels[level].passes))

    def forward(self, stays: torch.Tensor, take: Take) -> torch.Tensor:
        """What leaves at the level, in the order of `config.split_order`, part by part."""
        known = stays
        for one in self.passes:
            known = torch.cat([known, one(known, take)], 1)
        return known[:, self.channels:]

    def start(self, stays: torch.Tensor, leaves: torch.Tensor) -> None:
        """Starts from least squares on images."""
        known = stays
        for one, part in zip(self.passes, leaves.split([self.channels, 2 * self.channels], 1), strict=True):
            one.start(known, part)
            known = torch.cat([known, part], 1)


def _start_as_differences(stage: Stage, colors: list[int]) -> None:
    """Makes the weights of each colour sum to 0, and larger."""
    with torch.no_grad():
        weight = stage.convolution.weight
        for color in set(colors):
            own = [channel for channel, other in enumerate(colors) if other == color]
            weight[:, own] -= weight[:, own].mean((1, 2, 3), keepdim=True)
        weight *= STEM_GAIN
