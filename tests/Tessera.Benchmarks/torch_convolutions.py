#!/usr/bin/env python3
"""Prints how many multiplications and additions a second libtorch's float32 convolution does: the shapes of ConvolutionTable.cs, one
thread. Needs Debian's python3-torch."""
import time

import torch

SIDE, LAYERS, REPETITIONS, LEAST = 64, 4, 60, 0.02

torch.set_num_threads(1)
print("kernel\tchannels\tGMAC/s")
for kernel in (1, 3):
    for channels in (32, 48, 64, 96, 128):
        layers = torch.nn.Sequential(
            *(torch.nn.Conv2d(channels, channels, kernel, padding=kernel // 2) for _ in range(LAYERS)))
        tile = torch.randn(1, channels, SIDE, SIDE)
        work = kernel * kernel * channels * channels * LAYERS * SIDE * SIDE
        rates = []
        with torch.inference_mode():
            start = time.perf_counter()
            while time.perf_counter() - start < 0.2:
                layers(tile)
            for _ in range(REPETITIONS):
                runs, start = 0, time.perf_counter()
                while time.perf_counter() - start < LEAST:
                    layers(tile)
                    runs += 1
                rates.append(work * runs / (time.perf_counter() - start) / 1e9)
        print(f"{kernel}x{kernel}\t{channels}\t{max(rates):.1f}", flush=True)
