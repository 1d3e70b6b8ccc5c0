using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp;

/// <summary>
/// Decodes Tessera files into ImageSharp's images. It keeps nothing between calls, and may be used by several threads at once.
/// </summary>
/// <remarks>
/// Its exceptions are ImageSharp's: <see cref="InvalidImageContentException"/> for a file that is damaged, exceeds a limit, or needs a
/// model that is not there; <see cref="NotSupportedException"/> for channels that no pixel type of ImageSharp has.
/// </remarks>
public sealed class TesseraDecoder : SpecializedImageDecoder<TesseraDecoderOptions>, IImageDecoder, ISpecializedImageDecoder<TesseraDecoderOptions>
{
    private TesseraDecoder()
    {
    }

    /// <summary>The one instance.</summary>
    public static TesseraDecoder Instance { get; } = new();

    /// <summary>Decodes an image of the caller's pixel type. The stream is read as it comes, and need not seek.</summary>
    /// <typeparam name="TPixel">The pixel type; pixels of another one are converted as ImageSharp converts them.</typeparam>
    /// <param name="options">How to decode.</param>
    /// <param name="stream">The file. It stays open.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    /// <returns>The image.</returns>
    /// <exception cref="InvalidImageContentException">The file is not valid, exceeds a limit, or needs a model that is not there.</exception>
    /// <exception cref="NotSupportedException">ImageSharp has no pixel type with the image's channels.</exception>
    /// <exception cref="OperationCanceledException">The decoding was cancelled.</exception>
    public new Task<Image<TPixel>> DecodeAsync<TPixel>(DecoderOptions options, Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel> => DecodeAsync<TPixel>(CreateDefaultSpecializedOptions(options), stream, cancellationToken);

    /// <inheritdoc cref="DecodeAsync{TPixel}(DecoderOptions, Stream, CancellationToken)"/>
    public new async Task<Image<TPixel>> DecodeAsync<TPixel>(TesseraDecoderOptions options, Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel> image = await DecodeCoreAsync<TPixel>(options, stream, cancellationToken).ConfigureAwait(false);
        return await base.DecodeAsync<TPixel>(options, new ResultStream(image), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Decodes an image of the pixel type that the file was stored from. The stream is read as it comes, and need not seek.</summary>
    /// <param name="options">How to decode.</param>
    /// <param name="stream">The file. It stays open.</param>
    /// <param name="cancellationToken">Ends the decoding.</param>
    /// <returns>The image.</returns>
    /// <exception cref="InvalidImageContentException">The file is not valid, exceeds a limit, or needs a model that is not there.</exception>
    /// <exception cref="NotSupportedException">ImageSharp has no pixel type with the image's channels.</exception>
    /// <exception cref="OperationCanceledException">The decoding was cancelled.</exception>
    public new Task<Image> DecodeAsync(DecoderOptions options, Stream stream, CancellationToken cancellationToken = default) =>
        DecodeAsync(CreateDefaultSpecializedOptions(options), stream, cancellationToken);

    /// <inheritdoc cref="DecodeAsync(DecoderOptions, Stream, CancellationToken)"/>
    public new async Task<Image> DecodeAsync(TesseraDecoderOptions options, Stream stream, CancellationToken cancellationToken = default)
    {
        Image image = await DecodeCoreAsync(options, stream, cancellationToken).ConfigureAwait(false);
        return await base.DecodeAsync(options, new ResultStream(image), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Reads what a file says of itself, and no tile. The models that it needs may be missing.</summary>
    /// <param name="options">How to read.</param>
    /// <param name="stream">The file. It is read up to 512 bytes further than needed, and stays open.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What it says. The number of frames is in <see cref="TesseraMetadata.FrameCount"/>.</returns>
    /// <exception cref="InvalidImageContentException">This part of the file is not valid, or exceeds a limit.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public new async Task<SharpImageInfo> IdentifyAsync(DecoderOptions options, Stream stream, CancellationToken cancellationToken = default)
    {
        SharpImageInfo info = await IdentifyCoreAsync(CreateDefaultSpecializedOptions(options), stream, cancellationToken).ConfigureAwait(false);
        return await base.IdentifyAsync(options, new ResultStream(info), CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override TesseraDecoderOptions CreateDefaultSpecializedOptions(DecoderOptions options) => new() { GeneralOptions = options };

    /// <inheritdoc/>
    protected override Image<TPixel> Decode<TPixel>(TesseraDecoderOptions options, Stream stream, CancellationToken cancellationToken) =>
        stream is ResultStream { Result: Image<TPixel> image }
            ? image
            : Wait(() => DecodeCoreAsync<TPixel>(options, stream, cancellationToken));

    /// <inheritdoc/>
    protected override Image Decode(TesseraDecoderOptions options, Stream stream, CancellationToken cancellationToken) =>
        stream is ResultStream { Result: Image image }
            ? image
            : Wait(() => DecodeCoreAsync(options, stream, cancellationToken));

    /// <inheritdoc/>
    protected override SharpImageInfo Identify(DecoderOptions options, Stream stream, CancellationToken cancellationToken) =>
        stream is ResultStream { Result: SharpImageInfo info }
            ? info
            : Wait(() => IdentifyCoreAsync(CreateDefaultSpecializedOptions(options), stream, cancellationToken));

    private static async Task<Image<TPixel>> DecodeCoreAsync<TPixel>(TesseraDecoderOptions options, Stream stream, CancellationToken cancellationToken)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Configuration configuration = options.GeneralOptions.Configuration;
        return (Image<TPixel>)await DecodeCoreAsync(
            options, stream, (layout, width, height) => new PixelTarget<TPixel>(configuration, width, height, layout), cancellationToken).ConfigureAwait(false);
    }

    private static Task<Image> DecodeCoreAsync(TesseraDecoderOptions options, Stream stream, CancellationToken cancellationToken)
    {
        Configuration configuration = options.GeneralOptions.Configuration;
        return DecodeCoreAsync(options, stream, (layout, width, height) => layout.CreateTarget(configuration, width, height), cancellationToken);
    }

    private static async Task<Image> DecodeCoreAsync(
        TesseraDecoderOptions options, Stream stream, Func<PixelLayout, int, int, PixelTarget> createTarget, CancellationToken cancellationToken)
    {
        var decoder = new CoreDecoder(options.ToCore());
        var sink = new ImageSink(createTarget, options.GeneralOptions.SkipMetadata);
        await using (sink.ConfigureAwait(false))
        {
            DecodeSummary summary = await WithSharpExceptionsAsync(() => decoder.DecodeAsync(stream, sink, null, cancellationToken)).ConfigureAwait(false);
            sink.Image.Metadata.GetTesseraMetadata().FrameCount = summary.Header.FrameCount;
            ScaleToTargetSize(options.GeneralOptions, sink.Image);
            return sink.TakeImage();
        }
    }

    private static async Task<SharpImageInfo> IdentifyCoreAsync(TesseraDecoderOptions options, Stream stream, CancellationToken cancellationToken)
    {
        var decoder = new CoreDecoder(new() { Registry = ModelRegistry.Empty, Limits = options.Limits });
        TesseraFileInfo file = await WithSharpExceptionsAsync(() => decoder.IdentifyAsync(stream, cancellationToken)).ConfigureAwait(false);
        var metadata = new SharpMetadata();
        MetadataReader.ToImage(file.Info, options.GeneralOptions.SkipMetadata, metadata);
        PixelTypeInfo pixel = PixelLayouts.For(file.Info)?.Info ?? new(file.Info.Format.Channels * file.Info.Format.BitDepth);
        return new(pixel, new(file.Info.Width, file.Info.Height), metadata);
    }

    private static async Task<T> WithSharpExceptionsAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (TesseraFormatException e)
        {
            throw new InvalidImageContentException(e.Message, e);
        }
        catch (InvalidMemoryOperationException e)
        {
            throw new InvalidImageContentException($"The image is larger than the memory allocator of the configuration allows: {e.Message}", e);
        }
    }

    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    /// <summary>
    /// Carries a result through the base class, which alone can note by which format it was decoded, and gives nothing to others than
    /// its own methods.
    /// </summary>
    private sealed class ResultStream(object result) : MemoryStream([], writable: false)
    {
        public object Result => result;
    }
}
