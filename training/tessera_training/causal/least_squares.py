"""Recursive least squares in integers (`spec/causal.md`, section 4): predicts each pixel linearly from its neighbours, with weights that
follow the image. Many tiles at once, one step of the wavefront at a time."""
from __future__ import annotations

import numpy as np

from . import wave

_W, _N, _NW, _NE, _WW, _NN = (0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0)
NEIGHBOURS = [(0, *at) for at in (_W, _N, _NW, _NE, _WW, _NN)] + [(channel, *at) for channel in (1, 2) for at in (_W, _N, _NW, _NE)]
"""What predicts: channel, row, column."""
_COUNT = len(NEIGHBOURS)
_ALL = _COUNT + 3
"""Neighbours, and the channels of the pixel itself: those that are known help to predict the next."""
FRACTION_BITS = 3
"""Fractional bits of predictions."""
WEIGHT_BITS = 12
WEIGHT_LIMIT = (1 << 14) - 1
RIDGE = 5
"""What is added to every variance, so that weights stay small where nothing varies."""
ENERGY = 100
"""A pixel counts by the reciprocal of the energy of its differences plus this."""
FORGET_BITS = 4
"""Sums lose 2^-FORGET_BITS of themselves from one pixel, or row, to the next."""
LOWEST, HIGHEST = np.array([0, -255, -255]) << FRACTION_BITS, np.array([255, 255, 255]) << FRACTION_BITS
_PAIRS = [(i, j) for i in range(_ALL) for j in range(i + 1)]
_FIRST, _SECOND = (np.array(side) for side in zip(*_PAIRS, strict=True))
_ENTRY = np.array([[_PAIRS.index((max(i, j), min(i, j))) for j in range(_ALL)] for i in range(_ALL)])
RECIPROCALS = np.array([(1 << 21) // i for i in range(128, 256)], np.int32)
ROOTS = np.array([0] * 64 + [int(round(65536 / np.sqrt(i))) for i in range(64, 256)], np.int32)


def _log2(value: np.ndarray) -> np.ndarray:
    """floor(log2(value)), of positive integers below 2^24."""
    return (value.astype(np.float32).view(np.int32) >> 23) - 127


def gradient(west: np.ndarray, north: np.ndarray, northwest: np.ndarray) -> np.ndarray:
    """The median of west, north, and west + north - northwest."""
    return np.clip(west + north - northwest, np.minimum(west, north), np.maximum(west, north))


class LeastSquares:
    """The state of some tiles of one size [T]."""

    def __init__(self, tiles: int, height: int) -> None:
        # Row y is at y + 1: what is in front stands for the row above a tile.
        self._left = np.zeros((len(_PAIRS), tiles, height + 1), np.int32)
        self._up = np.zeros((len(_PAIRS), tiles, height + 1), np.int32)
        self._weights = np.zeros((3, _ALL, tiles, height + 1), np.int16)

    def begin(self, values: list[np.ndarray], step: int, first: int, end: int) -> None:
        """Finds the weights of a step's pixels. `values` are the skewed planes [steps, T, rows] of Y, Co, Cg."""
        self._first, self._end = first, end
        rows, above = slice(first + 1, end + 1), slice(first, end)

        def at(channel: int, dy: int, dx: int) -> np.ndarray:
            return wave.neighbour(values[channel], step, first, end, dy, dx)

        self.center = np.stack([gradient(*(at(channel, *place) for place in (_W, _N, _NW))) for channel in range(3)])
        self._differences = np.zeros((_ALL, *self.center.shape[1:]), np.int16)
        for k, (channel, dy, dx) in enumerate(NEIGHBOURS):
            self._differences[k] = at(channel, dy, dx) - self.center[channel]
        if step % wave.SLANT == 0 and end - 1 == step // wave.SLANT:
            self._left[..., end] = 0
            self._weights[..., end] = self._weights[..., end - 1]
        moments = (self._up[..., above] + (self._left[..., rows] >> 3) + 64) >> 7
        moments[_ENTRY.diagonal()] += RIDGE
        np.minimum(moments, 32767, out=moments)
        mean = (self._weights[..., rows].astype(np.int32) + self._weights[..., above] + 1) >> 1
        self._solve(moments, mean)
        self._current = mean
        self._weights[..., rows] = mean
        self._weights[..., 0] = self._weights[..., 1]

    @staticmethod
    def _solve(moments: np.ndarray, weights: np.ndarray) -> None:
        """One round of Gauss-Seidel on the normal equations of each channel, in place."""
        for p in range(_ALL - 1):
            row = moments[_ENTRY[p]]
            target = np.stack([row[_COUNT + channel] for channel in range(3)]) << WEIGHT_BITS
            rest = target - (row * weights).sum(1, dtype=np.int32)
            size = _log2(row[p])
            normal = np.where(size >= 7, row[p] >> np.maximum(size - 7, 0), row[p] << np.maximum(7 - size, 0))
            change = (np.clip(rest >> size, -32768, 32767) * RECIPROCALS[normal - 128] + (1 << 13)) >> 14
            for channel in range(max(0, p + 1 - _COUNT), 3):
                weights[channel, p] = np.clip(weights[channel, p] + change[channel], -WEIGHT_LIMIT, WEIGHT_LIMIT)

    def _products(self, channel: int) -> np.ndarray:
        return (self._current[channel, :_COUNT] * self._differences[:_COUNT].astype(np.int32)).sum(0, dtype=np.int32)

    def blind(self) -> np.ndarray:
        """Predictions of all channels from neighbours alone: [3, T, rows], with three fractional bits."""
        result = []
        for channel in range(3):
            total = self._products(channel)
            for other in range(channel):
                deviation = result[other] - (self.center[other].astype(np.int32) << FRACTION_BITS)
                total += (self._current[channel, _COUNT + other] * deviation) >> FRACTION_BITS
            result.append(self._rounded(channel, total))
        return np.stack(result)

    def informed(self, channel: int, known: np.ndarray) -> np.ndarray:
        """The prediction of a channel from neighbours and the pixel's channels before it, `known` [channel, T, rows]."""
        total = self._products(channel)
        for other in range(channel):
            total += self._current[channel, _COUNT + other] * (known[other].astype(np.int32) - self.center[other])
        return self._rounded(channel, total)

    def _rounded(self, channel: int, total: np.ndarray) -> np.ndarray:
        shift = WEIGHT_BITS - FRACTION_BITS
        prediction = (self.center[channel].astype(np.int32) << FRACTION_BITS) + ((total + (1 << (shift - 1))) >> shift)
        return np.clip(prediction, LOWEST[channel], HIGHEST[channel]).astype(np.int16)

    def end(self, pixels: np.ndarray) -> None:
        """Learns from a step's pixels [3, T, rows]."""
        rows, above = slice(self._first + 1, self._end + 1), slice(self._first, self._end)
        self._differences[_COUNT:] = pixels - self.center
        wide = self._differences.astype(np.int32)
        energy = (wide * wide).sum(0, dtype=np.int32) + ENERGY
        half = _log2(energy) >> 1
        normal = (wide * ROOTS[energy >> (2 * half - 6)] + (1 << (half - 1))) >> half
        left = self._left[..., rows]
        left += ((normal[_FIRST] * normal[_SECOND]) >> 8) - (left >> FORGET_BITS)
        up = self._up[..., above]
        self._up[..., rows] = up - (up >> FORGET_BITS) + (left >> FORGET_BITS)


def predict(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Predictions of whole tiles, int16 [3, T, H, W] of Y, Co, Cg: the informed ones, and the blind ones."""
    _, tiles, height, width = pixels.shape
    values = [wave.skewed(plane, above) for plane, above in zip(pixels, wave.BEYOND, strict=True)]
    informed, blind = np.zeros_like(pixels), np.zeros_like(pixels)
    state = LeastSquares(tiles, height)
    for step in range(wave.steps(height, width)):
        first, end = wave.rows(step, height, width)
        places = np.arange(first, end)
        columns = step - wave.SLANT * places
        now = np.stack([wave.neighbour(plane, step, first, end, 0, 0) for plane in values])
        state.begin(values, step, first, end)
        blind[:, :, places, columns] = state.blind()
        for channel in range(3):
            informed[channel][:, places, columns] = state.informed(channel, now)
        state.end(now)
    return informed, blind
