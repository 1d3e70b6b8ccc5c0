using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models.Swift;

/// <summary>Codes a segment by plans: once over its samples for their errors, then classes and tables, then the errors from the last to the first.</summary>
internal sealed unsafe class SegmentWriter(PlaneRows[] planes, WorkRows work) : IDisposable
{
    private readonly SymbolBuffer _buffer = new();
    private readonly ClassChooser _chooser = new();
    private readonly AdaptiveAnsEncoder _tables = new();
    private readonly ArrayBufferWriter<byte> _tableBytes = new();
    private readonly LaneSymbolWriter _lanes = new();
    private readonly int[] _codeOf = GC.AllocateUninitializedArray<int>(SampleFormat.MaxChannels << SymbolBuffer.TokenBits, pinned: true);
    private SymbolCode[] _codes = [];

    /// <summary>Codes a segment.</summary>
    /// <param name="tiles">The segment.</param>
    /// <param name="swapped">Whether the first two channels change places.</param>
    /// <param name="plans">The plans, whose classes are chosen here.</param>
    /// <param name="output">Takes the payload.</param>
    public void Write(TileRun tiles, bool swapped, PlanePlan[] plans, IBufferWriter<byte> output)
    {
        int depth = tiles.Format.BitDepth;
        _buffer.Begin(plans.Length, checked((int)tiles.PixelCount), depth);
        int position = 0;
        foreach (PixelRectangle region in tiles.Regions)
        {
            Predict(tiles, region, swapped, plans, position);
            position += (int)region.Area;
        }

        SegmentHeader header = MakeTables(swapped, plans, depth);
        _tables.Clear();
        header.Write(_tables);
        _tableBytes.ResetWrittenCount();
        _tables.Finish(_tableBytes);
        SegmentLayout.WritePredicted(output, swapped, _tableBytes.WrittenCount);
        output.Write(_tableBytes.WrittenSpan);

        _lanes.Begin(checked((plans.Length * _buffer.Pixels) + _buffer.BitSymbols));
        for (int r = tiles.Regions.Length - 1; r >= 0; r--)
        {
            position -= (int)tiles.Regions[r].Area;
            WriteRegion(tiles.Regions[r], plans.Length, position, depth);
        }

        _lanes.Finish(output);
    }

    public void Dispose() => _tables.Dispose();

    private void Predict(TileRun tiles, PixelRectangle region, bool swapped, PlanePlan[] plans, int position)
    {
        int depth = tiles.Format.BitDepth, width = region.Width;
        work.Begin(width, 3);
        int* residuals = work.Row(0), activities = work.Row(1), drops = work.Row(2);
        for (int p = 0; p < plans.Length; p++)
            planes[p].Begin(width, 1 << (depth - 1));
        for (int y = 0; y < region.Height; y++)
        {
            for (int p = 0; p < plans.Length; p++)
            {
                PlaneRows plane = planes[p];
                int* samples = plane.Samples(y), above = plane.Samples(y - 1);
                RowMath.Widen(tiles.Row(PlaneOrder.Channel(p, swapped), region, y), samples);
                plane.FillMedians(y);
                var predictor = new PlanePredictor(plans[p], planes.AsSpan(0, p + 1), depth);
                predictor.Predict(y, serial: true, residuals);
                RowMath.Residuals(samples, residuals, plane.Errors(y), width, depth);
                RowMath.Drops(samples, above, drops, width);
                predictor.Activity(y, drops, activities);
                _buffer.AddRow(p, position + (y * width), residuals, activities, width, depth);
                plane.Complete(y);
            }
        }
    }

    private SegmentHeader MakeTables(bool swapped, PlanePlan[] plans, int depth)
    {
        var header = new SegmentHeader(swapped, plans);
        int symbols = TokenCode.SymbolCount(depth), table = 0;
        var tableOf = new byte[PlanePlan.ActivityLevels * PlanePlan.Fractions];
        var frequencies = new uint[symbols];
        for (int p = 0; p < plans.Length; p++)
        {
            PlanePlan plan = plans[p];
            Span<uint> counts = _buffer.Counts(p);
            _chooser.Choose(counts, symbols, plan.Classes);
            plan.FillTableOf(tableOf);
            for (int level = 0; level < ActivityLevels.Count; level++)
            {
                for (int fraction = 0; fraction < PlanePlan.Fractions; fraction++)
                {
                    _codeOf[(p << SymbolBuffer.TokenBits) | (level << PlanePlan.FractionBits) | fraction] =
                        (table + tableOf[(ActivityLevels.First(level) << PlanePlan.FractionBits) | fraction]) << SymbolBuffer.TokenBits;
                }
            }

            for (int i = 0; i < plan.Classes.Count; i++)
            {
                Span<uint> all = ClassChooser.Histograms(counts, i);
                if (!plan.Classes[i].IsSplit)
                {
                    for (int s = 0; s < symbols; s++)
                        all[s] += all[ClassChooser.Symbols + s] + all[(2 * ClassChooser.Symbols) + s] + all[(3 * ClassChooser.Symbols) + s];
                }

                for (int fraction = 0; fraction < (plan.Classes[i].IsSplit ? PlanePlan.Fractions : 1); fraction++)
                    AddTable(header, all.Slice(fraction * ClassChooser.Symbols, symbols), frequencies, table++);
            }
        }

        return header;
    }

    private void AddTable(SegmentHeader header, Span<uint> counts, uint[] frequencies, int table)
    {
        // A part of a class may have no samples, but it has a table.
        if (counts.IndexOfAnyExcept(0u) < 0)
            counts[0] = 1;
        var weights = new byte[counts.Length];
        SymbolWeights.FromCounts(counts, weights);
        header.Add(weights);
        SymbolWeights.ToFrequencies(weights, frequencies);
        if (_codes.Length < (table + 1) << SymbolBuffer.TokenBits)
            Array.Resize(ref _codes, (table + 16) << SymbolBuffer.TokenBits);
        uint start = 0;
        for (int s = 0; s < frequencies.Length; s++)
        {
            if (frequencies[s] != 0)
                _codes[(table << SymbolBuffer.TokenBits) | s] = new(start, frequencies[s]);
            start += frequencies[s];
        }
    }

    // Against the order in which the decoder takes them.
    private void WriteRegion(PixelRectangle region, int count, int position, int depth)
    {
        ushort** rows = stackalloc ushort*[SampleFormat.MaxChannels];
        ushort** folded = stackalloc ushort*[SampleFormat.MaxChannels];
        int** codeOf = stackalloc int*[SampleFormat.MaxChannels];
        fixed (SymbolCode* codes = _codes)
        fixed (int* allCodes = _codeOf)
        {
            for (int step = region.Height + PlaneOrder.Lag(count - 1) - 1; step >= 0; step--)
            {
                int first = Math.Max(0, step - region.Height + 1), last = Math.Min(count - 1, step);
                for (int p = first; p <= last; p++)
                {
                    int start = position + ((step - PlaneOrder.Lag(p)) * region.Width);
                    rows[p] = _buffer.Symbols(p) + start;
                    codeOf[p] = allCodes + (p << SymbolBuffer.TokenBits);
                    if (depth > TokenCode.DirectDepth)
                        folded[p] = _buffer.Folded(p) + start;
                }

                if (depth > TokenCode.DirectDepth)
                    WriteDeep(rows, folded, codeOf, first, last, region.Width, codes);
                else
                    WriteShallow(rows, codeOf, first, last, region.Width, codes);
            }
        }
    }

    private void WriteShallow(ushort** rows, int** codeOf, int first, int last, int width, SymbolCode* codes)
    {
        const int TokenMask = (1 << SymbolBuffer.TokenBits) - 1;
        LaneSymbolWriter lanes = _lanes;
        for (int x = width - 1; x >= 0; x--)
        {
            for (int p = last; p >= first; p--)
            {
                int symbol = rows[p][x];
                lanes.Prepend(codes[codeOf[p][symbol >> SymbolBuffer.TokenBits] | (symbol & TokenMask)]);
            }
        }
    }

    private void WriteDeep(ushort** rows, ushort** folded, int** codeOf, int first, int last, int width, SymbolCode* codes)
    {
        const int TokenMask = (1 << SymbolBuffer.TokenBits) - 1;
        LaneSymbolWriter lanes = _lanes;
        for (int x = width - 1; x >= 0; x--)
        {
            for (int p = last; p >= first; p--)
            {
                int symbol = rows[p][x], token = symbol & TokenMask;
                if (token >= TokenCode.FirstWithBits)
                    lanes.Prepend(SymbolCode.OfBits((uint)(folded[p][x] - TokenCode.Base(token)), TokenCode.BitCount(token)));
                lanes.Prepend(codes[codeOf[p][symbol >> SymbolBuffer.TokenBits] | token]);
            }
        }
    }
}
