"""The commands: python3 -m tessera_training COMMAND --help."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from . import commands, data, evaluate, fixtures, images, team, train
from .config import PRESETS
from .export import read_model, write_fixture, write_model
from .idf import Flow
from .quantize import quantise


def main() -> None:
    """Runs a command."""
    commands.run("tessera_training", __doc__, (_add_describe, _add_cache, _add_train, _add_export, _add_evaluate, _add_fixtures))


def _add_describe(subparsers) -> None:
    command = subparsers.add_parser("describe", help="list the configurations: parameters, and multiply-adds per pixel")
    command.set_defaults(run=_describe)


def _describe(options) -> None:
    print("configuration\tparameters\tmultiply-adds per pixel")
    for name, config in PRESETS.items():
        print(f"{name}\t{Flow(config).parameter_count()}\t{config.multiply_adds_per_pixel():.0f}")


def _add_cache(subparsers) -> None:
    command = subparsers.add_parser("cache", help="decode training images, once")
    command.add_argument("cache", type=Path)
    command.add_argument("folders", type=Path, nargs="+", help="folders of PNG, lossless WebP or PPM files")
    command.set_defaults(run=lambda options: data.build_cache(options.folders, options.cache))


def _add_train(subparsers) -> None:
    command = commands.add_train(subparsers, _train, "--cache", "what the command `cache` made")
    commands.add_device(command)
    command.add_argument("--mixed", action="store_true", help="compute nets in bfloat16 where that is safe")
    commands.add_settings(command, train.Settings, {
        "config": commands.CONFIGURATION + ", with changes if any, as in photo,split=quincunx",
        "quantised": "compute with weights rounded to 8 bits"})


def _train(options) -> None:
    settings = commands.settings_of(options, train.Settings, train.resumed_settings(options.folder))
    team.run(settings.processes, _train_together, settings, options.folder, options.device, options.start, options.cache, options.minutes, options.mixed)


def _train_together(
        member: team.Team, settings: train.Settings, folder: Path, device: str, start: Path | None, cache: Path, minutes: float,
        mixed: bool) -> None:
    train.Run(folder, settings, device, start, member).train(cache, minutes, mixed)


def _add_export(subparsers) -> None:
    command = subparsers.add_parser("export", help="quantise a trained flow and write its weights file")
    command.add_argument("checkpoint", type=Path)
    command.add_argument("weights", type=Path, help="the .safetensors file to write")
    command.add_argument("--cache", type=Path, required=True, help="training images, for calibration")
    command.add_argument("--crops", type=int, default=64, help="calibration crops")
    command.add_argument("--side", type=int, default=64, help="rows and columns of these")
    command.add_argument("--model", required=True, help="the model's name, such as idfpp/photo")
    command.add_argument("--version", default="1")
    command.add_argument("--fixture", type=Path, help="also write what the model computes of two validation crops")
    command.set_defaults(run=_export)


def _export(options) -> None:
    training, validation = data.load(options.cache)
    flow = quantise(train.load_average(options.checkpoint), training.crops(options.crops, options.side, np.random.default_rng(0)))
    write_model(flow, options.weights, options.model, options.version)
    if options.fixture is not None:
        write_fixture(flow, validation.crops(2, flow.config.divisor * 2, np.random.default_rng(0)), options.fixture)


def _add_evaluate(subparsers) -> None:
    command = subparsers.add_parser("evaluate", help="bits per subpixel of a folder of images")
    command.add_argument("folder", type=Path)
    command.add_argument("--checkpoint", type=Path, help="evaluate the float flow of a checkpoint")
    command.add_argument("--weights", type=Path, help="evaluate a weights file")
    command.add_argument("--tile", type=int, default=64, help="rows and columns of tiles")
    command.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="where the float flow is computed")
    command.add_argument("--only", choices=("training", "validation"), help="one part of a folder of training images")
    command.add_argument("--verify", action="store_true", help="decode again, and compare pixels")
    command.set_defaults(run=_evaluate)


def _evaluate(options) -> None:
    coders, config = {}, None
    if options.checkpoint is not None:
        flow = train.load_average(options.checkpoint)
        coders["float"], config = evaluate.float_bits(flow, options.device), flow.config
    if options.weights is not None:
        integer, _ = read_model(options.weights)
        coders["integer"], coders["tables"] = evaluate.integer_bits(integer), evaluate.table_bits(integer, options.verify)
        config = integer.config
    if config is None:
        raise SystemExit("There is nothing to evaluate: give --checkpoint, --weights or both.")
    if options.tile % config.divisor != 0 or config.size not in (None, options.tile):
        raise SystemExit(f"The sides of this model's tiles are {config.size or f'multiples of {config.divisor}'}.")
    paths = images.find(options.folder)
    if options.only is not None:
        paths = data.part(paths, options.only == "validation")
    evaluate.evaluate(paths, coders, options.tile, config.divisor)


def _add_fixtures(subparsers) -> None:
    command = subparsers.add_parser("fixtures", help="write small random models and what they compute, for tests of engines")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=lambda options: fixtures.write_fixtures(options.folder))


if __name__ == "__main__":
    main()
