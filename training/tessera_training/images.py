"""Reads image files as grey levels."""
from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np

_DECODERS = {".png": ["pngtopnm"], ".webp": ["dwebp", "-quiet", "-ppm", "-o", "-", "--"], ".ppm": ["cat"]}
_HEADER = re.compile(rb"(P[56])\s(\d+)\s(\d+)\s255\s")


def find(folder: Path) -> list[Path]:
    """The image files of a folder (PNG, lossless WebP, PPM), sorted by name."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _DECODERS)
    if not paths:
        raise ValueError(f"{folder} has no images: {', '.join(_DECODERS)}.")
    return paths


def read(path: Path) -> np.ndarray:
    """Decodes a file of 8 bits to uint8 [H, W, 3], by `pngtopnm` (netpbm) or `dwebp` (WebP). Alpha is left out, grey is repeated."""
    decoded = subprocess.run([*_DECODERS[path.suffix.lower()], str(path)], check=True, capture_output=True).stdout
    header = _HEADER.match(decoded)
    if header is None:
        raise ValueError(f"{path} does not decode to 8 bits in colour or grey.")
    kind, width, height = header.groups()
    pixels = np.frombuffer(decoded, np.uint8, offset=header.end()).reshape(int(height), int(width), 3 if kind == b"P6" else 1)
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3))
