namespace Tessera.Container;

/// <summary>What a reader refuses, so that a small file cannot ask for much memory or time.</summary>
public sealed record ContainerLimits
{
    /// <summary>The default limits.</summary>
    public static ContainerLimits Default { get; } = new();

    /// <summary>Pixels of all frames together. The default is 2^34, some 17 gigapixels.</summary>
    public long MaxPixels { get; init; } = 1L << 34;

    /// <summary>Samples of one band, all channels: what a decoder holds at once. The default is 2^29, 1 GiB of 16-bit samples.</summary>
    public long MaxBandSamples { get; init; } = 1L << 29;

    /// <summary>Bytes of the header chunk's payload. The default is 64 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 64 << 10;

    /// <summary>Bytes of the payload of one ancillary chunk. The default is 64 MiB.</summary>
    public int MaxAncillaryBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of the payloads of all ancillary chunks together. The default is 128 MiB.</summary>
    public long MaxAncillaryTotal { get; init; } = 128L << 20;

    /// <summary>Bytes of the payload of one segment chunk. The default is 256 MiB.</summary>
    public int MaxSegmentBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of the index chunk's payload. The default is 32 MiB, some four million segments.</summary>
    public int MaxIndexBytes { get; init; } = 32 << 20;

    internal int MaxPayload(ChunkType type)
    {
        int limit = type == ChunkType.Header ? MaxHeaderBytes
            : type == ChunkType.Index ? MaxIndexBytes
            : type.IsCritical ? MaxSegmentBytes
            : MaxAncillaryBytes;
        return Math.Clamp(limit, 0, ContainerFormat.MaxPayloadLength);
    }
}
