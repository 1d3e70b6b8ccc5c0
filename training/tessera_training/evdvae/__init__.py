"""Efficient-VDVAE: a very deep hierarchy of latent variables, coded with bits back all at once."""
