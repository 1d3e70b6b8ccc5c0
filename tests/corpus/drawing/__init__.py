"""Draws the non-photographic test images. Each module yields (name, image) pairs for one half of the set."""
