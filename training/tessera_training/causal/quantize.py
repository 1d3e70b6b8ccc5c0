"""Rounds a trained causal model to integers, and writes and reads its weights file.

Names of tensors, for layer i of the trunk and channel c, all from 0:

    trunk.{i}, head.{c}.hidden, head.{c}.output      .weight .bias .shift .multiplier      convolutions of one pixel
    table.{name}                                     the functions of `simulate.tables`
"""
from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from .. import safetensors
from ..arithmetic import READ_LIMIT, Convolution
from ..export import CONVOLUTION_TYPES
from ..quantize import quantise_convolution
from . import features, simulate
from .net import COMPONENTS, CausalConfig, CausalNet

HEADROOM = 1.5
"""How far beyond what calibration saw the ranges of layers reach."""
_FURTHEST = 16382
"""What outputs reach before they saturate."""


def units(net: CausalNet, inputs: features.Features) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """What an integer of each input and of each output of each layer stands for, for the ranges that calibration pixels show."""
    with torch.no_grad():
        value = inputs.trunk.float() / features.UNIT
        given = _trunk_units(net, value)
        unit, result = _constant(features.COUNT, 1 / features.UNIT), {}
        for number, layer in enumerate(net.trunk):
            unit, before = _constant(layer.out_features, given[number]), unit
            result[f"trunk.{number}"] = before, unit
            value = _next(number, layer, value)
        level = math.log(2) / 8
        outputs = torch.tensor([1 / simulate.LOGIT_UNITS, 1 / simulate.LOCATION_UNITS, level / simulate.LEVEL_UNITS], dtype=torch.float64)
        for channel in range(3):
            known = inputs.known[channel].float() / features.UNIT
            hidden = functional.relu(net.hidden[channel](torch.cat([value, known], 1)))
            hidden_unit = _constant(net.config.head, float(hidden.max()) * HEADROOM / READ_LIMIT)
            result[f"head.{channel}.hidden"] = torch.cat([unit, _constant(known.shape[1], 1 / features.UNIT)]), hidden_unit
            result[f"head.{channel}.output"] = hidden_unit, outputs.repeat_interleave(COMPONENTS)
    return result


def quantise(net: CausalNet, inputs: features.Features) -> simulate.IntegerNet:
    """Rounds a network; `inputs` are those of calibration pixels."""
    layers: dict[str, Convolution] = {}
    unit = units(net, inputs)

    def rounded(name: str, linear: torch.nn.Linear, read: torch.Tensor, addend: torch.Tensor | float = 0.0) -> None:
        reach = _FURTHEST if name.endswith("output") else READ_LIMIT
        layers[name] = quantise_convolution(
            linear.weight.detach()[:, :, None, None], linear.bias.detach() + addend, unit[name][0], read.double().mean(0), unit[name][1],
            torch.full((linear.out_features,), float(reach)), simulate.convolutions(net.config)[name], False)

    with torch.no_grad():
        value = inputs.trunk.float() / features.UNIT
        for number, layer in enumerate(net.trunk):
            rounded(f"trunk.{number}", layer, value)
            value = _next(number, layer, value)
        for channel in range(3):
            read = torch.cat([value, inputs.known[channel].float() / features.UNIT], 1)
            rounded(f"head.{channel}.hidden", net.hidden[channel], read)
            addend = torch.tensor([0.0, 0.0, -0.5 + 32 * math.log(2) / 8]).repeat_interleave(COMPONENTS)
            rounded(f"head.{channel}.output", net.output[channel], functional.relu(net.hidden[channel](read)), addend)
    table = {name: torch.from_numpy(values.astype(np.int64)) for name, values in simulate.tables().items()}
    return simulate.assemble(net.config, layers, table)


def _trunk_units(net: CausalNet, value: torch.Tensor) -> list[float]:
    """What an integer of each trunk layer's output stands for; layers that are added have one unit."""
    found: list[float] = []
    first = 0
    for number, layer in enumerate(net.trunk):
        width = value.shape[1]
        value = _next(number, layer, value)
        found.append(float(value.max()) * HEADROOM / READ_LIMIT)
        first = first if number > 0 and width == value.shape[1] else number
        found[first:] = [max(found[first:])] * (number + 1 - first)
    return found


def _next(number: int, layer: torch.nn.Linear, value: torch.Tensor) -> torch.Tensor:
    """The output of a layer of the trunk."""
    result = functional.relu(layer(value))
    return value + result if number > 0 and value.shape[1] == result.shape[1] else result


def _constant(count: int, value: float) -> torch.Tensor:
    return torch.full((count,), value, dtype=torch.float64)


def write_model(net: simulate.IntegerNet, path: Path, model: str, version: str) -> None:
    """Writes a weights file."""
    tensors = {name: values.numpy().astype(np.int16) for name, values in net.tables.items()}
    named = {f"trunk.{i}": layer for i, layer in enumerate(net.trunk)}
    for channel in range(3):
        named[f"head.{channel}.hidden"], named[f"head.{channel}.output"] = net.hidden[channel], net.output[channel]
    for name, layer in named.items():
        for field, kind in CONVOLUTION_TYPES.items():
            tensors[f"{name}.{field}"] = getattr(layer, field).numpy().astype(kind)
    safetensors.write(path, tensors, {"model": model, "version": version, "configuration": net.config.to_json()})


def read_model(path: Path) -> simulate.IntegerNet:
    """Reads a weights file."""
    arrays, metadata = safetensors.read(path)
    tensors = {name: torch.from_numpy(array.astype(np.int64)) for name, array in arrays.items()}
    config = CausalConfig.from_json(metadata["configuration"])
    layers = {}
    for name, limits in simulate.convolutions(config).items():
        layers[name] = Convolution(**{field: tensors[f"{name}.{field}"] for field in CONVOLUTION_TYPES}, range=limits, replicate=False)
        layers[name].check()
    return simulate.assemble(config, layers, {name: tensors[name] for name in simulate.tables()})
