using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Tessera.Container;

/// <summary>What every file begins with: signature, version and the HEAD chunk, whose CRC covers all of it.</summary>
internal static class Preamble
{
    /// <summary>Reads it.</summary>
    /// <param name="bytes">What is there of the file, from its start.</param>
    /// <param name="isFinal">Whether the file has no more.</param>
    /// <param name="limits">What to refuse.</param>
    /// <param name="header">The header.</param>
    /// <param name="chunk">The HEAD chunk.</param>
    /// <returns>Whether it is there; if not, more bytes are needed.</returns>
    /// <exception cref="TesseraFormatException">It is not valid, or of another major version.</exception>
    public static bool TryRead(
        in ReadOnlySequence<byte> bytes,
        bool isFinal,
        ContainerLimits limits,
        [NotNullWhen(true)] out ContainerHeader? header,
        out ChunkFrame chunk)
    {
        header = null;
        chunk = default;
        Span<byte> start = stackalloc byte[ContainerFormat.SignatureLength];
        start = start[..(int)Math.Min(bytes.Length, start.Length)];
        bytes.Slice(0, start.Length).CopyTo(start);
        CheckSignature(start, isFinal);
        if (start.Length < ContainerFormat.SignatureLength)
            return false;
        var version = new FormatVersion(start[^2], start[^1]);
        if (version.Major != FormatVersion.Current.Major)
        {
            throw new TesseraFormatException(
                $"The file is of version {version}; this reader reads version {FormatVersion.Current.Major} only",
                ContainerFormat.SignatureLength - 2);
        }

        chunk = ReadChunk(bytes.Slice(ContainerFormat.SignatureLength), isFinal, limits, Crc32C.Append(0, start));
        if (chunk.Status == ChunkStatus.Incomplete)
            return false;
        const int PayloadStart = ContainerFormat.SignatureLength + ContainerFormat.ChunkHeadLength;
        header = ContainerHeader.Parse(bytes.Slice(PayloadStart, chunk.PayloadLength).ToArray(), version, PayloadStart);
        CheckLimits(header, limits);
        return true;
    }

    private static void CheckSignature(ReadOnlySpan<byte> start, bool isFinal)
    {
        int common = start.CommonPrefixLength(ContainerFormat.Signature);
        if (common < Math.Min(start.Length, ContainerFormat.Signature.Length))
            throw new TesseraFormatException("This is not a Tessera file: its first bytes are others", common);
        if (isFinal && start.Length < ContainerFormat.SignatureLength)
        {
            throw new TesseraFormatException(
                start.IsEmpty ? "The file is empty" : "The file ends within the signature", start.Length);
        }
    }

    private static ChunkFrame ReadChunk(in ReadOnlySequence<byte> bytes, bool isFinal, ContainerLimits limits, uint crc)
    {
        // Before the CRC is known to be right: a wrong type may have a length that is not worth waiting for.
        ChunkFrame head = ChunkFrame.ReadHead(bytes, isFinal, limits);
        if (head.Status == ChunkStatus.Whole && head.Type != ChunkType.Header)
            throw new TesseraFormatException($"The first chunk is of type {head.Type}; it must be HEAD", ContainerFormat.SignatureLength);
        ChunkFrame chunk = ChunkFrame.Read(bytes, isFinal, limits, crc);
        return chunk.Status != ChunkStatus.Broken
            ? chunk
            : throw new TesseraFormatException(chunk.Fault!, ContainerFormat.SignatureLength + chunk.FaultPosition);
    }

    private static void CheckLimits(ContainerHeader header, ContainerLimits limits)
    {
        long pixels = (long)header.Width * header.Height * header.FrameCount;
        if (pixels > limits.MaxPixels)
            throw Exceeded($"The image has {pixels} pixels; the limit is {limits.MaxPixels}");
        long bandHeight = Math.Min(header.Height, (long)header.BandRows * header.TileSize);
        UInt128 bandSamples = (UInt128)(ulong)bandHeight * (ulong)header.Width * (ulong)header.Channels;
        if (bandSamples > (ulong)Math.Max(limits.MaxBandSamples, 0))
            throw Exceeded($"A band has {bandSamples} samples; the limit is {limits.MaxBandSamples}");
    }

    private static TesseraFormatException Exceeded(string message) => new(message, ContainerFormat.SignatureLength);
}
