using System.IO.Pipelines;
using Tessera.Container;

namespace Tessera;

/// <summary>Reads Tessera files. It keeps nothing between calls, and may be used by several threads at once.</summary>
public sealed class TesseraDecoder
{
    private readonly TesseraDecoderOptions _options;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">How to decode.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public TesseraDecoder(TesseraDecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Decodes a file, of which a few bands are in memory at any time.</summary>
    /// <param name="source">The file. It is read to its end, and not completed.</param>
    /// <param name="sink">Takes the image. After a failure it is not complete.</param>
    /// <param name="progress">Told after every band, or null.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid, exceeds the limits, or needs a model that is not installed.</exception>
    public Task<DecodeSummary> DecodeAsync(
        PipeReader source, IRasterSink sink, IProgress<CodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        return new DecodePipeline(_options, OpenContainer(source), sink, progress).RunAsync(cancellationToken);
    }

    /// <summary>Decodes a file, of which a few bands are in memory at any time.</summary>
    /// <param name="source">The file, at its start. It need not seek, is read to its end, and stays open.</param>
    /// <param name="sink">Takes the image. After a failure it is not complete.</param>
    /// <param name="progress">Told after every band, or null.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid, exceeds the limits, or needs a model that is not installed.</exception>
    public Task<DecodeSummary> DecodeAsync(
        Stream source, IRasterSink sink, IProgress<CodingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        source.WithPipeAsync(pipe => DecodeAsync(pipe, sink, progress, cancellationToken));

    /// <summary>Decodes a file into memory.</summary>
    /// <param name="source">The file, at its start. It need not seek, is read to its end, and stays open.</param>
    /// <param name="progress">Told after every band, or null.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    /// <returns>The image, the caller's to dispose of.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid, exceeds the limits, or needs a model that is not installed.</exception>
    public async Task<Raster> DecodeToRasterAsync(
        Stream source, IProgress<CodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var sink = new RasterSink(_options.ToRasterLimits());
        await using (sink.ConfigureAwait(false))
        {
            await DecodeAsync(source, sink, progress, cancellationToken).ConfigureAwait(false);
            return sink.TakeRaster();
        }
    }

    /// <summary>Decodes a file and keeps nothing, which checks every byte and every sample of it.</summary>
    /// <param name="source">The file, at its start. It need not seek, is read to its end, and stays open.</param>
    /// <param name="progress">Told after every band, or null.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid, exceeds the limits, or needs a model that is not installed.</exception>
    public async Task<DecodeSummary> VerifyAsync(
        Stream source, IProgress<CodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var sink = new NullRasterSink();
        await using (sink.ConfigureAwait(false))
            return await DecodeAsync(source, sink, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what a file says of itself before its first segment. The models that it needs may be missing.</summary>
    /// <param name="source">The file, at its start. It need not seek, and stays open. It is read up to 512 bytes further than needed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="TesseraFormatException">This part of the file is not valid, or exceeds the limits.</exception>
    public Task<TesseraFileInfo> IdentifyAsync(Stream source, CancellationToken cancellationToken = default) =>
        source.WithSmallPipeAsync(async pipe =>
        {
            var reader = new ImageReader(OpenContainer(pipe), new());
            try
            {
                ContainerHeader header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
                return new TesseraFileInfo(await reader.ReadInfoAsync(cancellationToken).ConfigureAwait(false), header);
            }
            finally
            {
                reader.Abandon();
            }
        });

    /// <summary>
    /// Decodes part of one frame, and reads only the segments that hold it. A damaged segment is an error, whatever
    /// <see cref="TesseraDecoderOptions.Recovery"/> says.
    /// </summary>
    /// <param name="source">The file, which begins at position 0. It must seek, and stays open.</param>
    /// <param name="frame">The frame, from 0.</param>
    /// <param name="region">The part of it, at least one pixel.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    /// <returns>An image of the region's size with one frame and no metadata, the caller's to dispose of.</returns>
    /// <exception cref="ArgumentException">The stream does not seek, or the image has no such frame or region.</exception>
    /// <exception cref="TesseraFormatException">What must be read of the file is not valid, exceeds the limits, or needs a model that is not installed.</exception>
    public async Task<Raster> DecodeRegionAsync(Stream source, int frame, PixelRectangle region, CancellationToken cancellationToken = default)
    {
        SeekableContainer container = await SeekableContainer.OpenAsync(source, _options.Limits, cancellationToken).ConfigureAwait(false);
        ContainerHeader header = container.Header;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)frame, (uint)header.FrameCount, nameof(frame));
        if (region.X < 0 || region.Y < 0 || region.Width < 1 || region.Height < 1
            || region.Width > header.Width - region.X || region.Height > header.Height - region.Y)
        {
            throw new ArgumentOutOfRangeException(
                nameof(region),
                $"The region of {region.Width} x {region.Height} pixels at column {region.X}, row {region.Y} is not within the image of {header.Width} x {header.Height} pixels.");
        }

        var plan = DecodePlan.Create(header, _options.Registry);
        var raster = Raster.Create(new(region.Width, region.Height, plan.Format) { WhiteLevel = header.WhiteLevel });
        try
        {
            var pipeline = new RegionPipeline(plan, container, frame, region, raster.Frames[0].Samples);
            await pipeline.RunAsync(_options.MaxDegreeOfParallelism, cancellationToken).ConfigureAwait(false);
            return raster;
        }
        catch
        {
            raster.Dispose();
            throw;
        }
    }

    private ContainerReader OpenContainer(PipeReader source) => new(source, _options.Limits, _options.Recovery);
}
