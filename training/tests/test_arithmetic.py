"""The exact operations against the vectors of `spec/arithmetic.md`, section 8, and against plain integer computations."""
import math
import random
import re
import unittest

import torch
from support import REPOSITORY

from tessera_training import arithmetic
from tessera_training.arithmetic import ACTIVATION, Convolution, Normalization, requantise

BLOCKS = re.findall(r"```text\n(.*?)```", (REPOSITORY / "spec" / "arithmetic.md").read_text(encoding="utf-8"), re.DOTALL)


def named(block: str) -> dict[str, torch.Tensor]:
    """Lines of a name and numbers."""
    return {name: torch.tensor([int(word) for word in rest.split()]) for name, rest in
            (line.split(maxsplit=1) for line in block.strip().splitlines())}


def tile(elements: torch.Tensor, side: int) -> torch.Tensor:
    """Elements in the order row, column, channel as one tile."""
    return elements.reshape(1, side, side, -1).permute(0, 3, 1, 2)


class Vectors(unittest.TestCase):
    """The specification's own."""

    def test_requantisation(self):
        lines = [[int(word) for word in line.replace(":", "").split()] for line in BLOCKS[0].strip().splitlines()]
        self.assertEqual(len(lines), 20)
        sums, shift, multiplier, expected = torch.tensor(lines).unbind(1)
        self.assertEqual(requantise(sums, shift, multiplier).tolist(), expected.tolist())

    def test_convolution(self):
        vectors = named(BLOCKS[1])
        for name, replicate in (("zero", False), ("replicate", True)):
            convolution = Convolution(
                vectors["weight"].reshape(1, 3, 3, 2), torch.tensor([1000]), torch.tensor([8]), torch.tensor([20000]), ACTIVATION,
                replicate)
            convolution.check()
            self.assertEqual(convolution(tile(vectors["input"], 3)).flatten().tolist(), vectors[name].tolist())

    def test_group_normalisation(self):
        vectors = named(BLOCKS[2])
        normalization = Normalization(vectors["gain"], vectors["offset"], 2, ACTIVATION)
        output = normalization(tile(vectors["input"], 2))
        self.assertEqual(output.permute(0, 2, 3, 1).flatten().tolist(), vectors["output"].tolist())


class Operations(unittest.TestCase):
    """Against other ways to compute the same."""

    def test_sums_in_float64_are_exact(self):
        generator = torch.Generator().manual_seed(1)
        for replicate in (False, True):
            convolution = Convolution(
                torch.randint(-127, 128, (5, 3, 3, 300), generator=generator), torch.randint(-(2**28), 2**28, (5,), generator=generator),
                torch.full((5,), 10), torch.full((5,), 3000), ACTIVATION, replicate)
            convolution.check()
            values = torch.randint(-2047, 2048, (2, 300, 5, 4), generator=generator)
            self.assertTrue(torch.equal(convolution.sums(values), convolution.plain_sums(values)))

    def test_weights_that_may_overflow_are_refused(self):
        extreme = Convolution(
            torch.full((1, 1, 1, 8191), 127), torch.tensor([2**25]), torch.tensor([0]), torch.tensor([1]), ACTIVATION, False)
        with self.assertRaises(ValueError):
            extreme.check()

    def test_roots(self):
        chooser = random.Random(2)
        values = [0, 1, 2, 3, 4, 2**62 - 1] + [chooser.randrange(2**31) ** 2 + d for _ in range(200) for d in (-1, 0, 1)]
        values = [value for value in values if value >= 0]
        roots = arithmetic.integer_root(torch.tensor(values))
        self.assertEqual(roots.tolist(), [math.isqrt(value) for value in values])

    def test_space_to_depth(self):
        values = torch.arange(2 * 3 * 4 * 6).reshape(2, 3, 4, 6)
        deep = arithmetic.space_to_depth(values)
        self.assertEqual(int(deep[1, 4 * 2 + 2 * 1 + 0, 1, 2]), int(values[1, 2, 3, 4]))
        self.assertTrue(torch.equal(deep, torch.nn.functional.pixel_unshuffle(values.double(), 2).long()))
        self.assertTrue(torch.equal(arithmetic.depth_to_space(deep), values))

    def test_wrapping(self):
        self.assertEqual(arithmetic.wrap(torch.tensor([32768, -32769, 5, 65536])).tolist(), [-32768, 32767, 5, 0])


if __name__ == "__main__":
    unittest.main()
