using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Files;

namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>A picture to measure on, in every form that a program may take it in.</summary>
internal sealed class Picture
{
    private const int BufferSize = 1 << 16;

    private readonly FormatCatalog _formats;
    private readonly string _stem;

    private Picture(string name, ImageInfo info, FormatCatalog formats, string stem)
    {
        Name = name;
        Info = info;
        _formats = formats;
        _stem = stem;
    }

    /// <summary>What the results call it.</summary>
    public string Name { get; }

    /// <summary>Its size and format; without metadata.</summary>
    public ImageInfo Info { get; }

    /// <summary>Converts a file.</summary>
    /// <param name="path">A PNG or Netpbm file.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="formats">The formats.</param>
    /// <param name="folder">Where the converted files go; they stay there.</param>
    /// <param name="interchanges">What they are to be.</param>
    /// <param name="cancellationToken">Ends the conversion.</param>
    /// <exception cref="TesseraFormatException">It is no such file.</exception>
    public static async Task<Picture> ConvertAsync(
        string path, string name, FormatCatalog formats, string folder, IEnumerable<Interchange> interchanges, CancellationToken cancellationToken)
    {
        Picture? picture = null;
        foreach (Interchange interchange in interchanges.Distinct())
        {
            await using Stream input = OpenFile(path);
            await using var source = new PlainSource(await formats.OpenAsync(input, RasterLimits.Default, cancellationToken));
            picture ??= new(name, source.Info, formats, Path.Combine(folder, "source"));
            string target = picture.PathFor(interchange);
            await using Stream output = File.Create(target);
            await using IRasterSink sink = formats.Create(output, Path.GetExtension(target));
            await source.CopyToAsync(sink, cancellationToken);
        }

        return picture!;
    }

    /// <summary>The converted file.</summary>
    public string PathFor(Interchange interchange) => _stem + interchange.ExtensionFor(Info.Format);

    /// <summary>Reads its samples.</summary>
    public Task<IRasterSource> OpenAsync(CancellationToken cancellationToken) => OpenAsync(PathFor(Interchange.Netpbm), cancellationToken);

    /// <summary>Compares a file with it.</summary>
    /// <returns>The first difference in words, or null if there is none.</returns>
    /// <exception cref="TesseraFormatException">The file cannot be read.</exception>
    public async Task<string?> FindDifferenceAsync(string path, CancellationToken cancellationToken)
    {
        await using IRasterSource expected = await OpenAsync(cancellationToken);
        await using IRasterSource actual = await OpenAsync(path, cancellationToken);
        return await PixelComparison.FindDifferenceAsync(expected, actual, cancellationToken);
    }

    private async Task<IRasterSource> OpenAsync(string path, CancellationToken cancellationToken)
    {
        FileStream stream = OpenFile(path);
        try
        {
            return new OwningSource(await _formats.OpenAsync(stream, RasterLimits.Default, cancellationToken), stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>A source that closes its file.</summary>
    private sealed class OwningSource(IRasterSource inner, Stream stream) : IRasterSource
    {
        public ImageInfo Info => inner.Info;

        public ValueTask<FrameInfo> ReadFrameInfoAsync(CancellationToken cancellationToken = default) => inner.ReadFrameInfoAsync(cancellationToken);

        public ValueTask ReadRowsAsync(PlanarBuffer rows, CancellationToken cancellationToken = default) => inner.ReadRowsAsync(rows, cancellationToken);

        public ValueTask<ImageMetadata> ReadTrailerAsync(CancellationToken cancellationToken = default) => inner.ReadTrailerAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await stream.DisposeAsync();
        }
    }
}
