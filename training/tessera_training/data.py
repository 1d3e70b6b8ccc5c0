"""Training images: decoded once into a cache, divided once into training and validation, then cropped at random."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from . import images

VALIDATION_EVERY = 10
"""Of all files sorted by name, numbers 0, 10, 20, ... are for validation."""
_PIXELS, _INDEX = "pixels.bin", "index.json"
_TEST_SETS = ("kodim",)
"""What names of files begin with that are for tests only."""


@dataclass(frozen=True)
class Images:
    """Images of a cache: names, and uint8 [H, W, 3] that stay on disk until they are used."""

    names: list[str]
    pixels: list[np.ndarray]

    def crops(self, count: int, side: int, generator: np.random.Generator) -> torch.Tensor:
        """Random squares, half of them mirrored: uint8 [count, 3, side, side]. Every place of every image is as likely as another."""
        weights = np.array([max(0, image.shape[0] - side + 1) * max(0, image.shape[1] - side + 1) for image in self.pixels], float)
        if not weights.any():
            raise ValueError(f"No image has {side} rows and columns.")
        result = np.empty((count, side, side, 3), np.uint8)
        for i, index in enumerate(generator.choice(len(weights), count, p=weights / weights.sum())):
            image = self.pixels[index]
            y, x = (generator.integers(extent - side + 1) for extent in image.shape[:2])
            crop = image[y:y + side, x:x + side]
            result[i] = crop[:, ::-1] if generator.integers(2) else crop
        return torch.from_numpy(result).permute(0, 3, 1, 2)


def build_cache(sources: list[Path], cache: Path) -> None:
    """Decodes the images of some folders into a folder: their pixels one after the other, and an index."""
    paths = sorted((path for source in sources for path in images.find(source)), key=lambda path: path.name)
    for path in paths:
        if path.name.startswith(_TEST_SETS):
            raise ValueError(f"{path} belongs to a test set, which nothing is trained on.")
    cache.mkdir(parents=True, exist_ok=True)
    index = []
    with open(cache / _PIXELS, "wb") as file:
        for path in paths:
            pixels = images.read(path)
            index.append({"name": path.name, "height": pixels.shape[0], "width": pixels.shape[1]})
            file.write(np.ascontiguousarray(pixels).tobytes())
    (cache / _INDEX).write_text(json.dumps(index, indent=0), encoding="utf-8")


def load(cache: Path) -> tuple[Images, Images]:
    """The training and the validation images of a cache."""
    index = json.loads((cache / _INDEX).read_text(encoding="utf-8"))
    pixels = np.memmap(cache / _PIXELS, np.uint8, "r")
    arrays, at = [], 0
    for entry in index:
        shape = (entry["height"], entry["width"], 3)
        arrays.append(pixels[at:at + np.prod(shape)].reshape(shape))
        at += int(np.prod(shape))

    chosen = [part(list(range(len(index))), validation) for validation in (False, True)]
    training, validation = (Images([index[i]["name"] for i in numbers], [arrays[i] for i in numbers]) for numbers in chosen)
    return training, validation


def part(items: list, validation: bool) -> list:
    """Of what is sorted by the names of files, those for validation or those for training."""
    return [item for i, item in enumerate(items) if (i % VALIDATION_EVERY == 0) == validation]
