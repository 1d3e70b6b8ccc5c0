"""The practical hierarchy, in floating point: whatever it computes, integers can compute exactly.

A published hierarchy of this size learns for days before flat areas cost little. This one begins where interlaced coders are: the pixels
themselves, at every resolution, are the main path's head start.

*Pictures.* Picture i is the image's pixels at every 2^i-th row and column; picture 0 is the image. Grid i works on the squares of 2 x 2 of
picture i: their first pixels are picture i + 1, which grid i + 1 and those above have told. The other three follow in three steps: the one
at the other end of the diagonal, then the two others. Each has a mixture of discretised logistic distributions, with the colours coupled as
published, so that one mixture serves at each resolution, and not only at the image's own.

*Latents.* In front of a step there may be a latent: the posterior reads the top-down path and the bottom-up path, which knows all pixels
of the picture and, by pooling, of those below. What remains for latents is what the pixels of one step have in common.

*Standardised.* A latent is in units of its prior's scale, and from its prior's mean: what the main path makes of it can contain both.
So every prior is the same, and two numbers are left of the four that a published block computes: the posterior's mean less the prior's,
and its scale, both in the prior's scale. Latents are multiples of 1 / STEPS_OF_ONE.
"""
from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from ..color import to_integers
from ..densenet import Convolution, ResidualLayer, Symlog
from ..interlaced import ERROR_OFFSET, LINEAR_RATE, LOG_SCALES, explain_scales, predict, start_as_differences
from ..logistic import GRID, log_probability
from .config import STEPS, STEPS_OF_ONE, ExactConfig, GridConfig
from .distributions import Gaussian, divergence

KERNEL = 3
COLORS = 3
PLACES = (3, 1, 2)
"""Of a square's pixels, row by row, those that are not known, in coding order."""
LOG_RATIOS = (-4 * math.log(2), math.log(2))
"""Limits of the logarithm of the posterior's scale in the prior's."""
SPREAD = 0.05
"""At the start, posteriors' means are random features of this size."""
GAIN = 0.03
"""What is kept at the start of the weights by which the main path sees latents, whose noise would otherwise drown the pixels."""
TOLD_BELOW = 2
"""How many grids below that of a latent it tells of, at the start: of how much larger errors are there than was expected."""
TOLD_STEPS, TOLD_BATCH, TOLD_RATE = 400, 16, 2e-3
"""Steps in which it learns that, crops of a step, and the learning rate at first."""
PLANE_CROPS = 64
"""How many crops planes start from."""
OFFSETS = 0.8
"""By how much, at the start, the logarithmic scales of a mixture's components differ."""
SUBPIXEL_OUTPUTS = 1 + 3 * COLORS
"""Outputs for each component: its logit, and of each colour correction, logarithmic scale, and coefficient of coupling."""


class Symmetric(nn.Module):
    """A convolution of pixels, which starts as differences, and the symmetric logarithm of what it gives."""

    def __init__(self, colors: list[int], width: int, config: ExactConfig) -> None:
        """`colors`: which colour each channel shows."""
        super().__init__()
        self.convolution = Convolution(len(colors), width, KERNEL, config)
        self.symlog = Symlog()
        start_as_differences(self.convolution, colors)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.symlog(self.convolution(values))


class MixturePlane(nn.Module):
    """The mixture of one pixel of each square: a linear prediction of what is known, and from features everything else."""

    def __init__(self, known: int, features: int, config: ExactConfig) -> None:
        super().__init__()
        self.components = config.mixtures
        self.linear = Convolution(known, COLORS, KERNEL, config, bias=False)
        self.output = Convolution(features, SUBPIXEL_OUTPUTS * config.mixtures, 1, config)
        for convolution in (self.linear, self.output):
            nn.init.zeros_(convolution.weight)
        nn.init.zeros_(self.output.bias)

    def log_probability(self, known: torch.Tensor, features: torch.Tensor, pixel: torch.Tensor) -> torch.Tensor:
        """The natural logarithm of a pixel's mass, [N, H, W]; `pixel` is [N, 3, H, W]."""
        count = self.components
        logits, rest = self.output(features).split([count, 3 * COLORS * count], 1)
        correction, log_scale, coefficient = rest.unflatten(1, (3, COLORS, count)).unbind(1)
        log_scale = log_scale.clamp(*LOG_SCALES)
        expected = known[:, :COLORS] + self.linear(known)
        error = (pixel - expected).unsqueeze(2)
        # Of Y in Co, of Y in Cg, of Co in Cg.
        moved = torch.stack((
            torch.zeros_like(coefficient[:, 0]), coefficient[:, 0] * error[:, 0],
            coefficient[:, 1] * error[:, 0] + coefficient[:, 2] * error[:, 1]), 1)
        mean = correction * torch.exp(log_scale) + moved
        masses = log_probability(error, mean, log_scale).sum(1)
        return torch.logsumexp(masses + torch.log_softmax(logits, 1), 1)

    def surprise(self, known: torch.Tensor, features: torch.Tensor, pixel: torch.Tensor) -> torch.Tensor:
        """By how much the logarithm of each colour's error is larger than its scale's, [N, 3, H, W]."""
        log_scale = self.output(features).split([self.components * (1 + COLORS), self.components * COLORS, self.components * COLORS], 1)[1]
        error = pixel - known[:, :COLORS] - self.linear(known)
        return torch.log(error.abs() + ERROR_OFFSET) - log_scale.unflatten(1, (COLORS, -1)).mean(2)

    def start(self, known: torch.Tensor, features: torch.Tensor, pixel: torch.Tensor) -> None:
        """Sets the linear prediction to that of least squares, and scales to those of the errors' logarithms from features."""
        weight, error = predict(known, pixel - known[:, :COLORS])
        scale_weight, scale_bias = explain_scales(features, error)
        offsets = OFFSETS * torch.linspace(-1, 1, self.components) if self.components > 1 else torch.zeros(1)
        first = self.components * (1 + COLORS)
        with torch.no_grad():
            self.linear.weight.copy_(weight)
            scales = slice(first, first + COLORS * self.components)
            self.output.weight[scales, :, 0, 0] = scale_weight.repeat_interleave(self.components, 0)
            self.output.bias[scales] = scale_bias.repeat_interleave(self.components) + offsets.repeat(COLORS)


class Posterior(nn.Module):
    """Of a latent, from both paths: its mean and logarithmic scale, standardised."""

    def __init__(self, grid: GridConfig, latent: int, config: ExactConfig) -> None:
        super().__init__()
        self.hidden = Convolution(grid.width + grid.bottom, grid.bottom, KERNEL, config)
        self.output = Convolution(grid.bottom, 2 * latent, 1, config)
        with torch.no_grad():
            self.output.weight[:latent].normal_(0, SPREAD * grid.bottom ** -0.5)
            self.output.weight[latent:].zero_()
            self.output.bias.zero_()

    def forward(self, main: torch.Tensor, found: torch.Tensor) -> Gaussian:
        mean, log_scale = self.output(self._features(main, found)).chunk(2, 1)
        return Gaussian(mean, log_scale.clamp(*LOG_RATIOS))

    def _features(self, main: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
        return functional.relu(self.hidden(torch.cat((main, found), 1)))


class Step(nn.Module):
    """A top-down block: a latent, if it has one, and a pixel of each square."""

    def __init__(self, number: int, grid: GridConfig, config: ExactConfig) -> None:
        super().__init__()
        latent, known = grid.latent[number], COLORS * (1 + number)
        self.stem = Symmetric(list(range(COLORS)) * (1 + number), grid.width, config)
        self.posterior = Posterior(grid, latent, config) if latent else None
        self.projection = Convolution(latent, grid.width, 1, config) if latent else None
        if latent:
            with torch.no_grad():
                self.projection.weight.mul_(GAIN)
        self.layers = nn.Sequential(*(ResidualLayer(grid.width, KERNEL, config) for _ in range(grid.layers[number])))
        self.plane = MixturePlane(known, grid.width, config)

    def enter(self, main: torch.Tensor | None, known: torch.Tensor) -> torch.Tensor:
        """The main path as the posterior sees it."""
        found = self.stem(known)
        return found if main is None else main + found

    def leave(self, main: torch.Tensor, latent: torch.Tensor | None) -> torch.Tensor:
        """The main path after the latent."""
        if latent is not None:
            main = main + self.projection(latent)
        return self.layers(main)


class Grid(nn.Module):
    """Everything that works on the squares of one picture."""

    def __init__(self, index: int, config: ExactConfig) -> None:
        super().__init__()
        grid = config.grids[index]
        self.bottom = Symmetric([color for color in range(COLORS) for _ in range(4)], grid.bottom, config)
        self.pool = Convolution(4 * config.grids[index - 1].bottom, grid.bottom, 1, config) if index else None
        self.bottom_layers = nn.Sequential(*(ResidualLayer(grid.bottom, KERNEL, config) for _ in range(grid.bottom_layers)))
        for layer in self.bottom_layers:
            # Not nothing: what pooling takes the mean of must have been rectified, or no magnitudes are left.
            layer.second.reset_parameters()
        self.steps = nn.ModuleList(Step(number, grid, config) for number in range(STEPS))
        self.unpool = Convolution(grid.width, config.grids[index - 1].width, 1, config) if index else None

    def upward(self, squares: torch.Tensor, below: torch.Tensor | None) -> torch.Tensor:
        """The bottom-up path, of all squares, [N, 12, H, W], and of the path on the grid below."""
        found = self.bottom(squares)
        if below is not None:
            found = found + self.pool(functional.pixel_unshuffle(below, 2))
        return self.bottom_layers(found)


class ExactHierarchy(nn.Module):
    """All grids, the image's own first."""

    def __init__(self, config: ExactConfig) -> None:
        super().__init__()
        self.config = config
        self.grids = nn.ModuleList(Grid(index, config) for index in range(len(config.grids)))
        self.top_mean, self.top_log_scale = nn.Parameter(torch.zeros(COLORS)), nn.Parameter(torch.full((COLORS,), math.log(32 / GRID)))

    def elbo(
            self, pixels: torch.Tensor, kept: torch.Tensor | None = None, drawn: bool = False) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Of grey levels [N, 3, H, W], in bits: what the image takes given all latents, [N]; and for each latent, in top-down order, what
        it takes by its prior more than by its posterior, [N, channels].

        `kept`, bool [blocks, channels], says which channels of latents hold anything; the others are their prior's mean, or `drawn` from it.
        """
        spent, costs = torch.zeros(len(pixels), device=pixels.device), []

        def see(block: int, posterior: Gaussian) -> torch.Tensor:
            latent = posterior.at(torch.randn_like(posterior.mean))
            cost = divergence(posterior, Gaussian(torch.zeros_like(latent), torch.zeros_like(latent)))
            if kept is not None:
                chosen = kept[block, :latent.shape[1]].to(latent.device)[:, None, None]
                latent = torch.where(chosen, latent, torch.randn_like(latent) if drawn else torch.zeros_like(latent))
                cost = cost * chosen
            costs.append(cost.sum((2, 3)) / math.log(2))
            return _rounded(latent)

        def pay(step: Step, known: torch.Tensor, features: torch.Tensor, pixel: torch.Tensor) -> None:
            nonlocal spent
            spent = spent - step.plane.log_probability(known, features, pixel).sum((1, 2))

        top = self._downward(pixels, see, pay)
        prior = (self.top_mean[:, None, None], self.top_log_scale[:, None, None])
        return (spent - log_probability(top, *prior).sum((1, 2, 3))) / math.log(2), costs

    def prepare(self, pixels: torch.Tensor) -> None:
        """Sets linear predictions and scales to those of least squares, on grey levels [N, 3, H, W]; then what a latent tells, if there are
        grids enough below it: of how much larger errors are there than was expected, in what they have in common."""
        few, index = pixels[:PLANE_CROPS], TOLD_BELOW
        self._start_planes(few)
        if index < len(self.grids) and self.grids[index].steps[0].posterior is not None:
            self._start_latent(index, pixels)
            self._start_planes(few)

    @torch.no_grad()
    def _start_planes(self, pixels: torch.Tensor) -> None:
        top = self._downward(pixels, _drawn, lambda step, known, features, pixel: step.plane.start(known, features, pixel))
        self.top_mean.copy_(top.mean((0, 2, 3)))
        # A logistic distribution's standard deviation is 1.81 scales.
        self.top_log_scale.copy_(torch.log(top.transpose(0, 1).flatten(1).std(1) / 1.81))

    def _start_latent(self, index: int, pixels: torch.Tensor) -> None:
        """Makes the first latent of a grid tell of errors on the grids below: of each colour on the image's own, then on the one above it.
        Its posterior and the bottom-up path learn these numbers from pixels."""
        surprises: dict[int, list[torch.Tensor]] = {}
        entered: list[torch.Tensor] = []
        first, owners = self.grids[index].steps[0], {step: number for number, grid in enumerate(self.grids) for step in grid.steps}
        handle = first.posterior.register_forward_hook(lambda _, inputs, __: entered.append(inputs[0]))
        with torch.no_grad():
            self._downward(pixels, _drawn, lambda step, known, features, pixel: surprises.setdefault(owners[step], []).append(
                step.plane.surprise(known, features, pixel)))
        handle.remove()
        told = [functional.avg_pool2d(sum(surprises[below]), 2 ** (index - below)) for below in range(index)]
        target = torch.cat(told, 1)[:, :first.projection.in_channels]
        target = (target - target.mean((0, 2, 3), keepdim=True)) / target.std((0, 2, 3), keepdim=True)
        count, latent, main = target.shape[1], first.projection.in_channels, entered[0]
        optimizer = torch.optim.Adam(self.parameters(), TOLD_RATE)
        for step in range(TOLD_STEPS):
            optimizer.param_groups[0]["lr"] = TOLD_RATE * (1 - step / TOLD_STEPS)
            some = torch.randint(len(pixels), (TOLD_BATCH,))
            _, found, _ = self._upward(pixels[some], index + 1)
            error = first.posterior(main[some], found[-1]).mean[:, :count] - target[some]
            optimizer.zero_grad(set_to_none=True)
            (error * error).mean().backward()
            optimizer.step()
        with torch.no_grad():
            # What is not told is noise: mean and scale together are as the prior says.
            left = (error * error).mean((0, 2, 3)).clamp(0.05, 1)
            first.posterior.output.bias[latent:latent + count] = torch.log(left) / 2
            self._reserve(index, count)

    @torch.no_grad()
    def _reserve(self, index: int, count: int) -> None:
        """Leaves the first channels of the top-down path, from a grid on, to the first channels of its first latent: two for each, of
        either sign, as features are rectified. All else stays away from them at the start, and unpooling hands them down."""
        reserved = torch.arange(2 * count)
        for number in range(index, -1, -1):
            above = self.grids[number + 1].unpool if number + 1 < len(self.grids) else None
            for module in (above, *(part for step in self.grids[number].steps for part in (step.stem.convolution, step.projection))):
                if module is not None:
                    module.weight[reserved], module.bias[reserved] = 0.0, 0.0
            if number < index:
                above.weight[reserved, reserved] = 1.0
        projection = self.grids[index].steps[0].projection
        for channel in range(count):
            projection.weight[2 * channel, channel], projection.weight[2 * channel + 1, channel] = 1.0, -1.0

    def parameter_groups(self) -> list[dict]:
        """For an optimiser: all parameters, and how fast each group learns (`factor`)."""
        slow = [parameter for grid in self.grids for step in grid.steps for parameter in step.plane.linear.parameters()]
        names = {id(parameter) for parameter in slow}
        fast = [parameter for parameter in self.parameters() if id(parameter) not in names]
        return [{"params": fast, "factor": 1.0}, {"params": slow, "factor": LINEAR_RATE}]

    def parameter_counts(self) -> tuple[int, int, int]:
        """How many numbers are learnt: bottom-up, top-down, and of the latter those of unpooling."""
        def count(modules) -> int:
            return sum(parameter.numel() for module in modules if module is not None for parameter in module.parameters())

        up = count(part for grid in self.grids for part in (grid.bottom, grid.pool, grid.bottom_layers))
        return up, count([self]) - up, count(grid.unpool for grid in self.grids)

    def multiply_adds_per_pixel(self) -> float:
        """Multiplications and additions of all convolutions for each pixel of the image."""
        return sum(
            sum(parameter.numel() for parameter in grid.parameters() if parameter.ndim == 4) / 4 ** (index + 1)
            for index, grid in enumerate(self.grids))

    def _upward(self, pixels: torch.Tensor, count: int) -> tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor]:
        """Of the first grids: squares, the bottom-up path; and the picture above them."""
        picture, squares, found = to_integers(pixels, self.config.color).float() / GRID, [], []
        for grid in self.grids[:count]:
            squares.append(functional.pixel_unshuffle(picture, 2))
            found.append(grid.upward(squares[-1], found[-1] if found else None))
            picture = squares[-1][:, ::4]
        return squares, found, picture

    def _downward(self, pixels: torch.Tensor, see, pay) -> torch.Tensor:
        """Through all grids. `see` gives a latent, of its number and its posterior; `pay` is told what is known before a pixel, the features
        and the pixel. Returns the top picture."""
        squares, found, picture = self._upward(pixels, len(self.grids))
        main, block = None, 0
        for grid, square, skip in zip(reversed(self.grids), reversed(squares), reversed(found), strict=True):
            known = square[:, ::4]
            for step, place in zip(grid.steps, PLACES, strict=True):
                main, latent = step.enter(main, known), None
                if step.posterior is not None:
                    latent = see(block, step.posterior(main, skip))
                    block += 1
                main = step.leave(main, latent)
                pixel = square[:, place::4]
                pay(step, known, functional.relu(main), pixel)
                known = torch.cat((known, pixel), 1)
            if grid.unpool is not None:
                main = functional.interpolate(grid.unpool(main), scale_factor=2.0, mode="nearest")
        return picture


def _drawn(block: int, posterior: Gaussian) -> torch.Tensor:
    """A latent."""
    return _rounded(posterior.at(torch.randn_like(posterior.mean)))


def _rounded(latent: torch.Tensor) -> torch.Tensor:
    """On the grid of latents; gradients pass unchanged."""
    return latent + (torch.round(latent * STEPS_OF_ONE) / STEPS_OF_ONE - latent).detach()
