"""What a causal model learns from: tiles of photographs with the predictions of least squares, computed once, and pixels drawn
from them."""
from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from ..data import Images
from . import least_squares, wave

SIDE = 256
"""Rows and columns of a tile."""
_CHUNK = 16
_BATCH_RUN = 8
"""Pixels side by side that are drawn together."""
PLANES = 9
"""Of each pixel: three values, three errors of informed predictions, three blind predictions; the last two in eighths of a grey level."""


def tiles_of(image: np.ndarray) -> list[np.ndarray]:
    """Tiles that cover an image, those at its right and lower edge moved inwards."""
    def starts(extent: int) -> list[int]:
        return [min(at, extent - SIDE) for at in range(0, extent, SIDE)] if extent >= SIDE else []

    return [image[y:y + SIDE, x:x + SIDE] for y in starts(image.shape[0]) for x in starts(image.shape[1])]


def planes_of(tiles: np.ndarray) -> np.ndarray:
    """What is kept of tiles of one size [T, H, W, 3]: int16 [T, rows, columns, PLANES], with what neighbourhoods see beyond a tile."""
    values = wave.to_channels(tiles)
    informed, blind = least_squares.predict(values)
    errors = (values << least_squares.FRACTION_BITS) - informed
    parts = [wave.padded(plane, above) for plane, above in zip(values, wave.BEYOND, strict=True)]
    parts += [wave.padded(plane, 0) for plane in errors] + [wave.padded(plane, 0) for plane in blind]
    return np.stack(parts, -1)


def prepare(images: Images, path: Path, limit: int, processes: int, seed: int = 0) -> None:
    """Writes what is kept of up to `limit` tiles, in random order."""
    tiles = [tile for image in images.pixels for tile in tiles_of(image)]
    if not tiles:
        raise ValueError(f"No image has {SIDE} rows and columns.")
    order = np.random.default_rng(seed).permutation(len(tiles))[:limit]
    chunks = (np.stack([tiles[i] for i in order[at:at + _CHUNK]]) for at in range(0, len(order), _CHUNK))
    with open(path, "wb") as file, ProcessPoolExecutor(processes) as pool:
        for planes in pool.map(planes_of, chunks):
            file.write(planes.tobytes())


class Samples:
    """Tiles of one size with what is kept of them."""

    def __init__(self, planes: torch.Tensor) -> None:
        """`planes` are what `planes_of` gives."""
        self.tiles, rows, self._columns, _ = planes.shape
        self._height, self._width = rows - wave.ABOVE, self._columns - 2 * wave.BESIDE
        self._planes = planes.reshape(-1, PLANES)

    @staticmethod
    def read(path: Path) -> "Samples":
        """The tiles of a file that `prepare` wrote; they stay on disk until they are used."""
        planes = torch.from_numpy(np.memmap(path, np.int16, "c"))
        return Samples(planes.view(-1, SIDE + wave.ABOVE, SIDE + 2 * wave.BESIDE, PLANES))

    def draw(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Numbers of random pixels, some side by side."""
        runs = count // _BATCH_RUN
        tile = torch.randint(self.tiles, (runs,), generator=generator)
        row = torch.randint(self._height, (runs,), generator=generator)
        column = torch.randint(self._width - _BATCH_RUN + 1, (runs,), generator=generator)
        return (self._number(tile, row, column)[:, None] + torch.arange(_BATCH_RUN)).flatten()

    def tile(self, tile: int) -> torch.Tensor:
        """Numbers of all pixels of a tile, row by row."""
        return self._number(torch.tensor(tile), torch.arange(self._height)[:, None], torch.arange(self._width)).flatten()

    def at(self, pixels: torch.Tensor, places: list[tuple[int, int]]) -> torch.Tensor:
        """The planes of some pixels' neighbours: int16 [N, places, PLANES]."""
        offsets = torch.tensor([dy * self._columns + dx for dy, dx in places])
        return self._planes.index_select(0, (pixels[:, None] + offsets).flatten()).view(len(pixels), len(places), PLANES)

    def _number(self, tile: torch.Tensor, row: torch.Tensor, column: torch.Tensor) -> torch.Tensor:
        return (tile * (self._height + wave.ABOVE) + row + wave.ABOVE) * self._columns + column + wave.BESIDE
