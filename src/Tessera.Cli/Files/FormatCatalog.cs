using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;

namespace Tessera.Cli.Files;

/// <summary>The image formats that the program reads and writes besides Tessera's own.</summary>
/// <param name="formats">The formats; the first is the one to write where nothing says which.</param>
internal sealed class FormatCatalog(ImmutableArray<IRasterFormat> formats)
{
    /// <summary>The extension of Tessera's own files.</summary>
    public const string TesseraExtension = ".tsra";

    private const int HeadSize = 16;
    private const int BufferSize = 1 << 16;

    /// <summary>Every extension that any format has.</summary>
    public IReadOnlyList<string> Extensions { get; } = [.. formats.SelectMany(f => f.Extensions)];

    /// <summary>The extension of the format to write where nothing says which.</summary>
    public string DefaultExtension => Extensions[0];

    /// <summary>Opens an image of any format; its first bytes tell which it is.</summary>
    /// <param name="stream">The file. It stays open, and is read only through the result from now on.</param>
    /// <param name="limits">What to refuse.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TesseraFormatException">It is of no known format, or not valid.</exception>
    public async Task<IRasterSource> OpenAsync(Stream stream, RasterLimits limits, CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(stream, new(bufferSize: BufferSize, leaveOpen: true));
        ReadResult result = await reader.ReadAtLeastAsync(HeadSize, cancellationToken);
        byte[] head = result.Buffer.Slice(0, Math.Min(HeadSize, result.Buffer.Length)).ToArray();
        reader.AdvanceTo(result.Buffer.Start);

        IRasterFormat format = formats.FirstOrDefault(f => f.Matches(head))
            ?? throw new TesseraFormatException(head.Length == 0
                ? "The file is empty."
                : $"This is not an image that can be read; {string.Join(" and ", formats.Select(f => f.Name))} can.");
        return await format.OpenAsync(reader.AsStream(leaveOpen: true), limits, cancellationToken);
    }

    /// <summary>Prepares to write an image.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="extension">One of <see cref="Extensions"/>; case does not matter.</param>
    public IRasterSink Create(Stream stream, string extension)
    {
        string lower = extension.ToLowerInvariant();
        return formats.First(f => f.Extensions.Contains(lower)).Create(stream, lower);
    }
}
