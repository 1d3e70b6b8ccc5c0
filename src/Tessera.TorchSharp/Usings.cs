// Both Tessera.Exact and TorchSharp have a type of this name; here a tensor is one of libtorch.
global using Tensor = TorchSharp.torch.Tensor;
