"""Pictures that a browser draws (Debian's chromium, headless)."""
import base64
import io
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from drawing import pages
from drawing.half import Half

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars")

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><match target="pattern">
<edit name="antialias" mode="assign"><bool>true</bool></edit>
<edit name="rgba" mode="assign"><const>{rgba}</const></edit>
<edit name="lcdfilter" mode="assign"><const>lcddefault</const></edit></match></fontconfig>"""


def images(half: Half) -> Iterator[tuple[str, Image.Image]]:
    """Yields every page at some of: 1x and 2x scale, grey and subpixel text."""
    yield "screenshot-article-1x", shoot(pages.article(half), 900, 700)
    yield "screenshot-article-subpixel-1x", shoot(pages.article(half), 900, 700, subpixel=True)
    yield "screenshot-dashboard-1x", shoot(pages.dashboard(half), 860, 560)
    yield "screenshot-dashboard-2x", shoot(pages.dashboard(half), 860, 560, scale=2)
    yield "screenshot-table-1x", shoot(pages.table(half), 800, 600)
    yield "screenshot-code-subpixel-1x", shoot(pages.code(half), 760, 900, subpixel=True)
    yield "screenshot-code-2x", shoot(pages.code(half), 640, 400, scale=2)
    yield "screenshot-form-1x", shoot(pages.form(half), 800, 620)
    yield "screenshot-dark-1x", shoot(pages.dark(half), 1000, 640)
    yield "screenshot-map-1x", shoot(pages.street_map(half), 800, 600)
    yield "screenshot-map-2x", shoot(pages.street_map(half), 500, 400, scale=2)
    yield "screenshot-forum-1x", shoot(pages.forum(half), 800, 700)
    yield "screenshot-photo-1x", shoot(pages.gallery(half, data_address(half.photo(0, 360, 270))), 860, 600)
    yield "logo-shadow-rgba", shoot(pages.badge(half), 512, 512, transparent=True)


def data_address(photo: Image.Image) -> str:
    """Embeds a photograph losslessly in a page."""
    buffer = io.BytesIO()
    photo.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def shoot(page: str, width: int, height: int, *, scale: int = 1, subpixel: bool = False,
          transparent: bool = False) -> Image.Image:
    """Draws a page of width x height CSS pixels at a scale."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.png")
        source.write_text(page, encoding="utf-8")
        options = [f"--window-size={width},{height}", f"--force-device-scale-factor={scale}", f"--screenshot={target}",
                   "--enable-lcd-text" if subpixel else "--disable-lcd-text"]
        if transparent:
            options.append("--default-background-color=00000000")
        browse([*options, source.as_uri()], folder, subpixel=subpixel)
        image = Image.open(target)
        image.load()
    return image.convert("RGBA" if transparent else "RGB")


def browse(arguments: list[str], folder: str, *, subpixel: bool = False) -> None:
    """Runs the browser with a fresh profile and fixed font smoothing, both kept in a folder."""
    fonts = Path(folder, "fonts.conf")
    fonts.write_text(FONTS.format(rgba="rgb" if subpixel else "none"), encoding="utf-8")
    subprocess.run(["chromium", *FLAGS, f"--user-data-dir={folder}/profile", *arguments], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env=os.environ | {"FONTCONFIG_FILE": str(fonts), "HOME": folder})
