"""Small causal models with random parameters, and what they compute: files by which engines are tested."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from .. import safetensors, tables
from . import features, simulate
from .net import COMPONENTS, CausalConfig, CausalNet
from .quantize import quantise, write_model
from .samples import Samples, planes_of

SEED = 2024
CONFIGS = {"tiny": CausalConfig((24, 24), 12), "tiny-plain": CausalConfig((20, 16), 8)}
"""One whose second layer is added to the first, and one without such layers."""
SIZES = {"tiny": (36, 52), "tiny-plain": (18, 28)}
"""Rows and columns of the largest tile."""
EDGE_SIZES = [(1, 1), (1, 17), (19, 1), (33, 5), (2, 3)]
"""Rows and columns of tiles that are mostly edge."""
_CALIBRATION_SIZE = (64, 64)


def scene(height: int, width: int, seed: int) -> np.ndarray:
    """A picture that looks a little like a photograph: gradients, two edges, a grating, noise, and a flat part: uint8 [H, W, 3]."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / max(height, width)
    pixels = 128 + 90 * (x[..., None] * generator.uniform(-1, 1, 3) + y[..., None] * generator.uniform(-1, 1, 3))
    pixels[y + 0.5 * x > 0.6] += generator.uniform(-60, 60, 3)
    pixels += 12 * (np.sin(40 * x + 15 * y) * (x < 0.4))[..., None] * generator.uniform(0.5, 1, 3)
    pixels += generator.normal(0, 1, (height, width, 1)) * 4 + generator.normal(0, 1, (height, width, 3)) * 1.5
    pixels[height // 6:height // 3, width // 2:] = generator.uniform(0, 255, 3)
    return np.clip(np.round(pixels), 0, 255).astype(np.uint8)


def extremes(height: int, width: int, seed: int) -> np.ndarray:
    """Noise of the darkest and the lightest colours, which drives whatever has a limit to it."""
    return np.random.default_rng(seed).integers(0, 2, (height, width, 3), dtype=np.uint8) * 255


def tiles(name: str) -> list[np.ndarray]:
    """The tiles of a fixture."""
    return [scene(*size, SEED + number) for number, size in enumerate([SIZES[name], *EDGE_SIZES])] + [extremes(9, 11, SEED)]


def random_net(config: CausalConfig, seed: int) -> CausalNet:
    """A network whose parameters are as if trained: none is zero, all inputs matter, and the components of a mixture differ."""
    torch.manual_seed(seed)
    net = CausalNet(config)
    with torch.no_grad():
        for layer in (*net.trunk, *net.hidden):
            torch.nn.init.normal_(layer.weight, 0, (1 / layer.in_features) ** 0.5)
            layer.bias.normal_(0, 0.2)
        for layer in net.output:
            # Logits may differ much; locations and scales stay near those of a new network.
            spread = torch.tensor([0.5, 0.05, 0.15]).repeat_interleave(COMPONENTS)
            layer.weight.copy_(torch.randn(layer.weight.shape) * (spread / config.head ** 0.5)[:, None])
            layer.bias += torch.randn(layer.bias.shape) * spread
    return net


def samples_of(pixels: np.ndarray) -> Samples:
    """A tile [H, W, 3] as samples."""
    return Samples(torch.from_numpy(planes_of(pixels[None])))


def computed(net: simulate.IntegerNet, pixels: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """What a network makes of a tile, by name, rows and columns first."""
    samples = samples_of(pixels)
    numbers = samples.tile(0)
    inputs = features.of(samples, numbers)
    yield "pixels", pixels
    yield "informed", _shaped(inputs.prediction, pixels, np.int16)
    yield "blind", _shaped(samples.at(numbers, [(0, 0)])[:, 0, 6:], pixels, np.int16)
    yield "scale", _shaped(inputs.scale, pixels, np.int16)
    yield "output", _shaped(net.outputs(inputs), pixels, np.int16)
    values = inputs.values.numpy().astype(np.int64)
    intervals = [tables.mixture_interval(values[:, channel], *simulate.mixture_of(one, channel))
                 for channel, one in enumerate(net.distributions(inputs))]
    for name, numbers_of_channels in zip(("start", "frequency"), zip(*intervals, strict=True), strict=True):
        yield name, _shaped(torch.from_numpy(np.stack(numbers_of_channels, 1)), pixels, np.int32)


def _shaped(values: torch.Tensor, pixels: np.ndarray, kind: type) -> np.ndarray:
    """[N, ...] as [H, W, ...] of a narrower type, which holds all values."""
    array = values.numpy().reshape(*pixels.shape[:2], *values.shape[1:])
    if not np.array_equal(array.astype(kind), array):
        raise ValueError(f"Numbers from {array.min()} to {array.max()} do not fit {np.dtype(kind)}.")
    return array.astype(kind)


def write_fixture(net: simulate.IntegerNet, some: list[np.ndarray], path: Path) -> None:
    """Writes what a network makes of some tiles [H, W, 3], for tile number i:

        i.pixels                 grey levels
        i.informed, i.blind      the predictions of least squares, in eighths
        i.scale                  how large errors are hereabouts, in eighths
        i.output                 what the heads give: logits, locations, levels
        i.start, i.frequency     the interval of each sample
    """
    safetensors.write(path, {
        f"{number}.{name}": values for number, pixels in enumerate(some) for name, values in computed(net, pixels)}, {})


def calibrated(net: CausalNet) -> simulate.IntegerNet:
    """The integers of a random network."""
    samples = samples_of(scene(*_CALIBRATION_SIZE, SEED - 1))
    return quantise(net, features.of(samples, samples.tile(0)))


def write_fixtures(folder: Path) -> None:
    """Writes `NAME.safetensors` and `NAME.fixture.safetensors` for each configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, config in CONFIGS.items():
        net = calibrated(random_net(config, SEED))
        write_model(net, folder / f"{name}.safetensors", f"causal/{name}", "0")
        write_fixture(net, tiles(name), folder / f"{name}.fixture.safetensors")
