"""Bit-Swap: a chain of latent variables, coded with bits back one after the other."""
