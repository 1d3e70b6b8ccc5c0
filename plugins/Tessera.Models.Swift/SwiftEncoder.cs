using System.Buffers;

namespace Tessera.Models.Swift;

/// <summary>Codes segments by the swift model, and falls back to the samples as they are where that is smaller.</summary>
internal sealed class SwiftEncoder : SegmentEncoder
{
    // From this effort on, more than one way is tried.
    private const int SearchingEffort = 2;

    // A strip of six rows is looked at in so many.
    private const int Spacing = 48;
    private const int NoSpacing = 6;

    private readonly int _effort;
    private readonly PlanFitter _fitter;
    private readonly SegmentWriter _writer;

    // The smallest payload so far, and the latest.
    private ArrayBufferWriter<byte> _best = new(), _coded = new();

    public SwiftEncoder(int effort)
    {
        _effort = effort;
        PlaneRows[] planes = [new(), new(), new(), new()];
        var work = new WorkRows();
        _fitter = new(planes, work);
        _writer = new(planes, work);
    }

    public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
    {
        _best.ResetWrittenCount();
        if (SegmentLayout.IsWithinLimits(tiles))
        {
            foreach ((bool swapped, int spacing) in Attempts(tiles))
            {
                _coded.ResetWrittenCount();
                _writer.Write(tiles, swapped, _fitter.Fit(tiles, swapped, spacing), _coded);
                if (_best.WrittenCount == 0 || _coded.WrittenCount < _best.WrittenCount)
                    (_best, _coded) = (_coded, _best);
            }
        }

        if (_best.WrittenCount == 0 || _best.WrittenCount > RawSamples.Size(tiles))
        {
            SegmentLayout.WriteRaw(payload);
            RawSamples.Write(tiles, payload);
        }
        else
        {
            payload.Write(_best.WrittenSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _writer.Dispose();
        base.Dispose(disposing);
    }

    // A higher effort tries what a lower one does, and more.
    private IEnumerable<(bool Swapped, int Spacing)> Attempts(TileRun tiles)
    {
        // Green tells more of the others than red does.
        bool rgb = tiles.ChannelCount - (tiles.HasAlpha ? 1 : 0) == 3;
        yield return (rgb, Spacing);
        if (_effort < SearchingEffort)
            yield break;
        yield return (rgb, NoSpacing);
        if (tiles.ChannelCount > 1)
            yield return (!rgb, NoSpacing);
    }
}
