"""Photographs brought to few colours: error diffusion, ordered patterns, plain quantisation, posters."""
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from drawing.half import Half

NONE, FLOYD = Image.Dither.NONE, Image.Dither.FLOYDSTEINBERG


def images(half: Half) -> Iterator[tuple[str, Image.Image]]:
    """Yields a different photograph for nearly every kind."""
    yield "dither-floyd-16", _palette(half.photo(1, 480, 320), 16, FLOYD)
    yield "dither-floyd-256", _palette(half.photo(2, 480, 320), 256, FLOYD)
    yield "dither-none-256", _palette(half.photo(3, 480, 320), 256, NONE)
    yield "dither-none-16-rgb", _palette(half.photo(4, 480, 320), 16, NONE).convert("RGB")
    yield "dither-ordered-16", ordered(half.photo(5, 480, 320), 4, (2, 4, 2))
    yield "dither-ordered-256", ordered(half.photo(6, 480, 320), 8, (8, 8, 4))
    yield "dither-floyd-bilevel", half.photo(7, 600, 400).convert("1")
    yield "dither-ordered-bilevel", ordered_bilevel(half.photo(8, 600, 400), half.pick(4, 8))
    yield "dither-web-palette", half.photo(9, 480, 320).convert("P", palette=Image.Palette.WEB, dither=FLOYD)
    poster = ImageOps.posterize(half.photo(10, 480, 320).filter(ImageFilter.MedianFilter(7)), half.pick(2, 3))
    yield "cartoon-posterised", poster
    yield "cutout-hidden-colour-rgba", cut_out(half.photo(0, 256, 192), half.pick(.8, .5))
    yield "dither-grey-16", ImageOps.posterize(half.photo(11, 480, 320).convert("L"), 4)


def bayer(order: int) -> np.ndarray:
    """Returns the order x order threshold matrix, in 0 to 1."""
    matrix = np.zeros((1, 1))
    while len(matrix) < order:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return (matrix + .5) / matrix.size


def ordered(photo: Image.Image, order: int, levels: tuple[int, int, int]) -> Image.Image:
    """Dithers to a palette of levels[0] x levels[1] x levels[2] colours by a threshold matrix."""
    samples = np.asarray(photo) / 255
    tile = np.tile(bayer(order), (photo.height // order + 1, photo.width // order + 1))[:photo.height, :photo.width]
    index = np.zeros(tile.shape, np.uint8)
    for channel, count in enumerate(levels):
        level = np.floor(samples[..., channel] * (count - 1) + tile).clip(0, count - 1)
        index = index * count + level.astype(np.uint8)
    image = Image.fromarray(index, "P")
    grid = np.stack(np.meshgrid(*(np.linspace(0, 255, count) for count in levels), indexing="ij"), -1)
    image.putpalette(grid.reshape(-1, 3).round().astype(np.uint8).tobytes())
    return image


def ordered_bilevel(photo: Image.Image, order: int) -> Image.Image:
    """Dithers to black and white by a threshold matrix."""
    grey = np.asarray(photo.convert("L")) / 255
    tile = np.tile(bayer(order), (photo.height // order + 1, photo.width // order + 1))[:photo.height, :photo.width]
    return Image.fromarray(grey > tile)


def cut_out(photo: Image.Image, radius: float) -> Image.Image:
    """Makes everything outside an ellipse transparent and keeps its colours, which a lossless codec must return."""
    y, x = np.mgrid[-1:1:photo.height * 1j, -1:1:photo.width * 1j]
    edge = ((radius - np.hypot(x, y)) * photo.height / 4 + .5).clip(0, 1)
    image = photo.copy()
    image.putalpha(Image.fromarray((edge * 255).round().astype(np.uint8)))
    return image


def _palette(photo: Image.Image, colours: int, dither: Image.Dither) -> Image.Image:
    # Quantising against a computed palette is the only way in which Pillow applies the chosen dither.
    return photo.quantize(palette=photo.quantize(colours, Image.Quantize.MEDIANCUT), dither=dither)
