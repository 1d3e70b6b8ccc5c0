"""The commands for Efficient-VDVAE: python3 -m tessera_training.evdvae COMMAND --help."""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from .. import commands, data, evaluate, images, team
from . import effective, fixtures, train
from .config import PRESETS, ExactConfig
from .evaluate import table_bits
from .exact import ExactHierarchy
from .hierarchy import Hierarchy
from .quantize import quantise, read_model, write_model


def main() -> None:
    """Runs a command."""
    commands.run("tessera_training.evdvae", __doc__, (
        _add_describe, _add_train, _add_export, _add_evaluate, _add_effective, _add_bins, _add_fixtures))


def _add_describe(subparsers) -> None:
    command = subparsers.add_parser("describe", help="list the configurations: parameters, latents, and multiply-adds per pixel")
    command.set_defaults(run=_describe)


def _describe(options) -> None:
    print("configuration\tparameters\tbottom-up\ttop-down\tlatents per pixel\tblocks from 1 x 1\tmultiply-adds per pixel")
    for name, config in PRESETS.items():
        model = train.create(config)
        up, down, _ = model.parameter_counts()
        blocks = ",".join(str(count) for _, count in config.sections())
        latents = sum(count * places for count, places in zip(config.channels(), config.places(), strict=True))
        print(f"{name}\t{up + down}\t{up}\t{down}\t{latents:.1f}\t{blocks}\t{model.multiply_adds_per_pixel():.0f}")


def _add_train(subparsers) -> None:
    command = commands.add_train(subparsers, _train, "--cache", "what the command `cache` of tessera_training made")
    commands.add_device(command)
    commands.add_settings(command, train.Settings, {"config": commands.CONFIGURATION})


def _train(options) -> None:
    settings = commands.settings_of(options, train.Settings, train.resumed_settings(options.folder))
    team.run(settings.processes, train.train_together, settings, options.folder, options.device, options.start, options.cache, options.minutes)


def _add_export(subparsers) -> None:
    command = subparsers.add_parser(
        "export", help="quantise a trained practical hierarchy and write its weights file", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    _add_crops(command, "those that channels are chosen by are also for calibration")
    command.add_argument("weights", type=Path, help="the .safetensors file to write")
    command.add_argument("--least", type=float, default=0.01, help="bits that an element of a latent's channel takes at least for the channel to be kept")
    command.add_argument("--model", required=True, help="the model's name, such as evdvae/photo")
    command.add_argument("--version", default="1")
    command.set_defaults(run=_export)


def _export(options) -> None:
    model = train.load_average(options.checkpoint)
    if not isinstance(model, ExactHierarchy):
        raise SystemExit("Only configurations of the exact form can be rounded to integers.")
    training, _ = data.load(options.cache)
    crops = training.crops(options.crops, options.side, np.random.default_rng(0))
    kept = effective.Kept.by_divergence(model.config, effective.divergences(model, crops, "cpu"), options.least)
    print(f"{kept.share:.4f} of all latents are kept, {int(kept.channels.sum())} channels of {sum(model.config.channels())}.")
    write_model(quantise(model, crops, kept.channels), options.weights, options.model, options.version)


def _add_evaluate(subparsers) -> None:
    command = subparsers.add_parser("evaluate", help="bits per subpixel of a folder of images, without the bits that a first tile needs")
    command.add_argument("folder", type=Path)
    command.add_argument("--checkpoint", type=Path, help="evaluate the float model of a checkpoint")
    command.add_argument("--weights", type=Path, help="evaluate a weights file")
    command.add_argument("--tile", type=int, default=64, help="rows and columns of tiles")
    command.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="where the float model is computed")
    command.add_argument("--only", choices=("training", "validation"), help="one part of a folder of training images")
    command.set_defaults(run=_evaluate)


def _evaluate(options) -> None:
    coders, config = {}, None
    if options.checkpoint is not None:
        model = train.load_average(options.checkpoint)
        coders["float"], config = evaluate.elbo_bits(model, options.device), model.config
    if options.weights is not None:
        integers = read_model(options.weights)
        coders["tables"] = table_bits(integers)
        config = config or integers.config
    if config is None:
        raise SystemExit("There is nothing to evaluate: give --checkpoint, --weights or both.")
    if options.tile % config.divisor != 0 or config.size not in (None, options.tile):
        raise SystemExit(f"The sides of this model's tiles are {config.size or f'multiples of {config.divisor}'}.")
    paths = images.find(options.folder)
    if options.only is not None:
        paths = data.part(paths, options.only == "validation")
    evaluate.evaluate(paths, coders, options.tile, config.divisor)


def _add_effective(subparsers) -> None:
    command = subparsers.add_parser(
        "effective", help="which channels of latents hold anything, and the rate if the others come from the prior",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    _add_crops(command)
    command.add_argument("--shares", default="1,0.5,0.3,0.2,0.1,0.07,0.05,0.04,0.03,0.02,0.01,0", help="shares of all latents to keep")
    command.add_argument("--table", type=Path, help="a file to write with each channel's divergence on both kinds of crops")
    command.set_defaults(run=_effective)


def _add_crops(command: argparse.ArgumentParser, use: str = "training crops rank channels, validation crops give rates") -> None:
    command.add_argument("checkpoint", type=Path)
    command.add_argument("--cache", type=Path, required=True, help=use)
    command.add_argument("--crops", type=int, default=64, help="of each kind")
    command.add_argument("--side", type=int, default=64, help="rows and columns of these")
    command.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")


def _ranked(options) -> tuple[Hierarchy | ExactHierarchy, torch.Tensor, torch.Tensor]:
    """The model, what its channels hold, and validation crops."""
    model = train.load_average(options.checkpoint).to(options.device)
    training, validation = data.load(options.cache)
    ranking, crops = (part.crops(options.crops, options.side, np.random.default_rng(0)) for part in (training, validation))
    return model, effective.divergences(model, ranking, options.device), crops


def _effective(options) -> None:
    model, divergences, crops = _ranked(options)
    if options.table is not None:
        effective.write_table(options.table, model.config, divergences, effective.divergences(model, crops, options.device))
    print("share\tchannels\tleast divergence\tdrawn\timage\tlatents\tsupply\tmean\timage\tlatents\tsupply")
    before = None
    for share in map(float, options.shares.split(",")):
        kept = effective.Kept.by_share(model.config, divergences, share)
        if before is not None and torch.equal(before, kept.channels):
            continue
        before = kept.channels
        least = divergences[kept.channels].min().item() if kept.channels.any() else float("inf")
        cells = [f"{kept.share:.4f}", f"{int(kept.channels.sum())}/{kept.channels.numel()}", f"{least:.2e}"]
        for drawn in (True, False):
            image, latents = train.bits_per_subpixel(model, crops, options.device, kept.channels, drawn)
            cells += [f"{bits:.4f}" for bits in (image + sum(latents), image, sum(latents), kept.supply(sum(latents)))]
        print("\t".join(cells), flush=True)


def _add_bins(subparsers) -> None:
    command = subparsers.add_parser(
        "bins", help="the rate, and the bits that a tile must find on the stack, if latents are drawn from so and so many bins",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    _add_crops(command)
    command.add_argument("--share", type=float, default=1.0, help="the share of all latents to keep; others are means of priors")
    command.add_argument("--bits", default="12,10,8,7,6,5,4,3,2", help="logarithms of the number of bins")
    command.set_defaults(run=_bins)


def _bins(options) -> None:
    model, divergences, crops = _ranked(options)
    if isinstance(model.config, ExactConfig):
        raise SystemExit("The exact form has one grid for all latents.")
    kept = effective.Kept.by_share(model.config, divergences, options.share)
    print("bits of bins\trate\timage\tlatents\tsupply")
    for bins in (None, *map(int, options.bits.split(","))):
        image, latents = train.bits_per_subpixel(model, crops, options.device, kept.channels, False, bins)
        supply = "" if bins is None else f"{kept.supply(sum(latents), bins):.4f}"
        rates = [f"{bits:.4f}" for bits in (image + sum(latents), image, sum(latents))]
        print("\t".join([str(bins or "none"), *rates, supply]), flush=True)


def _add_fixtures(subparsers) -> None:
    command = subparsers.add_parser("fixtures", help="write a small random model and what it computes, for tests of engines")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=lambda options: fixtures.write_fixtures(options.folder))


if __name__ == "__main__":
    main()
