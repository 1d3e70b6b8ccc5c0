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


def quantise(net: CausalNet, inputs: features.Features) -> simulate.IntegerNet:
    """Rounds a network; `inputs` are those of calibration pixels."""
    layers: dict[str, Convolution] = {}

    def rounded(
            name: str, linear: torch.nn.Linear, read: torch.Tensor, unit: torch.Tensor, output: torch.Tensor,
            addend: torch.Tensor | float = 0.0) -> None:
        count = linear.out_features
        reach = READ_LIMIT if name.endswith("hidden") or name.startswith("trunk") else _FURTHEST
        layers[name] = quantise_convolution(
            linear.weight.detach()[:, :, None, None], linear.bias.detach() + addend, unit, read.double().mean(0), output,
            torch.full((count,), float(reach)), simulate.convolutions(net.config)[name], False)

    with torch.no_grad():
        value = inputs.trunk.float() / features.UNIT
        unit = torch.full((features.COUNT,), 1 / features.UNIT, dtype=torch.float64)
        units = _layer_units(net, value)
        for number, layer in enumerate(net.trunk):
            output = torch.full((layer.out_features,), units[number], dtype=torch.float64)
            rounded(f"trunk.{number}", layer, value, unit, output)
            result = functional.relu(layer(value))
            value = value + result if number > 0 and value.shape[1] == result.shape[1] else result
            unit = output
        for channel in range(3):
            known = inputs.known[channel].float() / features.UNIT
            read = torch.cat([value, known], 1)
            read_unit = torch.cat([unit, torch.full((known.shape[1],), 1 / features.UNIT, dtype=torch.float64)])
            hidden = functional.relu(net.hidden[channel](read))
            hidden_unit = torch.full((net.config.head,), float(hidden.max()) * HEADROOM / READ_LIMIT, dtype=torch.float64)
            rounded(f"head.{channel}.hidden", net.hidden[channel], read, read_unit, hidden_unit)
            level = math.log(2) / 8
            output_unit = torch.tensor(
                [1 / simulate.LOGIT_UNITS, 1 / simulate.LOCATION_UNITS, level / simulate.LEVEL_UNITS], dtype=torch.float64)
            addend = torch.tensor([0.0, 0.0, -0.5 + 32 * level]).repeat_interleave(COMPONENTS)
            rounded(f"head.{channel}.output", net.output[channel], hidden, hidden_unit, output_unit.repeat_interleave(COMPONENTS), addend)
    table = {name: torch.from_numpy(values.astype(np.int64)) for name, values in simulate.tables().items()}
    return simulate.assemble(net.config, layers, table)


def _layer_units(net: CausalNet, value: torch.Tensor) -> list[float]:
    """What an integer of each trunk layer's output stands for; layers that are added have one unit."""
    units: list[float] = []
    first = 0
    for number, layer in enumerate(net.trunk):
        result = functional.relu(layer(value))
        added = number > 0 and value.shape[1] == result.shape[1]
        value = value + result if added else result
        units.append(float(value.max()) * HEADROOM / READ_LIMIT)
        first = first if added else number
        units[first:] = [max(units[first:])] * (number + 1 - first)
    return units


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
