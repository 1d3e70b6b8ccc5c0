using Tessera.Cli.Commands;
using Tessera.Cli.Display;
using Tessera.Cli.Files;
using Tessera.Container;

namespace Tessera.Cli.Converting;

/// <summary>Makes images of Tessera files and of images of other formats; the first bytes of a file tell which it is.</summary>
/// <param name="context">What every command works with.</param>
/// <param name="decoder">Decodes Tessera files.</param>
/// <param name="writer">Writes images, and keeps times.</param>
/// <param name="verifies">Whether an image is read back, and its pixels compared, before it gets its name.</param>
internal sealed class ToImage(ToolContext context, TesseraDecoder decoder, ImageWriter writer, bool verifies) : IFileConverter
{
    /// <inheritdoc/>
    public async Task<ConvertedFile> ConvertAsync(FileJob job, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        long bytes = 0;
        ConvertedFile file = await writer.WriteAsync(
            job,
            (input, sink) => CopyAsync(input, sink, progress, cancellationToken),
            async written =>
            {
                bytes = written.Length;
                if (verifies)
                    await VerifyAsync(job.Input, written, progress, cancellationToken);
            },
            cancellationToken);
        return file with { Bytes = bytes };
    }

    private async Task<ConvertedFile> CopyAsync(Stream input, IRasterSink sink, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        if (await IsTesseraAsync(input, cancellationToken))
        {
            DecodeSummary summary = await decoder.DecodeAsync(input, sink, progress, cancellationToken);
            return new(summary.Info, 0, [], DamageText.DescribeLost(summary));
        }

        await using IRasterSource source = await context.Formats.OpenAsync(input, RasterLimits.Default, cancellationToken);
        await source.CopyToAsync(sink, cancellationToken);
        return new(source.Info, 0, [], "");
    }

    private async Task VerifyAsync(string original, Stream written, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        written.Position = 0;
        await using IRasterSource found = await context.Formats.OpenAsync(written, RasterLimits.Default, cancellationToken);
        await using var comparison = new ComparingSink(found);
        await using Stream input = InputFiles.Open(original, context.Terminal);
        await CopyAsync(input, comparison, progress, cancellationToken);
    }

    private static async Task<bool> IsTesseraAsync(Stream input, CancellationToken cancellationToken)
    {
        byte[] head = new byte[ContainerFormat.SignatureLength];
        int count = await input.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        input.Position = 0;
        return ContainerFormat.Matches(head.AsSpan(0, count));
    }
}
