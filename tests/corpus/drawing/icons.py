"""Icons and clip art from Debian's packages, as PNG from the package or drawn from SVG at a size."""
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from drawing.half import Half

THEMES = Path("/usr/share/icons")
CLIPART = Path("/usr/share/openclipart/png")

# (name of the test image, folder, pattern): a half takes one of the matching files, tune from the front, test from the back.
BITMAPS = (
    ("icon-adwaita-8", "Adwaita/8x8", "**/*.png"),
    ("icon-adwaita-16", "Adwaita/16x16", "places/*.png"),
    ("icon-adwaita-48", "Adwaita/48x48", "legacy/*.png"),
    ("icon-adwaita-96", "Adwaita/96x96", "ui/*.png"),
    ("icon-adwaita-512", "Adwaita/512x512", "**/*.png"),
    ("icon-oxygen-16", "oxygen/base/16x16", "actions/*.png"),
    ("icon-oxygen-22", "oxygen/base/22x22", "actions/*.png"),
    ("icon-oxygen-32", "oxygen/base/32x32", "apps/*.png"),
    ("icon-oxygen-48", "oxygen/base/48x48", "mimetypes/*.png"),
    ("icon-oxygen-64", "oxygen/base/64x64", "devices/*.png"),
    ("icon-oxygen-128", "oxygen/base/128x128", "places/*.png"),
    ("icon-oxygen-256", "oxygen/base/256x256", "apps/*.png"),
    ("icon-tango-16", "Tango/16x16", "apps/*.png"),
    ("icon-tango-32", "Tango/32x32", "devices/*.png"),
)
VECTORS = (("icon-papirus-24", "Papirus/24x24/actions", 24), ("icon-papirus-64", "Papirus/64x64/apps", 64),
           ("icon-papirus-128", "Papirus/48x48/places", 128), ("vector-papirus-1024", "Papirus/64x64/places", 1024))


def images(half: Half) -> Iterator[tuple[str, Image.Image]]:
    """Yields icons of 8 to 1024 pixels, a sheet of them, and clip art."""
    for name, folder, pattern in BITMAPS:
        yield name, Image.open(_choose(half, THEMES / folder, pattern))
    for name, folder, size in VECTORS:
        yield name, draw(_choose(half, THEMES / folder, "*.svg"), size)
    yield "icon-sheet-rgba", sheet(half)
    art = [path for path in sorted(CLIPART.rglob("*.png")) if 20_000 < path.stat().st_size < 200_000]
    for index in range(4):
        image = Image.open(art[(2 * index + half.pick(0, 1)) * len(art) // 8])
        image.thumbnail((640, 640))
        yield f"clipart-{index + 1}", image
    on_paper = Image.open(art[half.pick(1, 2) * len(art) // 3]).convert("RGBA")
    on_paper.thumbnail((700, 700))
    paper = Image.new("RGBA", on_paper.size, half.pick("#ffffff", "#e8f0d8"))
    yield "cartoon-on-paper", Image.alpha_composite(paper, on_paper).convert("RGB")


def draw(source: Path, size: int) -> Image.Image:
    """Draws an SVG at size x size."""
    command = ["rsvg-convert", "-w", str(size), "-h", str(size), str(source)]
    return Image.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))


def sheet(half: Half) -> Image.Image:
    """A grid of 32-pixel icons, as style sheets use it."""
    paths = _files(THEMES / half.pick("Tango/32x32", "Adwaita/32x32"), "*/*.png")
    image = Image.new("RGBA", (16 * 36, 10 * 36))
    for index in range(160):
        icon = Image.open(paths[index * len(paths) // 160]).convert("RGBA")
        image.paste(icon, (index % 16 * 36 + 2, index // 16 * 36 + 2))
    return image


def _choose(half: Half, folder: Path, pattern: str) -> Path:
    paths = _files(folder, pattern)
    return paths[half.pick(len(paths) // 3, 2 * len(paths) // 3)]


def _files(folder: Path, pattern: str) -> list[Path]:
    # Themes give one picture many names by links: only the real files, so that the halves differ.
    paths = sorted(path for path in folder.glob(pattern) if not path.is_symlink())
    if len(paths) < 2:
        raise FileNotFoundError(f"{folder}/{pattern}: {len(paths)} files; is the icon package installed?")
    return paths
