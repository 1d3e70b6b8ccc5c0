"""What the command lines of this package have in common."""
from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

CONFIGURATION = "needed at first: a name from `describe`"


def run(program: str, description: str | None, adders: Sequence[Callable]) -> None:
    """Runs the command that the command line names. Each of `adders` adds one, with the function that does it as the default of `run`."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--threads", type=int, default=None, help="threads of PyTorch on the processor")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in adders:
        add(commands)
    options = parser.parse_args()
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    options.run(options)


def add_train(subparsers, train: Callable, cache: str, cache_help: str) -> argparse.ArgumentParser:
    """Adds the command that trains, with what it has in all families; `cache` is the option that names what it trains on."""
    command = subparsers.add_parser("train", help="train, or go on training", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    command.add_argument("--folder", type=Path, required=True, help="where the run keeps its checkpoint and log")
    command.add_argument(cache, type=Path, required=True, help=cache_help)
    command.add_argument("--minutes", type=float, default=9.0, help="stop after this time; the same command goes on from there")
    command.add_argument("--start", type=Path, help="a checkpoint from whose average a new run begins")
    command.set_defaults(run=train)
    return command


def add_device(command: argparse.ArgumentParser) -> None:
    """Adds the option that says where a float model is computed."""
    command.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")


def add_settings(command: argparse.ArgumentParser, kind: type, texts: dict[str, str]) -> Any:
    """Adds an option for each field of a run's settings that has a simple type. `texts` are those of fields whose default says too little. Returns
    the group of options."""
    group = command.add_argument_group("settings", "fixed by a run's first call; later calls may leave them out")
    for field in dataclasses.fields(kind):
        flag, text = "--" + field.name.replace("_", "-"), texts.get(field.name, f"(default: {field.default})")
        if field.type == "bool":
            group.add_argument(flag, action="store_true", default=argparse.SUPPRESS, help=text)
        elif field.type in ("int", "float", "str"):
            group.add_argument(flag, type={"int": int, "float": float, "str": str}[field.type], default=argparse.SUPPRESS, help=text)
    return group


def given_settings(options: argparse.Namespace, kind: type) -> dict[str, Any]:
    """Those settings that the command line gives."""
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: value for name, value in vars(options).items() if name in names}


def settings_of(options: argparse.Namespace, kind: type, resumed: Any) -> Any:
    """The settings of a new run, or those that its first call gave, `resumed`, with which what is given must agree."""
    given = given_settings(options, kind)
    if resumed is None:
        if "config" not in given:
            raise SystemExit("A new run needs --config: a name from `describe`.")
        return kind(**given)
    agree(options, resumed, given)
    return resumed


def agree(options: argparse.Namespace, settings: Any, given: dict[str, Any]) -> None:
    """Ends the program if what is given differs from the settings of a run."""
    if dataclasses.replace(settings, **given) != settings:
        raise SystemExit(f"{options.folder} holds a run with other settings: {settings}")
