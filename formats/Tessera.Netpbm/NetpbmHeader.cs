namespace Tessera.Netpbm;

/// <summary>What a Netpbm header says.</summary>
/// <param name="Variant">The digit after the P, 1 to 7.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Samples of a pixel.</param>
/// <param name="MaxValue">The sample value of full intensity, 1 to 65535.</param>
internal sealed record NetpbmHeader(int Variant, int Width, int Height, int Channels, int MaxValue)
{
    /// <summary>PAM's tuple type, or null.</summary>
    public string? TupleType { get; init; }

    /// <summary>The comments' lines.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether samples are decimal numbers.</summary>
    public bool IsPlain => Variant <= 3;

    /// <summary>Whether samples are bits of which 1 is black.</summary>
    public bool IsBitmap => Variant is 1 or 4;

    /// <summary>Bits of a sample in a binary file.</summary>
    public int StoredBits => IsBitmap ? 1 : MaxValue > byte.MaxValue ? 16 : 8;

    /// <summary>Bytes of a row in a binary file.</summary>
    public long RowBytes => (((long)Width * Channels * StoredBits) + 7) / 8;
}
