"""The costs of integers against `spec/entropy.md`: the digest of all tables, and the vectors of section 9."""
import re
import unittest

import numpy as np
from support import REPOSITORY

from tessera_training import tables

SPECIFICATION = (REPOSITORY / "spec" / "entropy.md").read_text(encoding="utf-8")


class Vectors(unittest.TestCase):
    """The specification's own."""

    def test_digest_of_all_tables(self):
        self.assertIn(f"logistic  {tables.digest()}", SPECIFICATION)
        self.assertIn(f"Gaussian  {tables.digest(tables.GAUSSIAN)}", SPECIFICATION)

    def test_tables(self):
        vectors = re.findall(r"^table logistic (.*?) => (.*)$", SPECIFICATION, re.MULTILINE)
        self.assertEqual(len(vectors), 3)
        for parameters, result in vectors:
            location, level = (np.array(int(word)) for word in parameters.split())
            _, origin, shift, *expected = (int(word) for word in result.split())
            placement = tables.place(location, level)
            self.assertEqual((int(placement.origin), int(placement.shift)), (origin, shift))
            self.assertEqual(tables.cumulative(int(placement.level), int(placement.fraction))[:-1].tolist(), expected)

    def test_mixtures(self):
        vectors = re.findall(r"^mixture logistic (.*?) => (.*)$", SPECIFICATION, re.MULTILINE)
        self.assertEqual(len(vectors), 4)
        for parameters, result in vectors:
            weight_bits, minimum, maximum, *components, value = parameters.split()
            location, level, weight = np.array([[int(part) for part in component.split(":")] for component in components]).T
            start, frequency = tables.mixture_interval(
                np.array(int(value)), location, level, weight, int(weight_bits), int(minimum), int(maximum))
            self.assertEqual([int(start), int(frequency)], [int(word) for word in result.split()])

    def test_costs(self):
        # A stack on which one value was pushed has grown by its cost, to within a bit of rounding.
        vectors = re.findall(r"^value logistic (.*?) => (.*)$", SPECIFICATION, re.MULTILINE)
        self.assertEqual(len(vectors), 4)
        for parameters, result in vectors:
            location, level, value = (np.array(int(word)) for word in parameters.split())
            words = [int(word, 16) for word in result.split()[3:]]
            state = 2**32 + sum((word + 1) << (32 * i) for i, word in enumerate(words))
            self.assertAlmostEqual(float(tables.bits(value, location, level)), np.log2(float(state)) - 32, delta=0.1)


class Costs(unittest.TestCase):
    """They are those of a code."""

    def test_masses_sum_to_one(self):
        values = np.arange(-300000, 300000)
        for location, level in ((0, 0), (777, 40), (-3200, 55), (64001, 80)):
            cost = tables.bits(values, np.full_like(values, location), np.full_like(values, level))
            self.assertAlmostEqual(float((2.0**-cost).sum()), 1, 4)

    def test_draws_are_of_a_table_s_own_bins(self):
        for location, level in ((0, 0), (-77, 20), (5, 55), (100, 56), (-3000, 90)):
            low, high = (int(end) for end in tables.bins(np.array(location), np.array(level)))
            values = np.arange(low, high + 1)
            drawn = tables.drawn_bits(values, np.full_like(values, location), np.full_like(values, level))
            self.assertAlmostEqual(float(np.exp2(-drawn).sum()), 1)
            more = tables.bits(values, np.full_like(values, location), np.full_like(values, level)) - drawn
            width = 1 << int(tables.place(np.array(location), np.array(level)).shift)
            self.assertTrue((more[width:-width] == 0).all() and (more[:width] >= 1).all() and (more[-width:] >= 1).all())


if __name__ == "__main__":
    unittest.main()
