"""Writes PNG without ancillary chunks, 16-bit samples included (which Pillow cannot write for colour)."""
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def write(path: Path, image: Image.Image | np.ndarray) -> None:
    """Writes a Pillow image as it is (its mode decides the colour type) or an array of uint16 samples."""
    if isinstance(image, np.ndarray):
        path.write_bytes(encode16(image))
        return
    # Pillow copies colour profiles and resolutions from `info` into chunks; only transparency is part of the pixels.
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    image.save(path, "PNG", compress_level=9)


def encode16(samples: np.ndarray) -> bytes:
    """Encodes (height, width) or (height, width, channels) samples of 16 bits."""
    if samples.dtype != np.uint16:
        raise ValueError(f"samples must be uint16, not {samples.dtype}")
    planes = samples[..., np.newaxis] if samples.ndim == 2 else samples
    height, width, channels = planes.shape
    rows = planes.astype(">u2").reshape(height, -1).view(np.uint8).astype(np.int16)
    # Filter 2 (up) is enough here: the baselines choose their own filters.
    rows[1:] -= rows[:-1].copy()
    filtered = np.concatenate([np.full((height, 1), 2, np.uint8), (rows & 255).astype(np.uint8)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 16, COLOUR_TYPES[channels], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header)
            + _chunk(b"IDAT", zlib.compress(filtered.tobytes(), 9)) + _chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
