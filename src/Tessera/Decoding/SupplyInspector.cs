using Tessera.Container;
using Tessera.Entropy;

namespace Tessera;

/// <summary>Looks at the supplies of a file's segments, one segment after another.</summary>
internal sealed class SupplyInspector(ContainerHeader header, ModelRegistry? models, RecoveryMode recovery, CancellationToken cancellationToken) : IDisposable
{
    private SegmentExtractor? _extractor;
    private PlanarBuffer? _band;

    /// <summary>Looks at a segment.</summary>
    /// <returns>Its supply; null if it has one run.</returns>
    /// <exception cref="TesseraFormatException">The segment cannot be decoded, and there is no recovery; or a model is missing.</exception>
    public SupplyReport? Inspect(SegmentItem segment) => segment.Header.Runs.Length == 1
        ? null
        : new(segment.Header.Runs[0].TileCount, WastedBits(segment.Payload.Span), models is null ? null : Measure(segment, models));

    /// <inheritdoc/>
    public void Dispose()
    {
        _extractor?.Dispose();
        _band?.Dispose();
    }

    private static int WastedBits(ReadOnlySpan<byte> payload)
    {
        int rest = payload.Length % sizeof(uint);
        using AnsStack stack = AnsStack.FromBytes(payload[rest..]);

        // An empty stack has a state of 32 bits, which the supply has filled.
        return Math.Max(0, (int)((8L * (payload.Length - rest - sizeof(uint))) - stack.BitCount));
    }

    private SupplyUse? Measure(SegmentItem segment, ModelRegistry registry)
    {
        if (_extractor is null || _band is null)
        {
            var plan = DecodePlan.Create(header, registry);
            PixelRectangle band = plan.Grid.BandBounds(0);
            _extractor = new(plan, cancellationToken);
            _band = new(band.Width, band.Height, plan.Format.Channels);
        }

        try
        {
            return _extractor.Decode(segment.Header, segment.Payload.Span, segment.Offset, _band);
        }
        catch (TesseraFormatException) when (recovery != RecoveryMode.None)
        {
            return null;
        }
    }
}
