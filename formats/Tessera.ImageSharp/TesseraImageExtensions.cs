using SixLabors.ImageSharp;

namespace Tessera.ImageSharp;

/// <summary>Saves images in the Tessera format, whether or not that is registered.</summary>
public static class TesseraImageExtensions
{
    /// <summary>Saves an image to a file.</summary>
    /// <param name="source">The image.</param>
    /// <param name="path">The file's path. A file that is there is replaced.</param>
    public static void SaveAsTessera(this Image source, string path) => source.SaveAsTessera(path, null);

    /// <summary>Saves an image to a file.</summary>
    /// <param name="source">The image.</param>
    /// <param name="path">The file's path. A file that is there is replaced.</param>
    /// <param name="encoder">How to encode; null for the encoder that is registered, or the defaults.</param>
    public static void SaveAsTessera(this Image source, string path, TesseraEncoder? encoder) => source.Save(path, Choose(source, encoder));

    /// <summary>Saves an image to a file.</summary>
    /// <param name="source">The image.</param>
    /// <param name="path">The file's path. A file that is there is replaced.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>Done when all is written.</returns>
    public static Task SaveAsTesseraAsync(this Image source, string path, CancellationToken cancellationToken = default) =>
        source.SaveAsTesseraAsync(path, null, cancellationToken);

    /// <summary>Saves an image to a file.</summary>
    /// <param name="source">The image.</param>
    /// <param name="path">The file's path. A file that is there is replaced.</param>
    /// <param name="encoder">How to encode; null for the encoder that is registered, or the defaults.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>Done when all is written.</returns>
    public static Task SaveAsTesseraAsync(this Image source, string path, TesseraEncoder? encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(path, Choose(source, encoder), cancellationToken);

    /// <summary>Saves an image to a stream.</summary>
    /// <param name="source">The image.</param>
    /// <param name="stream">Where to. It need not seek, and stays open.</param>
    public static void SaveAsTessera(this Image source, Stream stream) => source.SaveAsTessera(stream, null);

    /// <summary>Saves an image to a stream.</summary>
    /// <param name="source">The image.</param>
    /// <param name="stream">Where to. It need not seek, and stays open.</param>
    /// <param name="encoder">How to encode; null for the encoder that is registered, or the defaults.</param>
    public static void SaveAsTessera(this Image source, Stream stream, TesseraEncoder? encoder) => source.Save(stream, Choose(source, encoder));

    /// <summary>Saves an image to a stream.</summary>
    /// <param name="source">The image.</param>
    /// <param name="stream">Where to. It need not seek, and stays open.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>Done when all is written.</returns>
    public static Task SaveAsTesseraAsync(this Image source, Stream stream, CancellationToken cancellationToken = default) =>
        source.SaveAsTesseraAsync(stream, null, cancellationToken);

    /// <summary>Saves an image to a stream.</summary>
    /// <param name="source">The image.</param>
    /// <param name="stream">Where to. It need not seek, and stays open.</param>
    /// <param name="encoder">How to encode; null for the encoder that is registered, or the defaults.</param>
    /// <param name="cancellationToken">Ends the encoding.</param>
    /// <returns>Done when all is written.</returns>
    public static Task SaveAsTesseraAsync(this Image source, Stream stream, TesseraEncoder? encoder, CancellationToken cancellationToken = default) =>
        source.SaveAsync(stream, Choose(source, encoder), cancellationToken);

    private static SixLabors.ImageSharp.Formats.IImageEncoder Choose(Image source, TesseraEncoder? encoder)
    {
        ArgumentNullException.ThrowIfNull(source);
        return encoder ?? Models.RegisteredEncoder(source.Configuration) ?? new TesseraEncoder();
    }
}
