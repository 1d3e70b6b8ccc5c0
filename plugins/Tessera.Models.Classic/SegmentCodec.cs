namespace Tessera.Models.Classic;

/// <summary>
/// The models of one thread, and the walk over a segment's pixels that encoder and decoder share.
/// </summary>
internal sealed class SegmentCodec
{
    private readonly PlaneState[] _planes = [new(), new(), new(), new()];
    private readonly Dictionary<int, SamplePredictor[]> _predictors = [];
    private readonly DrawnModel _drawn = new();
    private readonly ColorRecall _recall = new();
    private readonly PaletteIndexCoder _indices = new();
    private readonly int[][] _samples = [[], [], [], []];

    // The largest sample, or rank, of each channel.
    private readonly int[] _highs = new int[4];

    /// <summary>Codes everything after the plan: what is read from the tiles by an encoder is written to them by a decoder.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="maps">The channels' maps; null entries for none, or for a decoder.</param>
    /// <param name="palette">The palette; null for a decoder, or none.</param>
    /// <param name="decode">Whether to write.</param>
    public void Code<TCoder>(ref TCoder coder, TileRun tiles, SegmentPlan plan, ChannelMap?[]? maps, Palette? palette, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int channels = tiles.ChannelCount;
        int maxSample = tiles.Format.MaxSample;
        bool rgb = IsRgb(tiles);
        if (plan.Mode == PixelMode.Histogram)
        {
            CodeHistogram(ref coder, tiles, decode);
            return;
        }

        if (plan.Mode == PixelMode.Palette)
        {
            palette = Palette.Code(ref coder, palette, channels, tiles.Format.BitDepth);
            _indices.Reset(palette.Count);
        }
        else
        {
            maps = CodeMaps(ref coder, maps, channels, rgb, maxSample);
        }

        long pixels = 0;
        foreach (PixelRectangle region in tiles.Regions)
            pixels += region.Area;
        SamplePredictor[] predictors = [];
        if (plan.Mode != PixelMode.Palette)
        {
            predictors = Predictors(channels, rgb);
            foreach (SamplePredictor predictor in predictors)
                predictor.Reset();
        }

        if (plan.Mode != PixelMode.Predicted)
        {
            _drawn.Reset(pixels);
            _recall.Reset();
        }

        foreach (PixelRectangle region in tiles.Regions)
        {
            if (plan.Mode == PixelMode.Palette)
            {
                CodePaletteRegion(ref coder, tiles, region, palette!, decode);
                continue;
            }

            for (int c = 0; c < channels; c++)
            {
                int high = _highs[c] = maps![c]?.High ?? maxSample;
                predictors[c].BeginRegion(region.Width, rgb && c < 3 ? plan.Transform.PlaneRange(c, high) : new(0, high));
                if (_samples[c].Length < region.Width)
                    _samples[c] = new int[region.Width];
            }

            if (plan.Mode == PixelMode.Drawn)
                _drawn.BeginRegion(region.Width, region.Height);
            for (int y = 0; y < region.Height; y++)
                CodeRow(ref coder, tiles, region, y, plan, maps!, predictors, rgb, decode);
        }
    }

    private void CodeRow<TCoder>(
        ref TCoder coder, TileRun tiles, PixelRectangle region, int y, SegmentPlan plan, ChannelMap?[] maps, SamplePredictor[] predictors, bool rgb, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int channels = predictors.Length;
        int width = region.Width;
        if (!decode)
        {
            for (int c = 0; c < channels; c++)
                ReadRow(tiles.Row(c, region, y), maps[c], _samples[c]);
        }

        bool drawn = plan.Mode == PixelMode.Drawn;
        for (int c = 0; c < channels; c++)
            _planes[c].BeginRow();
        int[] s0 = _samples[0], s1 = _samples[1], s2 = _samples[2], s3 = _samples[3];
        for (int x = 0; x < width; x++)
        {
            int px = x + PlaneState.Pad;
            if (y == 0)
            {
                for (int c = 0; c < channels; c++)
                    _planes[c].PrepareFirstRow(px);
            }

            ulong key = 0;
            if (drawn)
            {
                if (!decode)
                {
                    for (int c = 0; c < channels; c++)
                        key |= (ulong)(uint)_samples[c][x] << (16 * c);
                }

                key = _drawn.Code(ref coder, key, int.MaxValue, out bool found);
                if (found)
                {
                    _drawn.Advance(key);
                    NotePixel(x, key, plan.Transform, predictors, rgb, decode);
                    continue;
                }
            }

            if (rgb)
                CodeColor(ref coder, x, plan, predictors, drawn, decode);
            else
            {
                for (int c = 0; c < channels; c++)
                    _samples[c][x] = predictors[c].Code(ref coder, px, _samples[c][x]);
            }

            if (drawn)
            {
                key = 0;
                for (int c = 0; c < channels; c++)
                    key |= (ulong)(uint)_samples[c][x] << (16 * c);
                _drawn.Advance(key);
            }
        }

        if (decode)
        {
            for (int c = 0; c < channels; c++)
                WriteRow(_samples[c], maps[c], tiles.Row(c, region, y), tiles.Format.MaxSample);
        }
    }

    // Takes over a pixel that was found as a whole. A damaged payload may find one whose samples are out of range.
    private void NotePixel(int x, ulong key, ColorTransform transform, SamplePredictor[] predictors, bool rgb, bool decode)
    {
        int px = x + PlaneState.Pad;
        if (decode)
        {
            for (int c = 0; c < predictors.Length; c++)
            {
                int value = (int)((key >> (16 * c)) & 0xFFFF);
                if (value > _highs[c])
                    ThrowOutOfRange();
                _samples[c][x] = value;
            }
        }

        if (rgb)
        {
            SkipColor(x, transform, predictors);
            if (predictors.Length > 3)
                predictors[3].Skip(px, _samples[3][x]);
        }
        else
        {
            for (int c = 0; c < predictors.Length; c++)
                predictors[c].Skip(px, _samples[c][x]);
        }
    }

    private void SkipColor(int x, ColorTransform transform, SamplePredictor[] predictors)
    {
        (int a, int b, int c) = transform.Forward(_samples[0][x], _samples[1][x], _samples[2][x]);
        predictors[0].Skip(x + PlaneState.Pad, a);
        predictors[1].Skip(x + PlaneState.Pad, b);
        predictors[2].Skip(x + PlaneState.Pad, c);
    }

    private void CodeColor<TCoder>(ref TCoder coder, int x, SegmentPlan plan, SamplePredictor[] predictors, bool drawn, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int px = x + PlaneState.Pad;
        int[] s0 = _samples[0], s1 = _samples[1], s2 = _samples[2], s3 = _samples[3];
        int alpha = 0;
        if (predictors.Length > 3)
        {
            alpha = s3[x] = predictors[3].Code(ref coder, px, s3[x]);
            if (drawn)
            {
                // The color of the pixel to the left, or of the last one of this opacity.
                ulong left = x > 0 ? Pack(s0[x - 1], s1[x - 1], s2[x - 1]) : 0;
                ref ulong slot = ref _recall.Slot(0, 0);
                ulong color = Pack(s0[x], s1[x], s2[x]);
                bool right = _recall.Code(ref coder, 0, color == left);
                if (right)
                {
                    color = left;
                }
                else if (slot != 0 && slot - 1 != left)
                {
                    right = _recall.Code(ref coder, 1, color == slot - 1);
                    if (right)
                        color = slot - 1;
                }

                if (right)
                {
                    Recall(x, color, plan, predictors, decode);
                    slot = color + 1;
                    return;
                }
            }
        }

        int p0 = 0, p1 = 0, p2 = 0;
        if (!decode)
            (p0, p1, p2) = plan.Transform.Forward(s0[x], s1[x], s2[x]);
        p0 = predictors[0].Code(ref coder, px, p0);
        if (drawn)
        {
            ref ulong slot = ref _recall.Slot(1 + alpha, p0);
            ref ulong near = ref _recall.Slot(1 + alpha, p0 + (((_planes[1].Current[px - 1] >> 5) + ((_planes[2].Current[px - 1] >> 5) << 5)) << 16) + (1 << 15));
            ulong color = Pack(s0[x], s1[x], s2[x]);
            ulong guess = near;
            if (guess != 0 && _recall.Code(ref coder, 2, color == guess - 1))
            {
                Recall(x, guess - 1, plan, predictors, decode);
                slot = guess;
                return;
            }

            if (slot != 0 && slot != guess && _recall.Code(ref coder, 3, color == slot - 1))
            {
                Recall(x, slot - 1, plan, predictors, decode);
                near = slot;
                return;
            }

            p1 = predictors[1].Code(ref coder, px, p1);
            p2 = predictors[2].Code(ref coder, px, p2);
            if (decode)
                (s0[x], s1[x], s2[x]) = plan.Transform.Inverse(p0, p1, p2);
            near = slot = Pack(s0[x], s1[x], s2[x]) + 1;
            if (predictors.Length > 3)
                _recall.Slot(0, 0) = slot;
            return;
        }

        p1 = predictors[1].Code(ref coder, px, p1);
        p2 = predictors[2].Code(ref coder, px, p2);
        if (decode)
            (s0[x], s1[x], s2[x]) = plan.Transform.Inverse(p0, p1, p2);
    }

    private static ulong Pack(int a, int b, int c) => (ulong)(uint)a | ((ulong)(uint)b << 16) | ((ulong)(uint)c << 32);

    private void Recall(int x, ulong color, SegmentPlan plan, SamplePredictor[] predictors, bool decode)
    {
        if (decode)
        {
            _samples[0][x] = (int)(color & 0xFFFF);
            _samples[1][x] = (int)((color >> 16) & 0xFFFF);
            _samples[2][x] = (int)(color >> 32);
        }

        SkipColor(x, plan.Transform, predictors);
    }

    private static void ThrowOutOfRange() => throw new TesseraFormatException("A decoded sample is outside its range; the segment is damaged.");

    private void CodePaletteRegion<TCoder>(ref TCoder coder, TileRun tiles, PixelRectangle region, Palette palette, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int[] row = _samples[0].Length < region.Width ? _samples[0] = new int[region.Width] : _samples[0];
        _drawn.BeginRegion(region.Width, region.Height);
        _indices.BeginRegion(region.Width);
        for (int y = 0; y < region.Height; y++)
        {
            if (!decode)
                palette.ToIndices(tiles, region, y, row);
            
            for (int x = 0; x < region.Width; x++)
            {
                int index = (int)_drawn.Code(ref coder, (ulong)row[x], palette.Count, out bool found);
                if (!found)
                    index = _indices.Code(ref coder, row[x], x);
                _indices.Note(x, index);
                _drawn.Advance((ulong)index);
                row[x] = index;
            }

            if (decode)
                palette.ToSamples(row, tiles, region, y);
        }
    }

    /// <summary>Whether the first three channels are colors to transform.</summary>
    public static bool IsRgb(TileRun tiles) => tiles.ChannelCount - (tiles.HasAlpha ? 1 : 0) == 3;

    private static void CodeHistogram<TCoder>(ref TCoder coder, TileRun tiles, bool decode)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int depth = tiles.Format.BitDepth;
        var trees = new uint[tiles.ChannelCount][];
        for (int c = 0; c < trees.Length; c++)
        {
            trees[c] = new uint[1 << depth];
            Array.Fill(trees[c], Counter.Initial);
        }

        foreach (PixelRectangle region in tiles.Regions)
        {
            for (int y = 0; y < region.Height; y++)
            {
                for (int c = 0; c < trees.Length; c++)
                {
                    uint[] tree = trees[c];
                    Span<ushort> row = tiles.Row(c, region, y);
                    for (int x = 0; x < row.Length; x++)
                    {
                        int node = 1;
                        for (int i = depth - 1; i >= 0; i--)
                            node = (node << 1) | Counter.Code(ref coder, ref tree[node], (row[x] >> i) & 1, Counter.StationaryLimit);
                        if (decode)
                            row[x] = (ushort)(node - (1 << depth));
                    }
                }
            }
        }
    }

    private SamplePredictor[] Predictors(int channels, bool rgb)
    {
        int kind = (channels * 2) + (rgb ? 1 : 0);
        if (!_predictors.TryGetValue(kind, out SamplePredictor[]? predictors))
        {
            predictors = new SamplePredictor[channels];
            for (int c = 0; c < channels; c++)
            {
                predictors[c] = rgb && c is 1 or 2
                    ? new(_planes[c], _planes[0], c == 2 ? _planes[1] : null)
                    : new(_planes[c], null, null);
            }

            _predictors.Add(kind, predictors);
        }

        return predictors;
    }

    private static ChannelMap?[] CodeMaps<TCoder>(ref TCoder coder, ChannelMap?[]? maps, int channels, bool rgb, int maxSample)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        var result = new ChannelMap?[channels];
        for (int c = 0; c < channels; c++)
        {
            // The color channels share one map, so that a color transform still makes sense.
            if (rgb && c is 1 or 2)
                result[c] = result[0];
            else if (coder.Code(maps?[c] is null ? 0 : 1, 1 << 14) != 0)
                result[c] = ChannelMap.Code(ref coder, maps?[c], maxSample);
        }

        return result;
    }

    private static void ReadRow(ReadOnlySpan<ushort> samples, ChannelMap? map, Span<int> row)
    {
        for (int x = 0; x < samples.Length; x++)
            row[x] = map is null ? samples[x] : map.ToRank(samples[x]);
    }

    private static void WriteRow(ReadOnlySpan<int> row, ChannelMap? map, Span<ushort> samples, int maxSample)
    {
        int high = map?.High ?? maxSample;
        for (int x = 0; x < samples.Length; x++)
        {
            int value = row[x];
            if ((uint)value > (uint)high)
                throw new TesseraFormatException("A decoded sample is outside its range; the segment is damaged.");
            samples[x] = map is null ? (ushort)value : map.ToValue(value);
        }
    }
}
