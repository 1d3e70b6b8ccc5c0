"""A practical chain in integers, computed exactly as an engine computes it: the operations of `spec/arithmetic.md`.

Latents are integers, as pixels are, and are coded by the tables of `spec/entropy.md`: a location in 1/64 and a scale level select a
table, by which a latent is popped from the stack and pushed on it. The authors cut each latent's range into 1024 bins between the
least and the greatest value of samples. Here all latents have one fixed grid instead, since

- nothing that depends on data or on the size of an image has to be kept: the authors' edges are two million numbers for each latent;
- a bin is as wide as a difference of one that nets see, whatever they were trained for, and the steps of locations and scales are
  known to cost 0.002 bits at most (`spec/entropy.md`, section 4.4);
- a grid no finer than needed asks for fewer bits at the start: each halving of it would add one bit for each element of z1;
- priors have escapes, which make any integer codable, so that there is no range to leave.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch

from ..arithmetic import ACTIVATION, FULL, RECTIFIED, Convolution, Table, depth_to_space, space_to_depth
from ..color import to_integers, to_pixels
from ..simulate import LEVELS, in_scales
from .config import ChainConfig
from .exact import copied_channels, kept_channels


@dataclass(frozen=True)
class Distribution:
    """Of each element [N, C, H, W], or of each channel alike [C, 1, 1]: a logistic distribution over integers."""

    location: torch.Tensor
    """In 1/64."""
    level: torch.Tensor
    """A scale level, 0 to 135."""


class Stack(Protocol):
    """What integers are popped from and pushed on. An encoder draws latents and pushes variables, a decoder undoes this: `put_back` undoes
    `draw`, and `pop` undoes `push`."""

    def draw(self, distribution: Distribution) -> torch.Tensor:
        """Integers of the tables' own bins by their distributions."""

    def put_back(self, values: torch.Tensor, distribution: Distribution) -> None:
        """The same integers."""

    def push(self, values: torch.Tensor, distribution: Distribution) -> None:
        """Any integers."""

    def pop(self, distribution: Distribution) -> torch.Tensor:
        """The same integers."""


@dataclass(frozen=True)
class IntegerNet:
    """From a variable to the distribution of another one, in terms of a first guess."""

    stem: Convolution
    table: Table
    layers: list[tuple[Convolution, Convolution]]
    linear: Convolution
    output: Convolution

    def __call__(self, values: torch.Tensor, copied: list[int]) -> Distribution:
        """`copied`: the channels of `values` that are the first guesses of the first channels; that of the others is 0."""
        read = values.clamp(*ACTIVATION)
        stream = self.table(self.stem(read))
        for first, second in self.layers:
            stream = (stream + second(first(stream.clamp(*RECTIFIED)))).clamp(*ACTIVATION)
        correction, level = self.output(stream.clamp(*RECTIFIED)).chunk(2, 1)
        level = level.clamp(0, LEVELS - 1)
        location = (self.linear(read) + in_scales(correction, level)).clamp(*FULL)
        location[:, :len(copied)] += 64 * read[:, copied]
        return Distribution(location, level)


@dataclass(frozen=True)
class Step:
    """What is done at a level of the chain."""

    below: torch.Tensor
    """The variable below, squeezed if it is to be: [N, C, H, W]."""
    posterior: Distribution
    """Of the latent, by what is below."""
    latent: torch.Tensor
    prior: Distribution
    """Of what is below, by the latent."""


@dataclass(frozen=True)
class IntegerChain:
    """A quantised model; nets by level."""

    config: ChainConfig
    posteriors: list[IntegerNet]
    priors: list[IntegerNet]
    top: Distribution

    def encode(self, pixels: torch.Tensor, stack: Stack) -> list[Step]:
        """Codes grey levels [N, C, H, W], and tells the steps. At each a latent is drawn from its posterior, then what is below it is pushed by
        its prior. At the end the last latent is pushed."""
        values, steps = to_integers(pixels, self.config.color), []
        for index, level in enumerate(self.config.levels):
            below = space_to_depth(values) if level.squeeze else values
            posterior = self.posteriors[index](below, kept_channels(self.config, index))
            values = stack.draw(posterior)
            prior = self.priors[index](values, copied_channels(self.config, index))
            stack.push(below, prior)
            steps.append(Step(below, posterior, values, prior))
        stack.push(values, self.top_of(len(pixels), *values.shape[2:]))
        return steps

    def decode(self, count: int, height: int, width: int, stack: Stack) -> torch.Tensor:
        """The inverse: grey levels of so many images, rows and columns; the stack is then what it was before encoding."""
        divisor = self.config.divisor
        values = stack.pop(self.top_of(count, height // divisor, width // divisor))
        for index in reversed(range(len(self.priors))):
            below = stack.pop(self.priors[index](values, copied_channels(self.config, index)))
            stack.put_back(values, self.posteriors[index](below, kept_channels(self.config, index)))
            values = depth_to_space(below) if self.config.levels[index].squeeze else below
        return to_pixels(values, self.config.color)

    def top_of(self, count: int, height: int, width: int) -> Distribution:
        """The last latent's prior, for so many images, rows and columns of it."""
        return Distribution(*(part.expand(count, -1, height, width) for part in (self.top.location, self.top.level)))
