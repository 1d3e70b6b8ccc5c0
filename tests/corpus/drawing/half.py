"""The two halves of the set: the same kinds of image, other content."""
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

T = TypeVar("T")


@dataclass(frozen=True)
class Half:
    """One half: `tune`, which a codec may be tuned on, or `test`, which is held out."""

    name: str
    photos: tuple[Path, ...]

    def pick(self, tune: T, test: T) -> T:
        """Returns the content that belongs to this half."""
        return tune if self.name == "tune" else test

    def rng(self, tag: str) -> np.random.Generator:
        """Returns a generator seeded by the half and a tag, so that an image never depends on the others."""
        return np.random.default_rng(zlib.crc32(f"{self.name}/{tag}".encode()))

    def photo(self, index: int, width: int, height: int) -> Image.Image:
        """Returns the centre of one of this half's photographs at the given size, as RGB."""
        image = Image.open(self.photos[index % len(self.photos)]).convert("RGB")
        scale = max(width / image.width, height / image.height)
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
        x, y = (image.width - width) // 2, (image.height - height) // 2
        return image.crop((x, y, x + width, y + height))
