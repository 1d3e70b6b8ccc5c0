"""What integers cost by the tables of `spec/entropy.md`, sections 4, 5 and 7, computed from that page alone."""
from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass

import numpy as np

TABLE_LEVELS = 56
PRECISION = 16
MIXTURE_PRECISION = 24
_ONE = 1 << 30
_POWERS = [1073741824, 1170923762, 1276901417, 1392470869, 1518500250, 1655936265, 1805811301, 1969251188]
_LN2 = 744261118
_CENTRAL = 428361012
LOGISTIC, GAUSSIAN = "logistic", "gaussian"
_REACH = {LOGISTIC: 10, GAUSSIAN: 5}


def _scale(value: int, eighths: int, bits: int) -> int:
    """value * 2^(eighths / 8 + 30 - bits)."""
    return (value * _POWERS[eighths % 8]) >> (bits - (eighths >> 3))


def _exponential(t: int) -> tuple[int, int]:
    """e^-t as a mantissa and the number of bits by which it is to be shifted right."""
    shift, rest = divmod(t, _LN2)
    term, even, odd, i = _ONE, 0, 0, 1
    while term > 0:
        even += term
        term = ((term * rest) >> 30) // i
        odd += term
        term = ((term * rest) >> 30) // (i + 1)
        i += 2
    return even - odd, shift


def _logistic_tail(t: int) -> int:
    """The mass below -t of the logistic distribution of scale 1."""
    mantissa, shift = _exponential(t)
    mantissa >>= shift
    return (mantissa * _ONE) // (_ONE + mantissa)


def _gaussian_tail(t: int) -> int:
    """The mass below -t of the Gaussian of standard deviation 1."""
    if t >= 6 * _ONE:
        return 0
    square, total, term, i = (t * t) >> 30, 0, t, 3
    while term > 0:
        total += term
        term = ((term * square) >> 30) // i
        i += 2
    mantissa, shift = _exponential(square // 2)
    return max(0, _ONE // 2 - (((((total * mantissa) >> 30) * _CENTRAL) >> 30) >> shift))


_TAILS = {LOGISTIC: _logistic_tail, GAUSSIAN: _gaussian_tail}


def fraction_bits(level: int) -> int:
    """The binary logarithm of the number of tables of a level."""
    return min(6, 8 - level // 8)


def reach(level: int, family: str = LOGISTIC) -> int:
    """H: how many bins from the mean's a table has symbols for."""
    return 2 + _scale(_REACH[family], level - 32, 30)


@functools.lru_cache(maxsize=None)
def cumulative(level: int, fraction: int, family: str = LOGISTIC) -> np.ndarray:
    """cum[0] to cum[N] of a level's table."""
    half, bits = reach(level, family), fraction_bits(level)
    count = 2 * half + 3
    units = 65536 - count
    result = [0]
    for i in range(1, count):
        boundary = (2 * (i - 1 - half) - 1) * 64 - 2 * fraction * 2 ** (6 - bits)
        below = (units * _TAILS[family](_scale(abs(boundary), 32 - level, 7)) + 2**29) >> 30
        result.append(i + (below if boundary <= 0 else units - below))
    return np.array(result + [65536], dtype=np.int64)


def digest(family: str = LOGISTIC) -> str:
    """The SHA-256 of all tables of a family, as the specification gives it."""
    data = hashlib.sha256()
    for level in range(TABLE_LEVELS):
        for fraction in range(1 << fraction_bits(level)):
            table = cumulative(level, fraction, family)
            data.update(np.concatenate([[len(table) - 1], table[:-1]]).astype("<u2").tobytes())
    return data.hexdigest()


@dataclass(frozen=True)
class Placement:
    """Section 4.1, for arrays: level of the table, fractional mean, bin of symbol 0, binary logarithm of a bin's integers."""

    level: np.ndarray
    fraction: np.ndarray
    origin: np.ndarray
    shift: np.ndarray


def place(location: np.ndarray, level: np.ndarray, family: str = LOGISTIC) -> Placement:
    """Finds the tables for locations in 1/64 and scale levels."""
    shift = np.where(level < TABLE_LEVELS, 0, (level - 48) // 8)
    level = level - 8 * shift
    bits = np.minimum(6, 8 - level // 8)
    excess = shift + 6 - bits
    mean = location - 32 * ((1 << shift) - 1)
    mean = (mean + ((1 << excess) >> 1)) >> excess
    return Placement(level, mean & ((1 << bits) - 1), (mean >> bits) - _packed(family).reach[level] - 1, shift)


@dataclass(frozen=True)
class _Packed:
    """All tables one after the other."""

    cumulative: np.ndarray
    start: np.ndarray
    """Where a table begins, by level and fractional mean."""
    reach: np.ndarray


@functools.lru_cache(maxsize=None)
def _packed(family: str) -> _Packed:
    parts, start, at = [], np.zeros((TABLE_LEVELS, 64), dtype=np.int64), 0
    for level in range(TABLE_LEVELS):
        for fraction in range(1 << fraction_bits(level)):
            parts.append(cumulative(level, fraction, family))
            start[level, fraction] = at
            at += len(parts[-1])
    return _Packed(np.concatenate(parts), start, np.array([reach(level, family) for level in range(TABLE_LEVELS)]))


def bits(value: np.ndarray, location: np.ndarray, level: np.ndarray, family: str = LOGISTIC) -> np.ndarray:
    """Section 5: what each integer costs, escapes and low bits included. Arrays of int64 of one shape."""
    packed, placement = _packed(family), place(location, level, family)
    last = 2 * packed.reach[placement.level] + 2
    symbol = (value >> placement.shift) - placement.origin
    distance = np.where(symbol <= 0, -symbol, symbol - last)
    escapes = distance >= 0
    at = packed.start[placement.level, placement.fraction] + np.clip(symbol, 0, last)
    frequency = packed.cumulative[at + 1] - packed.cumulative[at]
    cost = PRECISION - np.log2(frequency) + placement.shift
    order = np.clip(placement.level // 8 - 4, 0, 2)
    number = np.where(escapes, distance, 0) + (1 << order)
    if np.any(number >= 1 << 20):
        raise ValueError("An integer is too far from its mean to be coded.")
    ones = np.floor(np.log2(number)).astype(np.int64) - order
    code = ones + np.where(ones == 19 - order, 0, 1) + ones + order
    return cost + np.where(escapes, code, 0)


def bins(location: np.ndarray, level: np.ndarray, family: str = LOGISTIC) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest integer of a table's own bins, escapes' bins included."""
    placement = place(location, level, family)
    low, symbols = placement.origin << placement.shift, 2 * _packed(family).reach[placement.level] + 3
    return low, low + (symbols << placement.shift) - 1


def drawn_bits(value: np.ndarray, location: np.ndarray, level: np.ndarray, family: str = LOGISTIC) -> np.ndarray:
    """What each integer of a table's own bins costs if they are all there are: as `bits`, but no excess follows an escape."""
    packed, placement = _packed(family), place(location, level, family)
    at = packed.start[placement.level, placement.fraction] + (value >> placement.shift) - placement.origin
    return PRECISION - np.log2(packed.cumulative[at + 1] - packed.cumulative[at]) + placement.shift


def component_mass(value: np.ndarray, location: np.ndarray, level: np.ndarray) -> np.ndarray:
    """G(v + 1) - G(v) of section 7 of logistic components: the mass of integers by each, with 26 fractional bits."""
    placement = place(location, level)
    return _mass_below(value + 1, placement) - _mass_below(value, placement)


def _mass_below(value: np.ndarray, placement: Placement) -> np.ndarray:
    """G(v) of section 7, with 26 fractional bits."""
    packed = _packed(LOGISTIC)
    symbols = 2 * packed.reach[placement.level] + 3
    symbol = (value >> placement.shift) - placement.origin
    start = packed.start[placement.level, placement.fraction]
    low = packed.cumulative[start + np.clip(symbol, 0, symbols)]
    high = packed.cumulative[start + np.clip(symbol + 1, 0, symbols)]
    rest = value & ((1 << placement.shift) - 1)
    return (low << 10) + (((high - low) * rest) << 10 >> placement.shift)


def mixture_interval(
        value: np.ndarray, location: np.ndarray, level: np.ndarray, weight: np.ndarray, weight_bits: int,
        minimum: int, maximum: int) -> tuple[np.ndarray, np.ndarray]:
    """Section 7: start and frequency of integers. Components are along the last dimension of what follows the value."""
    alphabet = maximum - minimum + 1
    floor = max(1, (1 << 12) >> (alphabet - 1).bit_length())
    units = (1 << MIXTURE_PRECISION) - floor * alphabet
    placement = place(location, level)

    def below(v: np.ndarray) -> np.ndarray:
        mass = (weight * _mass_below(v[..., None], placement)).sum(-1)
        inner = floor * (v - minimum) + ((units * mass) >> (26 + weight_bits))
        return np.where(v <= minimum, 0, np.where(v > maximum, 1 << MIXTURE_PRECISION, inner))

    start = below(value)
    return start, below(value + 1) - start


def mixture_bits(
        value: np.ndarray, location: np.ndarray, level: np.ndarray, weight: np.ndarray, weight_bits: int,
        minimum: int, maximum: int) -> np.ndarray:
    """What integers cost by a mixture."""
    return MIXTURE_PRECISION - np.log2(mixture_interval(value, location, level, weight, weight_bits, minimum, maximum)[1])
