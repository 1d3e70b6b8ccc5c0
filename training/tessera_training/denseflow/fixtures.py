"""Small flows with random parameters, and what they compute: files by which engines are tested."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import safetensors
from ..color import to_integers
from ..fixtures import last, smooth_pixels
from .config import PRESETS
from .evaluate import Meter
from .flow import Flow
from .quantize import quantise, write_model
from .simulate import IntegerFlow
from .stack import encode_segment

NAMES = ("tiny", "tiny-uniform")
SIDE = 16
SEED = 2024
SUPPLY_WORDS, FED_WORDS = 1200, 200


def random_flow(name: str, seed: int) -> Flow:
    """A flow of a preset whose parameters are as if trained: every net has some effect."""
    torch.manual_seed(seed)
    flow = Flow(PRESETS[name])
    flow.start(smooth_pixels(128, SIDE, seed))
    with torch.no_grad():
        for units in flow.blocks:
            for unit in units:
                for module in unit.steps:
                    for triangle in (module.matrix.upper, module.matrix.lower):
                        triangle += 0.003 * torch.randn_like(triangle)
                    module.coupling.output.weight += 0.02 * torch.randn_like(module.coupling.output.weight)
                if unit.noise is not None:
                    unit.noise.output.weight.normal_(0, 0.02)
        if flow.dequantiser is not None:
            flow.dequantiser.output.weight += 0.02 * torch.randn_like(flow.dequantiser.output.weight)
        flow.mean.add_(0.1 * torch.randn_like(flow.mean))
    return flow


def quantised(name: str) -> IntegerFlow:
    """The integers of a random flow."""
    return quantise(random_flow(name, SEED), smooth_pixels(16, SIDE, SEED))


def write_fixture(flow: IntegerFlow, pixels: torch.Tensor, path: Path) -> None:
    """Writes what a flow makes of some tiles for bits that were popped once, as integer tensors [N, H, W, C]:

        pixels                                           grey levels
        dequantiser.center, .spread                      indexes of tables
        block.{b}.unit.{u}.noise.read, .mean, .level     what the net reads, and the distributions
        MODULE.read, .linear, .scale, .move              what a coupling's net reads, and what it gives

    and a segment of these tiles, as words of stacks: `supply`, `payload`.
    """
    tensors = {"pixels": last(pixels, np.uint8)}
    if flow.dequantiser is not None:
        center, spread = flow.dequantiser(to_integers(pixels, flow.config.color))
        tensors["dequantiser.center"], tensors["dequantiser.spread"] = last(center, np.uint8), last(spread, np.uint8)
    trace = flow.encode(pixels, Meter(SEED))
    for name, (read, mean, level) in trace.noises.items():
        for part, values in (("read", read), ("mean", mean), ("level", level)):
            tensors[f"{name}.noise.{part}"] = last(values, np.int32)
    for name, parameters in trace.modules.items():
        for part in ("read", "linear", "scale", "move"):
            tensors[f"{name}.{part}"] = last(getattr(parameters, part), np.int16)
    supply = np.random.default_rng(SEED).integers(0, 1 << 32, SUPPLY_WORDS, np.uint64).tolist()
    payload = encode_segment(flow, list(pixels.split(1)), supply, FED_WORDS)
    for name, words in (("supply", supply), ("payload", payload)):
        tensors[name] = np.array(words, np.uint32).view(np.int32)
    safetensors.write(path, tensors, {})


def write_fixtures(folder: Path) -> None:
    """Writes `NAME.safetensors` and `NAME.fixture.safetensors` for each small preset. The last tile is noise."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        flow = quantised(name)
        noise = torch.randint(0, 256, (1, 3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))
        write_model(flow, folder / f"{name}.safetensors", f"denseflow/{name}", "0")
        write_fixture(flow, torch.cat([smooth_pixels(1, SIDE, SEED + 1), noise]), folder / f"{name}.fixture.safetensors")
