namespace Tessera.Container;

/// <summary>The constants of the container format.</summary>
public static class ContainerFormat
{
    /// <summary>The largest number of channels.</summary>
    public const int MaxChannels = 4;

    /// <summary>The largest number of bits per sample.</summary>
    public const int MaxBitDepth = 16;

    /// <summary>The largest code of an alpha kind: 0 none, 1 straight, 2 premultiplied.</summary>
    public const int MaxAlphaKind = 2;

    /// <summary>The largest side of a tile in pixels.</summary>
    public const int MaxTileSize = 1 << 14;

    /// <summary>The largest number of tiles in a band.</summary>
    public const int MaxBandTiles = 1 << 20;

    /// <summary>The largest number of pixels of all frames together.</summary>
    public const long MaxPixels = 1L << 62;

    /// <summary>The largest number of models in the model table.</summary>
    public const int MaxModels = 256;

    /// <summary>The longest name of a model, in characters.</summary>
    public const int MaxModelIdLength = 64;

    /// <summary>Bytes of the SHA-256 of a weights file.</summary>
    public const int WeightsHashLength = 32;

    /// <summary>The largest number of runs in a segment.</summary>
    public const int MaxRuns = 256;

    /// <summary>The largest payload of a chunk in bytes: that a whole chunk has a length of 31 bits.</summary>
    public const int MaxPayloadLength = int.MaxValue - ChunkOverhead;

    /// <summary>Bytes of a chunk besides its payload: type, length and CRC.</summary>
    public const int ChunkOverhead = ChunkHeadLength + 4;

    /// <summary>Bytes of the signature and the two version bytes.</summary>
    public const int SignatureLength = 8;

    internal const int ChunkHeadLength = 8;

    /// <summary>The six bytes that every file begins with; the major and minor version follow.</summary>
    public static ReadOnlySpan<byte> Signature => [0xD4, (byte)'T', (byte)'S', (byte)'R', (byte)'A', 0x0A];

    /// <summary>Whether a file that begins with these bytes is a Tessera container, of whatever version.</summary>
    /// <param name="head">The first bytes of the file, at least six.</param>
    /// <returns>Whether they begin with <see cref="Signature"/>.</returns>
    public static bool Matches(ReadOnlySpan<byte> head) => head.StartsWith(Signature);
}
