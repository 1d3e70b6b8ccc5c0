namespace Tessera.Entropy;

/// <summary>What gives bits that are equally likely to be zero or one.</summary>
internal interface IBitSource
{
    /// <summary>Takes bits.</summary>
    /// <param name="count">How many, 0 to 32.</param>
    /// <returns>The bits.</returns>
    uint TakeBits(int count);
}
