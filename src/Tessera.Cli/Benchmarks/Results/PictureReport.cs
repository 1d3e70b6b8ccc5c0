using System.Collections.Immutable;

namespace Tessera.Cli.Benchmarks.Results;

/// <summary>A picture, and what every codec made of it.</summary>
/// <param name="Name">Its path within the folder that was named.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Samples of a pixel.</param>
/// <param name="BitDepth">Bits of a sample.</param>
/// <param name="HasAlpha">Whether the last channel is alpha.</param>
/// <param name="Results">One for each codec that was measured, in the order of the codecs.</param>
/// <param name="Tiles">Where the bits are; null where Tessera could not tell.</param>
internal sealed record PictureReport(
    string Name, int Width, int Height, int Channels, int BitDepth, bool HasAlpha, ImmutableArray<Measurement> Results, TileCosts? Tiles)
{
    /// <summary>Pixels.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Samples.</summary>
    public long Samples => Pixels * Channels;

    /// <summary>A codec's result.</summary>
    public Measurement? Of(string codec) => Results.FirstOrDefault(r => r.Codec == codec);

    /// <summary>A codec's bits per subpixel if the picture came back with every sample.</summary>
    public double? RateOf(string codec) => Of(codec) is { Outcome: Outcome.Lossless } result ? result.BitsPerSubpixel : null;
}

/// <summary>What every tile of a picture costs if it is coded for itself.</summary>
/// <param name="TileSize">The side of a tile in pixels.</param>
/// <param name="Columns">Tiles in a row of tiles.</param>
/// <param name="Rows">Rows of tiles.</param>
/// <param name="FileBitsPerSubpixel">What the whole file takes that is cut like this.</param>
/// <param name="BitsPerSubpixel">What each tile takes, from left to right, from top to bottom.</param>
internal sealed record TileCosts(int TileSize, int Columns, int Rows, double FileBitsPerSubpixel, ImmutableArray<double> BitsPerSubpixel);
