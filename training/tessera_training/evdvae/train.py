"""Trains a hierarchy, in as many calls as it takes: each goes on where the last one stopped."""
from __future__ import annotations

import copy
import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .. import data, runs
from ..runs import CHECKPOINT
from ..team import Team
from .config import ExactConfig, HierarchyConfig, from_json, named
from .exact import ExactHierarchy
from .hierarchy import Hierarchy

STARTING_CROPS = 256
_VALIDATION_SEED = 1
_LARGEST_TEAM = 64
_LEAST_KL_WEIGHT = 1e-4


@dataclass(frozen=True)
class Settings:
    """How a run trains; fixed by its first call. What is left out is as published for ImageNet 64."""

    config: str
    """A name from `config.PRESETS`."""
    steps: int = 800_000
    """Steps after which the learning rate has reached its end, and the run ends."""
    batch: int = 32
    """Crops of a step, in each process."""
    processes: int = 1
    """Processes that train together, on a processor: see `team`."""
    side: int = 64
    """Rows and columns of the crops."""
    rate: float = 1e-3
    """The learning rate after warm-up, of Adamax."""
    warmup: int = 100
    decay_start: int = 50_000
    """The step from which half a cosine leads to the last rate."""
    last_rate: float = 2e-4
    average: float = 0.9999
    """How much of it the moving average of the parameters keeps at a step. Evaluation uses the average."""
    skip: float = 800.0
    """The norm of a gradient, in nats per subpixel, from which on a step is skipped: the model stays as it is."""
    kl_warmup: int = 5000
    """Steps over which the weight of the divergences in what is minimised rises to 1."""
    balance: int = 10_000
    """Steps in which latents that say more per element than others count for more, in proportion, so that none is given up at the start."""
    free_bits: float = 0.0
    """What a channel of a latent may take by its prior more than by its posterior, in bits of a crop, on average over those of a step, before
    it counts: another way to give none up at the start."""
    weight_decay: float = 0.0
    """Of Adamax: 1e-2 for CIFAR-10."""
    seed: int = 0
    validate_every: int = 1000
    validation_crops: int = 128

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        if step < self.decay_start:
            return self.rate * min(1.0, (step + 1) / self.warmup)
        progress = min(1.0, (step - self.decay_start) / max(1, self.steps - self.decay_start))
        return self.last_rate + (self.rate - self.last_rate) * 0.5 * (1 + math.cos(math.pi * progress))

    def kl_weight_at(self, step: int) -> float:
        """The weight of the divergences at a step."""
        return min(1.0, max(_LEAST_KL_WEIGHT, step / self.kl_warmup)) if self.kl_warmup else 1.0


class Run:
    """A training run: a folder with a checkpoint and a log."""

    def __init__(self, folder: Path, settings: Settings, device: str, start: Path | None = None, team: Team | None = None) -> None:
        """Starts a run or goes on with it. `start` is another run's checkpoint, from whose average a new run begins."""
        self.folder, self.settings, self.device, self.team = folder, settings, device, team or Team()
        torch.manual_seed(settings.seed)
        config = named(settings.config)
        if config.size not in (None, settings.side) or settings.side % config.divisor != 0:
            raise ValueError(f"This configuration takes images of {config.size or f'a multiple of {config.divisor}'} rows and columns.")
        self.model = create(config).to(device)
        self.average = copy.deepcopy(self.model).requires_grad_(False).eval()
        self.optimizer = torch.optim.Adamax(self.model.parameter_groups(), settings.rate, weight_decay=settings.weight_decay)
        self.step, self.seconds, self.skipped, self.started = 0, 0.0, 0, start is not None
        if (folder / CHECKPOINT).exists():
            self._resume()
        elif start is not None:
            state = torch.load(start, map_location=device)["average"]
            for model in (self.model, self.average):
                model.load_state_dict(state)

    def train(self, cache: Path, minutes: float) -> None:
        """Trains for some minutes at most; validates and writes a checkpoint at intervals and at the end."""
        training, validation = data.load(cache)
        crops = validation.crops(self.settings.validation_crops, self.settings.side, np.random.default_rng(_VALIDATION_SEED))
        if self.step == 0 and not self.started:
            self.model.prepare(training.crops(STARTING_CROPS, self.settings.side, np.random.default_rng(self.settings.seed)).to(self.device))
            self.average.load_state_dict(self.model.state_dict())

        def step() -> float:
            generator = np.random.default_rng((self.settings.seed, self.team.rank, self.step))
            return self._train_step(training.crops(self.settings.batch, self.settings.side, generator))

        def report(losses: list[float]) -> None:
            self._report(losses, crops)
            self._save()

        runs.keep_pace(self, minutes, step, report)

    def _train_step(self, pixels: torch.Tensor) -> float:
        """One step; returns bits per subpixel."""
        settings = self.settings
        for group in self.optimizer.param_groups:
            group["lr"] = group["factor"] * settings.rate_at(self.step)
        # Latents are drawn by the step's own numbers, so that a run may stop anywhere.
        torch.manual_seed((settings.seed * 1_000_003 + self.step) * _LARGEST_TEAM + self.team.rank)
        image, latents = self.model.elbo(pixels.to(self.device, non_blocking=True))
        costs = torch.stack([latent.mean(0).clamp(min=settings.free_bits).sum() if settings.free_bits else latent.sum(1).mean()
                             for latent in latents])
        counted = (self.balance_of(costs.detach()) * costs).sum() if self.step < settings.balance else costs.sum()
        bits = float(image.detach().mean() + sum(latent.detach().sum(1).mean() for latent in latents))
        loss = image.mean() + settings.kl_weight_at(self.step) * counted
        subpixels = pixels[0].numel()
        self.optimizer.zero_grad(set_to_none=True)
        # The threshold is for nats.
        (loss * math.log(2) / subpixels).backward()
        self.team.average_gradients(self.model.parameters())
        norm = float(torch.linalg.vector_norm(torch.stack(
            [torch.linalg.vector_norm(parameter.grad) for parameter in self.model.parameters() if parameter.grad is not None])))
        self.step += 1
        # Also where the norm is not a number. All processes have the same gradient, and so the same opinion.
        if not norm < settings.skip:
            self.skipped += 1
            return bits / subpixels
        self.optimizer.step()
        runs.follow(self.average, self.model, self.step, settings.average)
        return bits / subpixels

    def balance_of(self, costs: torch.Tensor) -> torch.Tensor:
        """How much each latent's divergence counts at the start: in proportion to what it is per element, 1 on average."""
        per_element = costs / torch.tensor(self.model.config.places(), device=costs.device)
        total = per_element.sum()
        return len(costs) * per_element / total if float(total) > 0 else torch.ones_like(costs)

    def _report(self, losses: list[float], crops: torch.Tensor) -> None:
        """Appends to the log: step, minutes, learning rate, bits per subpixel in training, and of the average on validation crops: of all,
        of the image given its latents, and of the latents of each resolution, the top one first; steps skipped so far."""
        image, latents = bits_per_subpixel(self.average, crops, self.device)
        names, sums, at = [], [], 0
        for name, count in self.average.config.sections():
            names.append(name)
            sums.append(sum(latents[at:at + count]))
            at += count
        rates = [np.mean(losses), image + sum(latents), image, *sums]
        line = "\t".join([str(self.step), f"{self.seconds / 60:.1f}", f"{self.settings.rate_at(self.step):.2e}",
                          *(f"{rate:.4f}" for rate in rates), str(self.skipped)])
        header = "\t".join(["step", "minutes", "rate", "training", "validation", "image", *names, "skipped"])
        runs.log(self.folder, header, line)

    def _save(self) -> None:
        """Writes the checkpoint."""
        runs.save(self.folder, {
            "settings": dataclasses.asdict(self.settings),
            "configuration": self.model.config.to_json(),
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "skipped": self.skipped,
        })

    def _resume(self) -> None:
        state = torch.load(self.folder / CHECKPOINT, map_location=self.device)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds, self.skipped = state["step"], state["seconds"], state["skipped"]


def train_together(
        member: Team, settings: Settings, folder: Path, device: str, start: Path | None, cache: Path, minutes: float) -> None:
    """What each process of a team does."""
    Run(folder, settings, device, start, member).train(cache, minutes)


def resumed_settings(folder: Path) -> Settings | None:
    """The settings of a run that has been started."""
    return runs.resumed_settings(folder, Settings)


def create(config: HierarchyConfig | ExactConfig) -> Hierarchy | ExactHierarchy:
    """A new model."""
    return (ExactHierarchy if isinstance(config, ExactConfig) else Hierarchy)(config)


def load_average(checkpoint: Path) -> Hierarchy | ExactHierarchy:
    """The averaged model of a checkpoint."""
    state = torch.load(checkpoint, map_location="cpu")
    model = create(from_json(state["configuration"]))
    model.load_state_dict(state["average"])
    return model.eval()


def bits_per_subpixel(model: Hierarchy | ExactHierarchy, pixels: torch.Tensor, device: str, *options) -> tuple[float, list[float]]:
    """Of images, on average: what they take given their latents, and what each latent takes. Latents are drawn by the same numbers each
    time. Options are those of `elbo`."""
    totals = np.zeros(1 + model.config.blocks)
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(_VALIDATION_SEED)
        for batch in pixels.split(32):
            image, latents = model.elbo(batch.to(device), *options)
            totals += [float(image.sum()), *(float(latent.sum()) for latent in latents)]
    image, *latents = (totals / pixels.numel()).tolist()
    return image, latents
