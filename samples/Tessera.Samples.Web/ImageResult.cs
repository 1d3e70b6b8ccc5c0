using Microsoft.Net.Http.Headers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using Tessera.ImageSharp;

namespace Tessera.Samples.Web;

/// <summary>An image as a response: the stored file itself, or what another format makes of it.</summary>
internal sealed class ImageResult(FileInfo file, IImageFormat format)
{
    /// <summary>
    /// The response. A client that has it already is told so before anything is decoded; one that hangs up ends the work.
    /// </summary>
    public IResult ToResult(CancellationToken cancellationToken)
    {
        var tag = new EntityTagHeaderValue($"\"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}-{format.Name}\"");
        return format == TesseraFormat.Instance
            ? Results.File(file.FullName, format.DefaultMimeType, lastModified: file.LastWriteTimeUtc, entityTag: tag, enableRangeProcessing: true)
            : Results.Stream(body => ConvertAsync(body, cancellationToken), format.DefaultMimeType, lastModified: file.LastWriteTimeUtc, entityTag: tag);
    }

    private async Task ConvertAsync(Stream body, CancellationToken cancellationToken)
    {
        using Image image = await Image.LoadAsync(file.FullName, cancellationToken).ConfigureAwait(false);
        await image.SaveAsync(body, format, cancellationToken).ConfigureAwait(false);
    }
}
