namespace Tessera;

/// <summary>How much of a segment's supply bits-back coding has used.</summary>
/// <param name="ByteCount">Bytes of the supply: those that the starter tiles were coded in.</param>
/// <param name="UntouchedByteCount">
/// Bytes of it that nothing was popped from, so that the payload begins with them as they were. They are not lost: they are starter tiles.
/// </param>
public sealed record SupplyUse(int ByteCount, int UntouchedByteCount)
{
    /// <summary>Bytes of the supply that were popped.</summary>
    public int UsedByteCount => ByteCount - UntouchedByteCount;

    /// <summary>
    /// Compares what a bits-back run was given with what it made of it. Popping and pushing again may by chance leave what was there, about once in
    /// 256 times for a byte; so little more may have been used.
    /// </summary>
    internal static SupplyUse Measure(ReadOnlySpan<byte> supply, ReadOnlySpan<byte> payload) =>
        new(supply.Length, supply.CommonPrefixLength(payload));
}
