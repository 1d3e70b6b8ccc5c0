"""What the measuring scripts need to know of a PNG: its shape, and its pixels as another program sees them."""
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CHANNELS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
PALETTE = 3


@dataclass(frozen=True)
class Shape:
    """The raster that a PNG stands for: palettes expanded to 8-bit colours, a tRNS chunk to an alpha channel."""

    width: int
    height: int
    channels: int
    depth: int

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def subpixels(self) -> int:
        """Number of samples."""
        return self.pixels * self.channels

    @property
    def raw_bytes(self) -> int:
        """Bytes of the samples, packed."""
        return (self.subpixels * self.depth + 7) // 8


def shape(path: Path) -> Shape:
    """Reads the shape from the header."""
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError(f"{path}: not a PNG file")
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    # tRNS, if there, comes before the first IDAT.
    channels = CHANNELS[colour] + (b"tRNS" in data[33:data.index(b"IDAT")])
    return Shape(width, height, channels, 8 if colour == PALETTE else depth)


def rgba(path: Path) -> np.ndarray:
    """Returns (height, width, 4) samples scaled to 16 bits, as netpbm decodes them.

    Netpbm shares no code with Tessera. The scaling is exact for every depth of PNG, so that files that hold the same
    pixels in another colour type or depth compare equal, and no others do.
    """
    pam = subprocess.run(["pngtopam", "-alphapam", str(path)], check=True, capture_output=True).stdout
    header, _, samples = pam.partition(b"ENDHDR\n")
    fields = dict(line.split(None, 1) for line in header.decode("ascii").splitlines()[1:])
    width, height, planes, maximum = (int(fields[name]) for name in ("WIDTH", "HEIGHT", "DEPTH", "MAXVAL"))
    values = np.frombuffer(samples, ">u2" if maximum > 255 else "u1").reshape(height, width, planes)
    scaled = values.astype(np.uint32) * (65535 // maximum)
    return scaled if planes == 4 else scaled[..., [0, 0, 0, 1]]
