"""The Mandelbrot and Julia sets, with banded and with smooth colouring."""
from collections.abc import Iterator

import numpy as np
from PIL import Image

from drawing.half import Half

LIMIT = 220


def images(half: Half) -> Iterator[tuple[str, Image.Image]]:
    """Yields one window in bands (palette), smooth colour and grey."""
    centre, span = half.pick((-.743 + .1315j, .012), (-.16 + 1.0405j, .03))
    counts, smooth = escape(centre, span, 480, 360)
    rng = half.rng("fractal")
    banded = Image.fromarray((counts % 64).astype(np.uint8), "P")
    banded.putpalette(rng.integers(0, 256, 192, np.uint8).tobytes())
    yield "fractal-banded-palette", banded
    angle = smooth[..., np.newaxis] * half.pick(.11, .3) + np.array([0, 2.1, 4.2])
    colour = np.where(counts[..., np.newaxis] == LIMIT, 0, 127.5 + 127.5 * np.sin(angle))
    yield "fractal-smooth-rgb", Image.fromarray(colour.round().astype(np.uint8))
    yield "fractal-smooth-grey", Image.fromarray((smooth / smooth.max() * 255).round().astype(np.uint8)[:240])


def escape(centre: complex, span: float, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the iteration counts of a window and their continuous form."""
    y, x = np.mgrid[0:height, 0:width]
    c = centre + span * ((x / width - .5) + 1j * (y - height / 2) / width)
    z = np.zeros_like(c)
    counts = np.full(c.shape, LIMIT)
    smooth = np.zeros(c.shape)
    for i in range(LIMIT):
        alive = counts == LIMIT
        z[alive] = z[alive] ** 2 + c[alive]
        gone = alive & (np.abs(z) > 64)
        counts[gone] = i
        smooth[gone] = i + 1 - np.log2(np.log2(np.abs(z[gone])))
    return counts, smooth
