"""Pixel art by rule: symmetric sprites, tile maps with repeats, a platform level, a text console."""
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drawing.half import Half

MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"


def images(half: Half) -> Iterator[tuple[str, Image.Image]]:
    """Yields all of them."""
    sheet = sprites(half)
    yield "pixelart-sprites-rgba", sheet
    yield "pixelart-sprites-palette-alpha", sheet.quantize(half.pick(32, 200), Image.Quantize.FASTOCTREE)
    yield "pixelart-tilemap-palette", tile_map(half, 16, 24, 18)
    yield "pixelart-tilemap-scaled-rgb", tile_map(half, 8, 30, 20).convert("RGB").resize((30 * 8 * 3, 20 * 8 * 3), Image.Resampling.NEAREST)
    yield "pixelart-level-rgb", level(half)
    yield "pixelart-console-palette", console(half)


def sprites(half: Half) -> Image.Image:
    """A sheet of mirrored sprites with outlines on a transparent ground; every third one recurs."""
    rng = half.rng("sprites")
    size, across, down = half.pick((16, 16, 10), (24, 10, 8))
    sheet = np.zeros((down * size, across * size, 4), np.uint8)
    kept: list[np.ndarray] = []
    for row in range(down):
        for column in range(across):
            if kept and (row * across + column) % 3 == 2:
                sprite = kept[int(rng.integers(len(kept)))]
            else:
                sprite = _sprite(rng, size)
                kept.append(sprite)
            sheet[row * size:(row + 1) * size, column * size:(column + 1) * size] = sprite
    return Image.fromarray(sheet)


def _sprite(rng: np.random.Generator, size: int) -> np.ndarray:
    inner = size - 2
    y = np.arange(inner)[:, np.newaxis] / inner - .5
    x = np.arange(inner // 2)[np.newaxis, :] / inner
    body = (rng.random((inner, inner // 2)) + .8 * (.5 - np.hypot(x - .5, y))) > rng.uniform(.6, .9)
    shade = rng.integers(0, 3, body.shape)
    full = np.pad(np.concatenate((body, body[:, ::-1]), 1), 1)
    tone = np.pad(np.concatenate((shade, shade[:, ::-1]), 1), 1)
    edge = np.zeros_like(full)
    for axis in (0, 1):
        for step in (1, -1):
            edge |= np.roll(full, step, axis)
    colours = rng.integers(30, 256, (3, 3))
    sprite = np.zeros((size, size, 4), np.uint8)
    sprite[edge & ~full] = (20, 12, 28, 255)
    sprite[full] = np.concatenate((colours[tone[full]], np.full((full.sum(), 1), 255)), 1)
    return sprite


def tile_map(half: Half, size: int, across: int, down: int) -> Image.Image:
    """A map of textured tiles (few kinds, often repeated) in 32 colours."""
    rng = half.rng(f"tiles{size}")
    tiles = []
    for kind in range(half.pick(12, 20)):
        base = int(rng.integers(0, 8)) * 4
        tile = base + (rng.random((size, size)) * rng.choice((1.2, 2.5, 4))).astype(np.uint8)
        if kind % 3 == 0:
            tile[0, :] = tile[:, 0] = base
        if kind % 4 == 1:
            tile[size // 4:size // 2, :] = (base + 8) % 32
        tiles.append(tile)
    spots = rng.integers(0, len(tiles), (down // 3 + 1, across // 3 + 1)).repeat(3, 0).repeat(3, 1)[:down, :across]
    scatter = rng.random(spots.shape) < .2
    spots[scatter] = rng.integers(0, len(tiles), int(scatter.sum()))
    image = Image.fromarray(np.block([[tiles[spot] for spot in row] for row in spots]), "P")
    image.putpalette(np.sort(rng.integers(0, 256, (32, 3), np.uint8), axis=0).tobytes())
    return image


def level(half: Half) -> Image.Image:
    """A platform level: banded sky, parallax hills, ground blocks, coins."""
    rng = half.rng("level")
    image = Image.new("RGB", (640, 320))
    draw = ImageDraw.Draw(image)
    for band in range(40):
        draw.rectangle((0, band * 8, 640, band * 8 + 7), half.pick((90 + band * 2, 150 + band, 255), (60, 20 + band * 3, 90 + band)))
    for layer, colour in enumerate(half.pick(((120, 180, 140), (70, 140, 90)), ((90, 40, 80), (60, 20, 60)))):
        heights = 150 + layer * 50 + (rng.normal(0, 9, 160).cumsum() // 4 * 4)
        for column, top in enumerate(heights.clip(60, 300)):
            draw.rectangle((column * 4, int(top), column * 4 + 3, 320), colour)
    for column in range(40):
        top = int(288 - 16 * (rng.random() < .3) - 32 * (rng.random() < .15))
        for y in range(top, 320, 16):
            _block(draw, column * 16, y, y == top, half)
        if rng.random() < .3:
            draw.ellipse((column * 16 + 3, top - 40, column * 16 + 12, top - 29), (250, 210, 40), (150, 90, 0))
    return image


def _block(draw: ImageDraw.ImageDraw, x: int, y: int, grass: bool, half: Half) -> None:
    draw.rectangle((x, y, x + 15, y + 15), half.pick((150, 90, 40), (110, 110, 130)), (80, 50, 20))
    draw.line((x + 1, y + 7, x + 14, y + 7), (80, 50, 20))
    draw.line((x + 7, y + 1, x + 7, y + 7), (80, 50, 20))
    if grass:
        draw.rectangle((x, y, x + 15, y + 4), half.pick((60, 200, 70), (230, 240, 255)))
        for i in range(0, 16, 4):
            draw.point((x + i + 1, y + 5), half.pick((60, 200, 70), (230, 240, 255)))


def console(half: Half) -> Image.Image:
    """Text without smoothing in 16 colours, as a terminal shows it."""
    rng = half.rng("console")
    image = Image.new("P", (640, 400), 0)
    image.putpalette(bytes(255 * (code >> bit & 1) // (1 if code > 7 else 2) for code in range(16) for bit in range(3)))
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    font = ImageFont.truetype(MONO, half.pick(12, 15))
    letters = list("abcdefghijklmnopqrstuvwxyz    0123456789/.-_")
    for line in range(half.pick(28, 22)):
        text = "".join(rng.choice(letters, int(rng.integers(8, 84))))
        draw.text((4, 4 + line * half.pick(14, 18)), text, int(rng.choice((7, 7, 7, 2, 3, 14, 9))), font)
    return image
