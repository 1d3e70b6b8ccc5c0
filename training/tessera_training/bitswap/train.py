"""Trains a chain, in as many calls as it takes: each goes on where the last one stopped."""
from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .. import data, runs
from ..runs import CHECKPOINT
from ..team import Team
from .chain import Chain, create
from .config import ChainConfig, named

STARTING_CROPS = 64
_VALIDATION_SEED = 1
_LARGEST_TEAM = 64


@dataclass(frozen=True)
class Settings:
    """How a run trains; fixed by its first call."""

    config: str
    """A name from `config.PRESETS`."""
    steps: int = 100_000
    """Steps after which the learning rate has reached its end, and the run ends."""
    batch: int = 8
    """Crops of a step, in each process."""
    processes: int = 1
    """Processes that train together, on a processor: see `team`."""
    side: int = 64
    """Rows and columns of the crops."""
    rate: float = 3e-3
    """The learning rate after warm-up; half a cosine leads from there to 0."""
    warmup: int = 100
    average: float = 0.999
    """How much of it the moving average of the parameters keeps at a step. Evaluation and export use the average."""
    clip: float = 1.0
    """The largest norm of a step's gradient, in bits per subpixel."""
    free_bits: float = 1.0
    """What a channel of a latent may take by its prior more than by its posterior, in bits of a crop, on average over those of a step, before
    it counts: so that no channel is given up at the start."""
    seed: int = 0
    validate_every: int = 1000
    validation_crops: int = 128

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
        if config.size not in (None, settings.side) or settings.side % config.divisor != 0:
            raise ValueError(f"This configuration takes images of {config.size or f'a multiple of {config.divisor}'} rows and columns.")
        self.chain = create(config).to(device)
        self.average = copy.deepcopy(self.chain).requires_grad_(False).eval()
        self.optimizer = torch.optim.Adam(self.chain.parameter_groups(), settings.rate)
        self.step, self.seconds, self.started = 0, 0.0, start is not None
        if (folder / CHECKPOINT).exists():
            self._resume()
        elif start is not None:
            state = torch.load(start, map_location=device)["average"]
            for chain in (self.chain, self.average):
                chain.load_state_dict(state)

    def train(self, cache: Path, minutes: float) -> None:
        """Trains for some minutes at most; validates and writes a checkpoint at intervals and at the end."""
        training, validation = data.load(cache)
        crops = validation.crops(self.settings.validation_crops, self.settings.side, np.random.default_rng(_VALIDATION_SEED))
        if self.step == 0 and not self.started:
            starting = training.crops(STARTING_CROPS, self.settings.side, np.random.default_rng(self.settings.seed)).to(self.device)
            self.chain.start(starting)
            self.average.load_state_dict(self.chain.state_dict())

        def step() -> float:
            generator = np.random.default_rng((self.settings.seed, self.team.rank, self.step))
            return self._train_step(training.crops(self.settings.batch, self.settings.side, generator))

        def report(losses: list[float]) -> None:
            self._report(losses, crops)
            self._save()

        runs.keep_pace(self, minutes, step, report)

    def _train_step(self, pixels: torch.Tensor) -> float:
        """One step; returns bits per subpixel."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["factor"] * self.settings.rate_at(self.step)
        # Latents are drawn by the step's own numbers, so that a run may stop anywhere.
        torch.manual_seed((self.settings.seed * 1_000_003 + self.step) * _LARGEST_TEAM + self.team.rank)
        image, latents = self.chain.elbo(pixels.to(self.device, non_blocking=True))
        bits = image.mean() + sum(latent.mean(0).sum() for latent in latents)
        loss = image.mean() + sum(latent.mean(0).clamp(min=self.settings.free_bits).sum() for latent in latents)
        subpixels = pixels[0].numel()
        runs.descend(self, self.chain, loss / subpixels)
        return float(bits.detach()) / subpixels

    def _report(self, losses: list[float], crops: torch.Tensor) -> None:
        """Appends to the log: step, minutes, learning rate, bits per subpixel in training and of the average on validation crops: of all, of
        the image given z1, and of each latent."""
        image, *latents = bits_per_subpixel(self.average, crops, self.device)
        rates = [self.settings.rate_at(self.step), np.mean(losses), image + sum(latents), image, *latents]
        line = "\t".join([str(self.step), f"{self.seconds / 60:.1f}", f"{rates[0]:.2e}", *(f"{rate:.4f}" for rate in rates[1:])])
        header = "\t".join(["step", "minutes", "rate", "training", "validation", "image", *(f"z{i + 1}" for i in range(len(latents)))])
        runs.log(self.folder, header, line)

    def _save(self) -> None:
        """Writes the checkpoint."""
        runs.save(self.folder, {
            "settings": dataclasses.asdict(self.settings),
            "configuration": self.chain.config.to_json(),
            "chain": self.chain.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        })

    def _resume(self) -> None:
        state = torch.load(self.folder / CHECKPOINT, map_location=self.device)
        self.chain.load_state_dict(state["chain"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]


def train(team: Team, settings: Settings, folder: Path, device: str, start: Path | None, cache: Path, minutes: float) -> None:
    """What each process of a team does."""
    Run(folder, settings, device, start, team).train(cache, minutes)


def resumed_settings(folder: Path) -> Settings | None:
    """The settings of a run that has been started."""
    return runs.resumed_settings(folder, Settings)


def load_average(checkpoint: Path) -> Chain:
    """The averaged model of a checkpoint."""
    state = torch.load(checkpoint, map_location="cpu")
    chain = create(ChainConfig.from_json(state["configuration"]))
    chain.load_state_dict(state["average"])
    return chain.eval()


def bits_per_subpixel(chain: Chain, pixels: torch.Tensor, device: str) -> list[float]:
    """Of images, on average: what they take given z1, then what each latent takes. Latents are drawn by the same numbers each time."""
    totals: list[float] = []
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(_VALIDATION_SEED)
        for batch in pixels.split(32):
            image, latents = chain.elbo(batch.to(device))
            parts = [float(image.sum()), *(float(latent.sum()) for latent in latents)]
            totals = [total + part for total, part in zip(totals or [0.0] * len(parts), parts, strict=True)]
    return [total / pixels.numel() for total in totals]
