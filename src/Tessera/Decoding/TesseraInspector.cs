using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>A segment of a file, as it lies there.</summary>
/// <param name="Header">Which tiles it holds, and which models coded them.</param>
/// <param name="Offset">The offset of its chunk.</param>
/// <param name="ByteCount">Bytes of its chunk, all told.</param>
/// <param name="PayloadLength">Bytes of it that the models wrote.</param>
/// <param name="SampleCount">Samples that it holds.</param>
/// <param name="Supply">The supply of its bits-back coded tiles; null if it has one run, whose model needs none.</param>
public sealed record SegmentReport(SegmentHeader Header, long Offset, long ByteCount, int PayloadLength, long SampleCount, SupplyReport? Supply)
{
    /// <summary>Bits of the file per sample of the segment.</summary>
    public double BitsPerSubpixel => ByteCount * 8.0 / SampleCount;
}

/// <summary>What a file is made of.</summary>
public sealed record FileReport
{
    /// <summary>The image, with all of its metadata, those after the samples included.</summary>
    public required ImageInfo Info { get; init; }

    /// <summary>The header.</summary>
    public required ContainerHeader Header { get; init; }

    /// <summary>The frames.</summary>
    public required ImmutableArray<FrameInfo> Frames { get; init; }

    /// <summary>The segments, in order.</summary>
    public required ImmutableArray<SegmentReport> Segments { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long ByteCount { get; init; }

    /// <summary>Damaged parts, in order. Always empty without recovery.</summary>
    public required ImmutableArray<DamagedBytes> DamagedBytes { get; init; }

    /// <summary>How the image is cut.</summary>
    public TileGrid Grid => ContainerMapping.ToGrid(Header);

    /// <summary>The models that decode it, as segments refer to them.</summary>
    public ImmutableArray<ModelIdentity> Models => [.. Header.Models.Select(ContainerMapping.ToIdentity)];

    /// <summary>Bits of the file per sample of the image.</summary>
    public double BitsPerSubpixel => ByteCount * 8.0 / ((double)Info.Width * Info.Height * Info.FrameCount * Info.Format.Channels);
}

/// <summary>Takes files apart. Nothing is decoded, and no model is needed, unless the use of supplies is to be measured.</summary>
public static class TesseraInspector
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="source">The file, at its start. It need not seek, is read to its end, and stays open.</param>
    /// <param name="limits">What to refuse, or null for <see cref="ContainerLimits.Default"/>.</param>
    /// <param name="recovery">What to do about damage.</param>
    /// <param name="models">The models to decode segments of several runs with, so that <see cref="SupplyReport.Use"/> is measured; null to measure nothing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What it is made of.</returns>
    /// <exception cref="TesseraFormatException">The file is not valid, or exceeds the limits; or a model is missing that is needed.</exception>
    public static Task<FileReport> InspectAsync(
        Stream source, ContainerLimits? limits = null, RecoveryMode recovery = RecoveryMode.None, ModelRegistry? models = null, CancellationToken cancellationToken = default) =>
        source.WithPipeAsync(pipe => InspectAsync(new ContainerReader(pipe, limits, recovery), recovery, models, cancellationToken));

    private static async Task<FileReport> InspectAsync(
        ContainerReader container, RecoveryMode recovery, ModelRegistry? models, CancellationToken cancellationToken)
    {
        var damage = new DamageLog();
        var reader = new ImageReader(container, damage);
        try
        {
            ContainerHeader header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
            ImageInfo info = await reader.ReadInfoAsync(cancellationToken).ConfigureAwait(false);
            TileGrid grid = ContainerMapping.ToGrid(header);
            using var supplies = new SupplyInspector(header, models, recovery, cancellationToken);
            var segments = ImmutableArray.CreateBuilder<SegmentReport>();
            var frames = new List<FrameInfo>();
            while (await reader.ReadSegmentAsync(cancellationToken).ConfigureAwait(false) is { } segment)
            {
                using (segment)
                {
                    while (frames.Count <= segment.Header.FirstTile / grid.TilesPerFrame)
                        frames.Add(reader.Frame(frames.Count));
                    long bytes = segment.ChunkPayloadLength + (long)ContainerFormat.ChunkOverhead;
                    segments.Add(new(segment.Header, segment.Offset, bytes, segment.Payload.Length, SampleCount(grid, segment.Header), supplies.Inspect(segment)));
                }
            }

            return new()
            {
                Info = info with { Metadata = info.Metadata.Append(reader.Trailer) },
                Header = header,
                Frames = [.. frames],
                Segments = segments.DrainToImmutable(),
                ByteCount = reader.FileLength,
                DamagedBytes = damage.Bytes(),
            };
        }
        finally
        {
            reader.Abandon();
        }
    }

    private static long SampleCount(TileGrid grid, SegmentHeader segment)
    {
        long pixels = 0;
        for (long tile = segment.FirstTile; tile < segment.FirstTile + segment.TileCount; tile++)
            pixels += grid.TileBounds(tile).Area;
        return pixels * segment.ChannelCount;
    }
}
