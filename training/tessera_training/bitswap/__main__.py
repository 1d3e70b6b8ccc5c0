"""The commands for Bit-Swap: python3 -m tessera_training.bitswap COMMAND --help."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import commands, data, evaluate, images, team
from . import fixtures, train
from .chain import create, parameter_count
from .config import PRESETS
from .evaluate import Meter, table_bits
from .quantize import quantise, read_model, write_model
from .simulate import Distribution, IntegerChain


def main() -> None:
    """Runs a command."""
    commands.run("tessera_training.bitswap", __doc__, (
        _add_describe, _add_train, _add_export, _add_evaluate, _add_initial, _add_fixtures))


def _add_describe(subparsers) -> None:
    command = subparsers.add_parser("describe", help="list the configurations: parameters, and multiply-adds per pixel")
    command.set_defaults(run=_describe)


def _describe(options) -> None:
    print("configuration\tparameters\tmultiply-adds per pixel")
    for name, config in PRESETS.items():
        print(f"{name}\t{parameter_count(create(config))}\t{config.multiply_adds_per_pixel():.0f}")


def _add_train(subparsers) -> None:
    command = commands.add_train(subparsers, _train, "--cache", "what the command `cache` of tessera_training made")
    commands.add_device(command)
    commands.add_settings(command, train.Settings, {"config": commands.CONFIGURATION})


def _train(options) -> None:
    settings = commands.settings_of(options, train.Settings, train.resumed_settings(options.folder))
    team.run(settings.processes, train.train, settings, options.folder, options.device, options.start, options.cache, options.minutes)


def _add_export(subparsers) -> None:
    command = subparsers.add_parser("export", help="quantise a trained practical chain and write its weights file")
    command.add_argument("checkpoint", type=Path)
    command.add_argument("weights", type=Path, help="the .safetensors file to write")
    command.add_argument("--cache", type=Path, required=True, help="training images, for calibration")
    command.add_argument("--crops", type=int, default=64, help="calibration crops")
    command.add_argument("--side", type=int, default=64, help="rows and columns of these")
    command.add_argument("--model", required=True, help="the model's name, such as bitswap/photo")
    command.add_argument("--version", default="1")
    command.set_defaults(run=_export)


def _export(options) -> None:
    training, _ = data.load(options.cache)
    chain = train.load_average(options.checkpoint)
    if chain.config.form != "exact":
        raise SystemExit("Only configurations of the exact form can be rounded to integers.")
    crops = training.crops(options.crops, options.side, np.random.default_rng(0))
    write_model(quantise(chain, crops), options.weights, options.model, options.version)


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
        chain = train.load_average(options.checkpoint)
        coders["float"], config = evaluate.elbo_bits(chain, options.device), chain.config
    if options.weights is not None:
        integer = read_model(options.weights)
        coders["tables"], config = table_bits(integer), integer.config
    if config is None:
        raise SystemExit("There is nothing to evaluate: give --checkpoint, --weights or both.")
    if options.tile % config.divisor != 0 or config.size not in (None, options.tile):
        raise SystemExit(f"The sides of this model's tiles are {config.size or f'multiples of {config.divisor}'}.")
    paths = images.find(options.folder)
    if options.only is not None:
        paths = data.part(paths, options.only == "validation")
    evaluate.evaluate(paths, coders, options.tile, config.divisor)


def _add_initial(subparsers) -> None:
    command = subparsers.add_parser("initial", help="the bits that a tile must find on the stack, by Bit-Swap and by BB-ANS, for the first latents and all")
    command.add_argument("weights", type=Path)
    command.add_argument("--cache", type=Path, required=True, help="training images, of which the validation part is taken")
    command.add_argument("--crops", type=int, default=32)
    command.add_argument("--side", type=int, default=64, help="rows and columns of a tile")
    command.set_defaults(run=_initial)


def _initial(options) -> None:
    chain = read_model(options.weights)
    _, validation = data.load(options.cache)
    crops = validation.crops(options.crops, options.side, np.random.default_rng(0))
    print("latents\tBit-Swap\tBB-ANS")
    for depth, bits in enumerate(np.mean([_demands(chain, crop[None]) for crop in crops], 0), 1):
        print("\t".join([str(depth), *(f"{scheme:.0f}" for scheme in bits)]))


def _demands(chain: IntegerChain, tile: torch.Tensor) -> list[tuple[float, float]]:
    """The bits that must have been there for so many latents, from the first latent on, by Bit-Swap and by BB-ANS."""
    demands = []

    class Watch(Meter):
        def draw(self, distribution: Distribution) -> torch.Tensor:
            values = super().draw(distribution)
            demands.append((-self.lowest, self.popped))
            return values

    chain.encode(tile, Watch())
    return demands


def _add_fixtures(subparsers) -> None:
    command = subparsers.add_parser("fixtures", help="write small random models and what they compute, for tests of engines")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=lambda options: fixtures.write_fixtures(options.folder))


if __name__ == "__main__":
    main()
