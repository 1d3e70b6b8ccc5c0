#!/bin/bash
# Makes the sample files with Netpbm's own tools, and for each picture the samples that went in: 13 x 7 pixels, 16 bits each, most
# significant byte first, interleaved. Needs Netpbm and NumPy.
set -euo pipefail
cd "$(dirname "$0")"
rm -f ./*.p?m ./*.raw
/usr/bin/python3 - <<'PY'
import numpy as np
rng = np.random.default_rng(2)
W, H = 13, 7
def text(name, kind, data, maxval):
    head = f'{kind}\n# made by hand\n{W} {H}\n' + ('' if maxval is None else f'{maxval}\n')
    open(name, 'w').write(head + '\n'.join(' '.join(str(v) for v in row) for row in data.reshape(H, -1)) + '\n')
bits = rng.integers(0, 2, (H, W))
text('bits-plain.pbm', 'P1', bits, None)
(1 - bits).astype('>u2').tofile('bits.raw')
for name, kind, channels, maxval in [('grey1', 'P2', 1, 1), ('grey100', 'P2', 1, 100), ('grey255', 'P2', 1, 255), ('grey256', 'P2', 1, 256), ('grey65535', 'P2', 1, 65535),
                                     ('rgb7', 'P3', 3, 7), ('rgb255', 'P3', 3, 255), ('rgb1023', 'P3', 3, 1023), ('rgb65535', 'P3', 3, 65535)]:
    pixels = rng.integers(0, maxval + 1, (H, W, channels))
    text(f'{name}-plain.p{"gp"[channels == 3]}m', kind, pixels, maxval)
    pixels.astype('>u2').tofile(f'{name}.raw')
PY

# Binary files: pamtopnm and pamtopam read plain files and write binary ones.
pamtopnm bits-plain.pbm > bits.pbm
pamtopam < bits-plain.pbm > bits.pam
pamtopnm grey1-plain.pgm > grey1.pbm
for name in grey1 grey100 grey255 grey256 grey65535; do
  [ $name = grey1 ] || pamtopnm $name-plain.pgm > $name.pgm
  pamtopam < $name-plain.pgm > $name.pam
done
for name in rgb7 rgb255 rgb1023 rgb65535; do
  pamtopnm $name-plain.ppm > $name.ppm
  pamtopam < $name-plain.ppm > $name.pam
done

# With alpha: pamstack puts channels on each other.
pamstack -quiet -tupletype=GRAYSCALE_ALPHA grey100.pgm grey100.pgm > greyalpha100.pam
pamstack -quiet -tupletype=RGB_ALPHA rgb255.ppm grey255.pgm > rgba255.pam
pamstack -quiet -tupletype=BLACKANDWHITE_ALPHA grey1.pam grey1.pam > bitsalpha.pam
pamstack -quiet -tupletype=CMYK rgb65535.ppm grey65535.pgm > cmyk65535.pam
/usr/bin/python3 - <<'PY'
import numpy as np
def load(name, channels): return np.fromfile(f'{name}.raw', '>u2').reshape(7, 13, channels)
def stack(name, *parts): np.concatenate(parts, -1).astype('>u2').tofile(f'{name}.raw')
stack('greyalpha100', load('grey100', 1), load('grey100', 1))
stack('rgba255', load('rgb255', 3), load('grey255', 1))
stack('bitsalpha', load('grey1', 1), load('grey1', 1))
stack('cmyk65535', load('rgb65535', 3), load('grey65535', 1))
PY
