using System.IO.Pipelines;
using Tessera.Container;

namespace Tessera;

/// <summary>Writes images as Tessera files. It keeps nothing between calls, and may be used by several threads at once.</summary>
public sealed class TesseraEncoder
{
    private readonly TesseraEncoderOptions _options;

    /// <summary>Creates an encoder.</summary>
    /// <param name="options">How to encode.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public TesseraEncoder(TesseraEncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Encodes an image, of which a few bands are in memory at any time.</summary>
    /// <param name="source">The image.</param>
    /// <param name="destination">Where the file goes. It is flushed, and not completed.</param>
    /// <param name="progress">Told after every band, or null.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ArgumentException">No model can code the image, or its metadata do not fit the format.</exception>
    /// <exception cref="TesseraFormatException">The source's content is not valid.</exception>
    /// <exception cref="InvalidOperationException">The source gave a sample that its bit depth cannot hold.</exception>
    /// <exception cref="OperationCanceledException">The encoding was cancelled.</exception>
    public async Task<EncodeSummary> EncodeAsync(
        IRasterSource source, PipeWriter destination, IProgress<CodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        EncodePlan plan = EncodePlan.Create(_options, source.Info);
        using var pipeline = new EncodePipeline(plan, _options.MaxDegreeOfParallelism, source, new ContainerWriter(destination), progress);
        return await pipeline.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Encodes an image, of which a few bands are in memory at any time.</summary>
    /// <param name="source">The image.</param>
    /// <param name="destination">Where the file goes. It need not seek, and stays open.</param>
    /// <param name="progress">Told after every band, or null.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ArgumentException">No model can code the image, or its metadata do not fit the format.</exception>
    /// <exception cref="TesseraFormatException">The source's content is not valid.</exception>
    /// <exception cref="InvalidOperationException">The source gave a sample that its bit depth cannot hold.</exception>
    /// <exception cref="OperationCanceledException">The encoding was cancelled.</exception>
    public async Task<EncodeSummary> EncodeAsync(
        IRasterSource source, Stream destination, IProgress<CodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        PipeWriter pipe = PipeWriter.Create(destination, new StreamPipeWriterOptions(leaveOpen: true));
        try
        {
            EncodeSummary summary = await EncodeAsync(source, pipe, progress, cancellationToken).ConfigureAwait(false);
            await pipe.CompleteAsync().ConfigureAwait(false);
            return summary;
        }
        catch (Exception e)
        {
            await pipe.CompleteAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Encodes an image in memory.</summary>
    /// <param name="raster">The image.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">No model can code the image, or its metadata do not fit the format.</exception>
    /// <exception cref="InvalidOperationException">A sample has more bits than the image's bit depth.</exception>
    /// <exception cref="OperationCanceledException">The encoding was cancelled.</exception>
    public async Task<byte[]> EncodeToArrayAsync(Raster raster, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using var file = new MemoryStream();
        IRasterSource source = raster.AsSource();
        await using (source.ConfigureAwait(false))
            await EncodeAsync(source, file, null, cancellationToken).ConfigureAwait(false);
        return file.ToArray();
    }
}
