"""DenseFlow: flows that augment an image with noise on its way, as codecs exact to the bit: `spec/denseflow.md`."""
