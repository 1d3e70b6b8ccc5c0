"""Images by formula: flat, tiny, noise, gradients, 16-bit terrain, codes."""
import io
import subprocess
from collections.abc import Iterator

import numpy as np
from PIL import Image
from scipy import ndimage

from drawing.half import Half

Pixels = Image.Image | np.ndarray


def images(half: Half) -> Iterator[tuple[str, Pixels]]:
    """Yields all of them."""
    yield from tiny(half)
    yield from noise(half)
    yield from gradients(half)
    yield from terrain(half)
    yield from codes(half)


def tiny(half: Half) -> Iterator[tuple[str, Pixels]]:
    """Single pixels, single rows and columns, flat areas."""
    rng = half.rng("tiny")
    yield "flat-rgb", Image.new("RGB", half.pick((640, 480), (333, 777)), half.pick((18, 52, 86), (255, 255, 255)))
    yield "flat-rgba", Image.new("RGBA", (200, 150), half.pick((0, 0, 0, 0), (200, 30, 60, 128)))
    yield "flat-grey", Image.new("L", (512, 512), half.pick(0, 77))
    yield "tiny-1x1-rgb", Image.new("RGB", (1, 1), half.pick((255, 0, 0), (3, 141, 59)))
    yield "tiny-1x1-grey", Image.new("L", (1, 1), half.pick(128, 9))
    yield "tiny-1xn-rgb", Image.fromarray(rng.integers(0, 256, (half.pick(97, 300), 1, 3), np.uint8))
    ramp = np.linspace(0, 255, half.pick(256, 419)).astype(np.uint8)
    yield "tiny-nx1-grey", Image.fromarray(ramp[np.newaxis, :])
    yield "tiny-2x2-rgba", Image.fromarray(rng.integers(0, 256, (2, 2, 4), np.uint8))
    yield "tiny-3x5-bilevel", Image.fromarray(rng.random((5, 3)) < .5)


def noise(half: Half) -> Iterator[tuple[str, Pixels]]:
    """Samples that cannot be compressed, and noise that can."""
    rng = half.rng("noise")
    yield "noise-rgb", Image.fromarray(rng.integers(0, 256, (192, half.pick(256, 300), 3), np.uint8))
    yield "noise-grey16", rng.integers(0, 65536, (160, half.pick(200, 160)), np.uint16)
    yield "noise-bilevel", Image.fromarray(rng.random((256, 300)) < half.pick(.5, .1))
    levels = rng.integers(0, 256, half.pick(7, 23)).astype(np.uint8)
    yield "noise-sparse-grey", Image.fromarray(levels[rng.integers(0, len(levels), (200, 200))])
    gauss = rng.normal(128, half.pick(4, 11), (240, 320))
    yield "noise-gauss-grey", Image.fromarray(gauss.clip(0, 255).round().astype(np.uint8))


def gradients(half: Half) -> Iterator[tuple[str, Pixels]]:
    """Smooth ramps with and without transparency and at both depths."""
    y, x = np.mgrid[0:300, 0:400] / np.array([[[299]], [[399]]])
    linear = half.pick(x, .3 * x + .7 * y)
    radial = np.hypot(x - .5, y - half.pick(.5, .2)).clip(0, 1)
    red, green, blue = half.pick((linear, y, 1 - x), (radial, linear * .5, .2 + .8 * y))
    yield "gradient-rgb", Image.fromarray(_bytes(red, green, blue))
    yield "gradient-rgba", Image.fromarray(_bytes(red, .5 * green, 0 * x + .8, 1 - radial))
    yield "gradient-grey-alpha", Image.merge("LA", [Image.fromarray(_bytes(linear)), Image.fromarray(_bytes(1 - radial))])
    yield "gradient-grey", Image.fromarray(_bytes(radial))
    yield "gradient-grey16", (linear * 65535).round().astype(np.uint16)
    yield "gradient-rgb16", (np.dstack((radial, linear, red * .8)) * 65535).round().astype(np.uint16)
    yield "gradient-rgba16", (np.dstack((red, green, blue, 1 - radial)) * 65535).round().astype(np.uint16)[:200, :256]


def terrain(half: Half) -> Iterator[tuple[str, Pixels]]:
    """Heights of a random landscape: bare, noisy, shaded, coloured by height."""
    rng = half.rng("terrain")
    size = 384
    height = sum(ndimage.zoom(rng.random((n + 1, n + 1)), size / (n + 1), order=3, grid_mode=True, mode="nearest")
                 / n ** half.pick(1.1, .8) for n in (2, 4, 8, 16, 32, 64, 128))
    height = (height - height.min()) / (height.max() - height.min())
    yield "terrain-grey16", (height * 65535).round().astype(np.uint16)
    noisy = np.dstack([height * gain + .1 for gain in half.pick((.9, .8, .7), (.5, .6, .9))]) * 60000
    yield "terrain-noise-rgb16", (noisy + rng.normal(0, half.pick(40, 300), noisy.shape)).clip(0, 65535).round().astype(np.uint16)[:256, :320]
    yield "terrain-12bit-in-grey16", ((height * 4095).round().astype(np.uint16) << half.pick(4, 0))
    steps = (height * half.pick(12, 30)).astype(int)
    colours = rng.integers(40, 250, (steps.max() + 1, 3), np.uint8)
    yield "map-height-bands", Image.fromarray(colours[steps])
    slope = np.gradient(height)[0] * half.pick(30, 15) + .5
    yield "terrain-shaded-grey", Image.fromarray(_bytes(slope.clip(0, 1)))


def codes(half: Half) -> Iterator[tuple[str, Pixels]]:
    """QR and bar codes, one bit and eight."""
    text = half.pick("A tessera is one small tile of a mosaic.", "0123456789" * 12)
    yield "code-qr-bilevel", _qr(text, 4).convert("1", dither=Image.Dither.NONE)
    yield "code-qr-rgb", _qr(text[::-1], half.pick(7, 3)).convert("RGB").rotate(half.pick(0, 3), expand=True, fillcolor="white")
    widths = half.rng("bars").integers(1, 5, 90)
    bars = np.repeat(np.arange(90) % 2 == 1, widths * half.pick(2, 3))
    yield "code-bars-grey", Image.fromarray(np.where(np.tile(bars, (120, 1)), 0, 255).astype(np.uint8))


def _qr(text: str, scale: int) -> Image.Image:
    data = subprocess.run(["qrencode", "-t", "PNG", "-s", str(scale), "-o", "-", text], check=True, capture_output=True).stdout
    return Image.open(io.BytesIO(data)).convert("RGBA").convert("L")


def _bytes(*planes: np.ndarray) -> np.ndarray:
    return np.squeeze((np.dstack(planes) * 255).round().astype(np.uint8))
