"""Trains a flow, in as many calls as it takes: each goes on where the last one stopped."""
from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import data, runs
from .config import FlowConfig, named
from .idf import Flow
from .quantize import round_weights_in_training, set_input_scales
from .runs import CHECKPOINT
from .team import Team

CALIBRATION_CROPS = 32
STARTING_CROPS = 64
OPTIMIZERS = {"adamax": torch.optim.Adamax, "adam": torch.optim.Adam}
_VALIDATION_SEED = 1


@dataclass(frozen=True)
class Settings:
    """How a run trains; fixed by its first call."""

    config: str
    """A name from `config.PRESETS`, with changes if there are any: see `config.named`."""
    steps: int = 100_000
    """Steps after which the learning rate has reached its end, and the run ends."""
    optimizer: str = "adamax"
    """`adamax`, as published, or `adam`."""
    batch: int = 32
    """Crops of a step, in each process."""
    processes: int = 1
    """Processes that train together, on a processor: see `team`."""
    side: int = 64
    """Rows and columns of the crops."""
    rate: float = 2e-3
    """The learning rate after warm-up; half a cosine leads from there to 0."""
    warmup: int = 500
    average: float = 0.999
    """How much of it the moving average of the parameters keeps at a step. Evaluation and export use the average."""
    clip: float = 1.0
    """The largest norm of a step's gradient, in bits per subpixel."""
    seed: int = 0
    validate_every: int = 1000
    validation_crops: int = 128
    quantised: bool = False
    """Whether the flow computes with weights rounded to 8 bits: fine-tuning of a trained flow for what quantisation does to it."""

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        return runs.half_cosine(self, step)


class Run:
    """A training run: a folder with a checkpoint and a log."""

    def __init__(self, folder: Path, settings: Settings, device: str, start: Path | None = None, team: Team | None = None) -> None:
        """Starts a run or goes on with it. `start` is another run's checkpoint, from whose average a new run begins."""
        self.folder, self.settings, self.device, self.team = folder, settings, device, team or Team()
        torch.manual_seed(settings.seed)
        config = named(settings.config)
        if config.size not in (None, settings.side):
            raise ValueError(f"This configuration takes images of {config.size} rows and columns, not {settings.side}.")
        self.flow = Flow(config, settings.seed).to(device)
        if settings.quantised:
            round_weights_in_training(self.flow)
        self.average = copy.deepcopy(self.flow).requires_grad_(False)
        self.optimizer = OPTIMIZERS[settings.optimizer](self.flow.parameter_groups(), settings.rate)
        self.step, self.seconds, self.started = 0, 0.0, start is not None
        if (folder / CHECKPOINT).exists():
            self._resume()
        elif start is not None:
            state = torch.load(start, map_location=device)["average"]
            for flow in (self.flow, self.average):
                flow.load_state_dict(state)

    def train(self, cache: Path, minutes: float, mixed: bool) -> None:
        """Trains for some minutes at most; validates and writes a checkpoint at intervals and at the end."""
        training, validation = data.load(cache)
        crops = validation.crops(self.settings.validation_crops, self.settings.side, np.random.default_rng(_VALIDATION_SEED))
        if self.step == 0 and not self.started:
            starting = training.crops(STARTING_CROPS, self.settings.side, np.random.default_rng(self.settings.seed)).to(self.device)
            for flow in (self.flow, self.average):
                flow.start(starting)
        if self.settings.quantised and self.step == 0:
            calibration = training.crops(CALIBRATION_CROPS, self.settings.side, np.random.default_rng(self.settings.seed)).to(self.device)
            for flow in (self.flow, self.average):
                set_input_scales(flow, calibration)

        def step() -> float:
            generator = np.random.default_rng((self.settings.seed, self.team.rank, self.step))
            return self._train_step(training.crops(self.settings.batch, self.settings.side, generator), mixed)

        def report(losses: list[float]) -> None:
            self._report(losses, crops)
            self._save()

        runs.keep_pace(self, minutes, step, report)

    def _train_step(self, pixels: torch.Tensor, mixed: bool) -> float:
        """One step; returns bits per subpixel."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["factor"] * self.settings.rate_at(self.step)
        pixels = pixels.to(self.device, non_blocking=True)
        with torch.autocast(self.device, torch.bfloat16, enabled=mixed):
            loss = self.flow(pixels).sum() / pixels.numel()
        runs.descend(self, self.flow, loss)
        return float(loss.detach())

    def _report(self, losses: list[float], crops: torch.Tensor) -> None:
        """Appends to the log: step, minutes, learning rate, bits per subpixel in training and of the average on validation crops."""
        rate = self.settings.rate_at(self.step)
        line = (f"{self.step}\t{self.seconds / 60:.1f}\t{rate:.2e}\t{np.mean(losses):.4f}\t"
                f"{bits_per_subpixel(self.average, crops, self.device):.4f}")
        runs.log(self.folder, "step\tminutes\trate\ttraining\tvalidation", line)

    def _save(self) -> None:
        """Writes the checkpoint."""
        runs.save(self.folder, {
            "settings": dataclasses.asdict(self.settings),
            "configuration": self.flow.config.to_json(),
            "flow": self.flow.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        })

    def _resume(self) -> None:
        state = torch.load(self.folder / CHECKPOINT, map_location=self.device)
        self.flow.load_state_dict(state["flow"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]


def resumed_settings(folder: Path) -> Settings | None:
    """The settings of a run that has been started."""
    return runs.resumed_settings(folder, Settings)


def load_average(checkpoint: Path) -> Flow:
    """The averaged flow of a checkpoint."""
    state = torch.load(checkpoint, map_location="cpu")
    flow = Flow(FlowConfig.from_json(state["configuration"]))
    flow.load_state_dict(state["average"])
    return flow.eval()


def bits_per_subpixel(flow: Flow, pixels: torch.Tensor, device: str) -> float:
    """What a float flow makes of images, on average."""
    with torch.no_grad():
        return sum(float(flow(batch.to(device)).sum()) for batch in pixels.split(32)) / pixels.numel()
