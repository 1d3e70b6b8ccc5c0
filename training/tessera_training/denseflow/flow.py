"""The practical flow in floating point: its steps are those that integers do exactly (`spec/denseflow.md`).

Units. A sample x, made continuous by u from [0, 1), enters as (x + u) / UNIT; from there on values are what the flow makes of them, and
those that leave are scored by the Gaussian of deviation 1.

*Where a flow starts.* A random flow spends its first thousands of steps on learning that pixels resemble their neighbours. So modules start as what
interpolating coders do: of each square of 2 x 2, whose first pixel alone is to stay, a block's first module predicts the two pixels beside it
from it and the pixel at the other end of the diagonal, its second module that one from the first; all others couple what was left of pixels by these
predictions, colours by colours. Matrices, predictions and scales start from least squares. All is then trained; nothing is fixed but the
order of channels.
"""
from __future__ import annotations

import itertools
import math

import torch
from torch import nn
from torch.nn import functional

from ..color import to_integers
from ..config import KERNEL
from ..densenet import Convolution, DenseLayer, Symlog
from ..interlaced import LINEAR_RATE, explain, predict, predict_from_others
from .config import COLORS, PLACES, FlowConfig, NetConfig

UNIT = 64.0
"""Grey levels to a unit."""
PIXEL_GAIN = 16.0
"""Nets read channels that show pixels times this, all others as they are."""
STEM_GAIN = 10.0
"""Weights of stems start this much larger than a convolution's usually do for what shows pixels."""
LOG_SCALES = 3 * math.log(2)
"""A coupling scales by up to three octaves either way."""
LOG_FACTORS = -14 * math.log(2), 7.5 * math.log(2)
"""Limits of the logarithms of a matrix's scales."""
LEAST_ERROR = 0.05
"""Added to an error's magnitude before its logarithm is taken, in usual errors."""
MEAN_LOGARITHM = -0.635
"""The mean of the logarithm of the magnitude of a Gaussian variable of deviation 1."""
CENTERS = -0.25, 1.25
SPREADS = math.log(1 / 16), math.log(2)
"""Limits of the center of what is added to a sample, and of the logarithm of its scale."""
DEVIATION = 1.81
"""A logistic variable's, of scale 1."""
NOISE_LOG_SCALES = 2 * math.log(2)


class Net(nn.Module):
    """A dense net: from what is read, [N, inputs, H, W], to its features."""

    def __init__(self, inputs: int, net: NetConfig, config: FlowConfig) -> None:
        super().__init__()
        self.stem = Convolution(inputs, net.width, KERNEL, config)
        self.symlog = Symlog()
        self.layers = nn.ModuleList()
        width = net.width
        for growth in net.growth:
            self.layers.append(DenseLayer(width, growth, config))
            width += growth
        self.width = width

    def start(self, colors: list[int | None]) -> None:
        """Makes the stem one of differences. `colors`: which colour each channel shows, if any."""
        with torch.no_grad():
            for color in {color for color in colors if color is not None}:
                own = [channel for channel, other in enumerate(colors) if other == color]
                weight = self.stem.weight[:, own]
                self.stem.weight[:, own] = STEM_GAIN * (weight - weight.mean((1, 2, 3), keepdim=True))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        values = self.symlog(self.stem(values))
        for layer in self.layers:
            values = layer(values)
        return values


class Matrix(nn.Module):
    """A 1 x 1 convolution and the normalisation before it, as the factors by which it is inverted: `spec/denseflow.md`, section 4."""

    def __init__(self, order: list[int]) -> None:
        super().__init__()
        channels = len(order)
        self.upper, self.lower = nn.Parameter(torch.zeros(channels, channels)), nn.Parameter(torch.zeros(channels, channels))
        self.log_factor, self.bias = nn.Parameter(torch.zeros(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("order", torch.tensor(order))

    def triangles(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The upper and the lower one, with 1 on their diagonals."""
        one = torch.eye(len(self.order), device=self.upper.device)
        return torch.triu(self.upper, 1) + one, torch.tril(self.lower, -1) + one

    def log_factors(self) -> torch.Tensor:
        """Of each channel."""
        return self.log_factor.clamp(*LOG_FACTORS)

    def forward(self, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The product, and the logarithm of the volume of each place."""
        upper, lower = self.triangles()
        factors = self.log_factors()
        product = (lower @ (torch.exp(factors)[:, None] * upper))[self.order]
        return functional.conv2d(values, product[:, :, None, None], self.bias), factors.sum()


class Coupling(nn.Module):
    """Moves and scales the second half of the channels, as the first half says: a linear prediction is taken away, what is left is scaled, and
    moved again in terms of what it is then."""

    def __init__(self, channels: int, net: NetConfig, config: FlowConfig) -> None:
        super().__init__()
        half = channels // 2
        self.register_buffer("gain", torch.ones(half))
        self.net = Net(half, net, config)
        self.linear = Convolution(half, half, KERNEL, config, bias=False)
        self.output = Convolution(self.net.width, 2 * half, 1, config)
        for parameter in (self.linear.weight, self.output.weight, self.output.bias):
            nn.init.zeros_(parameter)

    def read(self, first: torch.Tensor) -> torch.Tensor:
        """What nets read of the first half."""
        return first * self.gain[:, None, None]

    def forward(self, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The result, and the logarithm of the volume of each image."""
        first, second = values.chunk(2, 1)
        read = self.read(first)
        log_scale, move = self.output(self.net(read)).chunk(2, 1)
        log_scale = log_scale.clamp(-LOG_SCALES, LOG_SCALES)
        second = (second + self.linear(read)) * torch.exp(log_scale) + move
        return torch.cat((first, second), 1), log_scale.sum((1, 2, 3))


class Module(nn.Module):
    """A matrix and a coupling."""

    def __init__(self, order: list[int], net: NetConfig, config: FlowConfig) -> None:
        super().__init__()
        self.matrix = Matrix(order)
        self.coupling = Coupling(len(order), net, config)

    def forward(self, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The result, and the logarithm of the volume of each image."""
        places = values.shape[2] * values.shape[3]
        values, factor = self.matrix(values)
        values, volume = self.coupling(values)
        return values, places * factor + volume

    def start(self, values: torch.Tensor, layout: "Layout", taken: list[tuple[int, int, float]]) -> None:
        """Sets all to what suits some images; `layout` is that of the matrix's results. Of `taken` channels (to, from) a multiple is taken away."""
        matrix, coupling = self.matrix, self.coupling
        with torch.no_grad():
            for target, source, multiple in taken:
                (matrix.upper if source > target else matrix.lower)[target, source] = -multiple
            coupling.gain.copy_(torch.tensor([PIXEL_GAIN if color is not None else 1.0 for color in layout.colors()]))
            coupling.net.start(layout.colors())
            values, _ = matrix(values)
            first, second = values.chunk(2, 1)
            read = coupling.read(first)
            _, error = predict(read, second)
            # So large that the usual error is that of a deviation of 1. The lower triangle stands behind these factors.
            factor = torch.zeros(len(matrix.order), dtype=torch.float64)
            half, order = len(factor) // 2, matrix.order
            deviation = error.std(0).clamp(min=1e-6)
            usual = torch.exp(torch.log(error.abs() + LEAST_ERROR * deviation).mean(0) - MEAN_LOGARITHM)
            factor[order[half:]] = -torch.log(usual)
            matrix.log_factor.copy_(factor.clamp(*LOG_FACTORS))
            matrix.lower.mul_(torch.exp(matrix.log_factor[:, None] - matrix.log_factor[None, :]))
            weight, error = predict(read, second * torch.exp(matrix.log_factor[order[half:]])[:, None, None])
            coupling.linear.weight.copy_(-weight)
            mean = error.mean(0)
            matrix.bias[half:] = -mean.float()
            error = error - mean
            scale_weight, scale_bias, log_scale = explain(coupling.net(read), torch.log(error.abs() + LEAST_ERROR))
            coupling.output.weight[:half, :, 0, 0] = -scale_weight
            # On average, errors in units of their scales are to be of deviation 1.
            coupling.output.bias[:half] = -(scale_bias + torch.log((error * torch.exp(-log_scale)).square().mean(0)) / 2).float()


class NoiseNet(nn.Module):
    """The distributions of the noise in front of a unit, by what units before it were given."""

    def __init__(self, recorded: int, noise: int, config: FlowConfig) -> None:
        super().__init__()
        self.register_buffer("gain", torch.ones(recorded))
        self.hidden = Convolution(recorded, 4 * recorded, KERNEL, config)
        self.output = Convolution(4 * recorded, 2 * noise, 1, config)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, recorded: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Means and logarithmic scales."""
        mean, log_scale = self.output(functional.relu(self.hidden(recorded * self.gain[:, None, None]))).chunk(2, 1)
        return mean, log_scale.clamp(-NOISE_LOG_SCALES, NOISE_LOG_SCALES)


class Unit(nn.Module):
    """Noise, if any, and modules."""

    def __init__(self, noise: NoiseNet | None, modules: list[Module]) -> None:
        super().__init__()
        self.noise = noise
        self.steps = nn.ModuleList(modules)


class Dequantiser(nn.Module):
    """What is added below a sample's last bit: a logistic variable within [0, 1), of a center and a scale for each sample."""

    def __init__(self, net: NetConfig, config: FlowConfig) -> None:
        super().__init__()
        channels = COLORS * PLACES
        self.net = Net(channels, net, config)
        self.net.start([channel // PLACES for channel in range(channels)])
        self.linear = Convolution(channels, channels, KERNEL, config, bias=False)
        self.output = Convolution(self.net.width, 2 * channels, 1, config)
        for parameter in (self.linear.weight, self.output.weight, self.output.bias):
            nn.init.zeros_(parameter)

    def distribution(self, samples: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Centers and logarithmic scales for samples [N, C, H, W]."""
        read = self._read(samples)
        center, log_scale = self.output(self.net(read)).chunk(2, 1)
        center = (center + self.linear(read) + 0.5).clamp(*CENTERS)
        return functional.pixel_shuffle(center, 2), functional.pixel_shuffle(log_scale.clamp(*SPREADS), 2)

    def start(self, samples: torch.Tensor) -> None:
        """A sample is expected where those around it would have it, and scales are those of their errors."""
        read = self._read(samples)
        with torch.no_grad():
            weight, error = predict_from_others(read)
            self.linear.weight.copy_(weight / (PIXEL_GAIN / UNIT))
            error = error / (PIXEL_GAIN / UNIT)
            width = error.shape[1]
            scale_weight, scale_bias, _ = explain(self.net(read), torch.log(error.abs() + LEAST_ERROR) - MEAN_LOGARITHM - math.log(DEVIATION))
            self.output.weight[width:, :, 0, 0], self.output.bias[width:] = scale_weight, scale_bias

    @staticmethod
    def _read(samples: torch.Tensor) -> torch.Tensor:
        return functional.pixel_unshuffle(samples.float(), 2) * (PIXEL_GAIN / UNIT)

    def forward(self, samples: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What is added, and the logarithms of its densities."""
        center, log_scale = self.distribution(samples)
        inverse = torch.exp(-log_scale)
        low, high = -center * inverse, (1 - center) * inverse
        mass = functional.logsigmoid(high) + functional.logsigmoid(-low) + torch.log(-torch.expm1(-inverse))
        share = torch.rand_like(center)
        below = (torch.sigmoid(low) + torch.exp(mass) * share).clamp(1e-30, 1 - 6e-8)
        added = (center + torch.logit(below) / inverse).clamp(0, 1 - 1e-6)
        standard = (added - center) * inverse
        return added, functional.logsigmoid(standard) + functional.logsigmoid(-standard) - log_scale - mass


class Layout:
    """What the channels of a place are at the start: (colour, place of a square) of pixels, None of all else."""

    def __init__(self, entries: list[tuple[int, int] | None], done: frozenset = frozenset()) -> None:
        self.entries, self.done = entries, done

    @staticmethod
    def squeezed(channels: int) -> "Layout":
        """Of a block's first unit: the first channels before the squeeze were colours."""
        pixels: list[tuple[int, int] | None] = [divmod(channel, PLACES) for channel in range(COLORS * PLACES)]
        return Layout(pixels + [None] * (channels - len(pixels)))

    def with_noise(self, channels: int) -> "Layout":
        """With so many more."""
        return Layout(self.entries + [None] * channels, self.done)

    def colors(self) -> list[int | None]:
        """Of the first half: the colours of those that show pixels."""
        return [entry[0] if entry is not None and entry not in self.done else None for entry in self.entries[:len(self.entries) // 2]]

    def ordered(self, order: list[int]) -> "Layout":
        """In another order."""
        return Layout([self.entries[channel] for channel in order], self.done)

    def after(self, pixels: list[tuple[int, int]]) -> "Layout":
        """When pixels were predicted."""
        return Layout(self.entries, self.done | set(pixels))


def plan(layout: Layout, number: int) -> tuple[list[int], list[tuple[int, int]], list[tuple[int, int, float]]]:
    """How a block's module begins that is given channels of a layout: their order in its coupling, which pixels it predicts, and what of other
    channels is taken away from channels before that: (to, from, multiple)."""
    where = {entry: channel for channel, entry in enumerate(layout.entries) if entry is not None}
    y, co, cg = range(COLORS)
    # Of the pixels at places 1, 2 and 3, those that are in the first half, beside place 0 of each colour.
    lumas = [(y, 1), (y, 2), (y, 3)]
    seen = [
        [(color, 3) for color in range(COLORS)],
        [(y, 1), (y, 2), (co, 1)],
        lumas,
        [(y, 3), (co, 3), (cg, 3)],
        [(y, 1), (co, 1), (cg, 1)],
        [(y, 2), (co, 2), (cg, 2)],
    ]
    first = [(color, 0) for color in range(COLORS)] + (seen[number] if number < len(seen) else lumas)
    second = [entry for entry in where if entry not in first]
    others = [channel for channel, entry in enumerate(layout.entries) if entry is None]
    half = len(others) // 2
    if number % 2:
        others = others[half:] + others[:half]
    order = [where[entry] for entry in first] + others[:half] + [where[entry] for entry in second] + others[half:]
    predicted, taken = [], []
    if number == 0:
        predicted = second
        taken = [(where[color, place], where[color, source], 0.5) for color, place in second for source in (0, 3)]
    elif number == 1:
        predicted = [(color, 3) for color in range(COLORS)]
        taken = [(where[color, 3], where[color, 0], 1.0) for color in range(COLORS)]
    return order, predicted, taken


class Flow(nn.Module):
    """A practical flow."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.config = config
        self.dequantiser = None if config.dequantiser is None else Dequantiser(config.dequantiser, config)
        self.blocks = nn.ModuleList()
        self._plans = []
        for index, block in enumerate(config.blocks):
            layout, units, number = Layout.squeezed(config.entering(index)), nn.ModuleList(), 0
            for unit, modules in enumerate(block.modules):
                noise, steps = None, []
                if unit:
                    noise = NoiseNet(config.recorded(index, unit), block.noise, config)
                    layout = layout.with_noise(block.noise)
                for _ in range(modules):
                    order, predicted, taken = plan(layout, number)
                    layout = layout.ordered(order)
                    steps.append(Module(order, block.net, config))
                    self._plans.append((layout, taken))
                    layout = layout.after(predicted)
                    number += 1
                units.append(Unit(noise, steps))
            self.blocks.append(units)
        width = config.leaving(len(config.blocks) - 1)
        self.mean, self.log_scale = nn.Parameter(torch.zeros(width)), nn.Parameter(torch.zeros(width))
        """Of what is left in the end."""

    def forward(self, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
        """What images take, grey levels [N, 3, H, W], in bits, part by part: [N] each."""
        return self._run(pixels, None)

    def start(self, pixels: torch.Tensor) -> None:
        """Sets all to what suits some images."""
        with torch.no_grad():
            self._run(pixels, iter(self._plans))

    def _run(self, pixels: torch.Tensor, plans) -> dict[str, torch.Tensor]:
        samples = to_integers(pixels, self.config.color)
        costs = {"dequantisation": torch.zeros(len(pixels), device=pixels.device), "noise": torch.zeros(len(pixels), device=pixels.device)}
        volume = -math.log(UNIT) * samples[0].numel() * torch.ones(len(pixels), device=pixels.device)
        if self.dequantiser is not None and plans is not None:
            self.dequantiser.start(samples)
        if self.dequantiser is None:
            added = torch.rand(samples.shape, device=pixels.device)
        else:
            added, density = self.dequantiser(samples)
            costs["dequantisation"] = density.sum((1, 2, 3))
        values = (samples + added) / UNIT
        for index, (units, block) in enumerate(zip(self.blocks, self.config.blocks, strict=True)):
            values = functional.pixel_unshuffle(values, 2)
            recorded = []
            for unit in units:
                given = values
                if unit.noise is not None:
                    if plans is not None:
                        unit.noise.gain[:COLORS * PLACES] = PIXEL_GAIN
                    mean, log_scale = unit.noise(torch.cat(recorded, 1))
                    standard = torch.randn_like(mean)
                    costs["noise"] = costs["noise"] + (_gaussian(standard) - log_scale).sum((1, 2, 3))
                    values = torch.cat((values, mean + torch.exp(log_scale) * standard), 1)
                recorded.append(given)
                for module in unit.steps:
                    if plans is not None:
                        module.start(values, *next(plans))
                    values, change = module(values)
                    volume = volume + change
            if block.kept is not None:
                values, left = values.split([block.kept, values.shape[1] - block.kept], 1)
                costs[f"block {index + 1}"] = -_gaussian(left).sum((1, 2, 3))
        if plans is not None:
            rows = values.transpose(0, 1).flatten(1)
            self.mean.copy_(rows.mean(1))
            self.log_scale.copy_(torch.log(rows.std(1)))
        inverse = torch.exp(-self.log_scale[:, None, None])
        costs["base"] = (self.log_scale[:, None, None] - _gaussian((values - self.mean[:, None, None]) * inverse)).sum((1, 2, 3))
        costs["volume"] = -volume
        return {name: cost / math.log(2) for name, cost in costs.items()}

    def parameter_groups(self) -> list[dict]:
        """For an optimiser: all parameters, and how fast each group learns (`factor`)."""
        modules = [step for units in self.blocks for unit in units for step in unit.steps]
        slow = list(itertools.chain.from_iterable([*step.matrix.parameters(), *step.coupling.linear.parameters()] for step in modules))
        if self.dequantiser is not None:
            slow += self.dequantiser.linear.parameters()
        names = {id(parameter) for parameter in slow}
        return [{"params": [parameter for parameter in self.parameters() if id(parameter) not in names], "factor": 1.0},
                {"params": slow, "factor": LINEAR_RATE}]


def _gaussian(standard: torch.Tensor) -> torch.Tensor:
    """The natural logarithm of the density of the Gaussian of mean 0 and deviation 1."""
    return -0.5 * (standard * standard + math.log(2 * math.pi))
