"""Pages of text as scanners and renderers give them: bilevel, smooth grey, and a degraded scan."""
import io
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from drawing import pages, screenshots
from drawing.half import Half

PAPER = (620, 440)  # in CSS pixels; 96 of them make an inch


def images(half: Half) -> Iterator[tuple[str, Image.Image]]:
    """Yields one page in several forms, and clean and rough scans of it."""
    with tempfile.TemporaryDirectory() as folder:
        source, document = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page(half), encoding="utf-8")
        screenshots.browse([f"--print-to-pdf={document}", "--no-pdf-header-footer", source.as_uri()], folder)
        bilevel = rasterise(document, 300, "-mono")
        grey = rasterise(document, 200, "-gray")
        rough = rasterise(document, half.pick(150, 200), "-gray")
    yield "scan-bilevel-300dpi", bilevel.convert("1", dither=Image.Dither.NONE)
    yield "scan-grey-200dpi", grey
    scan = degrade(half, rough)
    yield "scan-noisy-grey", scan
    yield "scan-noisy-bilevel", scan.point(lambda value: 255 * (value > 140)).convert("1", dither=Image.Dither.NONE)
    tint = np.asarray(scan)[:500, :700, np.newaxis] * np.array(half.pick((1, .97, .88), (.93, .96, 1)))
    sensor = half.rng("sensor").normal(0, 1.2, tint.shape)
    yield "scan-noisy-rgb", Image.fromarray((tint + sensor).clip(0, 255).round().astype(np.uint8))


def page(half: Half) -> str:
    """A printed page: heading, two columns, a small table."""
    body = "".join(f"<p>{part}</p>" for part in pages.paragraphs(half, 28, 5))
    rows = "".join(f"<tr><td>{pages.title(half, f'scan{i}', 2)}<td>{half.rng(f'scan{i}').integers(9999)}" for i in range(4))
    style = (f"@page{{size:{PAPER[0]}px {PAPER[1]}px;margin:24px}}body{{font:11px/1.35 "
             + half.pick("'Liberation Serif'", "'Liberation Sans'") + ";columns:2;text-align:justify}h1{font-size:19px;"
             "column-span:all}td{border:1px solid #000;padding:1px 6px}table{border-collapse:collapse}")
    return pages.document(style, f"<h1>{pages.title(half, 'scan', 4)}</h1><table>{rows}</table>{body}")


def rasterise(document: Path, resolution: int, colours: str) -> Image.Image:
    """Draws the first page of a PDF by poppler."""
    command = ["pdftoppm", "-r", str(resolution), "-f", "1", "-l", "1", "-singlefile", colours, str(document)]
    return Image.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))


def degrade(half: Half, clean: Image.Image) -> Image.Image:
    """Turns, blurs, shades and sprinkles a page, as an old scanner would."""
    rng = half.rng("degrade")
    turned = clean.convert("L").rotate(half.pick(.7, -1.1), Image.Resampling.BICUBIC, fillcolor=255)
    blurred = np.asarray(turned.filter(ImageFilter.GaussianBlur(half.pick(.7, 1)))) / 255
    height, width = blurred.shape
    light = 1 - .12 * np.linspace(0, 1, width) ** 2 - .05 * np.linspace(0, 1, height)[:, np.newaxis]
    scan = (35 + 215 * blurred) * light + rng.normal(0, half.pick(2.5, 1.5), blurred.shape)
    scan[rng.random(blurred.shape) < .0006] = 40
    return Image.fromarray(scan.clip(0, 255).round().astype(np.uint8))
