using Microsoft.Net.Http.Headers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Png;

namespace Tessera.Samples.Web;

/// <summary>Which format a client gets.</summary>
internal static class Negotiation
{
    /// <summary>The format of the extension if there is one, or the best that is accepted; null if there is none.</summary>
    public static IImageFormat? ChooseFormat(string extension, IList<MediaTypeHeaderValue> accepted)
    {
        ImageFormatManager formats = Configuration.Default.ImageFormatsManager;
        if (extension.Length > 0)
            return formats.TryFindFormatByFileExtension(extension, out IImageFormat? byExtension) ? byExtension : null;
        if (accepted.Count == 0)
            return PngFormat.Instance;
        foreach (MediaTypeHeaderValue type in accepted.Where(t => t.Quality is null or > 0).OrderByDescending(t => t.Quality ?? 1))
        {
            if (type.MatchesAllTypes || (type.MatchesAllSubTypes && type.Type == "image"))
                return PngFormat.Instance;
            if (formats.TryFindFormatByMimeType(type.MediaType.ToString(), out IImageFormat? byType))
                return byType;
        }

        return null;
    }
}
