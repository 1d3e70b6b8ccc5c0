"""Writes quantised flows as weights files, reads them, and writes what they compute as fixtures for engines.

Names of tensors, for level l, step k and dense layer d, all from 0:

    flow.{l}.{k}.order               order of channels before a coupling
    flow.{l}.{k}.net.*               the coupling's net
    split.{l}.order                  order of channels before half of them leave: the first half stays
    prior.{l}.net.*                  the net that gives locations, then scale levels, of the half that leaves
    prior.{l}.{p}.*                  or, of an interlaced level, pass p
    top.location .level .weight      the last prior: [C, components], or [H, W, C, components] if it is per element

    of a net:
    dense{d}.linear, dense{d}.spatial, output            .weight .bias .shift .multiplier   convolutions
    dense{d}.linear.norm, dense{d}.spatial.norm          .gain .offset                      if there is group normalisation
    dense{d}.linear.activation, dense{d}.spatial.activation   .table                        if it is not the range of the convolution

    of a pass, for each channel c of an image:
    stem, dense{d}.linear, dense{d}.spatial, plane{c}.detail, plane{c}.hidden               stages as above
    plane{c}.linear, plane{c}.output                     .weight .bias .shift .multiplier   convolutions
"""
from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch

from . import safetensors
from .arithmetic import ACTIVATION, FULL, RECTIFIED, Convolution, Normalization, Range, Table
from .config import FlowConfig, LevelConfig, NetConfig, PassConfig, split_order
from .densenet import groups_of
from .simulate import (
    IntegerDenseNet, IntegerFlow, IntegerHalfPrior, IntegerInterlacedPrior, IntegerPass, IntegerPlane, IntegerStage, IntegerTop)

CONVOLUTION_TYPES = {"weight": np.int8, "bias": np.int32, "shift": np.uint8, "multiplier": np.int16}


def write_model(flow: IntegerFlow, path: Path, model: str, version: str) -> None:
    """Writes a weights file; its metadata are the model's name, version and configuration."""
    safetensors.write(path, tensors_of(flow), {"model": model, "version": version, "configuration": flow.config.to_json()})


def tensors_of(flow: IntegerFlow) -> dict[str, np.ndarray]:
    """A flow's tensors by name."""
    tensors: dict[str, np.ndarray] = {}
    for level, nets in enumerate(flow.nets):
        for step, net in enumerate(nets):
            tensors[f"flow.{level}.{step}.order"] = _array(flow.orders[level][step], np.int32)
            _add_net(tensors, f"flow.{level}.{step}.net", net)
    for level, prior in enumerate(flow.priors):
        tensors[f"split.{level}.order"] = np.array(split_order(flow.config, level), np.int32)
        if isinstance(prior, IntegerHalfPrior):
            _add_net(tensors, f"prior.{level}.net", prior.net)
        else:
            for number, one in enumerate(prior.passes):
                _add_pass(tensors, f"prior.{level}.{number}", one)
    for field in dataclasses.fields(IntegerTop):
        values = getattr(flow.top, field.name).permute(1, 2, 0, 3)
        tensors[f"top.{field.name}"] = _array(values[0, 0] if flow.config.top == "channel" else values, np.int16)
    return tensors


def read_model(path: Path) -> tuple[IntegerFlow, dict[str, str]]:
    """Reads a weights file: the flow and the metadata."""
    arrays, metadata = safetensors.read(path)
    tensors = {name: torch.from_numpy(array.astype(np.int64)) for name, array in arrays.items()}
    config = FlowConfig.from_json(metadata["configuration"])
    orders = [[tensors[f"flow.{level}.{step}.order"] for step in range(settings.steps)] for level, settings in enumerate(config.levels)]
    nets = [[_read_net(tensors, f"flow.{level}.{step}.net", settings.coupling, config, ACTIVATION) for step in range(settings.steps)]
            for level, settings in enumerate(config.levels)]
    priors = [_read_prior(tensors, f"prior.{level}", settings, config)
              for level, settings in enumerate(config.levels) if settings.prior is not None or settings.passes is not None]
    for level in range(len(priors)):
        if tensors[f"split.{level}.order"].tolist() != split_order(config, level):
            raise ValueError(f"{path}: the order of the split at level {level} is not the one that the configuration says.")
    top = IntegerTop(**{field.name: _read_top(tensors[f"top.{field.name}"]) for field in dataclasses.fields(IntegerTop)})
    return IntegerFlow(config, orders, nets, priors, top), metadata


def write_fixture(flow: IntegerFlow, pixels: torch.Tensor, path: Path) -> None:
    """Writes what a flow makes of some tiles, as integer tensors [N, H, W, C]:

        input                                          grey levels
        flow.{l}.{k}.net.input, .output                what each net reads, and its translations
        prior.{l}.net.input, .output                   what each net reads, and locations, then levels, before levels are clamped
        leaving.{n}.value, .location, .level           the parts that leave, level by level, and their distributions
        left.value                                     what is left at the end
    """
    tensors = {"input": _array(_last(pixels), np.uint8)}

    def observed(name: str, net: IntegerDenseNet):
        def run(values: torch.Tensor) -> torch.Tensor:
            output = net(values)
            tensors[f"{name}.input"] = _array(_last(values), np.int16)
            tensors[f"{name}.output"] = _array(_last(output), np.int16)
            return output

        return run

    watched = dataclasses.replace(
        flow,
        nets=[[observed(f"flow.{level}.{step}.net", net) for step, net in enumerate(nets)] for level, nets in enumerate(flow.nets)],
        priors=[IntegerHalfPrior(observed(f"prior.{level}.net", prior.net)) if isinstance(prior, IntegerHalfPrior) else prior
                for level, prior in enumerate(flow.priors)])
    leaving, left = watched.encode(pixels)
    for number, part in enumerate(leaving):
        for field in dataclasses.fields(part):
            tensors[f"leaving.{number}.{field.name}"] = _array(_last(getattr(part, field.name)), np.int16)
    tensors["left.value"] = _array(_last(left), np.int16)
    safetensors.write(path, tensors, {})


def _last(values: torch.Tensor) -> torch.Tensor:
    """Channels last, as engines have them."""
    return values.permute(0, 2, 3, 1)


def _array(values: torch.Tensor, kind: type) -> np.ndarray:
    """Integers as a narrower type, which must hold them."""
    array = values.numpy()
    limits = np.iinfo(kind)
    if array.size and (array.min() < limits.min or array.max() > limits.max):
        raise ValueError(f"Numbers from {array.min()} to {array.max()} do not fit {limits.dtype}.")
    return array.astype(kind)


def _add_net(tensors: dict[str, np.ndarray], name: str, net: IntegerDenseNet) -> None:
    _add_layers(tensors, name, net.layers)
    _add_convolution(tensors, f"{name}.output", net.output)


def _add_pass(tensors: dict[str, np.ndarray], name: str, one: IntegerPass) -> None:
    _add_stage(tensors, f"{name}.stem", one.stem)
    _add_layers(tensors, name, one.layers)
    for channel, plane in enumerate(one.planes):
        prefix = f"{name}.plane{channel}"
        if plane.hidden is not None:
            _add_stage(tensors, f"{prefix}.detail", plane.detail)
            _add_stage(tensors, f"{prefix}.hidden", plane.hidden)
        _add_convolution(tensors, f"{prefix}.linear", plane.linear)
        _add_convolution(tensors, f"{prefix}.output", plane.output)


def _add_layers(tensors: dict[str, np.ndarray], name: str, layers: list[tuple[IntegerStage, IntegerStage]]) -> None:
    for index, layer in enumerate(layers):
        for kind, stage in zip(("linear", "spatial"), layer, strict=True):
            _add_stage(tensors, f"{name}.dense{index}.{kind}", stage)


def _add_stage(tensors: dict[str, np.ndarray], name: str, stage: IntegerStage) -> None:
    _add_convolution(tensors, name, stage.convolution)
    if stage.normalization is not None:
        tensors[f"{name}.norm.gain"] = _array(stage.normalization.gain, np.int16)
        tensors[f"{name}.norm.offset"] = _array(stage.normalization.offset, np.int16)
    if stage.table is not None:
        tensors[f"{name}.activation.table"] = _array(stage.table.entries, np.int16)


def _add_convolution(tensors: dict[str, np.ndarray], name: str, convolution: Convolution) -> None:
    for field, kind in CONVOLUTION_TYPES.items():
        tensors[f"{name}.{field}"] = _array(getattr(convolution, field), kind)


def _read_net(tensors: dict[str, torch.Tensor], name: str, net: NetConfig, config: FlowConfig, limits: Range) -> IntegerDenseNet:
    return IntegerDenseNet(_read_layers(tensors, name, net, config), _read_convolution(tensors, f"{name}.output", limits, config))


def _read_prior(
        tensors: dict[str, torch.Tensor], name: str, level: LevelConfig, config: FlowConfig) -> IntegerHalfPrior | IntegerInterlacedPrior:
    if level.passes is None:
        return IntegerHalfPrior(_read_net(tensors, f"{name}.net", level.prior, config, FULL))
    return IntegerInterlacedPrior([_read_pass(tensors, f"{name}.{number}", one, config) for number, one in enumerate(level.passes)])


def _read_pass(tensors: dict[str, torch.Tensor], name: str, one: PassConfig, config: FlowConfig) -> IntegerPass:
    planes = []
    for channel in range(config.channels):
        prefix = f"{name}.plane{channel}"
        planes.append(IntegerPlane(
            _read_stage(tensors, f"{prefix}.detail", config, "symlog") if channel > 0 else None,
            _read_stage(tensors, f"{prefix}.hidden", config) if channel > 0 else None,
            _read_convolution(tensors, f"{prefix}.linear", FULL, config), _read_convolution(tensors, f"{prefix}.output", FULL, config)))
    return IntegerPass(_read_stage(tensors, f"{name}.stem", config, "symlog"), _read_layers(tensors, name, one.trunk, config), planes)


def _read_layers(
        tensors: dict[str, torch.Tensor], name: str, net: NetConfig, config: FlowConfig) -> list[tuple[IntegerStage, IntegerStage]]:
    return [tuple(_read_stage(tensors, f"{name}.dense{index}.{kind}", config) for kind in ("linear", "spatial"))
            for index in range(net.depth)]


def _read_stage(tensors: dict[str, torch.Tensor], name: str, config: FlowConfig, activation: str | None = None) -> IntegerStage:
    rectified = (activation or config.activation) == "relu"
    limits = RECTIFIED if rectified else ACTIVATION
    grouped = config.normalization == "group"
    convolution = _read_convolution(tensors, name, ACTIVATION if grouped else limits, config)
    normalization = None
    if grouped:
        gain = tensors[f"{name}.norm.gain"]
        normalization = Normalization(gain, tensors[f"{name}.norm.offset"], groups_of(len(gain)), limits)
    table = None if rectified else Table(tensors[f"{name}.activation.table"], ACTIVATION[0])
    return IntegerStage(convolution, normalization, table)


def _read_convolution(tensors: dict[str, torch.Tensor], name: str, limits: Range, config: FlowConfig) -> Convolution:
    convolution = Convolution(
        **{field: tensors[f"{name}.{field}"] for field in CONVOLUTION_TYPES}, range=limits, replicate=config.padding == "replicate")
    convolution.check()
    return convolution


def _read_top(values: torch.Tensor) -> torch.Tensor:
    return values[:, None, None] if values.ndim == 2 else values.permute(2, 0, 1, 3)
