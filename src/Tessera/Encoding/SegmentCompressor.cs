using Tessera.Container;

namespace Tessera;

/// <summary>Codes segments on one thread, with one encoder of each model.</summary>
internal sealed class SegmentCompressor : IDisposable
{
    private readonly EncodePlan _plan;
    private readonly BufferShelf _shelf;
    private readonly CancellationToken _cancellationToken;
    private readonly SegmentEncoder?[] _encoders;
    private readonly PooledBuffer _supply = new();

    /// <param name="plan">What is encoded.</param>
    /// <param name="shelf">Where the buffers of coded segments come from.</param>
    /// <param name="cancellationToken">Ends the coding within a segment.</param>
    public SegmentCompressor(EncodePlan plan, BufferShelf shelf, CancellationToken cancellationToken)
    {
        _plan = plan;
        _shelf = shelf;
        _cancellationToken = cancellationToken;
        _encoders = new SegmentEncoder?[plan.Models.Length];
    }

    /// <summary>Codes tiles of one band with the model that makes them smallest, or the one that suits them.</summary>
    /// <exception cref="InvalidOperationException">A sample does not fit the bit depth.</exception>
    public EncodedSegment Encode(PlanarBuffer band, long firstTile, int tileCount)
    {
        TileRun tiles = Run(band, firstTile, tileCount);
        uint checksum = SegmentSamples.Checksum(tiles, out bool inRange);
        if (!inRange)
            throw new InvalidOperationException($"The source gave samples above {_plan.Info.Format.MaxSample} for an image of {_plan.Info.Format.Describe()}.");

        PooledBuffer best = _shelf.Take(), attempt = _shelf.Take();
        try
        {
            int first = _plan.TriesAll ? 0 : _plan.Choose(tiles), end = _plan.TriesAll ? _plan.CandidateCount : first + 1;
            SegmentRun[] runs = EncodeWith(first, tiles, band, firstTile, tileCount, best);
            for (int model = first + 1; model < end; model++)
            {
                attempt.Clear();
                SegmentRun[] attemptRuns = EncodeWith(model, tiles, band, firstTile, tileCount, attempt);
                if (attempt.Length < best.Length)
                    (best, attempt, runs) = (attempt, best, attemptRuns);
            }

            return new(Header(firstTile, tileCount, runs, checksum), best, _shelf);
        }
        catch
        {
            _shelf.Return(best);
            throw;
        }
        finally
        {
            _shelf.Return(attempt);
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
        new(_plan.Grid, _plan.Info.Format, band, firstTile, tileCount, 0, _plan.Info.Format.Channels, _cancellationToken);

    private SegmentEncoder Encoder(int model) => _encoders[model] ??= _plan.Models[model].CreateEncoder(_plan.Effort);
}
