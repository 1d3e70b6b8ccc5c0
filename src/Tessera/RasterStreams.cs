namespace Tessera;

/// <summary>Gives an image from top to bottom, frame after frame, and never needs all of it at once.</summary>
public interface IRasterSource : IAsyncDisposable
{
    /// <summary>The image, known before the first sample is read.</summary>
    ImageInfo Info { get; }

    /// <summary>What is particular to a frame; asked once, before the frame's first row is read, in order.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The frame.</returns>
    ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default);

    /// <summary>Fills a buffer with the next rows of the current frame, all of it; it is never asked for rows beyond the frame's end.</summary>
    /// <param name="rows">As wide as the image and with its channels; any height.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when all rows are there.</returns>
    /// <exception cref="TesseraFormatException">The content is not valid.</exception>
    ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default);

    /// <summary>Metadata that came after the samples; asked once, when all rows of all frames were read.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The metadata, often empty.</returns>
    ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default);
}

/// <summary>Takes an image from top to bottom, frame after frame. The calls come in the order of the members.</summary>
public interface IRasterSink : IAsyncDisposable
{
    /// <summary>Takes what is known before the first sample.</summary>
    /// <param name="info">The image.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when rows may come.</returns>
    /// <exception cref="NotSupportedException">The sink's format cannot hold such an image; the message says why.</exception>
    ValueTask BeginAsync(ImageInfo info, CancellationToken cancellationToken = default);

    /// <summary>Begins a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the frame's rows may come.</returns>
    ValueTask BeginFrameAsync(FrameInfo frame, CancellationToken cancellationToken = default);

    /// <summary>Takes the next rows of the current frame. The buffer is the caller's again afterwards.</summary>
    /// <param name="rows">As wide as the image and with its channels; any height.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the rows are taken.</returns>
    ValueTask WriteRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default);

    /// <summary>Ends the image. A sink that is disposed without this call has got an incomplete image.</summary>
    /// <param name="trailer">Metadata that came after the samples.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when everything is written.</returns>
    ValueTask CompleteAsync(ImageMetadata trailer, CancellationToken cancellationToken = default);
}

/// <summary>An image file format that the tool reads and writes besides Tessera's own.</summary>
public interface IRasterFormat
{
    /// <summary>The name for messages, such as "PNG".</summary>
    string Name { get; }

    /// <summary>File name extensions with their dot, in lower case, the usual one first.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether a file that begins with these bytes is of this format.</summary>
    /// <param name="head">The first bytes, up to 16.</param>
    /// <returns>Whether they are this format's.</returns>
    bool Matches(ReadOnlySpan<byte> head);

    /// <summary>Reads what comes before the samples.</summary>
    /// <param name="stream">The file, at its start; it need not seek, and stays open.</param>
    /// <param name="limits">What to refuse.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The image.</returns>
    /// <exception cref="TesseraFormatException">The content is not valid or exceeds the limits.</exception>
    ValueTask<IRasterSource> OpenAsync(Stream stream, RasterLimits limits, CancellationToken cancellationToken = default);

    /// <summary>Prepares to write.</summary>
    /// <param name="stream">Where to; it need not seek, and stays open.</param>
    /// <param name="extension">
    /// The extension of the file's name, with its dot, in lower case, for a format with several variants; or empty.
    /// </param>
    /// <returns>The sink.</returns>
    IRasterSink Create(Stream stream, string extension = "");
}

/// <summary>What a reader of image files refuses, so that a small file cannot ask for much memory or time.</summary>
public sealed record RasterLimits
{
    /// <summary>The default limits.</summary>
    public static RasterLimits Default { get; } = new();

    /// <summary>Pixels of all frames together. The default is 2^34, some 17 gigapixels.</summary>
    public long MaxPixels { get; init; } = 1L << 34;

    /// <summary>Bytes that one call may allocate at once because the file says so. The default is 1 GiB.</summary>
    public long MaxAllocation { get; init; } = 1L << 30;

    /// <summary>Bytes of all metadata together. The default is 64 MiB.</summary>
    public long MaxMetadata { get; init; } = 64L << 20;
}
