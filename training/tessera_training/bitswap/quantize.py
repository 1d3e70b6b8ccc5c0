"""Rounds a trained practical chain to integers, after training, and writes and reads its weights file.

Names of tensors, for the net NET = posterior.{i} or prior.{i} of level i, from 0:

    NET.stem, NET.layer{k}.first, NET.layer{k}.second, NET.linear, NET.output    .weight .bias .shift .multiplier   convolutions
    NET.stem.activation                                                          .table
    top.location, top.level                                                      [C]: the last latent's prior
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from .. import safetensors
from ..arithmetic import ACTIVATION, FULL, READ_LIMIT, RECTIFIED, Convolution, Range, Table
from ..densenet import Convolution as FloatConvolution
from ..export import CONVOLUTION_TYPES
from ..logistic import GRID
from ..quantize import LEVEL_OF_ONE, LEVEL_UNIT, LOCATION_UNIT, Contrast, quantise_convolution, quantise_plane
from ..simulate import LEVELS
from .config import BodyConfig, ChainConfig
from .exact import ExactChain, Net, colors_below
from .simulate import Distribution, IntegerChain, IntegerNet

HEADROOM = 2.0
"""How far beyond what calibration saw the ranges of layers reach."""


def quantise(chain: ExactChain, pixels: torch.Tensor) -> IntegerChain:
    """Rounds a chain. `pixels` are the calibration images, grey levels [N, C, H, W]: a few dozen training crops."""
    config = chain.config
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(0)
        below, latents = chain.sample(pixels)
        posteriors = [_quantise_net(net, values, colors_below(config, index))
                      for index, (net, values) in enumerate(zip(chain.posteriors, below, strict=True))]
        priors = [_quantise_net(net, values, list(range(config.channels)) * level.base)
                  for net, values, level in zip(chain.priors, latents, config.levels, strict=True)]
        location = torch.round(chain.top_mean.double() / LOCATION_UNIT).clamp(*FULL)
        level = torch.round(chain.top_log_scale.double() / LEVEL_UNIT + LEVEL_OF_ONE).clamp(0, LEVELS - 1)
    return IntegerChain(config, posteriors, priors, Distribution(location.long()[:, None, None], level.long()[:, None, None]))


def _quantise_net(net: Net, values: torch.Tensor, colors: list[int]) -> IntegerNet:
    """Rounds a net, for what it reads of calibration images; `colors` as in `quantise_convolution`."""
    def repeated(scale: float, count: int) -> torch.Tensor:
        return torch.full((count,), scale, dtype=torch.float64)

    def rounded(
            convolution: FloatConvolution, read: torch.Tensor, unit: float, output_unit: float, limits: Range,
            own_colors: list[int] | None = None, own_contrast: Contrast | None = None) -> Convolution:
        return quantise_convolution(
            convolution.weight, convolution.bias, repeated(unit, convolution.in_channels), _means(read),
            repeated(output_unit, convolution.out_channels), repeated(READ_LIMIT, convolution.out_channels), limits, True, own_colors, own_contrast)

    contrast = Contrast.of(values, len(colors))
    sums = net.stem(values)
    argument = max(float(sums.abs().max()), 1e-6) / READ_LIMIT
    streams = [net.symlog(sums)]
    for layer in net.layers:
        streams.append(layer(streams[-1]))
    unit = max(float(one.abs().max()) for one in streams) * HEADROOM / READ_LIMIT
    stem = rounded(net.stem, values, 1 / GRID, argument, ACTIVATION, colors, contrast)
    arguments = torch.arange(ACTIVATION[0], ACTIVATION[1] + 1).double() * argument
    table = Table(torch.round(net.symlog(arguments) / unit).long().clamp(*ACTIVATION), ACTIVATION[0])
    layers = []
    for layer, read in zip(net.layers, streams):
        read = functional.relu(read)
        hidden = functional.relu(layer.first(read))
        hidden_unit = max(float(hidden.max()), 1e-6) * HEADROOM / READ_LIMIT
        layers.append((rounded(layer.first, read, unit, hidden_unit, RECTIFIED), rounded(layer.second, hidden, hidden_unit, unit, ACTIVATION)))
    features = functional.relu(streams[-1])
    linear, output = quantise_plane(
        net.plane, repeated(1 / GRID, values.shape[1]), _means(values), repeated(unit, features.shape[1]), _means(features), colors, True, contrast)
    return IntegerNet(stem, table, layers, linear, output)


def _means(values: torch.Tensor) -> torch.Tensor:
    """Of each channel."""
    return values.double().mean((0, 2, 3))


def tensors_of(chain: IntegerChain) -> dict[str, np.ndarray]:
    """A chain's tensors by name."""
    tensors = {f"top.{name}": getattr(chain.top, name).flatten().numpy().astype(np.int16) for name in ("location", "level")}
    for kind, nets in (("posterior", chain.posteriors), ("prior", chain.priors)):
        for index, net in enumerate(nets):
            name = f"{kind}.{index}"
            tensors[f"{name}.stem.activation.table"] = net.table.entries.numpy().astype(np.int16)
            convolutions = {"stem": net.stem, "linear": net.linear, "output": net.output}
            for number, (first, second) in enumerate(net.layers):
                convolutions |= {f"layer{number}.first": first, f"layer{number}.second": second}
            for part, convolution in convolutions.items():
                for field, stored in CONVOLUTION_TYPES.items():
                    tensors[f"{name}.{part}.{field}"] = getattr(convolution, field).numpy().astype(stored)
    return tensors


def write_model(chain: IntegerChain, path: Path, model: str, version: str) -> None:
    """Writes a weights file; its metadata are the model's name, version and configuration."""
    safetensors.write(path, tensors_of(chain), {"model": model, "version": version, "configuration": chain.config.to_json()})


def read_model(path: Path) -> IntegerChain:
    """Reads a weights file."""
    arrays, metadata = safetensors.read(path)
    tensors = {name: torch.from_numpy(array.astype(np.int64)) for name, array in arrays.items()}
    config = ChainConfig.from_json(metadata["configuration"])
    posteriors = [_read_net(tensors, f"posterior.{index}", level.posterior) for index, level in enumerate(config.levels)]
    priors = [_read_net(tensors, f"prior.{index}", level.prior) for index, level in enumerate(config.levels)]
    return IntegerChain(config, posteriors, priors, Distribution(*(tensors[f"top.{name}"][:, None, None] for name in ("location", "level"))))


def _read_net(tensors: dict[str, torch.Tensor], name: str, body: BodyConfig) -> IntegerNet:
    def convolution(part: str, limits: Range) -> Convolution:
        result = Convolution(**{field: tensors[f"{name}.{part}.{field}"] for field in CONVOLUTION_TYPES}, range=limits, replicate=True)
        result.check()
        return result

    layers = [(convolution(f"layer{number}.first", RECTIFIED), convolution(f"layer{number}.second", ACTIVATION))
              for number in range(sum(count for _, count in body.blocks))]
    return IntegerNet(convolution("stem", ACTIVATION), Table(tensors[f"{name}.stem.activation.table"], ACTIVATION[0]), layers,
                      convolution("linear", FULL), convolution("output", FULL))
