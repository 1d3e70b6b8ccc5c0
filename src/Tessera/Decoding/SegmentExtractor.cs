using Tessera.Container;

namespace Tessera;

/// <summary>Decodes segments on one thread, with one decoder of each model.</summary>
internal sealed class SegmentExtractor : IDisposable
{
    private readonly DecodePlan _plan;
    private readonly CancellationToken _cancellationToken;
    private readonly SegmentDecoder?[] _decoders;
    private PooledBuffer _supply = new();
    private PooledBuffer _nextSupply = new();

    /// <param name="plan">What is decoded.</param>
    /// <param name="cancellationToken">Ends the decoding within a segment.</param>
    public SegmentExtractor(DecodePlan plan, CancellationToken cancellationToken)
    {
        _plan = plan;
        _cancellationToken = cancellationToken;
        _decoders = new SegmentDecoder?[plan.Models.Length];
    }

    /// <summary>Decodes a segment into its band.</summary>
    /// <param name="header">The segment's header.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="offset">Its offset in the file, for messages.</param>
    /// <param name="band">The band's samples.</param>
    /// <returns>How much of the first run's bytes the others used as their supply; null if there is one run.</returns>
    /// <exception cref="TesseraFormatException">The payload is not valid, or its samples are not those that were coded.</exception>
    public SupplyUse? Decode(SegmentHeader header, ReadOnlySpan<byte> payload, long offset, PlanarBuffer band)
    {
        SupplyUse? use = DecodeRuns(header, payload, offset, band);

        uint checksum = SegmentSamples.Checksum(Tiles(header.FirstTile, header.TileCount, header, band), out bool inRange);
        if (checksum != header.SampleChecksum)
            throw new TesseraFormatException($"The segment of {header} is damaged: its samples do not match their checksum", offset);
        if (!inRange)
            throw new TesseraFormatException($"The segment of {header} has samples above {_plan.Format.MaxSample}", offset);
        return use;
    }

    /// <summary>Sets the samples of a segment that cannot be decoded to 0.</summary>
    public void Clear(SegmentHeader header, PlanarBuffer band) => SegmentSamples.Clear(Tiles(header.FirstTile, header.TileCount, header, band));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SegmentDecoder? decoder in _decoders)
            decoder?.Dispose();
        _supply.Dispose();
        _nextSupply.Dispose();
    }

    /// <summary>Decodes the runs from the last to the first: each gives back the bits of the runs before it.</summary>
    private SupplyUse? DecodeRuns(SegmentHeader header, ReadOnlySpan<byte> payload, long offset, PlanarBuffer band)
    {
        long end = header.FirstTile + header.TileCount;
        ReadOnlySpan<byte> coded = payload;
        SupplyUse? use = null;
        for (int i = header.Runs.Length - 1; i >= 0; i--)
        {
            SegmentRun run = header.Runs[i];
            end -= run.TileCount;
            TileModel model = _plan.Models[run.ModelIndex];
            TileRun tiles = Tiles(end, run.TileCount, header, band);
            _nextSupply.Clear();
            try
            {
                (_decoders[run.ModelIndex] ??= model.CreateDecoder()).Decode(coded, tiles, _nextSupply);
            }
            catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
            {
                // Recovery goes on after this, with a decoder that is not in the middle of something.
                _decoders[run.ModelIndex]?.Dispose();
                _decoders[run.ModelIndex] = null;
                throw new TesseraFormatException($"The model {model.Identity} cannot decode the segment of {header}: {e.Message}", offset, e);
            }

            // What no run has touched is what they all begin with.
            if (i > 0)
            {
                SupplyUse last = SupplyUse.Measure(_nextSupply.Span, coded);
                use = last with { UntouchedByteCount = Math.Min(last.UntouchedByteCount, use?.UntouchedByteCount ?? int.MaxValue) };
            }

            (_supply, _nextSupply) = (_nextSupply, _supply);
            coded = _supply.Span;
        }

        if (!coded.IsEmpty)
            throw new TesseraFormatException($"The segment of {header} leaves {coded.Length} bytes over", offset);
        return use;
    }

    private TileRun Tiles(long firstTile, int tileCount, SegmentHeader header, PlanarBuffer band) =>
        new(_plan.Grid, _plan.Format, band, firstTile, tileCount, header.FirstChannel, header.ChannelCount, _cancellationToken);
}
