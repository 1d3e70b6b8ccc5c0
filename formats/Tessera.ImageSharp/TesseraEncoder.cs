using System.Collections.Immutable;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp;

/// <summary>
/// Encodes ImageSharp's images as Tessera files, without loss. It never changes, and may be used by several threads at once.
/// </summary>
public sealed class TesseraEncoder : ImageEncoder, IImageEncoder
{
    private readonly int _effort = CoreEncoderOptions.DefaultEffort;
    private readonly int? _tileSize;
    private readonly int? _maxDegreeOfParallelism;

    /// <summary>The models to choose from; null for those that the format was registered with, and where it was not, those of the program.</summary>
    public ModelRegistry? Registry { get; init; }

    /// <summary>The ids of the models to use, in the order of preference; empty, the default, for all of the registry.</summary>
    public ImmutableArray<string> ModelIds { get; init; } = [];

    /// <summary>How hard to try: 1 is fastest, 9 smallest; 5 is the default. From 7 on every model is tried on every segment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not 1 to 9.</exception>
    public int Effort
    {
        get => _effort;
        init => _effort = value is >= CoreEncoderOptions.MinEffort and <= CoreEncoderOptions.MaxEffort
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The effort is {CoreEncoderOptions.MinEffort} to {CoreEncoderOptions.MaxEffort}.");
    }

    /// <summary>The side of a tile in pixels, 1 to 16384; null, the default, for what suits the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not 1 to 16384.</exception>
    public int? TileSize
    {
        get => _tileSize;
        init => _tileSize = value is null or (>= 1 and <= TileGrid.MaxTileSize)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The side of a tile is 1 to {TileGrid.MaxTileSize} pixels.");
    }

    /// <summary>
    /// How many segments are coded at the same time; 0 for as many as there are processors, null, the default, for what the image's
    /// configuration says. The file does not depend on it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? MaxDegreeOfParallelism
    {
        get => _maxDegreeOfParallelism;
        init => _maxDegreeOfParallelism = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The degree of parallelism is 0 (automatic) or more.");
    }

    /// <summary>
    /// The pixel type to store. Null, the default, is the image's own, and an image whose pixels a file cannot hold exactly is refused.
    /// An image of another type is converted as ImageSharp converts pixels, which may lose information.
    /// </summary>
    public TesseraPixelType? PixelType { get; init; }

    /// <summary>The metadata to store; all by default. <see cref="ImageEncoder.SkipMetadata"/> stands for none.</summary>
    public TesseraMetadataParts MetadataParts { get; init; } = TesseraMetadataParts.All;

    /// <summary>Encodes an image. The stream need not seek, is written to as the file comes into being, and stays open.</summary>
    /// <typeparam name="TPixel">The image's pixel type.</typeparam>
    /// <param name="image">The image.</param>
    /// <param name="stream">Where to. One that seeks is cut back to what it was before if the encoding fails.</param>
    /// <exception cref="ArgumentException">No model, or none of <see cref="ModelIds"/>, can code the image.</exception>
    /// <exception cref="NotSupportedException">A file cannot hold the image's pixels exactly, and <see cref="PixelType"/> is not set.</exception>
    public new void Encode<TPixel>(Image<TPixel> image, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Encode(image, stream, CancellationToken.None);

    /// <summary>Encodes an image. The stream need not seek, is written to as the file comes into being, and stays open.</summary>
    /// <typeparam name="TPixel">The image's pixel type.</typeparam>
    /// <param name="image">The image. It must neither change nor be disposed of before the task is done.</param>
    /// <param name="stream">Where to. One that seeks is cut back to what it was before if the encoding fails.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>Done when all is written.</returns>
    /// <exception cref="ArgumentException">No model, or none of <see cref="ModelIds"/>, can code the image.</exception>
    /// <exception cref="NotSupportedException">A file cannot hold the image's pixels exactly, and <see cref="PixelType"/> is not set.</exception>
    /// <exception cref="OperationCanceledException">The encoding was cancelled.</exception>
    public new async Task EncodeAsync<TPixel>(Image<TPixel> image, Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(stream);
        var encoder = new CoreEncoder(ToCore(image.Configuration));
        TesseraMetadataParts parts = SkipMetadata ? TesseraMetadataParts.None : MetadataParts;
        var source = new ImageSource<TPixel>(image, Layout<TPixel>(), parts);
        await using (source.ConfigureAwait(false))
        {
            var rollback = StreamRollback.Of(stream);
            try
            {
                await encoder.EncodeAsync(source, stream, null, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                rollback.Apply();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Encode<TPixel>(Image<TPixel> image, Stream stream, CancellationToken cancellationToken) =>
        Task.Run(() => EncodeAsync(image, stream, cancellationToken), CancellationToken.None).GetAwaiter().GetResult();

    private PixelLayout Layout<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (PixelType is { } type)
            return PixelLayouts.Of(type);
        return PixelLayouts.Of<TPixel>() ?? throw new NotSupportedException(
            $"A Tessera file cannot hold {typeof(TPixel).Name} pixels exactly. To store them converted, set {nameof(TesseraEncoder)}.{nameof(PixelType)}, for example to {nameof(TesseraPixelType.Rgba64)}.");
    }

    private CoreEncoderOptions ToCore(Configuration configuration) => new()
    {
        Registry = Registry ?? Models.Of(configuration),
        ModelIds = ModelIds,
        Effort = Effort,
        TileSize = TileSize,
        MaxDegreeOfParallelism = MaxDegreeOfParallelism ?? Models.Threads(configuration),
    };
}
