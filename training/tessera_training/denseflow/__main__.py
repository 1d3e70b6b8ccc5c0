"""The commands for DenseFlow: python3 -m tessera_training.denseflow COMMAND --help."""
from __future__ import annotations

import argparse
import dataclasses
import math
from pathlib import Path

import numpy as np

from .. import commands, data, evaluate, images, team
from . import fixtures, train
from .config import PRESETS
from .evaluate import Bound, Meter, bound_bits, float_bits, table_bits
from .flow import UNIT, Flow
from .quantize import quantise, read_model, write_model
from .simulate import IntegerFlow


def main() -> None:
    """Runs a command."""
    commands.run("tessera_training.denseflow", __doc__, (_add_describe, _add_train, _add_export, _add_evaluate, _add_precision, _add_fixtures))


def _add_describe(subparsers) -> None:
    command = subparsers.add_parser("describe", help="list the configurations: parameters, and multiply-adds per pixel")
    command.set_defaults(run=_describe)


def _describe(options) -> None:
    print("configuration\tparameters\tmultiply-adds per pixel")
    for name, config in PRESETS.items():
        print(f"{name}\t{sum(parameter.numel() for parameter in Flow(config).parameters())}\t{config.multiply_adds_per_pixel():.0f}")


def _add_train(subparsers) -> None:
    command = commands.add_train(subparsers, _train, "--cache", "what the command `cache` of tessera_training made")
    commands.add_device(command)
    commands.add_settings(command, train.Settings, {"config": commands.CONFIGURATION})


def _train(options) -> None:
    settings = commands.settings_of(options, train.Settings, train.resumed_settings(options.folder))
    team.run(settings.processes, train.train_together, settings, options.folder, options.device, options.start, options.cache, options.minutes)


def _add_export(subparsers) -> None:
    command = subparsers.add_parser(
        "export", help="quantise a trained flow and write its weights file", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    _add_checkpoint(command)
    command.add_argument("weights", type=Path, help="the .safetensors file to write")
    command.add_argument("--fraction-bits", type=int, default=10, help="of values")
    command.add_argument("--model", required=True, help="the model's name, such as denseflow/photo")
    command.add_argument("--version", default="1")
    command.set_defaults(run=_export)


def _export(options) -> None:
    training, _ = data.load(options.cache)
    write_model(_quantised(options, training, options.fraction_bits), options.weights, options.model, options.version)


def _add_evaluate(subparsers) -> None:
    command = subparsers.add_parser("evaluate", help="bits per subpixel of a folder of images, without the bits that a first tile needs")
    command.add_argument("folder", type=Path)
    command.add_argument("--checkpoint", type=Path, help="evaluate the float model of a checkpoint")
    command.add_argument("--weights", type=Path, help="evaluate a weights file: by tables, and the model's own bound, both for bits drawn once")
    command.add_argument("--tile", type=int, default=64, help="rows and columns of tiles")
    commands.add_device(command)
    command.add_argument("--only", choices=("training", "validation"), help="one part of a folder of training images")
    command.set_defaults(run=_evaluate)


def _evaluate(options) -> None:
    coders, config = {}, None
    if options.checkpoint is not None:
        flow = train.load_average(options.checkpoint)
        coders["float"], config = float_bits(flow, options.device), flow.config
    if options.weights is not None:
        integer = read_model(options.weights)
        coders["tables"], coders["bound"], config = table_bits(integer), bound_bits(integer), integer.config
    if config is None:
        raise SystemExit("There is nothing to evaluate: give --checkpoint, --weights or both.")
    if options.tile % config.divisor != 0:
        raise SystemExit(f"The sides of this model's tiles are multiples of {config.divisor}.")
    paths = images.find(options.folder)
    if options.only is not None:
        paths = data.part(paths, options.only == "validation")
    evaluate.evaluate(paths, coders, options.tile, config.divisor)


def _add_precision(subparsers) -> None:
    command = subparsers.add_parser(
        "precision", help="rate and supply against fraction bits, on validation crops", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    _add_checkpoint(command)
    command.add_argument("--bits", type=int, nargs="+", default=[7, 8, 9, 10, 12, 14], help="numbers of fraction bits")
    command.add_argument("--measured", type=int, default=64, help="validation crops")
    command.set_defaults(run=_precision)


def _precision(options) -> None:
    training, validation = data.load(options.cache)
    crops = validation.crops(options.measured, options.side, np.random.default_rng(1))
    print("fraction bits\tdequantisation bits\ttables\tbound\tsupply\tof these noise")
    for bits in options.bits:
        flow = _quantised(options, training, bits)
        meter, bound = Meter(), Bound()
        supplies = []
        for crop in crops.split(1):
            single = Meter(len(supplies))
            flow.encode(crop, single)
            supplies.append((-single.lowest, single.noise))
        flow.encode(crops, meter)
        flow.encode(crops, bound)
        needed, noise = np.mean(supplies, 0)
        print("\t".join([str(bits), str(flow.config.dequantisation_bits), f"{meter.height / crops.numel():.5f}", f"{bound.height / crops.numel():.5f}",
                         f"{needed:.0f}", f"{noise:.0f}"]), flush=True)


def _quantised(options, training: data.Images, bits: int) -> IntegerFlow:
    """The flow of a checkpoint, in integers of so many fraction bits."""
    flow = train.load_average(options.checkpoint)
    flow.config = dataclasses.replace(flow.config, fraction_bits=bits, dequantisation_bits=bits - int(math.log2(UNIT)))
    return quantise(flow, training.crops(options.crops, options.side, np.random.default_rng(0)))


def _add_checkpoint(command) -> None:
    command.add_argument("checkpoint", type=Path)
    command.add_argument("--cache", type=Path, required=True, help="training images, for calibration")
    command.add_argument("--crops", type=int, default=64, help="calibration crops")
    command.add_argument("--side", type=int, default=64, help="rows and columns of these")


def _add_fixtures(subparsers) -> None:
    command = subparsers.add_parser("fixtures", help="write small random models and what they compute, for tests of engines")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=lambda options: fixtures.write_fixtures(options.folder))


if __name__ == "__main__":
    main()
