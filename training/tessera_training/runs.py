"""What the training runs of all families have in common: pace, moving average, log and checkpoint."""
from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from .team import Team

CHECKPOINT, LOG = "checkpoint.pt", "log.tsv"


class Settings(Protocol):
    """What a run's pace depends on."""

    steps: int
    validate_every: int


class Run(Protocol):
    """A training run."""

    settings: Settings
    team: Team
    step: int
    seconds: float


def keep_pace(run: Run, minutes: float, train_step: Callable[[], float], report: Callable[[list[float]], None]) -> None:
    """Trains for some minutes at most. `train_step` does a step; `report` validates and writes a checkpoint, at intervals and at the end, and
    is given what the steps since the last report returned."""
    begin, before, losses, saved = time.monotonic(), run.seconds, [], -1
    while run.step < run.settings.steps and run.team.agree(time.monotonic() - begin < 60 * minutes):
        losses.append(train_step())
        run.seconds = before + time.monotonic() - begin
        if run.team.leads and run.step % run.settings.validate_every == 0:
            report(losses)
            losses, saved = [], run.step
    if run.team.leads and run.step != saved and losses:
        report(losses)


def half_cosine(settings: Any, step: int) -> float:
    """The learning rate of a step: after a warm-up, half a cosine from `rate` to 0."""
    progress = min(1.0, step / settings.steps)
    return settings.rate * min(1.0, (step + 1) / settings.warmup) * 0.5 * (1 + math.cos(math.pi * progress))


def descend(run: Any, model: nn.Module, loss: torch.Tensor) -> None:
    """A step down the gradient of a loss in bits per subpixel, the mean over the team, its norm clipped; the average of the parameters follows."""
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    run.team.average_gradients(model.parameters())
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), run.settings.clip)
    if not torch.isfinite(norm):
        raise FloatingPointError(f"Step {run.step} has a gradient that is not finite; the last checkpoint is from before.")
    run.optimizer.step()
    run.step += 1
    follow(run.average, model, run.step, run.settings.average)


def resumed_settings(folder: Path, kind: type) -> Any:
    """The settings, of that type, of a run that has been started; None if none has."""
    path = folder / CHECKPOINT
    return kind(**torch.load(path, map_location="cpu")["settings"]) if path.exists() else None


def follow(average: nn.Module, model: nn.Module, step: int, keep: float) -> None:
    """Moves the average of the parameters towards a model after a step. At first it forgets faster, so that it is not held back by where
    training began."""
    keep = min(keep, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, parameter in zip(average.parameters(), model.parameters(), strict=True):
            mean.lerp_(parameter, 1 - keep)


def log(folder: Path, header: str, line: str) -> None:
    """Appends a line to the log, and prints it; after the header, if it is the first one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG
    new = not path.exists()
    with open(path, "a", encoding="utf-8") as file:
        for text in ([header] if new else []) + [line]:
            print(text, flush=True)
            file.write(text + "\n")


def save(folder: Path, state: dict[str, Any]) -> None:
    """Writes the checkpoint, so that one is there whenever the process is stopped."""
    new = folder / (CHECKPOINT + ".new")
    torch.save(state, new)
    os.replace(new, folder / CHECKPOINT)
