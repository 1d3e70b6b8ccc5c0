namespace Tessera.Models.Classic;

/// <summary>
/// Codes segments sample by sample, each predicted from those around it; in drawings, after the pixel was compared with others as a
/// whole.
/// </summary>
internal sealed class PlaneCoder(DrawnModel drawn)
{
    private readonly PlaneState[] _planes = [new(), new(), new(), new()];
    private readonly Dictionary<(int Channels, bool IsRgb), SamplePredictor[]> _predictorSets = [];
    private readonly ColorRecall _recall = new();

    // One row of samples, or ranks, of each channel.
    private readonly int[][] _samples = [[], [], [], []];

    // What holds for the segment at hand.
    private SamplePredictor[] _predictors = [];
    private ColorTransform _transform;
    private int _colorHigh;
    private bool _isRgb;
    private bool _isDrawn;
    private bool _decode;

    /// <summary>Codes a segment.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="maps">The channels' maps, null where there is none; null for a decoder.</param>
    /// <param name="decode">Whether samples are written rather than read.</param>
    /// <param name="race">What may end an encoding early, or null.</param>
    /// <returns>Whether all was coded.</returns>
    public bool Code<TCoder>(ref TCoder coder, TileRun tiles, SegmentPlan plan, ChannelMap?[]? maps, bool decode, CostRace? race)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int rows = tiles.Regions.Sum(region => region.Height), rowsDone = 0;
        _isRgb = IsRgb(tiles);
        _isDrawn = plan.Mode == PixelMode.Drawn;
        _transform = plan.Transform;
        _decode = decode;
        maps = CodeMaps(ref coder, maps, tiles);
        _predictors = Predictors(tiles.ChannelCount);
        foreach (SamplePredictor predictor in _predictors)
            predictor.Reset();
        if (_isDrawn)
        {
            drawn.Reset(tiles.PixelCount);
            _recall.Reset(plan.ManyRecalls);
        }

        foreach (PixelRectangle region in tiles.Regions)
        {
            BeginRegion(region, maps, tiles.Format.MaxSample);
            for (int y = 0; y < region.Height; y++)
            {
                SegmentCodec.ThrowIfOverrun(coder.HasOverrun);
                if (!decode)
                    ReadRow(tiles, region, y, maps);
                CodeRow(ref coder, region.Width, y == 0);
                if (decode)
                    WriteRow(tiles, region, y, maps);
                else if (race?.GoesOn(ref coder, ++rowsDone, rows) == false)
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether the first three channels are colors to transform.</summary>
    public static bool IsRgb(TileRun tiles) => tiles.ChannelCount - (tiles.HasAlpha ? 1 : 0) == 3;

    private void BeginRegion(PixelRectangle region, ChannelMap?[] maps, int maxSample)
    {
        for (int c = 0; c < _predictors.Length; c++)
        {
            int high = maps[c]?.High ?? maxSample;
            bool isColor = _isRgb && c < 3;
            if (isColor)
                _colorHigh = high;
            _predictors[c].BeginRegion(region.Width, isColor ? _transform.PlaneRange(c, high) : new(0, high));
            if (_samples[c].Length < region.Width)
                _samples[c] = new int[region.Width];
        }

        if (_isDrawn)
            drawn.BeginRegion(region.Width, region.Height);
    }

    private void CodeRow<TCoder>(ref TCoder coder, int width, bool isFirst)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int channels = _predictors.Length;
        for (int c = 0; c < channels; c++)
            _planes[c].BeginRow();
        for (int x = 0; x < width; x++)
        {
            if (isFirst)
            {
                for (int c = 0; c < channels; c++)
                    _planes[c].PrepareFirstRow(x + PlaneState.Pad);
            }

            if (_isDrawn)
            {
                ulong pixel = drawn.Code(ref coder, _decode ? 0 : Pixel(x), int.MaxValue, out bool found);
                if (found)
                {
                    drawn.Advance(pixel);
                    TakePixel(x, pixel);
                    continue;
                }
            }

            if (_isRgb)
            {
                CodeColor(ref coder, x);
            }
            else
            {
                for (int c = 0; c < channels; c++)
                    _predictors[c].Prepare(x + PlaneState.Pad);
                for (int c = 0; c < channels; c++)
                    _samples[c][x] = _predictors[c].Code(ref coder, x + PlaneState.Pad, _samples[c][x]);
            }

            if (_isDrawn)
                drawn.Advance(Pixel(x));
        }
    }

    private void CodeColor<TCoder>(ref TCoder coder, int x)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int px = x + PlaneState.Pad;
        foreach (SamplePredictor predictor in _predictors)
            predictor.Prepare(px);
        int alpha = 0;
        if (_predictors.Length > 3)
        {
            alpha = _samples[3][x] = _predictors[3].Code(ref coder, px, _samples[3][x]);
            if (_isDrawn && RecallBesideAlpha(ref coder, x))
                return;
        }

        int first = 0, second = 0, third = 0;
        if (!_decode)
            (first, second, third) = _transform.Forward(_samples[0][x], _samples[1][x], _samples[2][x]);
        first = _predictors[0].Code(ref coder, px, first);
        if (_isDrawn && RecallByFirstPlane(ref coder, x, first, alpha))
            return;

        second = _predictors[1].Code(ref coder, px, second);
        if (!_isDrawn || !_recall.IsDeep || !RecallByTwoPlanes(ref coder, x, first, second, alpha))
        {
            third = _predictors[2].Code(ref coder, px, third);
            if (_decode)
                SetColor(x, _transform.Inverse(first, second, third));
        }

        if (_isDrawn)
        {
            ulong known = Color(x) + 1;
            _recall.Near(alpha, first, _planes[1].Current[px - 1], _planes[2].Current[px - 1]) = known;
            ColorRecall.MoveToFront(_recall.ByFirst(alpha, first), known);
            if (_recall.IsDeep)
                _recall.ByTwo(alpha, first, second) = known;
            if (_predictors.Length > 3)
                _recall.Latest = known;
        }
    }

    // Alpha is known: is the color that of the pixel to the left, or the latest new one?
    private bool RecallBesideAlpha<TCoder>(ref TCoder coder, int x)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        ulong left = x > 0 ? Color(x - 1) : 0;
        ulong latest = _recall.Latest;
        ulong color = Color(x);
        ulong guess = left;
        bool right = _recall.Code(ref coder, 0, color == left);
        if (!right && latest != 0 && latest - 1 != left)
        {
            guess = latest - 1;
            right = _recall.Code(ref coder, 4, color == guess);
        }

        if (!right)
            return false;
        TakeColor(x, guess);
        _recall.Latest = guess + 1;
        return true;
    }

    // The first plane is known: is the color one that went with it before, beside such a pixel or anywhere?
    private bool RecallByFirstPlane<TCoder>(ref TCoder coder, int x, int first, int alpha)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int left = x + PlaneState.Pad - 1;
        ref ulong near = ref _recall.Near(alpha, first, _planes[1].Current[left], _planes[2].Current[left]);
        Span<ulong> byFirst = _recall.ByFirst(alpha, first);
        ulong color = Color(x), nearGuess = near;
        if (nearGuess != 0 && _recall.Code(ref coder, 2, color == nearGuess - 1))
        {
            TakeColor(x, nearGuess - 1);
            ColorRecall.MoveToFront(byFirst, nearGuess);
            return true;
        }

        int last = byFirst.Length - 1;
        while (last >= 0 && (byFirst[last] == 0 || byFirst[last] == nearGuess))
            last--;
        if (last < 0 || !_recall.Code(ref coder, 1, byFirst[..(last + 1)].Contains(color + 1)))
            return false;
        for (int i = 0; i <= last; i++)
        {
            ulong guess = byFirst[i];
            if (guess == nearGuess || (i < last && !_recall.Code(ref coder, 5 + i, color == guess - 1)))
                continue;
            TakeColor(x, guess - 1);
            ColorRecall.MoveToFront(byFirst, guess);
            near = guess;
            return true;
        }

        return false;
    }

    // Two planes are known: is the color the one that went with them?
    private bool RecallByTwoPlanes<TCoder>(ref TCoder coder, int x, int first, int second, int alpha)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        ulong guess = _recall.ByTwo(alpha, first, second);
        if (guess == 0 || !_recall.Code(ref coder, 3, Color(x) == guess - 1))
            return false;
        TakeColor(x, guess - 1);
        return true;
    }

    // All channels of a pixel, 16 bits each.
    private ulong Pixel(int x)
    {
        ulong pixel = 0;
        for (int c = 0; c < _predictors.Length; c++)
            pixel |= (ulong)(uint)_samples[c][x] << (16 * c);
        return pixel;
    }

    // The first three channels of a pixel.
    private ulong Color(int x) => (ulong)(uint)_samples[0][x] | ((ulong)(uint)_samples[1][x] << 16) | ((ulong)(uint)_samples[2][x] << 32);

    private void TakePixel(int x, ulong pixel)
    {
        if (_decode)
        {
            for (int c = 0; c < _predictors.Length; c++)
                _samples[c][x] = (int)((pixel >> (16 * c)) & 0xFFFF);
        }

        if (_isRgb)
            SkipColor(x);
        for (int c = _isRgb ? 3 : 0; c < _predictors.Length; c++)
            _predictors[c].Skip(x + PlaneState.Pad, _samples[c][x]);
    }

    private void TakeColor(int x, ulong color)
    {
        if (_decode)
            SetColor(x, ((int)(color & 0xFFFF), (int)((color >> 16) & 0xFFFF), (int)(color >> 32)));
        SkipColor(x);
    }

    private void SkipColor(int x)
    {
        (int first, int second, int third) = _transform.Forward(_samples[0][x], _samples[1][x], _samples[2][x]);
        _predictors[0].Skip(x + PlaneState.Pad, first);
        _predictors[1].Skip(x + PlaneState.Pad, second);
        _predictors[2].Skip(x + PlaneState.Pad, third);
    }

    // Planes within their ranges may still make a color outside its own.
    private void SetColor(int x, (int R, int G, int B) color)
    {
        if ((uint)color.R > (uint)_colorHigh || (uint)color.G > (uint)_colorHigh || (uint)color.B > (uint)_colorHigh)
            throw new TesseraFormatException("A decoded color is outside its range; the segment is damaged.");
        (_samples[0][x], _samples[1][x], _samples[2][x]) = color;
    }

    private void ReadRow(TileRun tiles, PixelRectangle region, int y, ChannelMap?[] maps)
    {
        for (int c = 0; c < _predictors.Length; c++)
        {
            ReadOnlySpan<ushort> samples = tiles.Row(c, region, y);
            Span<int> row = _samples[c].AsSpan(0, samples.Length);
            ChannelMap? map = maps[c];
            for (int x = 0; x < row.Length; x++)
                row[x] = map is null ? samples[x] : map.ToRank(samples[x]);
        }
    }

    private void WriteRow(TileRun tiles, PixelRectangle region, int y, ChannelMap?[] maps)
    {
        for (int c = 0; c < _predictors.Length; c++)
        {
            Span<ushort> samples = tiles.Row(c, region, y);
            ReadOnlySpan<int> row = _samples[c].AsSpan(0, samples.Length);
            ChannelMap? map = maps[c];
            for (int x = 0; x < row.Length; x++)
                samples[x] = map is null ? (ushort)row[x] : map.ToValue(row[x]);
        }
    }

    private SamplePredictor[] Predictors(int channels)
    {
        if (!_predictorSets.TryGetValue((channels, _isRgb), out SamplePredictor[]? predictors))
        {
            predictors = new SamplePredictor[channels];
            for (int c = 0; c < channels; c++)
            {
                predictors[c] = _isRgb && c is 1 or 2
                    ? new(_planes[c], _planes[0], c == 2 ? _planes[1] : null)
                    : new(_planes[c], null, null);
            }

            _predictorSets.Add((channels, _isRgb), predictors);
        }

        return predictors;
    }

    // The color channels share one map, so that a color transform still makes sense.
    private ChannelMap?[] CodeMaps<TCoder>(ref TCoder coder, ChannelMap?[]? maps, TileRun tiles)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        var result = new ChannelMap?[tiles.ChannelCount];
        for (int c = 0; c < result.Length; c++)
        {
            if (_isRgb && c is 1 or 2)
                result[c] = result[0];
            else if (coder.Code(maps?[c] is null ? 0 : 1, ChannelMap.ProbabilityOfMap) != 0)
                result[c] = ChannelMap.Code(ref coder, maps?[c], tiles.Format.MaxSample);
        }

        return result;
    }
}
