using System.Buffers;
using System.Runtime.Intrinsics;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>Decodes what <see cref="SwiftEncoder"/> coded.</summary>
internal sealed unsafe class SwiftDecoder : SegmentDecoder
{
    private const int TableOfLength = SampleKernel.TableOfLength;

    // The row for planes that there are not.
    private const int SparePlanar = 2 * SampleKernel.Lanes;

    private readonly SymbolTables _tables = new();
    private readonly PlaneRows[] _planes = [new(), new(), new(), new()];
    private readonly WorkRows _work = new();
    private readonly PixelRows _pixels = new();

    private readonly byte[] _tableOf = GC.AllocateUninitializedArray<byte>(SampleFormat.MaxChannels * TableOfLength, pinned: true);

    private delegate int* RowOf(int y);

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
        int count = header.Planes.Count, depth = tiles.Format.BitDepth, width = region.Width;
        _work.Begin(width, SparePlanar + 1);
        _pixels.Begin(width);
        for (int p = 0; p < count; p++)
            _planes[p].Begin(width, 1 << (depth - 1));
        for (int step = 0; step < region.Height + PlaneOrder.Lag(count - 1); step++)
        {
            int first = Math.Max(0, step - region.Height + 1), last = Math.Min(count - 1, step);
            StepInput input = Prepare(header, step, first, last, depth);
            if (depth <= TokenCode.DirectDepth)
                SampleKernel.Decode<Shallow>(in input, _tables, ref reader);
            else
                SampleKernel.Decode<Deep>(in input, _tables, ref reader);
            if (reader.HasOverrun)
                throw new TesseraFormatException("The symbols of a segment of the swift model end before its samples do; it is damaged.");
            Spread(input.Samples, step, first, last, plane => plane.Samples);
            Spread(input.Errors, step, first, last, plane => plane.Errors);
            for (int p = first; p <= last; p++)
            {
                int y = step - PlaneOrder.Lag(p);
                _planes[p].FillMedians(y);
                _planes[p].Complete(y);
                RowMath.Narrow(_planes[p].Samples(y), tiles.Row(PlaneOrder.Channel(p, header.IsSwapped), region, y));
            }
        }
    }

    // Sums of what is known before the rows, plane by plane and then pixel by pixel.
    private StepInput Prepare(SegmentHeader header, int step, int first, int last, int depth)
    {
        var input = new StepInput
        {
            Predictions = _pixels.Predictions,
            Activities = _pixels.Activities,
            Above = _pixels.Samples(step - 1),
            Samples = _pixels.Samples(step),
            Errors = _pixels.Errors,
            TableOf = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _tableOf[0]),
            First = first,
            Last = last,
            Width = _planes[0].Width,
            Depth = depth,
        };
        for (int p = first; p <= last; p++)
        {
            PlanePlan plan = header.Planes[p];
            var predictor = new PlanePredictor(plan, _planes.AsSpan(0, p + 1), depth);
            int y = step - PlaneOrder.Lag(p);
            predictor.Predict(y, serial: false, _work.Row(p));
            predictor.Activity(y, null, _work.Row(SampleKernel.Lanes + p));
            for (int column = -2; column < 0; column++)
            {
                input.Samples[(column * SampleKernel.Lanes) + p] = _planes[p].Samples(y)[column];
                input.Errors[(column * SampleKernel.Lanes) + p] = _planes[p].Errors(y)[column];
            }

            // The first row has nothing above it.
            bool hasAbove = y > 0;
            input.West = input.West.WithElement(p, predictor.WestFactor(y));
            input.WestWest = input.WestWest.WithElement(p, hasAbove ? plan.Taps[3] : 0);
            input.Median = input.Median.WithElement(p, hasAbove ? plan.Taps[5] : 0);
            input.ErrorWest = input.ErrorWest.WithElement(p, plan.Activities[0]);
            input.ErrorWestWest = input.ErrorWestWest.WithElement(p, plan.Activities[1]);
            input.Drop = input.Drop.WithElement(p, hasAbove ? plan.Activities[6] : 0);
        }

        RowMath.Interleave(_work.Row(0), _work.Row(1), _work.Row(2), _work.Row(3), input.Predictions, input.Width);
        RowMath.Interleave(_work.Row(4), _work.Row(5), _work.Row(6), _work.Row(7), input.Activities, input.Width);
        return input;
    }

    private void Spread(int* pixels, int step, int first, int last, Func<PlaneRows, RowOf> rowOf)
    {
        int** rows = stackalloc int*[SampleKernel.Lanes];
        for (int p = 0; p < SampleKernel.Lanes; p++)
            rows[p] = p >= first && p <= last ? rowOf(_planes[p])(step - PlaneOrder.Lag(p)) : _work.Row(SparePlanar);
        RowMath.Deinterleave(pixels, rows[0], rows[1], rows[2], rows[3], _planes[0].Width);
    }
}
