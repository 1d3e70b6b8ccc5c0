using System.IO.Compression;

namespace Tessera.Png;

/// <summary>Reads and writes PNG files.</summary>
/// <remarks>
/// <para>
/// Reading takes every colour type, depth and interlacing. Grey, RGB and alpha samples keep their depth; a palette becomes RGB of 8
/// bits, or RGBA where the file gives its entries an alpha; a transparent colour becomes an alpha channel of 0 and the maximum, for
/// which grey samples of fewer than 8 bits are scaled to 8. An interlaced image is held whole, any other row by row. Chunk order, CRCs
/// and the image data's check value are verified. Bytes after IEND are not read or ignored. An animation is refused.
/// </para>
/// <para>
/// Metadata is kept and written back on the same side of the image data: iCCP, eXIf and XMP as the blocks of
/// <see cref="MetadataKinds"/>, texts as <see cref="TextEntry"/>, every other chunk that stays true when samples are encoded anew as a
/// block of the kind "png:" and its four letters. Left out are chunks that describe the file's own encoding of the samples: PLTE of a
/// true-colour image, hIST, pCAL, and unknown chunks that PNG marks as unsafe to copy.
/// </para>
/// <para>
/// Writing takes grey and RGB with or without straight alpha. Samples of 8 and 16 bits, and of 1, 2 and 4 bits for grey alone, are
/// stored as they are where white is the largest sample. Any other sample v of an image whose white level is w is stored in the next
/// of 8 and 16 bits, whose largest sample is m, as (2vm + w) / 2w without the remainder: rounded, and no two alike. sBIT then says how
/// many bits are significant. Blocks of the kinds of other formats and IPTC records have no place in PNG and are left out.
/// </para>
/// </remarks>
public sealed class PngFormat : IRasterFormat
{
    /// <inheritdoc/>
    public string Name => "PNG";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".png"];

    /// <summary>How hard the writer tries to make files small. The default is <see cref="CompressionLevel.Optimal"/>.</summary>
    public CompressionLevel Compression { get; init; } = CompressionLevel.Optimal;

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> head) => head.StartsWith(PngChunkReader.Signature);

    /// <inheritdoc/>
    public ValueTask<IRasterSource> OpenAsync(Stream stream, RasterLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        return PngSource.OpenAsync(stream, limits, cancellationToken);
    }

    /// <inheritdoc/>
    public IRasterSink Create(Stream stream, string extension = "")
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new PngSink(stream, Compression);
    }
}
