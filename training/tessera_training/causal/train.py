"""Trains a causal model, in as many calls as it takes: each goes on where the last one stopped."""
from __future__ import annotations

import copy
import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .. import runs
from ..runs import CHECKPOINT
from ..team import Team
from . import features, quantize
from .net import CausalConfig, CausalNet
from .samples import Samples

_VALIDATION_SEED = 1
_VALIDATION_BATCHES = 32
_VALIDATION_PIXELS = 8192
"""Of a batch."""
_CALIBRATION_SEED = 2
_CALIBRATION_PIXELS = 1 << 16
_LARGEST_TEAM = 64


@dataclass(frozen=True)
class Settings:
    """How a run trains; fixed by its first call."""

    config: CausalConfig
    steps: int = 100_000
    """Steps after which the learning rate has reached its end, and the run ends."""
    batch: int = 2048
    """Pixels of a step, in each process."""
    rate: float = 4e-3
    """The learning rate after warm-up; half a cosine leads from there to 0."""
    warmup: int = 200
    average: float = 0.999
    """How much of it the moving average of the parameters keeps at a step. Evaluation and export use the average."""
    seed: int = 0
    validate_every: int = 5000
    quantised: bool = False
    """Whether the network computes with weights rounded to 8 bits: fine-tuning of a trained network for what quantisation does to it."""
    processes: int = 1
    """Processes that train together, on a processor: see `team`."""

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        return self.rate * min(1.0, (step + 1) / self.warmup) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.steps)))


class Run:
    """A training run: a folder with a checkpoint and a log."""

    def __init__(self, folder: Path, settings: Settings, start: Path | None = None, team: Team | None = None) -> None:
        """Starts a run or goes on with it. `start` is another run's checkpoint, from whose average a new run begins."""
        self.folder, self.team = folder, team or Team()
        self.settings = dataclasses.replace(settings, processes=self.team.size)
        torch.manual_seed(settings.seed)
        self.net = CausalNet(settings.config)
        self.average = copy.deepcopy(self.net).requires_grad_(False)
        self.optimizer = torch.optim.Adam(self.net.parameters(), settings.rate, betas=(0.9, 0.99))
        self.step, self.seconds = 0, 0.0
        if (folder / CHECKPOINT).exists():
            self._resume()
        elif start is not None:
            state = torch.load(start, map_location="cpu")["average"]
            for net in (self.net, self.average):
                net.load_state_dict(state)

    def train(self, training: Samples, validation: Samples, minutes: float) -> None:
        """Trains for some minutes at most; validates and writes a checkpoint at intervals and at the end."""
        if self.settings.quantised and not self.net.read_units:
            self._round_weights(training)

        def step() -> float:
            return self._train_step(features.of(training, training.draw(self.settings.batch, self._generator())))

        def report(losses: list[float]) -> None:
            self._report(losses, validation)
            self._save()

        runs.keep_pace(self, minutes, step, report)

    def _round_weights(self, training: Samples) -> None:
        """Has weights rounded from here on, for units that stay what they are."""
        inputs = features.of(training, training.draw(_CALIBRATION_PIXELS, torch.Generator().manual_seed(_CALIBRATION_SEED)))
        read = {name: unit.float() for name, (unit, _) in quantize.units(self.average, inputs).items()}
        self.net.read_units = self.average.read_units = read

    def _generator(self) -> torch.Generator:
        """What a step's pixels are drawn by: other ones in each process, the same ones whenever the run was stopped."""
        return torch.Generator().manual_seed((self.settings.seed * 1_000_003 + self.step) * _LARGEST_TEAM + self.team.rank)

    def _train_step(self, inputs: features.Features) -> float:
        """One step; returns bits per subpixel."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate_at(self.step)
        loss = self.net(inputs).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.team.average_gradients(self.net.parameters())
        if not all(parameter.grad.isfinite().all() for parameter in self.net.parameters()):
            raise FloatingPointError(f"Step {self.step} has a gradient that is not finite; the last checkpoint is from before.")
        self.optimizer.step()
        self.step += 1
        runs.follow(self.average, self.net, self.step, self.settings.average)
        return float(loss.detach())

    def _report(self, losses: list[float], validation: Samples) -> None:
        """Appends to the log: step, minutes, learning rate, bits per subpixel in training and of the average on validation pixels."""
        rate = self.settings.rate_at(self.step)
        line = f"{self.step}\t{self.seconds / 60:.1f}\t{rate:.2e}\t{np.mean(losses):.4f}\t{bits(self.average, validation):.4f}"
        runs.log(self.folder, "step\tminutes\trate\ttraining\tvalidation", line)

    def _save(self) -> None:
        """Writes the checkpoint."""
        runs.save(self.folder, {
            "configuration": self.settings.config.to_json(),
            "settings": dataclasses.asdict(self.settings),
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "read_units": self.net.read_units,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        })

    def _resume(self) -> None:
        state = torch.load(self.folder / CHECKPOINT, map_location="cpu")
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.net.read_units = self.average.read_units = state.get("read_units", {})
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]


def train(
        team: Team, settings: Settings, folder: Path, training: Path, validation: Path, minutes: float, start: Path | None = None) -> None:
    """What each process of a team does, with the files that `prepare` wrote."""
    Run(folder, settings, start, team).train(Samples.read(training), Samples.read(validation), minutes)


def resumed_settings(folder: Path) -> dict[str, object] | None:
    """The settings of a run that has been started, by name; checkpoints from before a setting existed lack it."""
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    settings = torch.load(path, map_location="cpu")["settings"]
    return {**settings, "config": CausalConfig(**settings["config"])}


def bits(net: CausalNet, samples: Samples) -> float:
    """Bits per subpixel of pixels that are always the same."""
    generator = torch.Generator().manual_seed(_VALIDATION_SEED)
    with torch.no_grad():
        total = sum(
            float(net(features.of(samples, samples.draw(_VALIDATION_PIXELS, generator))).mean()) for _ in range(_VALIDATION_BATCHES))
    return total / _VALIDATION_BATCHES


def load_average(checkpoint: Path) -> CausalNet:
    """The averaged net of a checkpoint."""
    state = torch.load(checkpoint, map_location="cpu")
    net = CausalNet(CausalConfig.from_json(state["configuration"]))
    net.load_state_dict(state["average"])
    return net.eval()
