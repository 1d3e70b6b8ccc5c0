"""The commands for causal models: python3 -m tessera_training.causal COMMAND --help."""
from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import torch

from .. import commands, data, images, team
from . import evaluate, features, fixtures, quantize, samples, train
from .net import CausalConfig, CausalNet

TRAINING, VALIDATION = "training.bin", "validation.bin"


def main() -> None:
    """Runs a command."""
    commands.run("tessera_training.causal", __doc__, (_add_describe, _add_prepare, _add_train, _add_export, _add_evaluate, _add_fixtures))


def _widths(text: str) -> tuple[int, ...]:
    """Numbers with commas between them."""
    return tuple(int(width) for width in text.split(","))


def _add_config(command, default: object) -> None:
    """The fields of a configuration."""
    command.add_argument("--trunk", type=_widths, default=default, metavar="WIDTH,...",
                         help=f"outputs of the trunk's layers (default: {','.join(map(str, CausalConfig.trunk))})")
    command.add_argument("--head", type=int, default=default, help=f"outputs of each head's hidden layer (default: {CausalConfig.head})")


def _config(options, config: CausalConfig) -> CausalConfig:
    """A configuration with the changes that options make."""
    return dataclasses.replace(config, **{name: value for name, value in vars(options).items() if name in ("trunk", "head")})


def _add_describe(subparsers) -> None:
    command = subparsers.add_parser("describe", help="parameters of a configuration, and multiply-adds per pixel")
    _add_config(command, argparse.SUPPRESS)
    command.set_defaults(run=_describe)


def _describe(options) -> None:
    config = _config(options, CausalConfig())
    print("trunk\thead\tparameters\tmultiply-adds per pixel")
    count = sum(parameter.numel() for parameter in CausalNet(config).parameters())
    print(f"{','.join(map(str, config.trunk))}\t{config.head}\t{count}\t{config.multiply_adds()}")


def _add_prepare(subparsers) -> None:
    command = subparsers.add_parser(
        "prepare", help="cut cached images into tiles, and compute their predictions, once",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    command.add_argument("cache", type=Path, help="what `tessera_training cache` made")
    command.add_argument("folder", type=Path, help="where the files of tiles go")
    command.add_argument("--limit", type=int, default=2400, help="the most training tiles; one takes 1.2 MB")
    command.add_argument("--validation-limit", type=int, default=64, help="the most validation tiles")
    command.add_argument("--processes", type=int, default=1)
    command.set_defaults(run=_prepare)


def _prepare(options) -> None:
    options.folder.mkdir(parents=True, exist_ok=True)
    training, validation = data.load(options.cache)
    samples.prepare(validation, options.folder / VALIDATION, options.validation_limit, options.processes)
    samples.prepare(training, options.folder / TRAINING, options.limit, options.processes)


def _add_train(subparsers) -> None:
    command = commands.add_train(subparsers, _train, "--samples", "what the command `prepare` made")
    settings = commands.add_settings(command, train.Settings, {"quantised": "compute with weights rounded to 8 bits"})
    _add_config(settings, argparse.SUPPRESS)


def _train(options) -> None:
    settings = _settings(options)
    team.run(settings.processes, train.train, settings, options.folder, options.samples / TRAINING, options.samples / VALIDATION,
             options.minutes, options.start)


def _settings(options) -> train.Settings:
    """The settings of a new run, or those of the run that is in the folder: what is given must agree with these."""
    given = commands.given_settings(options, train.Settings)
    found = train.resumed_settings(options.folder) or {}
    given["config"] = _config(options, found.get("config", CausalConfig()))
    settings = train.Settings(**{**given, **found})
    commands.agree(options, settings, given)
    return settings


def _add_export(subparsers) -> None:
    command = subparsers.add_parser("export", help="quantise a trained model and write its weights file")
    command.add_argument("checkpoint", type=Path)
    command.add_argument("weights", type=Path, help="the .safetensors file to write")
    command.add_argument("--samples", type=Path, required=True, help="what the command `prepare` made, for calibration")
    command.add_argument("--pixels", type=int, default=1 << 16, help="calibration pixels")
    command.add_argument("--model", required=True, help="the model's name, such as causal/photo")
    command.add_argument("--version", default="1")
    command.set_defaults(run=_export)


def _export(options) -> None:
    tiles = samples.Samples.read(options.samples / TRAINING)
    inputs = features.of(tiles, tiles.draw(options.pixels, torch.Generator().manual_seed(0)))
    quantize.write_model(quantize.quantise(train.load_average(options.checkpoint), inputs), options.weights, options.model, options.version)


def _add_evaluate(subparsers) -> None:
    command = subparsers.add_parser("evaluate", help="bits per subpixel of a folder of images, or of prepared validation tiles")
    command.add_argument("folder", type=Path, nargs="?", help="images")
    command.add_argument("--samples", type=Path, help="what the command `prepare` made, instead of images")
    command.add_argument("--only", choices=("training", "validation"), help="one part of a folder of training images")
    command.add_argument("--checkpoint", type=Path, help="evaluate the float network of a checkpoint")
    command.add_argument("--weights", type=Path, help="evaluate a weights file")
    command.set_defaults(run=_evaluate)


def _evaluate(options) -> None:
    coders = {}
    if options.checkpoint is not None:
        coders["float"] = evaluate.float_bits(train.load_average(options.checkpoint))
    if options.weights is not None:
        coders["tables"] = evaluate.table_bits(quantize.read_model(options.weights))
    if not coders or (options.folder is None) == (options.samples is None):
        raise SystemExit("There is nothing to evaluate: give --checkpoint, --weights or both, and either a folder of images or --samples.")
    if options.samples is not None:
        items = evaluate.tiles_of(samples.Samples.read(options.samples / VALIDATION))
    else:
        paths = images.find(options.folder)
        items = evaluate.images_of(paths if options.only is None else data.part(paths, options.only == "validation"))
    evaluate.evaluate(items, coders)


def _add_fixtures(subparsers) -> None:
    command = subparsers.add_parser("fixtures", help="write small random models and what they compute, for tests of engines")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=lambda options: fixtures.write_fixtures(options.folder))


if __name__ == "__main__":
    main()
