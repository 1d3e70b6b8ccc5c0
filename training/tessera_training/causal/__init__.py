"""Causal models: each pixel from the pixels before it, by recursive least squares and a small network. `spec/causal.md` specifies them."""
