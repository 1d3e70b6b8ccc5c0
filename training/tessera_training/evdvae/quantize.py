"""Rounds a trained practical hierarchy to integers, after training, and writes and reads its weights file: `spec/evdvae.md`, sections 1 and 3."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from .. import safetensors
from ..arithmetic import ACTIVATION, FULL, READ_LIMIT, RECTIFIED, Convolution, Range, Table
from ..densenet import Convolution as FloatConvolution
from ..densenet import ResidualLayer
from ..export import CONVOLUTION_TYPES
from ..logistic import GRID
from ..quantize import CORRECTION_REACH, LEVEL_OF_ONE, LEVEL_UNIT, LOCATION_REACH, LOCATION_UNIT, quantise_convolution
from ..simulate import CORRECTION_UNITS, LEVELS
from .config import STEPS_OF_ONE, ExactConfig
from .exact import COLORS, ExactHierarchy, MixturePlane, Posterior, Step, Symmetric
from .simulate import (
    COEFFICIENT_BITS, EXPONENTIALS, LOGIT_UNITS, PRIOR_LEVEL, IntegerGrid, IntegerHierarchy, IntegerLayers, IntegerPosterior, IntegerStep, IntegerSymmetric)

HEADROOM = 2.0
"""How far beyond what calibration saw the ranges of layers reach."""
LOGIT_REACH = 32 * LOGIT_UNITS
COEFFICIENT_REACH = 16 << COEFFICIENT_BITS
LATENT_REACH = 16 * STEPS_OF_ONE * 64
"""Posteriors' locations are not cut off below this: 16 scales of the prior."""


class Statistics:
    """What modules read and give on calibration images."""

    def __init__(self, model: ExactHierarchy, pixels: torch.Tensor) -> None:
        self._largest: dict[nn.Module, float] = {}
        self._sums: dict[nn.Module, torch.Tensor] = {}
        self._counts: dict[nn.Module, int] = {}
        handles = [module.register_forward_hook(self._see) for module in model.modules()
                   if isinstance(module, (FloatConvolution, ResidualLayer, Symmetric))]
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)
            for batch in pixels.split(8):
                model.elbo(batch)
        for handle in handles:
            handle.remove()

    def largest(self, module: nn.Module) -> float:
        """The greatest magnitude of what a module gives."""
        return max(self._largest[module], 1e-6)

    def mean_input(self, module: nn.Module) -> torch.Tensor:
        """The mean of each channel that a module reads: [C]."""
        return self._sums[module] / self._counts[module]

    def _see(self, module: nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        self._largest[module] = max(self._largest.get(module, 0), float(output.abs().max()))
        if isinstance(module, FloatConvolution):
            values = inputs[0].double()
            self._sums[module] = self._sums.get(module, 0) + values.sum((0, 2, 3))
            self._counts[module] = self._counts.get(module, 0) + values.numel() // values.shape[1]


class Quantiser:
    """Rounds one model."""

    def __init__(self, model: ExactHierarchy, pixels: torch.Tensor) -> None:
        self._model = model
        self._statistics = Statistics(model, pixels)
        self._main = [self._unit(*(step.stem for step in grid.steps), *(layer for step in grid.steps for layer in step.layers))
                      for grid in model.grids]
        """What an integer of each grid's top-down path stands for."""
        self._bottom = [self._unit(grid.bottom, *grid.bottom_layers) for grid in model.grids]

    def grid(self, index: int, kept: list[torch.Tensor | None]) -> IntegerGrid:
        """A grid; `kept` of each step's latent."""
        grid, unit = self._model.grids[index], self._bottom[index]
        pool = unpool = None
        if index:
            pool = self._convolution(grid.pool, self._bottom[index - 1], unit, ACTIVATION)
            unpool = self._convolution(grid.unpool, self._main[index], self._main[index - 1], ACTIVATION)
        return IntegerGrid(
            self._symmetric(grid.bottom, unit, [color for color in range(COLORS) for _ in range(4)]), pool, self._layers(grid.bottom_layers, unit),
            [self._step(number, grid.steps[number], index, chosen) for number, chosen in enumerate(kept)], unpool)

    def _step(self, number: int, step: Step, index: int, kept: torch.Tensor | None) -> IntegerStep:
        unit, colors = self._main[index], list(range(COLORS)) * (1 + number)
        posterior = projection = None
        if step.posterior is not None:
            posterior = self._posterior(step.posterior, index)
            projection = self._convolution(step.projection, 1 / STEPS_OF_ONE, unit, ACTIVATION)
        output, linear = self._plane(step.plane, unit, colors)
        return IntegerStep(self._symmetric(step.stem, unit, colors), posterior, projection, kept, self._layers(step.layers, unit), output, linear)

    def _symmetric(self, stage: Symmetric, unit: float, colors: list[int]) -> IntegerSymmetric:
        argument = self._statistics.largest(stage.convolution) / READ_LIMIT
        convolution = self._convolution(stage.convolution, 1 / GRID, argument, ACTIVATION, colors)
        arguments = torch.arange(ACTIVATION[0], ACTIVATION[1] + 1).double() * argument
        return IntegerSymmetric(convolution, Table(torch.round(stage.symlog(arguments) / unit).long().clamp(*ACTIVATION), ACTIVATION[0]))

    def _layers(self, layers: nn.Sequential, unit: float) -> IntegerLayers:
        result = []
        for layer in layers:
            hidden = self._unit(layer.first)
            result.append((self._convolution(layer.first, unit, hidden, RECTIFIED), self._convolution(layer.second, hidden, unit, ACTIVATION)))
        return IntegerLayers(result)

    def _posterior(self, posterior: Posterior, index: int) -> IntegerPosterior:
        width, latent = posterior.hidden.in_channels - posterior.hidden.out_channels, posterior.output.out_channels // 2
        read = torch.cat((_repeated(self._main[index], width), _repeated(self._bottom[index], posterior.hidden.out_channels)))
        hidden = self._unit(posterior.hidden)

        def both(mean: float, level: float) -> torch.Tensor:
            return torch.cat((_repeated(mean, latent), _repeated(level, latent)))

        return IntegerPosterior(
            self._convolution(posterior.hidden, read, hidden, RECTIFIED),
            self._convolution(posterior.output, hidden, both(1 / (64 * STEPS_OF_ONE), LEVEL_UNIT), FULL,
                              reach=both(LATENT_REACH, LEVELS), addend=both(0, PRIOR_LEVEL * LEVEL_UNIT)))

    def _plane(self, plane: MixturePlane, unit: float, colors: list[int]) -> tuple[Convolution, Convolution]:
        def parts(logit: float, correction: float, level: float, coefficient: float) -> torch.Tensor:
            count = plane.components
            return torch.cat((_repeated(logit, count), *(_repeated(part, COLORS * count) for part in (correction, level, coefficient))))

        output = self._convolution(
            plane.output, unit, parts(1 / LOGIT_UNITS, 1 / CORRECTION_UNITS, LEVEL_UNIT, 2.0**-COEFFICIENT_BITS), FULL,
            reach=parts(LOGIT_REACH, CORRECTION_REACH, LEVELS, COEFFICIENT_REACH), addend=parts(0, 0, LEVEL_OF_ONE * LEVEL_UNIT, 0))
        return output, self._convolution(plane.linear, 1 / GRID, LOCATION_UNIT, FULL, colors, _repeated(LOCATION_REACH, COLORS))

    def _convolution(
            self, convolution: FloatConvolution, read: float | torch.Tensor, unit: float | torch.Tensor, limits: Range,
            colors: list[int] | None = None, reach: torch.Tensor | None = None, addend: torch.Tensor | float = 0.0) -> Convolution:
        """Rounds a convolution: `read` and `unit` are what integers of its inputs and outputs stand for; `addend` is added to its bias."""
        outputs = convolution.out_channels
        bias = torch.zeros(outputs) if convolution.bias is None else convolution.bias.detach()
        return quantise_convolution(
            convolution.weight.detach(), bias.double() + addend, _repeated(read, convolution.in_channels), self._statistics.mean_input(convolution),
            _repeated(unit, outputs), _repeated(READ_LIMIT, outputs) if reach is None else reach, limits, True, colors)

    def _unit(self, *modules: nn.Module) -> float:
        """What an integer is to stand for that holds the outputs of some modules."""
        return max(self._statistics.largest(module) for module in modules) * HEADROOM / READ_LIMIT


def quantise(model: ExactHierarchy, pixels: torch.Tensor, kept: torch.Tensor | None = None) -> IntegerHierarchy:
    """Rounds a model. `pixels` are the calibration images, grey levels [N, 3, H, W]: a few dozen training crops. `kept`, bool [blocks, channels] as
    of `effective.Kept`, says which channels of latents hold anything."""
    config = model.config
    chosen = iter(torch.ones(config.blocks, config.latent, dtype=torch.bool) if kept is None else kept)
    by_grid = [[next(chosen)[:count] if count else None for count in grid.latent] for grid in reversed(config.grids)][::-1]
    quantiser = Quantiser(model, pixels)
    with torch.no_grad():
        location = torch.round(model.top_mean.double() / LOCATION_UNIT).clamp(*FULL).long()
        level = torch.round(model.top_log_scale.double() / LEVEL_UNIT + LEVEL_OF_ONE).clamp(0, LEVELS - 1).long()
        grids = [quantiser.grid(index, of_steps) for index, of_steps in enumerate(by_grid)]
    return IntegerHierarchy(config, grids, location, level, exponentials())


def exponentials() -> torch.Tensor:
    """The table of a softmax's parts, for differences of logits."""
    return torch.round(32767 * torch.exp(-torch.arange(EXPONENTIALS, dtype=torch.float64) / LOGIT_UNITS)).clamp(min=1).long()


def _repeated(scale: float | torch.Tensor, count: int) -> torch.Tensor:
    return scale if isinstance(scale, torch.Tensor) else torch.full((count,), scale, dtype=torch.float64)


def tensors_of(model: IntegerHierarchy) -> dict[str, np.ndarray]:
    """A model's tensors by name."""
    tensors = {"top.location": model.top_location.numpy().astype(np.int16), "top.level": model.top_level.numpy().astype(np.int16),
               "table.exponentials": model.exponentials.numpy().astype(np.int16)}

    def add(name: str, convolution: Convolution | None) -> None:
        if convolution is not None:
            tensors.update({f"{name}.{field}": getattr(convolution, field).numpy().astype(kind) for field, kind in CONVOLUTION_TYPES.items()})

    def add_symmetric(name: str, stage: IntegerSymmetric) -> None:
        add(name, stage.convolution)
        tensors[f"{name}.activation.table"] = stage.table.entries.numpy().astype(np.int16)

    def add_layers(name: str, layers: IntegerLayers) -> None:
        for number, (first, second) in enumerate(layers.layers):
            add(f"{name}.layer{number}.first", first)
            add(f"{name}.layer{number}.second", second)

    for index, grid in enumerate(model.grids):
        name = f"grid.{index}"
        add_symmetric(f"{name}.bottom.stem", grid.stem)
        add(f"{name}.bottom.pool", grid.pool)
        add_layers(f"{name}.bottom", grid.bottom_layers)
        add(f"{name}.unpool", grid.unpool)
        for number, step in enumerate(grid.steps):
            own = f"{name}.step.{number}"
            add_symmetric(f"{own}.stem", step.stem)
            add_layers(own, step.layers)
            add(f"{own}.output", step.output)
            add(f"{own}.linear", step.linear)
            if step.posterior is not None:
                add(f"{own}.posterior.hidden", step.posterior.hidden)
                add(f"{own}.posterior.output", step.posterior.output)
                add(f"{own}.projection", step.projection)
                tensors[f"{own}.kept"] = step.kept.numpy().astype(np.uint8)
    return tensors


def write_model(model: IntegerHierarchy, path: Path, name: str, version: str) -> None:
    """Writes a weights file; its metadata are the model's name, version and configuration."""
    safetensors.write(path, tensors_of(model), {"model": name, "version": version, "configuration": model.config.to_json()})


def read_model(path: Path) -> IntegerHierarchy:
    """Reads a weights file."""
    arrays, metadata = safetensors.read(path)
    tensors = {name: torch.from_numpy(array.astype(np.int64)) for name, array in arrays.items()}
    config = ExactConfig.from_json(metadata["configuration"])

    def convolution(name: str, limits: Range) -> Convolution:
        result = Convolution(**{field: tensors[f"{name}.{field}"] for field in CONVOLUTION_TYPES}, range=limits, replicate=True)
        result.check()
        return result

    def symmetric(name: str) -> IntegerSymmetric:
        return IntegerSymmetric(convolution(name, ACTIVATION), Table(tensors[f"{name}.activation.table"], ACTIVATION[0]))

    def layers(name: str, count: int) -> IntegerLayers:
        return IntegerLayers([(convolution(f"{name}.layer{number}.first", RECTIFIED), convolution(f"{name}.layer{number}.second", ACTIVATION))
                              for number in range(count)])

    def step(name: str, latent: int, count: int) -> IntegerStep:
        posterior = projection = kept = None
        if latent:
            posterior = IntegerPosterior(convolution(f"{name}.posterior.hidden", RECTIFIED), convolution(f"{name}.posterior.output", FULL))
            projection, kept = convolution(f"{name}.projection", ACTIVATION), tensors[f"{name}.kept"].bool()
        return IntegerStep(symmetric(f"{name}.stem"), posterior, projection, kept, layers(name, count),
                           convolution(f"{name}.output", FULL), convolution(f"{name}.linear", FULL))

    grids = []
    for index, grid in enumerate(config.grids):
        name = f"grid.{index}"
        grids.append(IntegerGrid(
            symmetric(f"{name}.bottom.stem"), convolution(f"{name}.bottom.pool", ACTIVATION) if index else None,
            layers(f"{name}.bottom", grid.bottom_layers),
            [step(f"{name}.step.{number}", *numbers) for number, numbers in enumerate(zip(grid.latent, grid.layers, strict=True))],
            convolution(f"{name}.unpool", ACTIVATION) if index else None))
    return IntegerHierarchy(config, grids, tensors["top.location"], tensors["top.level"], tensors["table.exponentials"])
