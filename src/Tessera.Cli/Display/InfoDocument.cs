using System.Text.Json.Serialization;

namespace Tessera.Cli.Display;

/// <summary>What <c>tessera info --json</c> says of a file. Names and meanings stay as they are; more may be added.</summary>
internal sealed record InfoDocument(
    string File,
    string FormatVersion,
    int Width,
    int Height,
    int Frames,
    int Channels,
    int BitDepth,
    string Alpha,
    int WhiteLevel,
    int TileSize,
    int BandRows,
    long Bytes,
    double BitsPerSubpixel,
    IReadOnlyList<InfoDocument.Model> Models,
    IReadOnlyList<InfoDocument.Block> Metadata,
    IReadOnlyList<InfoDocument.Text> Texts,
    IReadOnlyList<InfoDocument.Segment> Segments,
    IReadOnlyList<InfoDocument.Damage> Damaged,
    IReadOnlyList<InfoDocument.LostTiles> Lost)
{
    /// <summary>An entry of the model table.</summary>
    internal sealed record Model(string Id, int Version, string? Weights, long Tiles);

    /// <summary>A block of metadata.</summary>
    internal sealed record Block(string Kind, long Bytes);

    /// <summary>A text.</summary>
    internal sealed record Text(string Keyword, string Value, string Language);

    /// <summary>A segment, with the models in the order in which they coded its tiles.</summary>
    internal sealed record Segment(
        long Offset, long Bytes, long FirstTile, int Tiles, int FirstChannel, int Channels, double BitsPerSubpixel, IReadOnlyList<Run> Runs, Supply? Supply);

    /// <summary>Tiles that one model coded.</summary>
    internal sealed record Run(int Model, int Tiles);

    /// <summary>The supply of a segment of several runs; bytes only if they were measured.</summary>
    internal sealed record Supply(int StarterTiles, int WastedBits, int? Bytes, int? UsedBytes);

    /// <summary>A damaged part.</summary>
    internal sealed record Damage(long Offset, long Bytes, string Reason);

    /// <summary>Tiles, or channels of them, that were lost before the file was repaired.</summary>
    internal sealed record LostTiles(long FirstTile, long Tiles, int FirstChannel, int Channels);

    /// <summary>Collects it.</summary>
    public static InfoDocument Of(string name, FileReport report)
    {
        ImageInfo info = report.Info;
        var usage = ModelUse.Count(report);
        return new(
            name,
            report.Header.Version.ToString(),
            info.Width,
            info.Height,
            info.FrameCount,
            info.Format.Channels,
            info.Format.BitDepth,
            info.Format.Alpha switch { AlphaKind.None => "none", AlphaKind.Straight => "straight", _ => "premultiplied" },
            info.WhiteLevel,
            report.Header.TileSize,
            report.Header.BandRows,
            report.ByteCount,
            report.BitsPerSubpixel,
            [.. usage.Select(u => new Model(u.Model.Id, u.Model.Version, u.Model.WeightsHash.IsDefaultOrEmpty ? null : Convert.ToHexStringLower(u.Model.WeightsHash.AsSpan()), u.Tiles))],
            [.. info.Metadata.Blocks.Select(b => new Block(b.Kind, b.Data.Length))],
            [.. info.Metadata.Texts.Select(t => new Text(t.Keyword, t.Value, t.Language))],
            [.. report.Segments.Select(s => new Segment(
                s.Offset, s.ByteCount, s.Header.FirstTile, s.Header.TileCount, s.Header.FirstChannel, s.Header.ChannelCount, s.BitsPerSubpixel,
                [.. s.Header.Runs.Select(r => new Run(r.ModelIndex, r.TileCount))],
                s.Supply is { } supply ? new(supply.StarterTiles, supply.WastedBits, supply.Use?.ByteCount, supply.Use?.UsedByteCount) : null))],
            [.. report.DamagedBytes.Select(d => new Damage(d.Offset, d.Length, d.Reason))],
            [.. RepairRecord.Read(report.Header, info.Metadata).Select(l => new LostTiles(l.FirstTile, l.TileCount, l.FirstChannel, l.ChannelCount))]);
    }
}

/// <summary>Writes it without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InfoDocument))]
internal sealed partial class InfoJsonContext : JsonSerializerContext;
