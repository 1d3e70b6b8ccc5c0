using Tessera.Cli.Commands;
using Tessera.Cli.Files;

namespace Tessera.Cli.Converting;

/// <summary>Makes Tessera files of images.</summary>
/// <param name="encoder">Encodes, and keeps times.</param>
/// <param name="overwrite">Whether existing files may be replaced.</param>
internal sealed class ToTessera(FileEncoder encoder, bool overwrite) : IFileConverter
{
    /// <inheritdoc/>
    public async Task<ConvertedFile> ConvertAsync(FileJob job, IProgress<CodingProgress> progress, CancellationToken cancellationToken)
    {
        EncodeSummary summary = (await encoder.EncodeAsync(job, overwrite, progress, cancellationToken)).Summary;
        return new(summary.Info, summary.ByteCount, [.. summary.Models.Where(m => m.Tiles > 0).Select(m => m.Model)], "");
    }
}
