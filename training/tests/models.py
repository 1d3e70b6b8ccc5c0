"""Small models for tests."""
import torch
from support import TRAINING  # noqa: F401

from tessera_training.config import PRESETS
from tessera_training.idf import Flow
from tessera_training.quantize import quantise
from tessera_training.simulate import IntegerFlow


def smooth_pixels(count: int, side: int, seed: int) -> torch.Tensor:
    """Pictures that look a little like photographs: smooth colours with noise; uint8 [N, 3, side, side]."""
    generator = torch.Generator().manual_seed(seed)
    coarse = 255 * torch.rand(count, 3, 4, 4, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, side, mode="bicubic", align_corners=False)
    return (smooth + 4 * torch.randn(smooth.shape, generator=generator)).round().clamp(0, 255).to(torch.uint8)


def random_flow(name: str, seed: int) -> Flow:
    """A preset whose parameters are as if trained: nothing is zero, and nets have some effect."""
    torch.manual_seed(seed)
    flow = Flow(PRESETS[name], seed)
    with torch.no_grad():
        for module in flow.modules():
            if isinstance(module, torch.nn.GroupNorm):
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_(0, 0.3)
        for parameter in flow.parameters():
            if parameter.ndim == 0:
                parameter.uniform_(0.3, 1)
        flow.top.means.add_(0.1 * torch.randn_like(flow.top.means))
        flow.top.logits.normal_()
    return flow


def random_integer_flow(name: str, seed: int) -> tuple[Flow, IntegerFlow]:
    """The same, with its quantisation."""
    flow = random_flow(name, seed)
    return flow, quantise(flow, smooth_pixels(8, 32, seed))
