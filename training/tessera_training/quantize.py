"""Rounds a trained flow to integers, after training: 8-bit weights, 12-bit activations.

Each activation tensor has one scale, from what it holds on calibration images. A convolution reads a concatenation of tensors with
different scales; these are folded into its weights before they are rounded, so that each sees the integers that it will be given.
"""
from __future__ import annotations

import copy
import math
import warnings
from collections import defaultdict
from dataclasses import dataclass

import torch
from torch import nn

from .arithmetic import (
    ACTIVATION, FULL, MAX_MULTIPLIER, MAX_SHIFT, MAX_WEIGHT, READ_LIMIT, RECTIFIED, Convolution, Normalization, Range, Table)
from .config import FlowConfig
from .densenet import Convolution as FloatConvolution
from .densenet import DenseNet, Stage
from .idf import Flow
from .interlaced import InterlacedPrior, Pass, Plane
from .logistic import GRID
from .simulate import (
    CORRECTION_UNITS, LEVELS, IntegerDenseNet, IntegerFlow, IntegerHalfPrior, IntegerInterlacedPrior, IntegerPass, IntegerPlane, IntegerStage, IntegerTop)

LOCATION_UNIT = 1 / (64 * GRID)
"""A location's unit, in the float model's."""
LEVEL_UNIT = math.log(2) / 8
"""A scale level, as a difference of logarithmic scales."""
LEVEL_OF_ONE = 8 * (4 + int(math.log2(GRID)))
"""The level of a logarithmic scale of 0: level n is the scale 2^(n/8 - 4) in grey levels."""
WEIGHT_BITS = 12
"""Weights of the last prior's mixture sum to 2^WEIGHT_BITS."""
OUTPUT_HEADROOM = 6
"""How far beyond what calibration saw the range of a stage's output reaches.

Coarser integers here leave more of the 8 bits to weights: the flow's variables, which a net reads beside its own features, have a fixed
unit, and all weights of an output channel share one. On a small trained flow the rate lost 0.23 % with 1.1, and 0.04 % from 4 to 12.
"""
REST = 64
"""A stage whose rectifiers let nothing through on calibration images has this part of what reaches them as its range."""
ARGUMENT_HEADROOM = 1.5
"""The same for arguments of normalisations and tables, whose unit no weight depends on."""
LOCATION_REACH = 16382
"""Locations are not cut off by saturation below this: nearly 256 grey levels."""
CORRECTION_REACH = 64 * CORRECTION_UNITS - 2
"""Nor are corrections: nearly 64 scales."""
BIAS_LIMIT = 2.0**29
COARSEST, COARSENINGS = 2.0, 400
"""How much larger units may be made for the sake of sums, and how many sizes are tried."""


@dataclass(frozen=True)
class Contrast:
    """What a convolution reads, in the size of a usual difference between neighbours."""

    level: float
    """How far colours are from 0."""
    others: float
    """How far channels are from 0 that show no colour."""

    @staticmethod
    def of(values: torch.Tensor, colors: int) -> "Contrast":
        """Of calibration images [N, C, H, W], whose first channels show colours. Half of all differences are smaller than the usual one."""
        shown, others = values[:, :colors].double(), values[:, colors:].double()
        difference = max(float((shown[..., 1:] - shown[..., :-1]).abs().median()), 1 / GRID) if values.shape[3] > 1 else math.inf
        return Contrast(float(shown.square().mean().sqrt()) / difference, float(others.square().mean().sqrt()) / difference if others.numel() else 0.0)


class Statistics:
    """What a flow's stages and convolutions hold on calibration images."""

    def __init__(self, flow: Flow, pixels: torch.Tensor) -> None:
        self._largest: dict[nn.Module, float] = defaultdict(float)
        self._sums: dict[nn.Module, torch.Tensor] = {}
        self._counts: dict[nn.Module, int] = defaultdict(int)
        handles = [module.register_forward_hook(self._see_output) for stage in flow.modules() if isinstance(stage, Stage)
                   for module in (stage.convolution, stage.norm, stage.activation)]
        handles += [module.register_forward_hook(self._see_input) for module in flow.modules() if isinstance(module, FloatConvolution)]
        with torch.no_grad():
            for batch in pixels.split(8):
                flow(batch)
        for handle in handles:
            handle.remove()

    def scale(self, module: nn.Module, headroom: float) -> float:
        """What an integer of the module's output stands for."""
        return max(self._largest[module], 1e-6) * headroom / READ_LIMIT

    def mean_input(self, convolution: FloatConvolution) -> torch.Tensor:
        """The mean of each input channel of a convolution: [C]."""
        return self._sums[convolution] / self._counts[convolution]

    def _see_output(self, module: nn.Module, inputs, output: torch.Tensor) -> None:
        self._largest[module] = max(self._largest[module], float(output.abs().max()))

    def _see_input(self, module: nn.Module, inputs: tuple[torch.Tensor], output) -> None:
        values = inputs[0].double()
        self._sums[module] = self._sums.get(module, 0) + values.sum((0, 2, 3))
        self._counts[module] += values.numel() // values.shape[1]


def quantise(flow: Flow, pixels: torch.Tensor) -> IntegerFlow:
    """Rounds a flow. `pixels` are the calibration images, grey levels [N, C, H, W]: a few dozen training crops."""
    flow = copy.deepcopy(flow).eval().cpu()
    statistics = Statistics(flow, pixels)
    config = flow.config
    nets = [[_quantise_coupling(coupling, statistics, config) for coupling in couplings] for couplings in flow.couplings]
    priors = [
        _quantise_interlaced(prior, statistics, config) if isinstance(prior, InterlacedPrior) else _quantise_prior(prior, statistics, config)
        for prior in flow.priors]
    orders = [[coupling.order.clone() for coupling in couplings] for couplings in flow.couplings]
    return IntegerFlow(config, orders, nets, priors, _quantise_top(flow))


def quantise_convolution(
        weight: torch.Tensor, bias: torch.Tensor, input_scale: torch.Tensor, mean_input: torch.Tensor, output_scale: torch.Tensor,
        reach: torch.Tensor, limits: Range, replicate: bool, colors: list[int] | None = None, contrast: Contrast | None = None) -> Convolution:
    """Rounds a convolution: weights [D, C, k, k], scales and means of the inputs [C], scales of the outputs [D].

    The shift is the smallest for which saturation to 16 bits spares results up to `reach` [D]; for a reach of 2047 the saturated sums
    have three to four bits more than results. The multiplier is rounded up, and weights are then rounded in units of exactly what shift
    and multiplier make of 1, so that the multiplier's rounding costs nothing. The bias makes up for what rounding the weights does to
    the mean of the outputs. With `colors`, what each input channel shows, the weights of a colour are rounded so that their sum is: what a
    flat area gives would otherwise be wrong by more than what differences give. With `contrast`, what inputs look like, units are chosen
    for such sums, too.
    """
    folded = weight.double() * input_scale[:, None, None] / output_scale[:, None, None, None]
    target = bias.double() / output_scale
    finest = torch.maximum(folded.abs().flatten(1).amax(1) / MAX_WEIGHT, target.abs() / BIAS_LIMIT)
    if contrast is not None:
        finest = finest * _coarsening(folded, finest, colors, contrast)
    least = (reach.double() + 1).clamp(max=MAX_MULTIPLIER)
    shift = torch.ceil(torch.log2(least / finest.clamp(min=2.0**-60)) - 15).clamp(0, MAX_SHIFT)
    multiplier = torch.maximum(torch.ceil(finest * 2 ** (15 + shift)), least.floor())
    if int(multiplier.max()) > MAX_MULTIPLIER:
        warnings.warn("Weights are too large for their output's unit, and were cut off.", stacklevel=2)
        multiplier = multiplier.clamp(max=MAX_MULTIPLIER)
    unit = (multiplier / 2 ** (15 + shift))[:, None, None, None]
    rounded = torch.round(folded / unit).clamp(-MAX_WEIGHT, MAX_WEIGHT)
    if colors is not None:
        for color in set(colors):
            own = [channel for channel, other in enumerate(colors) if other == color]
            rounded[:, own] = _round_sums((folded / unit)[:, own].flatten(1), rounded[:, own].flatten(1)).reshape(rounded[:, own].shape)
    target = target + ((folded - rounded * unit).sum((2, 3)) * (mean_input / input_scale)).sum(1)
    convolution = Convolution(
        rounded.permute(0, 2, 3, 1).long().contiguous(), torch.round(target / unit.flatten()).long(), shift.long(), multiplier.long(),
        limits, replicate)
    convolution.check()
    return convolution


def _coarsening(folded: torch.Tensor, finest: torch.Tensor, colors: list[int], contrast: Contrast) -> torch.Tensor:
    """By how much the units of weights [D, C, k, k] are best made larger, [D], so that the sums of each colour's weights are near multiples of
    them. A flat area is tens of levels away from grey, where half a unit that is missing in a sum shifts it by a good part of a level; its
    pixels differ by one or two, and half a unit in each weight does little."""
    factors = torch.linspace(1, COARSEST, COARSENINGS, dtype=torch.float64)
    unit = finest.clamp(min=2.0**-60)[:, None] * factors
    taps, others = folded[0, 0].numel(), folded.shape[1] - len(colors)
    cost = taps * (len(colors) + others * contrast.others**2) / 12 * unit**2
    for color in set(colors):
        own = [channel for channel, other in enumerate(colors) if other == color]
        total = folded[:, own].sum((1, 2, 3))[:, None]
        cost = cost + (contrast.level * (total - torch.round(total / unit) * unit)) ** 2
    return factors[cost.argmin(1)]


def _round_sums(exact: torch.Tensor, rounded: torch.Tensor) -> torch.Tensor:
    """Changes rounded numbers [D, n] by one, those that lose least by it, until each row's sum is the rounded sum of the exact ones, or all
    that may grow have."""
    missing = torch.round(exact.sum(1, keepdim=True)) - rounded.sum(1, keepdim=True)
    gain = (exact - rounded) * missing.sign()
    gain[(rounded * missing.sign()) >= MAX_WEIGHT] = -torch.inf
    rank = gain.argsort(1, descending=True).argsort(1)
    return rounded + missing.sign() * ((rank < missing.abs()) & gain.isfinite())


def _quantise_coupling(coupling, statistics: Statistics, config: FlowConfig) -> IntegerDenseNet:
    factor = 1.0 if coupling.alpha is None else float(coupling.alpha)
    count = coupling.net.output.out_channels
    return _quantise_net(
        coupling.net, statistics, config, torch.full((count,), factor), torch.zeros(count), torch.full((count,), 1 / GRID),
        torch.full((count,), READ_LIMIT), ACTIVATION)


def _quantise_prior(prior, statistics: Statistics, config: FlowConfig) -> IntegerHalfPrior:
    factors = (1.0, 1.0) if prior.gamma is None else (float(prior.gamma), float(prior.delta))
    half = prior.net.output.out_channels // 2

    def both(location: float, level: float) -> torch.Tensor:
        return torch.tensor([location, level], dtype=torch.float64).repeat_interleave(half)

    return IntegerHalfPrior(_quantise_net(
        prior.net, statistics, config, both(*factors), both(0, prior.initial_log_scale + LEVEL_OF_ONE * LEVEL_UNIT),
        both(LOCATION_UNIT, LEVEL_UNIT), both(LOCATION_REACH, LEVELS), FULL))


def _quantise_interlaced(prior: InterlacedPrior, statistics: Statistics, config: FlowConfig) -> IntegerInterlacedPrior:
    return IntegerInterlacedPrior([_quantise_pass(one, statistics, config) for one in prior.passes])


def _quantise_pass(prior: Pass, statistics: Statistics, config: FlowConfig) -> IntegerPass:
    scales = _pass_scales(prior, statistics)

    def stage(one: Stage, colors: list[int] | None = None) -> IntegerStage:
        return _quantise_stage(one, scales[one.convolution], statistics, config, colors)

    colors = [channel % config.channels for channel in range(prior.stem.convolution.in_channels)]
    stem, layers = stage(prior.stem, colors), [(stage(layer.linear), stage(layer.spatial)) for layer in prior.layers]
    planes = []
    for channel, plane in enumerate(prior.planes):
        detail = hidden = None
        if channel > 0:
            colors = colors + [channel - 1] * prior.places
            detail, hidden = stage(prior.details[channel - 1], colors), stage(prior.hidden[channel - 1])
        planes.append(IntegerPlane(detail, hidden, *quantise_plane(
            plane, scales[plane.linear], statistics.mean_input(plane.linear), scales[plane.output], statistics.mean_input(plane.output),
            colors, config.padding == "replicate")))
    return IntegerPass(stem, layers, planes)


def _pass_scales(prior: Pass, statistics: Statistics) -> dict[FloatConvolution, torch.Tensor]:
    """What an integer of each input channel of a pass's convolutions stands for: [C] each."""
    def output(one: Stage) -> torch.Tensor:
        return _repeated(_StageScales.of(one, statistics).output, one)

    scales = {convolution: torch.full((convolution.in_channels,), 1 / GRID, dtype=torch.float64)
              for convolution in [prior.stem.convolution] + [stage.convolution for stage in prior.details] + [plane.linear for plane in prior.planes]}
    scale = output(prior.stem)
    for layer in prior.layers:
        scales[layer.linear.convolution], scales[layer.spatial.convolution] = scale, output(layer.linear)
        scale = torch.cat([scale, output(layer.spatial)])
    scales[prior.planes[0].output] = scale
    for detail, hidden, plane in zip(prior.details, prior.hidden, prior.planes[1:], strict=True):
        scales[hidden.convolution], scales[plane.output] = torch.cat([scale, output(detail)]), output(hidden)
        scale = torch.cat([scale, output(hidden)])
    return scales


def quantise_plane(
        plane: Plane, known_scale: torch.Tensor, mean_known: torch.Tensor, features_scale: torch.Tensor, mean_features: torch.Tensor,
        colors: list[int], replicate: bool, contrast: Contrast | None = None) -> tuple[Convolution, Convolution]:
    """The linear prediction, and the convolution that gives corrections and scale levels. Scales and means are those of the channels
    that each reads; `colors` and `contrast` as in `quantise_convolution`, of the linear prediction."""
    places = plane.linear.out_channels

    def both(location: float, level: float) -> torch.Tensor:
        return torch.tensor([location, level], dtype=torch.float64).repeat_interleave(places)

    output = quantise_convolution(
        plane.output.weight.detach(), plane.output.bias.detach() + both(0, LEVEL_OF_ONE * LEVEL_UNIT), features_scale, mean_features,
        both(1 / CORRECTION_UNITS, LEVEL_UNIT), both(CORRECTION_REACH, LEVELS), FULL, replicate)
    linear = quantise_convolution(
        plane.linear.weight.detach(), torch.zeros(places), known_scale, mean_known,
        both(LOCATION_UNIT, 0)[:places], both(LOCATION_REACH, 0)[:places], FULL, replicate, colors, contrast)
    return linear, output


def _quantise_net(
        net: DenseNet, statistics: Statistics, config: FlowConfig, factor: torch.Tensor, addend: torch.Tensor, output_scale: torch.Tensor,
        reach: torch.Tensor, limits: Range) -> IntegerDenseNet:
    """Rounds a net whose output is to be `factor` times the float net's plus `addend`, in units of `output_scale`."""
    scales = _input_scales(net, statistics)
    layers = [tuple(_quantise_stage(stage, scales[stage.convolution], statistics, config) for stage in (layer.linear, layer.spatial))
              for layer in net.layers]
    with torch.no_grad():
        weight, bias = net.output.weight.double() * factor[:, None, None, None], net.output.bias.double() * factor + addend
    output = quantise_convolution(
        weight, bias, scales[net.output], statistics.mean_input(net.output), output_scale, reach, limits, config.padding == "replicate")
    return IntegerDenseNet(layers, output)


def _input_scales(net: DenseNet, statistics: Statistics) -> dict[FloatConvolution, torch.Tensor]:
    """What an integer of each input channel of a net's convolutions stands for: [C] each."""
    first = net.layers[0].linear.convolution if net.layers else net.output
    scale = torch.full((first.in_channels,), 1 / GRID, dtype=torch.float64)
    scales = {}
    for layer in net.layers:
        scales[layer.linear.convolution] = scale
        scales[layer.spatial.convolution] = _repeated(_StageScales.of(layer.linear, statistics).output, layer.linear)
        scale = torch.cat([scale, _repeated(_StageScales.of(layer.spatial, statistics).output, layer.spatial)])
    scales[net.output] = scale
    return scales


def _repeated(scale: float, stage: Stage) -> torch.Tensor:
    """One scale for all output channels of a stage."""
    return torch.full((stage.convolution.out_channels,), scale, dtype=torch.float64)


@dataclass(frozen=True)
class _StageScales:
    """What an integer stands for after a stage's convolution, before its activation, and after it."""

    convolution: float
    argument: float
    output: float

    @staticmethod
    def of(stage: Stage, statistics: Statistics) -> "_StageScales":
        """The scales of a stage. A rectifier is the range of what comes before it, and no operation of its own."""
        rectified = isinstance(stage.activation, nn.ReLU)
        output = max(statistics.scale(stage.activation, OUTPUT_HEADROOM), statistics.scale(stage.norm, OUTPUT_HEADROOM) / REST)
        argument = output if rectified else statistics.scale(stage.norm, ARGUMENT_HEADROOM)
        if isinstance(stage.norm, nn.GroupNorm):
            # A normalised value of 1 is 256 times a gain of at most 32767 / 32768.
            argument = max(argument, 128 * float(stage.norm.weight.detach().abs().max()) / MAX_MULTIPLIER)
            convolution = statistics.scale(stage.convolution, ARGUMENT_HEADROOM)
        else:
            convolution = argument
        return _StageScales(convolution, argument, argument if rectified else output)


def _quantise_stage(
        stage: Stage, input_scale: torch.Tensor, statistics: Statistics, config: FlowConfig, colors: list[int] | None = None) -> IntegerStage:
    """Rounds a stage; `colors` as in `quantise_convolution`."""
    rectified = isinstance(stage.activation, nn.ReLU)
    grouped = config.normalization == "group"
    scales = _StageScales.of(stage, statistics)
    limits = RECTIFIED if rectified else ACTIVATION
    convolution = quantise_convolution(
        stage.convolution.weight.detach(), stage.convolution.bias.detach(), input_scale, statistics.mean_input(stage.convolution),
        _repeated(scales.convolution, stage), _repeated(READ_LIMIT, stage), ACTIVATION if grouped else limits,
        config.padding == "replicate", colors)
    normalization = None
    if grouped:
        gain = torch.round(stage.norm.weight.detach().double() * 128 / scales.argument).long().clamp(-MAX_MULTIPLIER, MAX_MULTIPLIER)
        offset = torch.round(stage.norm.bias.detach().double() / scales.argument).long().clamp(*FULL)
        normalization = Normalization(gain, offset, stage.norm.num_groups, limits)
    table = None
    if not rectified:
        arguments = torch.arange(ACTIVATION[0], ACTIVATION[1] + 1).double() * scales.argument
        table = Table(torch.round(stage.activation(arguments) / scales.output).long().clamp(*ACTIVATION), ACTIVATION[0])
    return IntegerStage(convolution, normalization, table)


def round_weights_in_training(flow: Flow) -> None:
    """From now on, the flow computes with weights rounded to 8 bits, for the scales that its convolutions hold."""
    for module in flow.modules():
        if isinstance(module, FloatConvolution):
            module.rounds = True


def set_input_scales(flow: Flow, pixels: torch.Tensor) -> None:
    """Gives the convolutions the scales of what they read, from calibration images."""
    statistics = Statistics(flow, pixels)
    for net in flow.modules():
        if isinstance(net, (DenseNet, Pass)):
            scales = _input_scales(net, statistics) if isinstance(net, DenseNet) else _pass_scales(net, statistics)
            for convolution, scale in scales.items():
                convolution.input_scale.copy_(scale)


def _quantise_top(flow: Flow) -> IntegerTop:
    top = flow.top
    location = torch.round(top.means.detach().double() / LOCATION_UNIT).clamp(*FULL)
    level = torch.round(top.log_scales.detach().double() / LEVEL_UNIT + LEVEL_OF_ONE).clamp(0, LEVELS - 1)
    shares = torch.softmax(top.logits.detach().double(), -1) * 2**WEIGHT_BITS
    weight = shares.floor()
    # What rounding down left goes to the components that lost most.
    missing = (2**WEIGHT_BITS - weight.sum(-1, keepdim=True)).long()
    rank = (shares - weight).argsort(-1, descending=True).argsort(-1)
    weight += rank < missing
    return IntegerTop(location.long(), level.long(), weight.long())
