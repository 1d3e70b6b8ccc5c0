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
from .logistic import GRID, log_probability

STEM_GAIN = 800.0
"""Stems start as differences of neighbours, this much larger than a convolution's usual start: a unit is then some two grey levels."""
RIDGE = 1e-5, 1e-4
"""Of the least squares from which linear predictions and logarithmic scales start."""
LINEAR_RATE = 0.03
"""How fast linear predictions learn, against all else: they are near their best at the start, and flat areas feel every step."""
LOG_SCALES = (-4 * math.log(2) - math.log(GRID), 12 * math.log(2) - math.log(GRID))
"""Limits of logarithmic scales, of 2^-4 (the first of the tables) and 2^12 grey levels: a net must not run away beyond."""
ERROR_OFFSET = 0.3 / GRID
"""Added to an error before its logarithm is taken: errors are whole numbers, and often none."""
SHIFTS = tuple(step * 0.15 for step in range(-8, 3))
"""By how much a logarithmic scale may lie beside the mean logarithm of errors; the best is taken."""

Take = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Gives a part that leaves, [N, places, H, W], when it is told its means and logarithmic scales."""


class Plane(nn.Module):
    """Where one channel of a pass lies: a linear prediction from what is known, and from features a logarithmic scale and a correction.

    The correction is in scales, so that flat and busy areas learn at the same pace.
    """

    def __init__(self, known: int, features: int, places: int, kernel: int, config: FlowConfig) -> None:
        super().__init__()
        self.linear = Convolution(known, places, KERNEL, config, bias=False)
        self.output = Convolution(features, 2 * places, kernel, config)
        for convolution in (self.linear, self.output):
            nn.init.zeros_(convolution.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, known: torch.Tensor, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        correction, log_scale = self.output(features).float().chunk(2, 1)
        log_scale = log_scale.clamp(*LOG_SCALES)
        return self.linear(known).float() + correction * torch.exp(log_scale), log_scale

    def start(self, known: torch.Tensor, features: torch.Tensor, target: torch.Tensor) -> None:
        """Sets the linear prediction to that of least squares, and the scale to that of the errors' logarithms from features."""
        weight, error = predict(known, target)
        scale_weight, scale_bias = explain_scales(features, error)
        middle, places = self.output.kernel_size[0] // 2, self.linear.out_channels
        with torch.no_grad():
            self.linear.weight.copy_(weight)
            self.output.weight[places:, :, middle, middle] = scale_weight
            self.output.bias[places:] = scale_bias


class Pass(nn.Module):
    """The prior of one pass: a trunk of dense layers on the symmetric logarithms of differences, then a plane for each channel.

    The second and further channels also see differences with the channels of the pass that are known, and the features of those.
    """

    def __init__(self, number: int, prior: PassConfig, config: FlowConfig) -> None:
        super().__init__()
        self.places, known = 1 + number, (1 + number) * config.channels
        colors = [channel % config.channels for channel in range(known)]
        self.stem = Stage(known, prior.stem, KERNEL, config, "symlog")
        start_as_differences(self.stem.convolution, colors)
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
            start_as_differences(self.details[-1].convolution, colors)
            self.hidden.append(Stage(width + prior.detail, features, 1, config))
            self.planes.append(Plane(known, features, self.places, 1, config))
            width += features

    def forward(self, known: torch.Tensor, take: Take) -> torch.Tensor:
        """What leaves in this pass, [N, channels * places, H, W], from what is known, [N, known, H, W]."""
        first = known.shape[1]
        features = self._trunk(known)
        known = torch.cat([known, take(*self.planes[0](known, features))], 1)
        for detail, hidden, plane in zip(self.details, self.hidden, self.planes[1:], strict=True):
            found = hidden(torch.cat([features, detail(known)], 1))
            known, features = torch.cat([known, take(*plane(known, found))], 1), torch.cat([features, found], 1)
        return known[:, first:]

    def start(self, known: torch.Tensor, leaves: torch.Tensor) -> None:
        """Starts the planes from least squares on images: [N, known, H, W], [N, channels * places, H, W]."""
        features, parts = self._trunk(known), leaves.split(self.places, 1)
        self.planes[0].start(known, features, parts[0])
        for detail, hidden, plane, before, part in zip(self.details, self.hidden, self.planes[1:], parts[:-1], parts[1:], strict=True):
            known = torch.cat([known, before], 1)
            found = hidden(torch.cat([features, detail(known)], 1))
            plane.start(known, found, part)
            features = torch.cat([features, found], 1)

    def _trunk(self, known: torch.Tensor) -> torch.Tensor:
        features = self.stem(known)
        for layer in self.layers:
            features = layer(features)
        return features


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


def predict(known: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The convolution by which what is known, [N, C, H, W], comes nearest to a target, [N, D, H, W]: its weights, [D, C, KERNEL, KERNEL], and the
    errors that it leaves, a row for each pixel."""
    inputs, wanted = _neighbourhoods(known), _rows(target)
    weight = _least_squares(inputs, wanted, RIDGE[0])
    return weight.T.reshape(-1, known.shape[1], KERNEL, KERNEL), wanted - inputs @ weight


def predict_from_others(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The convolution that gives by how much each of some values, [N, C, H, W], differs from what all others around it let expect: its weights,
    [C, C, KERNEL, KERNEL], -1 for the value itself; and the negatives of what it gives, a row for each pixel."""
    inputs = _neighbourhoods(values)
    channels, taps = values.shape[1], KERNEL**2
    products = inputs.T @ inputs
    products += RIDGE[0] * products.diag().mean() * torch.eye(len(products), dtype=products.dtype)
    # In the inverse of the products, a column is the errors of a value that all others predict, but for a factor.
    own = torch.arange(channels) * taps + taps // 2
    weight = torch.linalg.inv(products)[:, own]
    weight = -weight / weight[own, torch.arange(channels)]
    return weight.T.reshape(channels, channels, KERNEL, KERNEL), -inputs @ weight


def _neighbourhoods(values: torch.Tensor) -> torch.Tensor:
    """[N, C, H, W] to a row for each pixel, of all that a convolution sees, in double precision."""
    edges = functional.pad(values, [KERNEL // 2] * 4, mode="replicate")
    return functional.unfold(edges, KERNEL).transpose(1, 2).flatten(0, 1).double()


def explain_scales(features: torch.Tensor, error: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The logarithmic scales of errors by features, [N, C, H, W]: weights [D, C] and biases [D]."""
    weight, bias, log_scale = explain(features, torch.log(error.abs() + ERROR_OFFSET))
    shift = max(SHIFTS, key=lambda shift: float(log_probability(error, 0 * error, (log_scale + shift).clamp(*LOG_SCALES)).mean()))
    return weight, bias + shift


def explain(features: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The affine map by which features, [N, C, H, W], come nearest to a target with a row for each pixel: weights [D, C] and biases [D]; and what it
    gives."""
    inputs = functional.pad(_rows(features), [0, 1], value=1)
    weight = _least_squares(inputs, target, RIDGE[1])
    return weight[:-1].T.float(), weight[-1].float(), inputs @ weight


def _rows(values: torch.Tensor) -> torch.Tensor:
    """[N, C, H, W] to one row for each pixel, in double precision."""
    return values.permute(0, 2, 3, 1).flatten(0, 2).double()


def _least_squares(inputs: torch.Tensor, wanted: torch.Tensor, ridge: float) -> torch.Tensor:
    """The weights [n, m] by which inputs [k, n] come nearest to what is wanted, [k, m]."""
    products = inputs.T @ inputs
    diagonal = ridge * products.diag().mean() * torch.eye(len(products), dtype=products.dtype, device=products.device)
    return torch.linalg.solve(products + diagonal, inputs.T @ wanted)


def start_as_differences(convolution: Convolution, colors: list[int]) -> None:
    """Makes the weights of each colour sum to 0, and larger. `colors` says what the first input channels show."""
    with torch.no_grad():
        weight = convolution.weight
        for color in set(colors):
            own = [channel for channel, other in enumerate(colors) if other == color]
            weight[:, own] -= weight[:, own].mean((1, 2, 3), keepdim=True)
        weight *= STEM_GAIN
