"""The float model of a configuration, whatever its form."""
from __future__ import annotations

from .config import ChainConfig
from .exact import ExactChain
from .published import PublishedChain

Chain = PublishedChain | ExactChain


def create(config: ChainConfig) -> Chain:
    """A new model."""
    return ExactChain(config) if config.form == "exact" else PublishedChain(config)


def parameter_count(chain: Chain) -> int:
    """How many numbers are learnt."""
    return sum(parameter.numel() for parameter in chain.parameters())
