"""The discretised logistic distribution, in floating point."""
from __future__ import annotations

import torch
from torch.nn import functional

GRID = 256
"""Variables are multiples of 1 / GRID."""


def log_probability(value: torch.Tensor, mean: torch.Tensor, log_scale: torch.Tensor) -> torch.Tensor:
    """The natural logarithm of the mass that a logistic distribution has in the bin of width 1 / GRID around a value.

    With the bin's ends a < b in scales from the mean, the mass sigmoid(b) - sigmoid(a) is sigmoid(b) sigmoid(-a) (1 - e^(a - b)), of
    which no factor loses digits, however far in a tail.
    """
    inverse = torch.exp(-log_scale)
    lower = (value - mean - 0.5 / GRID) * inverse
    width = inverse / GRID
    return functional.logsigmoid(lower + width) + functional.logsigmoid(-lower) + torch.log(-torch.expm1(-width))


def mixture_log_probability(
        value: torch.Tensor, means: torch.Tensor, log_scales: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """The same for a mixture, whose components are along the last dimension of its parameters."""
    parts = log_probability(value.unsqueeze(-1), means, log_scales)
    return torch.logsumexp(parts + torch.log_softmax(logits, -1), -1)


def logistic_noise(like: torch.Tensor) -> torch.Tensor:
    """Numbers of the logistic distribution of mean 0 and scale 1, in the shape of a tensor."""
    uniform = torch.rand_like(like).clamp(1e-6, 1 - 1e-6)
    return torch.log(uniform) - torch.log1p(-uniform)


def logistic_density(value: torch.Tensor, mean: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """The natural logarithm of the logistic density."""
    standard = (value - mean) / scale
    return functional.logsigmoid(standard) + functional.logsigmoid(-standard) - torch.log(scale)
