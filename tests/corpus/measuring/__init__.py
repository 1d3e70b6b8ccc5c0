"""Measures codecs on folders of PNG files."""
