"""Trains Tessera's neural models, rounds them to integers, and exports them."""
