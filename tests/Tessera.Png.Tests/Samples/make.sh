#!/bin/bash
# Makes the sample files: PNG files written by libpng (through pnmtopng and Pillow), optipng and zopflipng, each beside a PAM file with
# the samples that libpng (through pngtopam) reads from it; for RGB with a transparent colour, which pngtopam leaves opaque, those that
# Pillow reads, or that were put in by hand. Needs Netpbm, Pillow, NumPy, optipng and zopflipng.
set -euo pipefail
cd "$(dirname "$0")"
rm -f ./*.png ./*.pam
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Pictures with smooth parts, edges and noise, so that every filter is used.
/usr/bin/python3 - "$work" <<'PY'
import sys
import numpy as np
work = sys.argv[1]
rng = np.random.default_rng(1)
def picture(w, h, channels, maxval):
    y, x = np.mgrid[0:h, 0:w]
    planes = []
    for c in range(channels):
        smooth = (np.sin((x + 3 * c) / 7) + np.cos((y - c) / 5) + 2) / 4
        smooth = np.where((x // 9 + y // 6 + c) % 5 == 0, rng.random((h, w)), smooth)
        planes.append(np.clip(np.round(smooth * maxval), 0, maxval))
    pixels = np.stack(planes, -1).astype(np.uint16)
    pixels[h // 2, w // 2] = 0  # black, for the pictures in which black is transparent
    return pixels
def pnm(name, pixels, maxval):
    h, w, c = pixels.shape
    data = pixels.astype('>u2' if maxval > 255 else 'u1').tobytes()
    open(f'{work}/{name}', 'wb').write(b'%s\n%d %d\n%d\n' % (b'P5' if c == 1 else b'P6', w, h, maxval) + data)
for bits in (1, 2, 4, 8, 16):
    pnm(f'grey{bits}.pgm', picture(37, 29, 1, 2 ** bits - 1), 2 ** bits - 1)
for bits in (8, 16):
    pnm(f'rgb{bits}.ppm', picture(37, 29, 3, 2 ** bits - 1), 2 ** bits - 1)
    pnm(f'alpha{bits}.pgm', picture(37, 29, 1, 2 ** bits - 1), 2 ** bits - 1)
for bits in (1, 2, 4, 8):
    colors = rng.integers(0, 256, (2 ** bits, 3)).astype(np.uint16)
    pnm(f'palette{bits}.ppm', colors[picture(37, 29, 1, 2 ** bits - 1)[..., 0]], 255)
for w, h in ((1, 1), (1, 9), (9, 1), (3, 3), (5, 2), (2, 5), (8, 8)):
    pnm(f'{w}x{h}.ppm', picture(w, h, 3, 255), 255)
pnm('wide.ppm', picture(301, 6, 3, 255), 255)
pnm('wide-alpha.pgm', picture(301, 6, 1, 255), 255)
PY

for bits in 1 2 4 8 16; do
  pnmtopng -force -quiet "$work/grey$bits.pgm" > grey$bits.png
  pnmtopng -force -quiet -interlace "$work/grey$bits.pgm" > grey$bits-interlaced.png
  pnmtopng -quiet -transparent==black "$work/grey$bits.pgm" > grey$bits-transparent.png
done
for bits in 8 16; do
  pnmtopng -force -quiet "$work/rgb$bits.ppm" > rgb$bits.png
  pnmtopng -force -quiet -interlace "$work/rgb$bits.ppm" > rgb$bits-interlaced.png
  pnmtopng -force -quiet -alpha="$work/alpha$bits.pgm" "$work/rgb$bits.ppm" > rgba$bits.png
  pnmtopng -force -quiet -interlace -alpha="$work/alpha$bits.pgm" "$work/rgb$bits.ppm" > rgba$bits-interlaced.png
  pnmtopng -force -quiet -alpha="$work/alpha$bits.pgm" "$work/grey$bits.pgm" > greyalpha$bits.png
  pnmtopng -force -quiet -interlace -alpha="$work/alpha$bits.pgm" "$work/grey$bits.pgm" > greyalpha$bits-interlaced.png
done
for bits in 1 2 4 8; do
  pnmtopng -quiet "$work/palette$bits.ppm" > palette$bits.png
  pnmtopng -quiet -interlace "$work/palette$bits.ppm" > palette$bits-interlaced.png
done
for size in 1x1 1x9 9x1 3x3 5x2 2x5 8x8; do
  pnmtopng -force -quiet -interlace "$work/$size.ppm" > "rgb8-$size-interlaced.png"
done
for filter in nofilter sub up avg paeth; do
  pnmtopng -force -quiet -$filter "$work/wide.ppm" > rgb8-$filter.png
  pnmtopng -force -quiet -$filter -alpha="$work/wide-alpha.pgm" "$work/wide.ppm" > rgba8-$filter.png
  pnmtopng -force -quiet -$filter "$work/rgb16.ppm" > rgb16-$filter.png
  pnmtopng -force -quiet -$filter "$work/grey8.pgm" > grey8-$filter.png
done

# What pnmtopng cannot make: tRNS beside RGB and palettes, and metadata.
/usr/bin/python3 - "$work" <<'PY'
import sys
import zlib
import struct
from PIL import Image, ImageCms, PngImagePlugin
work = sys.argv[1]
rgb = Image.open(f'{work}/rgb8.ppm')
rgb.save('rgb8-transparent.png', transparency=rgb.getpixel((5, 5)))
for bits in (1, 2, 4, 8):
    p = Image.open(f'{work}/palette{bits}.ppm').convert('P', palette=Image.ADAPTIVE, colors=2 ** bits)
    p.save(f'palette{bits}-transparent.png', transparency=bytes([0, 128, 64, 255, 7][:max(1, 2 ** bits - 1)]), bits=bits)
info = PngImagePlugin.PngInfo()
info.add_text('Title', 'Caf\u00e9')
info.add_text('Comment', 'long ' * 500, zip=True)
info.add_itxt('Author', '\u0416\u0443\u043a', lang='ru', tkey='\u0410\u0432\u0442\u043e\u0440')
info.add_itxt('XML:com.adobe.xmp', '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
info.add(b'gAMA', struct.pack('>I', 45455))
exif = Image.Exif()
exif[0x010e] = 'A picture'
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()
profile = profile[:24] + b'\x07\xe8\0\x01\0\x01\0\0\0\0\0\0' + profile[36:]
rgb.crop((0, 0, 8, 8)).save('metadata.png', pnginfo=info, exif=exif, icc_profile=profile, dpi=(300, 300))
# A 16-bit RGB file with a transparent colour, and metadata after the image data.
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
head, pixels = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 2, 2, 16, 2, 0, 0, 0)), bytes.fromhex('00010203040506010203040507 00010203040507ffffffffffff')
open('rgb16-transparent.png', 'wb').write(head + chunk(b'tRNS', bytes.fromhex('010203040506')) + chunk(b'IDAT', zlib.compress(pixels))
    + chunk(b'tEXt', b'Comment\0behind') + chunk(b'tIME', bytes.fromhex('07e80102030405')) + chunk(b'IEND', b''))
PY

optipng -quiet -o7 -i1 -out rgb8-optipng.png rgb8.png
optipng -quiet -o2 -i0 -out palette4-optipng.png palette4-interlaced.png
zopflipng -q --iterations=5 rgba8.png rgba8-zopfli.png >/dev/null
zopflipng -q --iterations=5 palette8.png palette8-zopfli.png >/dev/null

for png in *.png; do
  case $png in
    rgb*-transparent.png) ;;
    *) pngtopam -quiet -alphapam "$png" > "${png%.png}.pam" ;;
  esac
done
/usr/bin/python3 - <<'PY'
from PIL import Image
def pam(name, width, height, maxval, data):
    head = f'P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH 4\nMAXVAL {maxval}\nTUPLTYPE RGB_ALPHA\nENDHDR\n'
    open(name, 'wb').write(head.encode() + data)
rgba = Image.open('rgb8-transparent.png').convert('RGBA')
pam('rgb8-transparent.pam', *rgba.size, 255, rgba.tobytes())
pam('rgb16-transparent.pam', 2, 2, 65535, bytes.fromhex('0102030405060000 010203040507ffff 010203040507ffff ffffffffffffffff'))
PY
