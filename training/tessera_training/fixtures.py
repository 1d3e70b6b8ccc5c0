"""Small flows with random parameters, and what they compute: files by which engines are tested."""
from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .config import PRESETS
from .export import write_fixture, write_model
from .idf import Flow
from .interlaced import Plane
from .logistic import GRID
from .quantize import quantise

NAMES = ("tiny", "tiny-idf", "tiny-idfpp", "tiny-interlaced")
SIDE = 16
SEED = 2024


def smooth_pixels(count: int, side: int, seed: int) -> torch.Tensor:
    """Pictures that look a little like photographs, smooth colours with noise: uint8 [N, 3, side, side]."""
    generator = torch.Generator().manual_seed(seed)
    coarse = 255 * torch.rand(count, 3, 4, 4, generator=generator)
    smooth = nn.functional.interpolate(coarse, side, mode="bicubic", align_corners=False)
    return (smooth + 4 * torch.randn(smooth.shape, generator=generator)).round().clamp(0, 255).to(torch.uint8)


def last(values: torch.Tensor, kind: type) -> np.ndarray:
    """Channels last, as engines have them, and a narrower type, which holds all values."""
    array = values.permute(0, 2, 3, 1).numpy()
    if not np.array_equal(array.astype(kind), array):
        raise ValueError(f"Numbers from {array.min()} to {array.max()} do not fit {np.dtype(kind)}.")
    return array.astype(kind)


def random_flow(name: str, seed: int) -> Flow:
    """A flow of a preset whose parameters are as if trained: none is zero, and every net has some effect."""
    torch.manual_seed(seed)
    flow = Flow(PRESETS[name], seed)
    with torch.no_grad():
        for module in flow.modules():
            if isinstance(module, nn.GroupNorm):
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_(0, 0.3)
            elif isinstance(module, nn.Conv2d):
                module.reset_parameters()
        for plane in flow.modules():
            if isinstance(plane, Plane):
                plane.output.bias[plane.linear.out_channels:] += math.log(4 / GRID)
        for parameter in flow.parameters():
            if parameter.ndim == 0:
                parameter.uniform_(0.3, 1)
        flow.top.means.add_(0.1 * torch.randn_like(flow.top.means))
        flow.top.log_scales.add_(0.3 * torch.randn_like(flow.top.log_scales))
        flow.top.logits.normal_()
    return flow


def write_fixtures(folder: Path) -> None:
    """Writes `NAME.safetensors` and `NAME.fixture.safetensors` for each small preset. The last tile is noise."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        flow = quantise(random_flow(name, SEED), smooth_pixels(8, SIDE, SEED))
        noise = torch.randint(0, 256, (1, 3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(SEED))
        write_model(flow, folder / f"{name}.safetensors", f"idfpp/{name}", "0")
        write_fixture(flow, torch.cat([smooth_pixels(1, SIDE, SEED + 1), noise]), folder / f"{name}.fixture.safetensors")
