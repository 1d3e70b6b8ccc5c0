using Tessera.Exact;

namespace Tessera.Models;

/// <summary>Tensors of one block, kept for the next one of the same shape.</summary>
internal sealed class TensorShelf
{
    private readonly Dictionary<long, Stack<ExactTensor>> _tensors = [];

    public ExactTensor Take(int height, int width, int channels) =>
        _tensors.TryGetValue(Key(height, width, channels), out Stack<ExactTensor>? kept) && kept.TryPop(out ExactTensor? tensor)
            ? tensor
            : new(1, height, width, channels);

    public void Return(ExactTensor tensor)
    {
        long key = Key(tensor.Height, tensor.Width, tensor.Channels);
        if (!_tensors.TryGetValue(key, out Stack<ExactTensor>? kept))
            _tensors.Add(key, kept = []);
        kept.Push(tensor);
    }

    // A block's sides are at most 256, and its channels fewer than 2^32.
    private static long Key(int height, int width, int channels) => ((long)height << 48) | ((long)width << 32) | (uint)channels;
}
