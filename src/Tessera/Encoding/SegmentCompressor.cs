using System.Buffers;
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
    private readonly PooledBuffer _trial = new();

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
            SegmentRun[]? runs = null;
            foreach (SegmentRecipe recipe in _plan.Recipes(tiles))
            {
                attempt.Clear();
                SegmentRun[]? attemptRuns = Encode(recipe, tiles, band, firstTile, tileCount, attempt);
                if (attemptRuns is not null && (runs is null || attempt.Length < best.Length))
                    (best, attempt, runs) = (attempt, best, attemptRuns);
            }

            return new(Header(firstTile, tileCount, runs!, checksum), best, _shelf);
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
        _trial.Dispose();
    }

    /// <summary>Codes tiles in one way. It gives null where no count of starter tiles suffices, and the starter alone is another way.</summary>
    private SegmentRun[]? Encode(SegmentRecipe recipe, TileRun tiles, PlanarBuffer band, long firstTile, int tileCount, PooledBuffer payload)
    {
        if (recipe.Starter is not { } starter)
        {
            Encoder(recipe.Model).Encode(tiles, [], payload);
            return [new(recipe.Model, tileCount)];
        }

        if (EncodeAfterStarter(starter, recipe.Model, band, firstTile, tileCount, payload) is { } starterTiles)
            return [new(starter, starterTiles), new(recipe.Model, tileCount - starterTiles)];
        if (_plan.IsTriedAlone(starter))
            return null;
        Encoder(starter).Encode(tiles, [], payload);
        return [new(starter, tileCount)];
    }

    /// <summary>Codes tiles by a starter and a model that needs supply. How many the starter must code depends on what the other will pop.</summary>
    /// <returns>How many tiles the starter codes; null if all but one are not enough.</returns>
    private int? EncodeAfterStarter(int starter, int model, PlanarBuffer band, long firstTile, int tileCount, PooledBuffer payload)
    {
        var search = new SupplySearch(tileCount - 1);
        while (!search.IsOver)
        {
            int starterTiles = search.Next;
            _supply.Clear();
            _trial.Clear();
            Encoder(starter).Encode(Run(band, firstTile, starterTiles), [], _supply);
            try
            {
                Encoder(model).Encode(Run(band, firstTile + starterTiles, tileCount - starterTiles), _supply.Span, _trial);
            }
            catch (SupplyExhaustedException)
            {
                search.Exhausted();
                continue;
            }

            search.Sufficed(SupplyUse.Measure(_supply.Span, _trial.Span));
            payload.Clear();
            payload.Write(_trial.Span);
        }

        return search.Found;
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
