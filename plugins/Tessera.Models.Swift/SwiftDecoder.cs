using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>Decodes what <see cref="SwiftEncoder"/> coded.</summary>
internal sealed unsafe class SwiftDecoder : SegmentDecoder
{
    private const int TableOfLength = PlanePlan.ActivityLevels * PlanePlan.Fractions;

    private readonly SymbolTables _tables = new();
    private readonly PlaneRows[] _planes = [new(), new(), new(), new()];
    private readonly WorkRows _work = new();

    private readonly byte[] _tableOf = GC.AllocateUninitializedArray<byte>(SampleFormat.MaxChannels * TableOfLength, pinned: true);

    public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        SegmentLayout layout = SegmentLayout.Read(payload, tiles);
        if (layout.IsRaw)
        {
            RawSamples.Read(layout.Rest(payload), tiles);
            return;
        }

        SegmentHeader header = SegmentHeader.Read(layout.Tables(payload), layout.IsSwapped, tiles.ChannelCount, tiles.Format.BitDepth);
        SetTables(header, tiles.Format.BitDepth);
        try
        {
            var reader = new LaneSymbolReader(layout.Rest(payload));
            foreach (PixelRectangle region in tiles.Regions)
                DecodeRegion(header, tiles, region, ref reader);
            reader.Finish();
        }
        catch (EntropyFormatException e)
        {
            throw new TesseraFormatException("The symbols of a segment of the swift model are damaged: " + e.Message, e);
        }
    }

    private void SetTables(SegmentHeader header, int depth)
    {
        _tables.Reset(header.Weights.Count);
        Span<uint> frequencies = stackalloc uint[SymbolTables.MaxSymbols];
        frequencies = frequencies[..TokenCode.SymbolCount(depth)];
        for (int table = 0; table < header.Weights.Count; table++)
        {
            SymbolWeights.ToFrequencies(header.Weights[table], frequencies);
            _tables.Set(table, frequencies);
        }

        int first = 0;
        for (int p = 0; p < header.Planes.Count; p++)
        {
            Span<byte> tableOf = _tableOf.AsSpan(p * TableOfLength, TableOfLength);
            header.Planes[p].FillTableOf(tableOf);
            foreach (ref byte table in tableOf)
                table += (byte)first;
            first += header.Planes[p].TableCount;
        }
    }

    private void DecodeRegion(SegmentHeader header, TileRun tiles, PixelRectangle region, ref LaneSymbolReader reader)
    {
        int count = header.Planes.Count, depth = tiles.Format.BitDepth;
        _work.Begin(region.Width, 2 * count);
        for (int p = 0; p < count; p++)
            _planes[p].Begin(region.Width, 1 << (depth - 1));
        Span<RowCursor> cursors = stackalloc RowCursor[SampleFormat.MaxChannels];
        for (int step = 0; step < region.Height + PlaneOrder.Lag(count - 1); step++)
        {
            int first = Math.Max(0, step - region.Height + 1), last = Math.Min(count - 1, step);
            for (int p = first; p <= last; p++)
                cursors[p - first] = Cursor(header.Planes[p], p, step - PlaneOrder.Lag(p), depth);
            ReadOnlySpan<RowCursor> active = cursors[..(last - first + 1)];
            if (depth <= TokenCode.DirectDepth)
                SampleKernel.DecodeRows<Shallow>(active, region.Width, depth, _tables, ref reader);
            else
                SampleKernel.DecodeRows<Deep>(active, region.Width, depth, _tables, ref reader);
            if (reader.HasOverrun)
                throw new TesseraFormatException("The symbols of a segment of the swift model end before its samples do; it is damaged.");
            for (int p = first; p <= last; p++)
            {
                int y = step - PlaneOrder.Lag(p);
                _planes[p].FillMedians(y);
                _planes[p].Complete(y);
                RowMath.Narrow(_planes[p].Samples(y), tiles.Row(PlaneOrder.Channel(p, header.IsSwapped), region, y));
            }
        }
    }

    private RowCursor Cursor(PlanePlan plan, int plane, int y, int depth)
    {
        var predictor = new PlanePredictor(plan, _planes.AsSpan(0, plane + 1), depth);
        PlaneRows own = _planes[plane];
        int* predictions = _work.Row(2 * plane), activities = _work.Row((2 * plane) + 1);
        predictor.Predict(y, serial: false, predictions);
        predictor.Activity(y, null, activities);
        bool isFirst = y == 0;
        return new()
        {
            Samples = own.Samples(y),
            Above = own.Samples(y - 1),
            Errors = own.Errors(y),
            Predictions = predictions,
            Activities = activities,
            TableOf = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _tableOf[plane * TableOfLength]),
            West = predictor.WestFactor(y),
            WestWest = isFirst ? 0 : plan.Taps[3],
            Median = isFirst ? 0 : plan.Taps[5],
            ErrorWest = plan.Activities[0],
            ErrorWestWest = plan.Activities[1],
            Drop = isFirst ? 0 : plan.Activities[6],
            ActivityShift = plan.ActivityShift,
        };
    }
}
