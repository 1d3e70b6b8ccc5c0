using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>
/// Makes segments of zeros in the place of lost ones, by a model that the file names, or else by one that is installed: whatever codes such channels, which is tried
/// once for each group of them.
/// </summary>
internal sealed class SegmentFiller : IDisposable
{
    private readonly DecodePlan _plan;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<(int FirstChannel, int ChannelCount), int> _models = [];
    private readonly Dictionary<int, SegmentEncoder> _encoders = [];
    private readonly PooledBuffer _payload = new();
    private PlanarBuffer? _band;

    /// <param name="plan">What the file is.</param>
    /// <param name="registry">The models that are installed.</param>
    /// <param name="lost">What is to be filled, each range within one band.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="TesseraFormatException">No model codes what is lost.</exception>
    public SegmentFiller(DecodePlan plan, ModelRegistry registry, IReadOnlyList<LostRange> lost, CancellationToken cancellationToken)
    {
        _plan = plan;
        _cancellationToken = cancellationToken;
        Models = plan.Models;
        try
        {
            foreach (LostRange range in lost.DistinctBy(r => (r.FirstChannel, r.ChannelCount)))
                _models.Add((range.FirstChannel, range.ChannelCount), FindModel(range, registry));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The models of the repaired file: those of the damaged one, and behind them what else is needed.</summary>
    public ImmutableArray<TileModel> Models { get; private set; }

    /// <summary>Makes a segment.</summary>
    /// <param name="range">What it is to hold: tiles of one band.</param>
    /// <returns>Its header, and its coded bytes, which are there until the next call.</returns>
    public (SegmentHeader Header, ReadOnlyMemory<byte> Payload) Fill(LostRange range)
    {
        int model = _models[(range.FirstChannel, range.ChannelCount)];
        TileRun tiles = Zeros(range);
        Encode(model, tiles);
        return (HeaderOf(range, model, tiles), _payload.Memory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SegmentEncoder encoder in _encoders.Values)
            encoder.Dispose();
        _encoders.Clear();
        _payload.Dispose();
        _band?.Dispose();
    }

    private int FindModel(LostRange range, ModelRegistry registry)
    {
        // A model of the file first: whoever reads it has that one.
        foreach (TileModel model in _plan.Models.Concat(registry.EncodingModels))
        {
            if (model.NeedsSupply || !model.Supports(_plan.Format))
                continue;
            int index = Models.IndexOf(model);
            if (index < 0 && Models.Length == ContainerFormat.MaxModels)
                continue;
            ImmutableArray<TileModel> before = Models;
            if (index < 0)
                (index, Models) = (Models.Length, Models.Add(model));
            if (Codes(index, range))
                return index;
            Models = before;
        }

        throw new TesseraFormatException(
            $"No installed model codes channels {range.FirstChannel} to {range.FirstChannel + range.ChannelCount - 1} of {_plan.Format.Describe()}, so that nothing can be put in the place of what is lost.");
    }

    /// <summary>Whether a model gives back what it is given. A model is made for whole images; whether it codes some channels of one shows when it is tried.</summary>
    private bool Codes(int model, LostRange range)
    {
        try
        {
            TileRun tiles = Zeros(range with { TileCount = 1 });
            Encode(model, tiles);
            SegmentHeader header = HeaderOf(range with { TileCount = 1 }, model, tiles);
            using var extractor = new SegmentExtractor(_plan with { Models = Models }, _cancellationToken);
            extractor.Decode(header, _payload.Span, 0, _band!);
            return true;
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // It is asked whether it can; this is its answer.
            if (_encoders.Remove(model, out SegmentEncoder? encoder))
                encoder.Dispose();
            return false;
        }
    }

    private void Encode(int model, TileRun tiles)
    {
        if (!_encoders.TryGetValue(model, out SegmentEncoder? encoder))
            _encoders.Add(model, encoder = Models[model].CreateEncoder(TesseraEncoderOptions.MinEffort));
        _payload.Clear();
        encoder.Encode(tiles, [], _payload);
    }

    private TileRun Zeros(LostRange range)
    {
        PixelRectangle bounds = _plan.Grid.BandBounds(_plan.Grid.BandOf(range.FirstTile));
        if (_band is null || _band.Height != bounds.Height)
        {
            _band?.Dispose();
            _band = new(bounds.Width, bounds.Height, _plan.Format.Channels);
        }

        for (int channel = 0; channel < _band.Channels; channel++)
            _band.Plane(channel).Clear();
        return new(_plan.Grid, _plan.Format, _band, range.FirstTile, (int)range.TileCount, range.FirstChannel, range.ChannelCount, _cancellationToken);
    }

    private static SegmentHeader HeaderOf(LostRange range, int model, TileRun tiles) => new()
    {
        FirstTile = range.FirstTile,
        TileCount = (int)range.TileCount,
        FirstChannel = range.FirstChannel,
        ChannelCount = range.ChannelCount,
        Runs = [new(model, (int)range.TileCount)],
        SampleChecksum = SegmentSamples.Checksum(tiles, out _),
    };
}
