namespace Tessera.Netpbm;

/// <summary>Reads and writes the Netpbm formats PBM, PGM, PPM and PAM.</summary>
/// <remarks>
/// <para>
/// Reading takes P1 to P6, plain and binary, and P7 with one to four samples a pixel and any maximum from 1 to 65535: the samples get
/// as many bits as the maximum needs, and the maximum is the white level. The last sample of the tuple types that end in _ALPHA is
/// straight alpha. PBM's bits are 1 for black; they become samples of 1 bit of which, as everywhere else, 1 is white. A sample above the
/// maximum is an error, and so is anything but white space after the image: of a file with several images none would be read but the
/// first. The header's comments become one text with the keyword "Comment"; a tuple type that is none of the usual is kept.
/// </para>
/// <para>
/// Writing is binary, in the variant that the extension names: .pbm for one channel of 1 bit, .pgm for one channel, .ppm for three,
/// .pnm for the smallest of these, .pam for any image; without an extension as .pnm where that can hold the image, else as .pam. The
/// maximum is the white level. Texts with the keyword "Comment" become comments; other metadata has no place in Netpbm and is left out.
/// </para>
/// </remarks>
public sealed class NetpbmFormat : IRasterFormat
{
    /// <inheritdoc/>
    public string Name => "Netpbm";

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".pnm", ".pbm", ".pgm", ".ppm", ".pam"];

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> head) =>
        head.Length >= 3 && head[0] == 'P' && head[1] is >= (byte)'1' and <= (byte)'7' && (ByteReader.IsWhiteSpace(head[2]) || head[2] == '#');

    /// <inheritdoc/>
    public ValueTask<IRasterSource> OpenAsync(Stream stream, RasterLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        return NetpbmSource.OpenAsync(stream, limits, cancellationToken);
    }

    /// <inheritdoc/>
    public IRasterSink Create(Stream stream, string extension = "")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(extension);
        return new NetpbmSink(stream, extension);
    }
}
