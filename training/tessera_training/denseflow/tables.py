"""What values cost by the tables of `spec/denseflow.md`, sections 5 and 6."""
from __future__ import annotations

import functools

import numpy as np

from ..tables import _gaussian_tail, _logistic_tail, _scale

PRECISION = 24
LEVELS = 72
"""Levels that have a table of their own; those above have one of these, and low bits."""
CENTERS, SPREADS = 49, 21
ESCAPE_BITS = 31


@functools.lru_cache(maxsize=None)
def cumulative(level: int) -> np.ndarray:
    """cum[0] to cum[N] of a level of Gaussian tables."""
    reach = reach_of(level)
    count = 2 * reach + 2
    units = (1 << PRECISION) - count
    result = [0]
    for i in range(1, count):
        edge = i - reach - 1
        below = (units * _gaussian_tail(_scale(128 * abs(edge), 32 - level, 7)) + 2**29) >> 30
        result.append(i + (below if edge <= 0 else units - below))
    return np.array(result + [1 << PRECISION], dtype=np.int64)


def reach_of(level: int) -> int:
    """H: how many bins on each side have symbols of their own, but for escapes."""
    return 2 + _scale(6, level - 32, 30)


@functools.lru_cache(maxsize=None)
def _packed() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All tables one after the other; where each begins; each one's reach."""
    parts = [cumulative(level) for level in range(LEVELS)]
    return np.concatenate(parts), np.cumsum([0] + [len(part) for part in parts[:-1]]), np.array([reach_of(level) for level in range(LEVELS)])


def _place(distance: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where symbols stand in the packed tables, by how much bins lie beyond escapes' own (negative where none does), low bits."""
    _, start, reaches = _packed()
    shift = np.maximum(0, (level - 64) >> 3)
    table = level - 8 * shift
    last = 2 * reaches[table] + 1
    symbol = (distance >> shift) + reaches[table] + 1
    return start[table] + np.clip(symbol, 0, last), np.where(symbol <= 0, -symbol, symbol - last), shift


def gaussian_bits(distance: np.ndarray, level: np.ndarray) -> np.ndarray:
    """What values cost whose distances from their means are given: arrays of int64 of one shape."""
    at, beyond, shift = _place(distance, level)
    number = np.maximum(beyond, 0) + 1
    ones = np.floor(np.log2(number)).astype(np.int64)
    code = 2 * ones + (ones < ESCAPE_BITS - 1)
    packed = _packed()[0]
    return PRECISION - np.log2(packed[at + 1] - packed[at]) + shift + np.where(beyond >= 0, code, 0)


def drawn_bits(distance: np.ndarray, level: np.ndarray) -> np.ndarray:
    """What drawing values takes from a stack."""
    at, beyond, shift = _place(distance, level)
    if np.any(beyond > 0):
        raise ValueError("A value cannot have been drawn.")
    packed = _packed()[0]
    return PRECISION - np.log2(packed[at + 1] - packed[at]) + shift


def drawable(distance: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The nearest distances that can be drawn."""
    shift = np.maximum(0, (level - 64) >> 3)
    reach = _packed()[2][level - 8 * shift]
    return np.clip(distance, -(reach + 1) << shift, (reach + 1 << shift) - 1)


@functools.lru_cache(maxsize=None)
def dequantisation(bits: int) -> np.ndarray:
    """cum of all tables of what is added to a sample: [SPREADS, CENTERS, 2^bits + 1]."""
    result = np.empty((SPREADS, CENTERS, (1 << bits) + 1), np.int64)
    for spread in range(SPREADS):
        for center in range(CENTERS):
            below = []
            for k in range((1 << bits) + 1):
                edge = (k << 8 - bits) - 8 * (center - 8)
                tail = _logistic_tail(_scale(abs(edge), -2 * spread, 4))
                below.append(tail if edge <= 0 else (1 << 30) - tail)
            units, total = 65536 - (1 << bits), below[-1] - below[0]
            result[spread, center] = [k + units * (mass - below[0]) // total for k, mass in enumerate(below)]
    return result
