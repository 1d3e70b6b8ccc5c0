"""What the command lines of this package have in common."""
from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

import torch


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
