using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Tessera.Cli.Viewing;

/// <summary>The images of a viewer.</summary>
internal sealed record ViewList(ImmutableArray<string> Names);

/// <summary>What the page is told of an image.</summary>
/// <param name="Name">The file's name, without its folder.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Frame">The frame that is shown, from 0.</param>
/// <param name="Frames">Frames of the image.</param>
/// <param name="Format">What pixels are made of, in words.</param>
/// <param name="HasAlpha">Whether pixels may be transparent.</param>
/// <param name="Bytes">Bytes of the file.</param>
/// <param name="BitsPerSubpixel">Bits of the file for each sample.</param>
/// <param name="TileSize">The side of the viewer's tiles.</param>
/// <param name="Levels">The viewer's levels.</param>
/// <param name="Cut">How the codec cut the image.</param>
/// <param name="Overview">How far the upper levels are.</param>
/// <param name="Lost">Tiles of the codec that were found to be damaged, as far as they were decoded.</param>
internal sealed record ViewInfo(
    string Name, int Width, int Height, int Frame, int Frames, string Format, bool HasAlpha, long Bytes, double BitsPerSubpixel, int TileSize, int Levels,
    ViewInfo.Tiling Cut, ViewInfo.Progress Overview, ImmutableArray<ViewInfo.Range> Lost)
{
    /// <summary>The codec's tiles.</summary>
    internal sealed record Tiling(int TileSize, int Columns, int Rows);

    /// <summary>Rows of the image that are in the overview, which begins with a level; whether more will come, and why not if it failed.</summary>
    internal sealed record Progress(int FirstLevel, int Rows, bool IsComplete, string? Failure);

    /// <summary>Some tiles of the frame.</summary>
    internal sealed record Range(long FirstTile, int Tiles);
}

/// <summary>What is known of the codec's tiles of a frame, in their order.</summary>
/// <param name="Models">The file's models.</param>
/// <param name="Bits">Bits per subpixel by tile; those of one segment have the same.</param>
/// <param name="TileModels">Places in the list of models by tile; -1 where no whole segment holds it.</param>
/// <param name="Runs">Numbers that tiles of the same segment and model have in common.</param>
/// <param name="Lowest">The fewest bits.</param>
/// <param name="Highest">The most bits.</param>
/// <param name="Scale">Colours from the fewest to the most, at equal distances.</param>
internal sealed record ViewMap(
    ImmutableArray<ViewMap.Model> Models, ImmutableArray<double> Bits, ImmutableArray<int> TileModels, ImmutableArray<int> Runs, double Lowest, double Highest,
    ImmutableArray<string> Scale)
{
    /// <summary>A model, and the colour that stands for it.</summary>
    internal sealed record Model(string Id, int Version, long Tiles, string Color);
}

/// <summary>Why a request was not answered.</summary>
internal sealed record ViewFailure(string Error);

/// <summary>Writes them without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ViewList))]
[JsonSerializable(typeof(ViewInfo))]
[JsonSerializable(typeof(ViewMap))]
[JsonSerializable(typeof(ViewFailure))]
internal sealed partial class ViewJsonContext : JsonSerializerContext;
