"""A flow's integers on real stacks, element by element: an encoder of segments by `spec/denseflow.md`, section 7, to test others by. It is slow."""
from __future__ import annotations

import numpy as np
import torch

from . import tables
from .simulate import COEFFICIENT_BITS, IntegerFlow

WORD, WORD_BITS = 1 << 32, 32
KIND_BITS = 16
COUNT_BITS = 24


class Stack:
    """A stack of `spec/entropy.md`, section 2: a state of 64 bits, and words below it."""

    def __init__(self, words: list[int]) -> None:
        number = WORD + sum((word + 1) << (WORD_BITS * place) for place, word in enumerate(words))
        digits = []
        while number:
            number, digit = divmod(number, WORD)
            digits.append(digit)
        self._words, self._state = digits[:-2], digits[-2] + WORD * digits[-1]

    def words(self) -> list[int]:
        """The serialised form."""
        number = self._state
        for word in reversed(self._words):
            number = number * WORD + word
        number, result = number - WORD, []
        while number:
            digit = number % WORD or WORD
            result.append(digit - 1)
            number = (number - digit) // WORD
        return result

    def push(self, start: int, frequency: int, precision: int) -> None:
        """A symbol."""
        if self._state >= frequency << 64 - precision:
            self._words.append(self._state % WORD)
            self._state //= WORD
        self._state = (self._state // frequency << precision) + self._state % frequency + start

    def pop(self, cumulative: np.ndarray, precision: int) -> int:
        """A symbol's number."""
        slot = self._state & (1 << precision) - 1
        symbol = int(np.searchsorted(cumulative, slot, "right")) - 1
        start, end = int(cumulative[symbol]), int(cumulative[symbol + 1])
        self._refill((end - start) * (self._state >> precision) + slot - start)
        return symbol

    def push_uniform(self, value: int, count: int) -> None:
        """One of so many alike."""
        state = self._state * count + value
        if state >= 1 << 64:
            self._words.append(state % WORD)
            state //= WORD
        self._state = state

    def pop_uniform(self, count: int) -> int:
        """The inverse."""
        state = self._state
        if state < count * WORD:
            if not self._words:
                raise ValueError("The supply is too small.")
            state = state * WORD + self._words.pop()
        self._state = state // count
        return state % count

    def push_number(self, number: int, bits: int) -> None:
        """E(bits)."""
        number += 1
        length = number.bit_length() - 1
        self.push_uniform(number - (1 << length), 1 << length)
        if length < bits - 1:
            self.push_uniform(0, 2)
        for _ in range(length):
            self.push_uniform(1, 2)

    def _refill(self, state: int) -> None:
        if state < WORD:
            if not self._words:
                raise ValueError("The supply is too small.")
            state = state * WORD + self._words.pop()
        self._state = state


class Coded:
    """Arithmetic on two stacks, of one image at a time."""

    def __init__(self, main: Stack, noise: Stack) -> None:
        self._main, self._noise = main, noise

    def dequantise(self, samples: torch.Tensor, bits: int, center: torch.Tensor | None, spread: torch.Tensor | None) -> torch.Tensor:
        """Pops what is added."""
        if center is None:
            return _each(lambda sample: (sample << bits) + self._main.pop_uniform(1 << bits), samples)
        cumulative = tables.dequantisation(bits)
        return _each(lambda sample, middle, scale: (sample << bits) + self._main.pop(cumulative[scale, middle], 16), samples, center, spread)

    @staticmethod
    def lifted(values: torch.Tensor, sums: torch.Tensor, bits: int) -> torch.Tensor:
        """Rounds."""
        return values + (sums + (1 << bits >> 1) >> bits)

    def scale(self, values: torch.Tensor, factors: torch.Tensor) -> torch.Tensor:
        """The modular scale transform."""
        one = 1 << COEFFICIENT_BITS

        def scaled(value: int, factor: int) -> int:
            if factor == one:
                return value
            whole = value * factor + self._main.pop_uniform(factor)
            self._main.push_uniform(whole % one, one)
            return whole >> COEFFICIENT_BITS

        return _each(scaled, values, factors)

    def draw(self, mean: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        """Pops noise."""
        def drawn(middle: int, own: int) -> int:
            shift, table = _table(own)
            symbol = self._noise.pop(tables.cumulative(table), tables.PRECISION)
            return middle + (symbol - tables.reach_of(table) - 1 << shift) + self._noise.pop_uniform(1 << shift)

        return _each(drawn, mean, level)

    def push(self, values: torch.Tensor, mean: torch.Tensor, level: torch.Tensor) -> None:
        """Pushes values, the last one first."""
        rows = [part.permute(0, 2, 3, 1).flatten().tolist() for part in (values, mean, level)]
        for value, middle, own in reversed(list(zip(*rows, strict=True))):
            shift, table = _table(own)
            cumulative, reach = tables.cumulative(table), tables.reach_of(table)
            distance, last = value - middle, 2 * reach + 1
            symbol = (distance >> shift) + reach + 1
            self._main.push_uniform(distance & (1 << shift) - 1, 1 << shift)
            if symbol <= 0 or symbol >= last:
                self._main.push_number(max(-symbol, symbol - last), tables.ESCAPE_BITS)
                symbol = min(max(symbol, 0), last)
            self._main.push(int(cumulative[symbol]), int(cumulative[symbol + 1] - cumulative[symbol]), tables.PRECISION)


def encode_segment(flow: IntegerFlow, images: list[torch.Tensor], supply: list[int], fed: int) -> list[int]:
    """The payload of a segment: the words of a stack that had a supply, when images [1, 3, H, W] were coded by a flow, for each of which so many words
    are fed to noise."""
    main = Stack(supply)
    noise = Stack([main.pop_uniform(WORD)])
    for image in images:
        for _ in range(fed):
            noise.push_uniform(main.pop_uniform(WORD), WORD)
        main.push_number(fed, COUNT_BITS)
        flow.encode(image, Coded(main, noise))
        main.push(0, (1 << KIND_BITS) - 1, KIND_BITS)
    words = noise.words()
    for word in words:
        main.push_uniform(word, WORD)
    main.push_number(len(words), COUNT_BITS)
    return main.words()


def _table(level: int) -> tuple[int, int]:
    """Low bits, and the level of the table."""
    shift = max(0, level - 64 >> 3)
    return shift, level - 8 * shift


def _each(function, *parts: torch.Tensor) -> torch.Tensor:
    """Applies a function to the elements of tensors of one shape, row by row, column by column, channel by channel."""
    first = parts[0].permute(0, 2, 3, 1)
    rows = [part.expand(parts[0].shape).permute(0, 2, 3, 1).flatten().tolist() for part in parts]
    return torch.tensor([function(*row) for row in zip(*rows, strict=True)]).view(first.shape).permute(0, 3, 1, 2)
