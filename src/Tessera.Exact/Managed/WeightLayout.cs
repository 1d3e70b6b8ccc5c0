namespace Tessera.Exact.Managed;

/// <summary>How a kernel wants a convolution's weights: block by block, place by place of the kernel, group by group of input channels.</summary>
/// <param name="BlockChannels">Output channels of a block.</param>
/// <param name="Group">Input channels whose weights for one output channel lie side by side.</param>
/// <param name="Multiple">What the number of input channels is rounded up to a multiple of; <paramref name="Group"/> divides it.</param>
/// <param name="IsBytes">Whether weights have 8 bits rather than 16.</param>
internal readonly record struct WeightLayout(int BlockChannels, int Group, int Multiple, bool IsBytes = false)
{
    /// <summary>Pairs of 16-bit weights: what processors multiply and add at once.</summary>
    public static WeightLayout Pairs(int blockChannels) => new(blockChannels, 2, 2);
}
