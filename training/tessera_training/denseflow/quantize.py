"""Rounds a trained flow to integers, after training, and writes and reads its weights file.

Names of tensors, for unit u of block b and its module m, all from 0:

    block.{b}.unit.{u}.module.{m}.matrix.upper .factor .lower .order .bias     [n]: coefficients of triangles row after row
    block.{b}.unit.{u}.module.{m}.coupling.read                                [C / 2]: shifts by which values are read
    block.{b}.unit.{u}.noise.read                                              [C]
    base.mean, base.level                                                      [C]

    of convolutions, .weight .bias .shift .multiplier:
    NET.stem, NET.dense{k}.linear, NET.dense{k}.spatial, NET.linear, NET.output     NET: dequantiser, or the name of a coupling
    block.{b}.unit.{u}.noise.hidden, .output

    NET.stem.activation.table
"""
from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .. import safetensors
from ..arithmetic import ACTIVATION, FULL, READ_LIMIT, RECTIFIED, Convolution, Range, Table
from ..densenet import Convolution as FloatConvolution
from ..densenet import Symlog
from ..export import CONVOLUTION_TYPES
from ..quantize import LOCATION_REACH, Contrast, quantise_convolution
from .config import COLORS, PLACES, FlowConfig, NetConfig
from .flow import PIXEL_GAIN, Coupling, Dequantiser, Flow, Matrix, Net, NoiseNet
from .simulate import (
    CENTER_SHIFT, COEFFICIENT_BITS, MOST_SCALE, MOVE_BITS, NOISE_REACH, SCALES_PER_OCTAVE, IntegerCoupling, IntegerDequantiser, IntegerFlow,
    IntegerMatrix, IntegerModule, IntegerNet, IntegerNoise, IntegerUnit, unit_level)
from .tables import SPREADS

READ_BITS = 5
"""Nets read channels in units of 2^-READ_BITS times their gain."""
HEADROOM = 3.0
"""How far beyond what calibration saw the ranges of layers reach."""
MOVE_UNIT = 2.0**-MOVE_BITS
MOVE_REACH = 64 << MOVE_BITS
SCALE_UNIT = math.log(2) / SCALES_PER_OCTAVE
LEVEL_UNIT = math.log(2) / 8
CENTER_UNIT = 2.0 ** -(5 + CENTER_SHIFT)
SPREAD_UNIT = math.log(2) / 4
MAX_FACTOR = 1 << 24


class Statistics:
    """What modules read and give on calibration images."""

    def __init__(self, flow: Flow, pixels: torch.Tensor) -> None:
        self._largest: dict[nn.Module, float] = {}
        self._inputs: dict[nn.Module, list[torch.Tensor]] = {}
        handles = [module.register_forward_hook(self._see) for module in flow.modules() if isinstance(module, (FloatConvolution, Symlog))]
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)
            flow(pixels)
        for handle in handles:
            handle.remove()

    def largest(self, module: nn.Module) -> float:
        """The greatest magnitude of what a module gives."""
        return max(self._largest[module], 1e-6)

    def inputs(self, module: nn.Module) -> torch.Tensor:
        """What a convolution read: [N, C, H, W]."""
        return self._inputs[module]

    def _see(self, module: nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        self._largest[module] = float(output.abs().max())
        self._inputs[module] = inputs[0]


class Quantiser:
    """Rounds one flow."""

    def __init__(self, flow: Flow, pixels: torch.Tensor) -> None:
        self._config = flow.config
        self._statistics = Statistics(flow, pixels)

    def matrix(self, matrix: Matrix) -> IntegerMatrix:
        """Its factors."""
        upper, lower = (torch.round(triangle.double() * 2**COEFFICIENT_BITS).long() - (1 << COEFFICIENT_BITS) * torch.eye(len(triangle)).long()
                        for triangle in matrix.triangles())
        factor = torch.round(torch.exp(matrix.log_factors().double()) * 2**COEFFICIENT_BITS).clamp(1, MAX_FACTOR)
        return IntegerMatrix(upper, factor.long(), lower, matrix.order.clone(), self._values(matrix.bias))

    def coupling(self, coupling: Coupling) -> IntegerCoupling:
        """Its nets."""
        pixels = coupling.gain == PIXEL_GAIN
        colors = [channel % COLORS for channel in range(int(pixels.sum()))]
        if not bool(pixels[:len(colors)].all()):
            raise ValueError("Channels that show pixels are the first ones of a coupling.")
        net, features = self._net(coupling.net, colors)
        half = len(coupling.gain)

        def both(scale: float, move: float) -> torch.Tensor:
            return torch.tensor([scale, move], dtype=torch.float64).repeat_interleave(half)

        output = self._convolution(coupling.output, features, both(SCALE_UNIT, MOVE_UNIT), FULL, reach=both(MOST_SCALE, MOVE_REACH))
        linear = self._convolution(coupling.linear, _read_unit(half), MOVE_UNIT, FULL, colors, LOCATION_REACH)
        return IntegerCoupling(self._shifts(coupling.gain), net, linear, output)

    def noise(self, net: NoiseNet) -> IntegerNoise:
        """Its convolutions."""
        hidden, noise = self._unit(net.hidden), net.output.out_channels // 2

        def both(mean: float, level: float) -> torch.Tensor:
            return torch.tensor([mean, level], dtype=torch.float64).repeat_interleave(noise)

        first = self._convolution(net.hidden, _read_unit(len(net.gain)), hidden, RECTIFIED)
        return IntegerNoise(self._shifts(net.gain), first, self._convolution(
            net.output, hidden, both(MOVE_UNIT, LEVEL_UNIT), FULL, reach=both(MOVE_REACH, NOISE_REACH)))

    def dequantiser(self, dequantiser: Dequantiser) -> IntegerDequantiser:
        """Its nets."""
        colors = [channel // PLACES for channel in range(COLORS * PLACES)]
        net, features = self._net(dequantiser.net, colors)
        channels = len(colors)

        def both(center: float, spread: float) -> torch.Tensor:
            return torch.tensor([center, spread], dtype=torch.float64).repeat_interleave(channels)

        # Index 8 is a center of 0, index 16 a scale of 1.
        output = self._convolution(
            dequantiser.output, features, both(CENTER_UNIT, SPREAD_UNIT), FULL, reach=both(LOCATION_REACH, SPREADS), addend=both(0.75, 16 * SPREAD_UNIT))
        linear = self._convolution(dequantiser.linear, _read_unit(channels), CENTER_UNIT, FULL, colors, LOCATION_REACH)
        return IntegerDequantiser(net, linear, output)

    def _net(self, net: Net, colors: list[int]) -> tuple[IntegerNet, torch.Tensor]:
        """A net, and what integers of its features stand for."""
        argument = self._statistics.largest(net.stem) / READ_LIMIT
        stem = self._convolution(net.stem, _read_unit(net.stem.in_channels), argument, ACTIVATION, colors)
        unit = self._unit(net.symlog)
        arguments = torch.arange(ACTIVATION[0], ACTIVATION[1] + 1).double() * argument
        table = Table(torch.round(net.symlog(arguments) / unit).long().clamp(*ACTIVATION), ACTIVATION[0])
        units, layers = _repeated(unit, net.stem.out_channels), []
        for layer in net.layers:
            linear, spatial = layer.linear.convolution, layer.spatial.convolution
            hidden, grown = self._unit(linear), self._unit(spatial)
            layers.append((self._convolution(linear, units, hidden, RECTIFIED), self._convolution(spatial, hidden, grown, RECTIFIED)))
            units = torch.cat((units, _repeated(grown, spatial.out_channels)))
        return IntegerNet(stem, table, layers), units

    def _convolution(
            self, convolution: FloatConvolution, read: float | torch.Tensor, unit: float | torch.Tensor, limits: Range,
            colors: list[int] | None = None, reach: float | torch.Tensor = READ_LIMIT, addend: torch.Tensor | float = 0.0) -> Convolution:
        """Rounds a convolution: `read` and `unit` are what integers of its inputs and outputs stand for; `addend` is added to its bias."""
        inputs, outputs = self._statistics.inputs(convolution), convolution.out_channels
        bias = torch.zeros(outputs) if convolution.bias is None else convolution.bias.detach()
        return quantise_convolution(
            convolution.weight.detach(), bias.double() + addend, _repeated(read, convolution.in_channels), inputs.double().mean((0, 2, 3)),
            _repeated(unit, outputs), _repeated(reach, outputs), limits, True, colors, None if colors is None else Contrast.of(inputs, len(colors)))

    def _unit(self, module: nn.Module) -> float:
        """What an integer is to stand for that holds a module's outputs."""
        return self._statistics.largest(module) * HEADROOM / READ_LIMIT

    def _shifts(self, gain: torch.Tensor) -> torch.Tensor:
        return self._config.fraction_bits - READ_BITS - torch.log2(gain).round().long()

    def _values(self, numbers: torch.Tensor) -> torch.Tensor:
        return torch.round(numbers.double() * 2**self._config.fraction_bits).long()

    def base(self, flow: Flow) -> tuple[torch.Tensor, torch.Tensor]:
        """Means and levels of what is left in the end."""
        level = torch.round(flow.log_scale.double() / LEVEL_UNIT) + unit_level(self._config.fraction_bits)
        return self._values(flow.mean), level.long().clamp(0, 255)


def quantise(flow: Flow, pixels: torch.Tensor) -> IntegerFlow:
    """Rounds a flow. `pixels` are the calibration images, grey levels [N, 3, H, W]: a few dozen training crops."""
    quantiser = Quantiser(flow, pixels)
    with torch.no_grad():
        blocks = [[IntegerUnit(
            None if unit.noise is None else quantiser.noise(unit.noise),
            [IntegerModule(quantiser.matrix(module.matrix), quantiser.coupling(module.coupling)) for module in unit.steps]) for unit in units]
            for units in flow.blocks]
        dequantiser = None if flow.dequantiser is None else quantiser.dequantiser(flow.dequantiser)
        return IntegerFlow(flow.config, dequantiser, blocks, *quantiser.base(flow))


def tensors_of(flow: IntegerFlow) -> dict[str, np.ndarray]:
    """A flow's tensors by name."""
    tensors = {"base.mean": flow.mean.numpy().astype(np.int32), "base.level": flow.level.numpy().astype(np.int16)}

    def add(name: str, convolution: Convolution) -> None:
        tensors.update({f"{name}.{field}": getattr(convolution, field).numpy().astype(kind) for field, kind in CONVOLUTION_TYPES.items()})

    def add_net(name: str, net: IntegerNet, linear: Convolution, output: Convolution) -> None:
        add(f"{name}.stem", net.stem)
        tensors[f"{name}.stem.activation.table"] = net.table.entries.numpy().astype(np.int16)
        for number, layer in enumerate(net.layers):
            add(f"{name}.dense{number}.linear", layer[0])
            add(f"{name}.dense{number}.spatial", layer[1])
        add(f"{name}.linear", linear)
        add(f"{name}.output", output)

    if flow.dequantiser is not None:
        add_net("dequantiser", flow.dequantiser.net, flow.dequantiser.linear, flow.dequantiser.output)
    for index, units in enumerate(flow.blocks):
        for number, unit in enumerate(units):
            name = f"block.{index}.unit.{number}"
            if unit.noise is not None:
                tensors[f"{name}.noise.read"] = unit.noise.read.numpy().astype(np.uint8)
                add(f"{name}.noise.hidden", unit.noise.hidden)
                add(f"{name}.noise.output", unit.noise.output)
            for step, module in enumerate(unit.modules):
                matrix, coupling, own = module.matrix, module.coupling, f"{name}.module.{step}"
                for field, values in (
                        ("upper", matrix.upper[_triangle(len(matrix.order))]), ("factor", matrix.factor), ("lower", matrix.lower[_lower_triangle(len(matrix.order))]),
                        ("order", matrix.order), ("bias", matrix.bias)):
                    tensors[f"{own}.matrix.{field}"] = values.numpy().astype(np.int32)
                tensors[f"{own}.coupling.read"] = coupling.read.numpy().astype(np.uint8)
                add_net(f"{own}.coupling", coupling.net, coupling.linear, coupling.output)
    return tensors


def write_model(flow: IntegerFlow, path: Path, name: str, version: str) -> None:
    """Writes a weights file; its metadata are the model's name, version and configuration."""
    safetensors.write(path, tensors_of(flow), {"model": name, "version": version, "configuration": flow.config.to_json()})


def read_model(path: Path) -> IntegerFlow:
    """Reads a weights file."""
    arrays, metadata = safetensors.read(path)
    tensors = {name: torch.from_numpy(array.astype(np.int64)) for name, array in arrays.items()}
    config = FlowConfig.from_json(metadata["configuration"])

    def convolution(name: str, limits: Range) -> Convolution:
        result = Convolution(**{field: tensors[f"{name}.{field}"] for field in CONVOLUTION_TYPES}, range=limits, replicate=True)
        result.check()
        return result

    def net(name: str, settings: NetConfig) -> IntegerNet:
        layers = [tuple(convolution(f"{name}.dense{number}.{part}", RECTIFIED) for part in ("linear", "spatial"))
                  for number in range(len(settings.growth))]
        return IntegerNet(convolution(f"{name}.stem", ACTIVATION), Table(tensors[f"{name}.stem.activation.table"], ACTIVATION[0]), layers)

    def module(name: str, settings: NetConfig) -> IntegerModule:
        parts = {field: tensors[f"{name}.matrix.{field}"] for field in ("upper", "factor", "lower", "order", "bias")}
        channels = len(parts["order"])
        for field, places in (("upper", _triangle(channels)), ("lower", _lower_triangle(channels))):
            full = torch.zeros(channels, channels, dtype=torch.int64)
            full[places] = parts[field]
            parts[field] = full
        own = f"{name}.coupling"
        return IntegerModule(IntegerMatrix(**parts), IntegerCoupling(
            tensors[f"{own}.read"], net(own, settings), convolution(f"{own}.linear", FULL), convolution(f"{own}.output", FULL)))

    blocks = []
    for index, block in enumerate(config.blocks):
        units = []
        for number, modules in enumerate(block.modules):
            name, noise = f"block.{index}.unit.{number}", None
            if number:
                noise = IntegerNoise(
                    tensors[f"{name}.noise.read"], convolution(f"{name}.noise.hidden", RECTIFIED), convolution(f"{name}.noise.output", FULL))
            units.append(IntegerUnit(noise, [module(f"{name}.module.{step}", block.net) for step in range(modules)]))
        blocks.append(units)
    dequantiser = None
    if config.dequantiser is not None:
        dequantiser = IntegerDequantiser(
            net("dequantiser", config.dequantiser), convolution("dequantiser.linear", FULL), convolution("dequantiser.output", FULL))
    return IntegerFlow(config, dequantiser, blocks, tensors["base.mean"], tensors["base.level"])


def _triangle(channels: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows and columns of an upper triangle's coefficients in their order."""
    return tuple(torch.triu_indices(channels, channels, 1))


def _lower_triangle(channels: int) -> tuple[torch.Tensor, torch.Tensor]:
    return tuple(torch.tril_indices(channels, channels, -1))


def _read_unit(channels: int) -> torch.Tensor:
    return _repeated(2.0**-READ_BITS, channels)


def _repeated(scale: float | torch.Tensor, count: int) -> torch.Tensor:
    return scale if isinstance(scale, torch.Tensor) else torch.full((count,), scale, dtype=torch.float64)
