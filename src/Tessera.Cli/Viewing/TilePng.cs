using System.IO.Compression;
using Tessera.Cli.Imaging;
using Tessera.Png;

namespace Tessera.Cli.Viewing;

/// <summary>Pixels for display as a PNG file, made quickly rather than small: it goes no further than this machine.</summary>
internal static class TilePng
{
    private static readonly PngFormat Format = new() { Compression = CompressionLevel.Fastest };

    /// <summary>Makes a file.</summary>
    /// <param name="block">The pixels, at least one row.</param>
    /// <param name="format">What a pixel is made of.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<byte[]> EncodeAsync(PixelBlock block, DisplayFormat format, CancellationToken cancellationToken)
    {
        // Means are of straight colours, whatever the image has.
        var info = new ImageInfo(block.Width, block.Height, new(format.Channels, 8, format.HasAlpha ? AlphaKind.Straight : AlphaKind.None));
        using var raster = Raster.Create(info);
        for (int channel = 0; channel < format.Channels; channel++)
        {
            Span<ushort> plane = raster.Frames[0].Samples.Plane(channel);
            for (int i = 0; i < plane.Length; i++)
                plane[i] = block.Bytes[(i * format.Channels) + channel];
        }

        using var file = new MemoryStream();
        await using (IRasterSink sink = Format.Create(file))
            await raster.AsSource().CopyToAsync(sink, cancellationToken);
        return file.ToArray();
    }
}
