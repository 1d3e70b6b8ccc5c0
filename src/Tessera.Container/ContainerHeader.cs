using System.Buffers;
using System.Collections.Immutable;

namespace Tessera.Container;

/// <summary>The content of the HEAD chunk: what the image is, how it is cut, and which models coded it.</summary>
public sealed record ContainerHeader
{
    internal const int DefaultChannels = 3;
    internal const int DefaultBitDepth = 8;
    internal const int DefaultTileSize = 256;

    private readonly int _whiteLevel;

    /// <summary>Width in pixels, at least 1.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels, at least 1.</summary>
    public required int Height { get; init; }

    /// <summary>Channels, 1 to 4; alpha counts. The default is 3.</summary>
    public int Channels { get; init; } = DefaultChannels;

    /// <summary>Bits per sample, 1 to 16. The default is 8.</summary>
    public int BitDepth { get; init; } = DefaultBitDepth;

    /// <summary>What the last channel is: 0 colour, 1 straight alpha, 2 premultiplied alpha. The default is 0.</summary>
    public int AlphaKind { get; init; }

    /// <summary>The side of a tile in pixels, 1 to <see cref="ContainerFormat.MaxTileSize"/>. The default is 256.</summary>
    public int TileSize { get; init; } = DefaultTileSize;

    /// <summary>Rows of tiles in a band, at least 1; more than the image has means all. The default is 1.</summary>
    public int BandRows { get; init; } = 1;

    /// <summary>Frames, at least 1. The default is 1.</summary>
    public int FrameCount { get; init; } = 1;

    /// <summary>The sample value of full intensity, 1 to 2^<see cref="BitDepth"/> - 1, which is the default.</summary>
    public int WhiteLevel
    {
        get => _whiteLevel == 0 ? (1 << BitDepth) - 1 : _whiteLevel;
        init => _whiteLevel = value;
    }

    /// <summary>The model table, 1 to <see cref="ContainerFormat.MaxModels"/> entries, none twice.</summary>
    /// <remarks>Segments refer to models by their place in it.</remarks>
    public required ImmutableArray<ModelReference> Models { get; init; }

    /// <summary>The version of the file. A writer writes the current one only.</summary>
    public FormatVersion Version { get; init; } = FormatVersion.Current;

    /// <summary>Tiles of one frame, if the header is valid.</summary>
    public long TilesPerFrame => new TileLayout(this).TilesPerFrame;

    /// <summary>Tiles of all frames, if the header is valid.</summary>
    public long TileCount => new TileLayout(this).TileCount;

    /// <summary>Reads the payload of a HEAD chunk.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="version">The file's version; unknown keys are ignored if its minor part is above the current one.</param>
    /// <param name="offset">The payload's offset in the file, for messages.</param>
    /// <returns>The header, all of it in range.</returns>
    /// <exception cref="TesseraFormatException">The payload is not a valid, canonical header.</exception>
    public static ContainerHeader Parse(ReadOnlySpan<byte> payload, FormatVersion version, long offset = 0) =>
        HeaderCodec.Read(payload, version, offset);

    /// <summary>Writes the payload of a HEAD chunk: canonical MessagePack.</summary>
    /// <returns>The payload.</returns>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public byte[] ToPayload()
    {
        Validate();
        var output = new ArrayBufferWriter<byte>();
        HeaderCodec.Write(this, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which.</exception>
    public void Validate()
    {
        if (FindFault() is { } fault)
            throw new ArgumentException(fault);
    }

    /// <summary>Compares all fields, and the models one by one.</summary>
    /// <param name="other">The other header.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(ContainerHeader? other) =>
        other is not null && Width == other.Width && Height == other.Height && Channels == other.Channels && BitDepth == other.BitDepth &&
        AlphaKind == other.AlphaKind && TileSize == other.TileSize && BandRows == other.BandRows && FrameCount == other.FrameCount &&
        WhiteLevel == other.WhiteLevel && Version == other.Version && Models.AsSpan().SequenceEqual(other.Models.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Width, Height, Channels, BitDepth, AlphaKind, TileSize, FrameCount);

    internal string? FindFault()
    {
        if (Width < 1 || Height < 1)
            return $"The image is {Width} x {Height} pixels; both must be at least 1";
        if (Channels is < 1 or > ContainerFormat.MaxChannels)
            return $"The image has {Channels} channels; it may have 1 to {ContainerFormat.MaxChannels}";
        if (BitDepth is < 1 or > ContainerFormat.MaxBitDepth)
            return $"The samples have {BitDepth} bits; they may have 1 to {ContainerFormat.MaxBitDepth}";
        if (AlphaKind is < 0 or > ContainerFormat.MaxAlphaKind)
            return $"The alpha kind is {AlphaKind}; it may be 0 to {ContainerFormat.MaxAlphaKind}";
        if (AlphaKind != 0 && Channels == 1)
            return "The only channel is alpha; an image needs another";
        if (WhiteLevel < 1 || WhiteLevel >= 1 << BitDepth)
            return $"The white level is {WhiteLevel}; it may be 1 to {(1 << BitDepth) - 1}";
        if (TileSize is < 1 or > ContainerFormat.MaxTileSize)
            return $"The tile size is {TileSize}; it may be 1 to {ContainerFormat.MaxTileSize}";
        if (BandRows < 1)
            return $"A band has {BandRows} rows of tiles; it must have at least 1";
        if (FrameCount < 1)
            return $"The image has {FrameCount} frames; it must have at least 1";
        if ((UInt128)(ulong)Width * (ulong)Height * (ulong)FrameCount > (ulong)ContainerFormat.MaxPixels)
            return $"The image has more than {ContainerFormat.MaxPixels} pixels";
        if (new TileLayout(this).MaxTilesInBand > ContainerFormat.MaxBandTiles)
            return $"A band has more than {ContainerFormat.MaxBandTiles} tiles";
        return FindModelFault();
    }

    private string? FindModelFault()
    {
        if (Models.IsDefaultOrEmpty || Models.Length > ContainerFormat.MaxModels)
            return $"The model table has {(Models.IsDefault ? 0 : Models.Length)} entries; it may have 1 to {ContainerFormat.MaxModels}";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (ModelReference model in Models)
        {
            if (model.FindFault() is { } fault)
                return fault;
            if (!seen.Add(model.ToString()))
                return $"The model table names {model} twice";
        }

        return null;
    }
}
