using Tessera.Container;

namespace Tessera;

/// <summary>A coded segment, ready to be written.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Payload">Its bytes, pooled.</param>
internal sealed record EncodedSegment(SegmentHeader Header, PooledBuffer Payload) : IDisposable
{
    public void Dispose() => Payload.Dispose();
}

/// <summary>Codes segments on one thread, with one encoder of each model.</summary>
internal sealed class SegmentCompressor : IDisposable
{
    private readonly EncodePlan _plan;
    private readonly SegmentEncoder?[] _encoders;
    private readonly PooledBuffer _supply = new();

    public SegmentCompressor(EncodePlan plan)
    {
        _plan = plan;
        _encoders = new SegmentEncoder?[plan.Models.Length];
    }

    /// <summary>Codes tiles of one band with the model that makes them smallest.</summary>
    /// <exception cref="InvalidOperationException">A sample does not fit the bit depth.</exception>
    public EncodedSegment Encode(PlanarBuffer band, long firstTile, int tileCount)
    {
        TileRun tiles = Run(band, firstTile, tileCount);
        uint checksum = SegmentSamples.Checksum(tiles, out bool inRange);
        if (!inRange)
            throw new InvalidOperationException($"The source gave samples above {_plan.Info.Format.MaxSample} for an image of {_plan.Info.Format.Describe()}.");

        EncodedSegment? best = null;
        try
        {
            for (int model = 0; model < _plan.CandidateCount; model++)
            {
                var payload = new PooledBuffer();
                try
                {
                    SegmentRun[] runs = EncodeWith(model, tiles, band, firstTile, tileCount, payload);
                    if (best is null || payload.Length < best.Payload.Length)
                    {
                        best?.Dispose();
                        best = new(Header(firstTile, tileCount, runs, checksum), payload);
                    }
                }
                finally
                {
                    if (best?.Payload != payload)
                        payload.Dispose();
                }
            }

            return best!;
        }
        catch
        {
            best?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SegmentEncoder? encoder in _encoders)
            encoder?.Dispose();
        _supply.Dispose();
    }

    private SegmentRun[] EncodeWith(int model, TileRun tiles, PlanarBuffer band, long firstTile, int tileCount, PooledBuffer payload)
    {
        if (!_plan.Models[model].NeedsSupply)
        {
            Encoder(model).Encode(tiles, [], payload);
            return [new(model, tileCount)];
        }

        // The fewest starter tiles whose bits suffice, found by trying: it depends on the samples what the others will pop.
        for (int starterTiles = 1; starterTiles < tileCount; starterTiles++)
        {
            _supply.Clear();
            payload.Clear();
            Encoder(_plan.Starter).Encode(Run(band, firstTile, starterTiles), [], _supply);
            try
            {
                Encoder(model).Encode(Run(band, firstTile + starterTiles, tileCount - starterTiles), _supply.Span, payload);
                return [new(_plan.Starter, starterTiles), new(model, tileCount - starterTiles)];
            }
            catch (SupplyExhaustedException)
            {
                // One more starter tile then.
            }
        }

        payload.Clear();
        Encoder(_plan.Starter).Encode(tiles, [], payload);
        return [new(_plan.Starter, tileCount)];
    }

    private SegmentHeader Header(long firstTile, int tileCount, SegmentRun[] runs, uint checksum) => new()
    {
        FirstTile = firstTile,
        TileCount = tileCount,
        FirstChannel = 0,
        ChannelCount = _plan.Info.Format.Channels,
        Runs = [.. runs],
        SampleChecksum = checksum,
    };

    private TileRun Run(PlanarBuffer band, long firstTile, int tileCount) =>
        new(_plan.Grid, _plan.Info.Format, band, firstTile, tileCount, 0, _plan.Info.Format.Channels);

    private SegmentEncoder Encoder(int model) => _encoders[model] ??= _plan.Models[model].CreateEncoder(_plan.Effort);
}
