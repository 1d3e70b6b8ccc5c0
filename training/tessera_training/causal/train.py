"""Trains a causal model, in as many calls as it takes."""
from __future__ import annotations

import copy
import dataclasses
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from ..team import Team
from . import features
from .net import CausalConfig, CausalNet
from .samples import Samples

CHECKPOINT, LOG = "checkpoint.pt", "log.tsv"
_VALIDATION_SEED = 1
_VALIDATION_BATCHES = 32


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

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        return self.rate * min(1.0, (step + 1) / self.warmup) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.steps)))


def train(team: Team, settings: Settings, folder: Path, training: Path, validation: Path, minutes: float, start: Path | None = None) -> None:
    """Trains for some minutes at most; validates and writes a checkpoint at intervals and at the end."""
    torch.manual_seed(settings.seed)
    net = CausalNet(settings.config)
    average = copy.deepcopy(net).requires_grad_(False)
    optimizer = torch.optim.Adam(net.parameters(), settings.rate, betas=(0.9, 0.99))
    step, seconds = 0, 0.0
    if (folder / CHECKPOINT).exists():
        state = torch.load(folder / CHECKPOINT)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        step, seconds = state["step"], state["seconds"]
    elif start is not None:
        for model in (net, average):
            model.load_state_dict(torch.load(start)["average"])
    samples, held_out = Samples.read(training), Samples.read(validation)
    begin, before, total, count = time.monotonic(), seconds, 0.0, 0
    while step < settings.steps and team.agree(time.monotonic() - begin < 60 * minutes):
        for group in optimizer.param_groups:
            group["lr"] = settings.rate_at(step)
        generator = torch.Generator().manual_seed((settings.seed * 1_000_003 + step) * 64 + team.rank)
        loss = net(features.of(samples, samples.draw(settings.batch, generator))).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        team.average_gradients(net.parameters())
        optimizer.step()
        step += 1
        total, count = total + float(loss.detach()), count + 1
        keep = min(settings.average, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, parameter in zip(average.parameters(), net.parameters(), strict=True):
                mean.lerp_(parameter, 1 - keep)
        ends = step == settings.steps or time.monotonic() - begin >= 60 * minutes
        if team.leads and (step % settings.validate_every == 0 or ends):
            seconds = before + time.monotonic() - begin
            folder.mkdir(parents=True, exist_ok=True)
            line = f"{step}\t{seconds / 60:.1f}\t{settings.rate_at(step):.2e}\t{total / count:.4f}\t{bits(average, held_out):.4f}"
            print(line, flush=True)
            with open(folder / LOG, "a", encoding="utf-8") as file:
                file.write(line + "\n")
            total, count = 0.0, 0
            torch.save({
                "configuration": settings.config.to_json(), "settings": dataclasses.asdict(settings), "net": net.state_dict(),
                "average": average.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seconds": seconds},
                folder / (CHECKPOINT + ".new"))
            os.replace(folder / (CHECKPOINT + ".new"), folder / CHECKPOINT)


def bits(net: CausalNet, samples: Samples) -> float:
    """Bits per subpixel of pixels that are always the same."""
    generator = torch.Generator().manual_seed(_VALIDATION_SEED)
    with torch.no_grad():
        return sum(float(net(features.of(samples, samples.draw(8192, generator))).mean()) for _ in range(_VALIDATION_BATCHES)) / _VALIDATION_BATCHES


def load_average(checkpoint: Path) -> CausalNet:
    """The averaged net of a checkpoint."""
    state = torch.load(checkpoint, map_location="cpu")
    net = CausalNet(CausalConfig.from_json(state["configuration"]))
    net.load_state_dict(state["average"])
    return net.eval()
