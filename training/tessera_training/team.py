"""Several processes that train one model together: each computes the gradient of crops of its own, and all take the mean.

On a processor this uses cores better than threads do, since the nets' operations are small.
"""
from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import distributed, multiprocessing


class Team:
    """A process's view of the processes that train together. A team of one does nothing."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size

    @property
    def leads(self) -> bool:
        """Whether this is the process that validates, and writes checkpoints and log."""
        return self.rank == 0

    def agree(self, answer: bool) -> bool:
        """What the first process answers."""
        if self.size == 1:
            return answer
        shared = torch.tensor([float(answer)])
        distributed.broadcast(shared, 0)
        return bool(shared)

    def average_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Replaces gradients by their means over all processes."""
        if self.size == 1:
            return
        owners = [parameter for parameter in parameters if parameter.grad is not None]
        flat = torch.cat([parameter.grad.flatten() for parameter in owners])
        distributed.all_reduce(flat)
        for parameter, part in zip(owners, flat.div_(self.size).split([parameter.numel() for parameter in owners]), strict=True):
            parameter.grad.copy_(part.view_as(parameter))


def run(size: int, work: Callable[..., None], *arguments) -> None:
    """Calls `work` with a team and the arguments, in one process for each member, or in this one if it is alone."""
    if size == 1:
        work(Team(), *arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(_join, (size, str(Path(folder) / "meeting"), work, arguments), nprocs=size)


def _join(rank: int, size: int, meeting: str, work: Callable[..., None], arguments: tuple) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)
    try:
        work(Team(rank, size), *arguments)
    finally:
        distributed.destroy_process_group()
