using System.Collections.Immutable;
using System.IO.Pipelines;
using Tessera.Container;

namespace Tessera;

/// <summary>
/// Writes a valid file of what can be saved of a damaged one. Segments that are whole are copied byte for byte; what is lost becomes 0, and the file says what that is
/// (<see cref="RepairRecord"/>). Of a file that is whole it makes the same file. Any thread may use it, several at the same time.
/// </summary>
public sealed class TesseraRepairer
{
    private readonly TesseraDecoderOptions _options;

    /// <summary>Creates a repairer.</summary>
    /// <param name="options">How to decode; <see cref="TesseraDecoderOptions.Recovery"/> and <see cref="TesseraDecoderOptions.MaxFrames"/> do not matter.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public TesseraRepairer(TesseraDecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options with { Recovery = RecoveryMode.SkipDamage, MaxFrames = int.MaxValue };
        _options.Validate();
    }

    /// <summary>Repairs a file.</summary>
    /// <param name="source">The damaged file, which begins at position 0. It must seek, since it is read twice, and stays open.</param>
    /// <param name="destination">Where the repaired file goes. It need not seek, and stays open; after a failure what was written is no file.</param>
    /// <param name="progress">Told after every band that is decoded, or null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was found and done.</returns>
    /// <exception cref="ArgumentException">The source does not seek.</exception>
    /// <exception cref="TesseraFormatException">
    /// The header is damaged, or of a version whose header this program cannot write; it exceeds the limits, or needs a model that is not installed; or no model codes what is
    /// to be put in the place of what is lost.
    /// </exception>
    /// <exception cref="IOException">A stream failed, or the source changed meanwhile.</exception>
    public async Task<RepairSummary> RepairAsync(
        Stream source, Stream destination, IProgress<CodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        if (!source.CanSeek)
            throw new ArgumentException("A file that is repaired is read twice, and so must seek.", nameof(source));

        source.Position = 0;
        var metadata = new MetadataCollector();
        DecodeSummary found = await new TesseraDecoder(_options).DecodeAsync(source, metadata, progress, cancellationToken).ConfigureAwait(false);
        if (found.Header.Version != FormatVersion.Current)
            throw new TesseraFormatException($"The file is of version {found.Header.Version}, whose header may say what this program cannot keep; it repairs files of version {FormatVersion.Current}.");

        source.Position = 0;
        PipeWriter output = PipeWriter.Create(destination, new StreamPipeWriterOptions(leaveOpen: true));
        try
        {
            RepairSummary summary = await source.WithPipeAsync(input => WriteAsync(input, output, found, metadata, cancellationToken)).ConfigureAwait(false);
            await output.CompleteAsync().ConfigureAwait(false);
            return summary;
        }
        catch (Exception e)
        {
            await output.CompleteAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<RepairSummary> WriteAsync(
        PipeReader input, PipeWriter output, DecodeSummary found, MetadataCollector metadata, CancellationToken cancellationToken)
    {
        var plan = DecodePlan.Create(found.Header, _options.Registry);
        LostRange[] gaps = [.. found.LostTiles.Select(l => new LostRange(l.FirstTile, l.TileCount, l.FirstChannel, l.ChannelCount)).SelectMany(r => ByBand(r, plan.Grid))
            .OrderBy(r => r.FirstTile).ThenBy(r => r.FirstChannel)];
        ImmutableArray<LostRange> lost = RepairRecord.Join(
            [.. found.LostTiles.Select(l => new LostRange(l.FirstTile, l.TileCount, l.FirstChannel, l.ChannelCount)), .. RepairRecord.Read(found.Header, metadata.Image)]);

        using var filler = new SegmentFiller(plan, _options.Registry, gaps, cancellationToken);
        var writer = new RepairWriter(new(output), plan.Grid, filler, gaps, metadata.Frames);
        ContainerHeader header = found.Header with
        {
            Models = found.Header.Models.AddRange(filler.Models.Skip(found.Header.Models.Length).Select(m => ContainerMapping.ToReference(m.Identity))),
        };
        await writer.BeginAsync(header, RepairRecord.Write(header, metadata.Image, lost), cancellationToken).ConfigureAwait(false);

        var reader = new ContainerReader(input, _options.Limits, RecoveryMode.SkipDamage);
        while (await reader.ReadNextAsync(cancellationToken).ConfigureAwait(false) is { } item)
        {
            if (item is SegmentItem segment)
            {
                using (segment)
                    await writer.CopyAsync(segment, cancellationToken).ConfigureAwait(false);
            }
            else if (item is AncillaryItem { Type.IsKnown: false } unknown)
            {
                await writer.CopyAsync(unknown, cancellationToken).ConfigureAwait(false);
            }
        }

        await writer.CompleteAsync(metadata.Trailer, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Found = found,
            Lost = lost,
            CopiedSegmentCount = writer.CopiedSegmentCount,
            FilledSegmentCount = gaps.Length,
            ByteCount = writer.ByteCount,
        };
    }

    private static IEnumerable<LostRange> ByBand(LostRange range, TileGrid grid)
    {
        long end = range.FirstTile + range.TileCount;
        for (long tile = range.FirstTile; tile < end;)
        {
            (long first, int count) = grid.BandTiles(grid.BandOf(tile));
            long next = Math.Min(first + count, end);
            yield return range with { FirstTile = tile, TileCount = next - tile };
            tile = next;
        }
    }
}
