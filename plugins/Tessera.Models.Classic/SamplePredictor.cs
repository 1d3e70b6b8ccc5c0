using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Tessera.Models.Classic.PlaneState;

namespace Tessera.Models.Classic;

/// <summary>Predicts the samples of one plane and codes what remains.</summary>
internal sealed class SamplePredictor
{
    private const int CoarseLevels = Quantize.CoarseLevels;
    private const int TextureContexts = 64 * CoarseLevels;

    // What every lane's errors nearby are taken to be at the least, and how many octaves lighter a lane may be than the best.
    private const int LeastPenalty = 6;
    private const int MostOctaves = 13;

    // The lanes that look at other planes.
    private const int Filtered = 6, Cross = 7;

    // The largest error that a bias learns from, in eighths.
    private const int BiasLimit = 1000;

    private static readonly int[] SideScale = BuildSideScale();
    private readonly PlaneState _plane;
    private readonly PlaneState? _first, _second;
    private readonly ResidualCoder _coder = new();
    private readonly int[] _textureBias = new int[TextureContexts];
    private readonly int[] _crossBias = new int[Quantize.SignedLevels * Quantize.SignedLevels * CoarseLevels];
    private readonly AdaptiveFilter _filter;
    private int _shift;

    // The weight of the best lane, as the bits of a float: so large that products with differences of lanes stay within 32 bits.
    private int _heaviest;

    // What Prepare worked out for Code: the lanes, their weights, one by their sum in units of 2^-30, what contexts are made of.
    private Vector256<int> _lanes, _weights, _compared;
    private int _sum, _reciprocal, _filteredWeight, _crossWeight, _cross, _median, _northEast, _energy, _roughness;

    /// <summary>Creates a predictor.</summary>
    /// <param name="plane">The plane that it predicts.</param>
    /// <param name="first">The plane that is coded before it at each pixel, if any.</param>
    /// <param name="second">The second plane before it, if any.</param>
    public SamplePredictor(PlaneState plane, PlaneState? first, PlaneState? second)
    {
        _plane = plane;
        _first = first;
        _second = second;
        _filter = new AdaptiveFilter(plane, first, second);
    }

    /// <summary>Forgets everything, as at the beginning of a segment.</summary>
    public void Reset()
    {
        Array.Clear(_textureBias);
        Array.Clear(_crossBias);
        _coder.Reset();
        _filter.Reset();
    }

    /// <summary>Begins a region: what was learned stays, the samples around are new.</summary>
    public void BeginRegion(int width, SampleRange range)
    {
        _plane.BeginRegion(width, range);
        _shift = range.Shift;
        _heaviest = BitConverter.SingleToInt32Bits(range.High - range.Low < 2048 ? 4096f : 64f);
        _filter.BeginRegion();
    }

    /// <summary>Notes a sample that was coded by other means.</summary>
    public void Skip(int x, int value)
    {
        At(_plane.Current, x) = value;
        At(_plane.Errors, x) = 0;
        _plane.LatestError = Quantize.SignedNone;
        Vector256<int>.Zero.StoreUnsafe(ref At(_plane.LaneErrors, x * PlaneState.Lanes));
    }

    /// <summary>
    /// Works out what is known of a sample before the planes that are coded before it: the lanes but those that look at other planes,
    /// and the lanes' weights. What is worked out for several planes at once does not wait for one another.
    /// </summary>
    /// <param name="x">The sample's column, with padding.</param>
    public void Prepare(int x)
    {
        PlaneState plane = _plane;
        ref int current = ref At(plane.Current, x);
        ref int above = ref At(plane.Above, x);
        ref int above2 = ref At(plane.Above2, x);
        int w = Unsafe.Add(ref current, -1), ww = Unsafe.Add(ref current, -2);
        int n = above, nw = Unsafe.Add(ref above, -1), ne = Unsafe.Add(ref above, 1);
        int nne = Unsafe.Add(ref above2, 1);
        ref int errors = ref At(plane.Errors, x);
        ref int errorsAbove = ref At(plane.ErrorsAbove, x);
        int eW = Unsafe.Add(ref errors, -1);
        int eN = errorsAbove, eNW = Unsafe.Add(ref errorsAbove, -1), eNE = Unsafe.Add(ref errorsAbove, 1);

        int gradient = w + n - nw;
        int median = Math.Max(Math.Min(gradient, Math.Max(w, n)), Math.Min(w, n)) * 8;
        _lanes = Vector256.Create(
            median,
            (w + ne - n) * 8,
            (n * 8) + (((eW + eN + eNE) * 10) >> 5),
            (w * 8) + (((eN + eW + eNW) * 10) >> 5),
            (n * 8) + ((((eNW + eN + eNE) * 7) + ((w - nw) * 64)) >> 5),
            ((w + n) * 4) + ((ne - nw) * 2),
            0,
            0);
        if (_first is null)
        {
            _cross = ((2 * w) - ww + n + ne - nne) * 4;
            _roughness = Quantize.Abs(w - nw) + Quantize.Abs(n - nw) + Quantize.Abs(n - ne);
        }
        else
        {
            _cross = gradient * 8;
        }

        _compared = Vector256.Create(w * 8, n * 8, eW, eN, 0, median, 0, 0);
        _median = median;
        _northEast = ne * 8;
        _energy = Energy(ref errors, ref errorsAbove) / 9;
        Vector256<int> weights = Weights(ref At(plane.LaneErrors, x * PlaneState.Lanes), ref At(plane.LaneErrorsAbove, x * PlaneState.Lanes));
        _weights = weights;
        _reciprocal = (1 << 30) / Vector256.Sum(weights);
        _sum = Vector256.Sum(weights * ((_lanes - Vector256.Create(median)) & Vector256.Create(-1, -1, -1, -1, -1, -1, 0, 0)));
        _filteredWeight = weights.GetElement(Filtered);
        _crossWeight = weights.GetElement(Cross);
        _filter.Prepare(x);
    }

    /// <summary>Predicts a sample that was prepared, codes it, and learns from it.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="x">The sample's column, with padding.</param>
    /// <param name="value">The sample; a decoder ignores it.</param>
    /// <returns>The sample.</returns>
    /// <exception cref="TesseraFormatException">The decoded sample is outside the plane's range.</exception>
    public int Code<TCoder>(ref TCoder coder, int x, int value)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        PlaneState plane = _plane;
        int cross = _cross, crossError = 0, qA = Quantize.SignedNone, qB = Quantize.SignedNone;
        if (_first is { } a)
        {
            qA = a.LatestError;
            crossError = Quantize.Abs(At(a.Errors, x));
            cross += Curl(a, x) * 2;
            if (_second is { } b)
            {
                qB = b.LatestError;
                crossError += Quantize.Abs(At(b.Errors, x));
                cross += Curl(b, x) * 2;
            }
        }

        int filtered = _filter.Predict(x);
        Vector256<int> lanes = _lanes + Vector256.Create(Vector128<int>.Zero, Vector128.Create(0, 0, filtered, cross));
        (int mean, int spread) = Blend(lanes, filtered, cross);

        int shift = _shift, median = _median, energy = _energy;
        int expected = ((energy * 2) + (spread * 2) + (crossError >> 1)) / 3;
        (int energyLevel, int coarse) = Quantize.LogAndCoarse(expected >> shift);

        ref int current = ref At(plane.Current, x);
        Vector128<int> mean4 = Vector128.Create(mean);
        uint texture = Vector128.GreaterThan(Vector128.LoadUnsafe(ref At(plane.Above, x - 1)) << 3, mean4).ExtractMostSignificantBits()
            | ((Vector128.GreaterThan(Vector128.LoadUnsafe(ref Unsafe.Add(ref current, -4)) << 3, mean4).ExtractMostSignificantBits() >> 2) << 4);
        int crossContext = (((qA * Quantize.SignedLevels) + qB) * 8) + coarse;
        ref int textureBias = ref At(_textureBias, ((int)texture * 8) + coarse);
        ref int crossBias = ref At(_crossBias, crossContext);
        int prediction = mean + ((((textureBias + crossBias) >> 1) + (1 << 9)) >> 10);
        prediction = Math.Max(Math.Min(prediction, plane.Range.High * 8), plane.Range.Low * 8);

        int center = (prediction + 4) >> 3;
        int fraction = prediction + 4 - (center * 8);
        int k = Math.Clamp(28 - BitOperations.LeadingZeroCount((uint)(expected - (expected >> 2))), 0, ResidualCoder.MaxK);
        int c2 = _first is null
            ? (Math.Min(Quantize.Log(_roughness >> shift) / 2, 15) * 17) + (Quantize.Log(energy >> shift) / 3)
            : crossContext;
        int intensity = Math.Max(Math.Min(((prediction >> 3) - plane.Range.Low) >> shift, 511), 0) >> 3;
        (int westNorth, int errorsWestNorth, int filteredMedian) = LevelPairs(_compared.WithElement(4, filtered), prediction, shift);
        int sideStretch = ((4 - fraction) * At(SideScale, energyLevel)) >> (4 + shift);
        value = _coder.Code(
            ref coder,
            value,
            center,
            k,
            sideStretch,
            (energyLevel * 8) + fraction,
            (intensity * 8) + coarse,
            c2,
            (errorsWestNorth * 8) + Math.Min(k, 7),
            (filteredMedian * 8) + coarse,
            (westNorth * 8) + (_northEast > prediction ? 4 : 0) + (coarse >> 1));

        if (value < plane.Range.Low || value > plane.Range.High)
            ThrowOutOfRange();
        current = value;
        int value8 = value * 8;
        At(plane.Errors, x) = value8 - prediction;
        plane.LatestError = Quantize.Signed((value8 - prediction) >> shift);
        int biasError = Math.Max(Math.Min(value8 - mean, BiasLimit << shift), -BiasLimit << shift) << 10;
        textureBias += (biasError - textureBias) >> 6;
        crossBias += (biasError - crossBias) >> 6;
        Vector256.Abs(Vector256.Create(value8) - lanes).StoreUnsafe(ref At(plane.LaneErrors, x * PlaneState.Lanes));
        _filter.Update(value8);
        return value;
    }

    /// <summary>Nine times the weighted mean of the errors of W, N (three times each), NW, NE and WW.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Energy(ref int errors, ref int errorsAbove)
    {
        Vector128<int> current = Vector128.Abs(Vector128.LoadUnsafe(ref Unsafe.Add(ref errors, -2)));
        Vector128<int> above = Vector128.Abs(Vector128.LoadUnsafe(ref Unsafe.Add(ref errorsAbove, -1)));
        return Vector128.Sum((current * Vector128.Create(1, 3, 0, 0)) + (above * Vector128.Create(1, 3, 1, 0)));
    }

    /// <summary>
    /// The levels of six values, pair by pair as one number; of the first two and the last two of them, those of their distance to
    /// the prediction.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int First, int Second, int Third) LevelPairs(Vector256<int> values, int prediction, int shift)
    {
        Vector256<int> origin = Vector256.Create(prediction) & Vector256.Create(-1, -1, 0, 0, -1, -1, 0, 0);
        Vector256<ulong> levels = Quantize.Signed((values - origin) >> shift).AsUInt64();

        // The lower half of each pair times nine, plus the upper half.
        Vector256<int> pairs = (levels + (levels << 3) + (levels >>> 32)).AsInt32();
        return (pairs.ToScalar(), pairs.GetElement(2), pairs.GetElement(4));
    }

    /// <summary>The weights of the lanes, which fall with the square of what each did wrong nearby.</summary>
    /// <param name="errors">The lanes' errors at this place in the current row.</param>
    /// <param name="errorsAbove">The same in the row above.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Weights(ref int errors, ref int errorsAbove)
    {
        Vector256<int> penalty = Vector256.LoadUnsafe(ref errorsAbove)
            + Vector256.LoadUnsafe(ref Unsafe.Add(ref errorsAbove, -PlaneState.Lanes))
            + Vector256.LoadUnsafe(ref Unsafe.Add(ref errorsAbove, PlaneState.Lanes))
            + (Vector256.LoadUnsafe(ref Unsafe.Add(ref errors, -PlaneState.Lanes)) << 1)
            + Vector256.LoadUnsafe(ref Unsafe.Add(ref errors, -2 * PlaneState.Lanes));

        // A float's bits serve as its logarithm, and a logarithm's as a float again.
        Vector256<int> logarithm = Vector256.ConvertToSingle(penalty + Vector256.Create(LeastPenalty)).AsInt32();
        Vector256<int> decay = Vector256.Min((logarithm - HorizontalMin(logarithm)) << 1, Vector256.Create(MostOctaves << 23));
        return Vector256.ConvertToInt32Native((Vector256.Create(_heaviest) - decay).AsSingle());
    }

    /// <summary>Blends the lanes by their weights.</summary>
    /// <returns>The weighted mean, and how far the lanes are from it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Mean, int Spread) Blend(Vector256<int> lanes, int filtered, int cross)
    {
        // Of differences from one of the lanes, so that they stay small.
        int sum = _sum + (_filteredWeight * (filtered - _median)) + (_crossWeight * (cross - _median));
        long reciprocal = _reciprocal;
        int mean = _median + (int)((sum * reciprocal) >> 30);
        int spread = (int)((Vector256.Sum(_weights * Vector256.Abs(lanes - Vector256.Create(mean))) * reciprocal) >> 30);
        return (mean, spread);
    }

    private static void ThrowOutOfRange() => throw new TesseraFormatException("A decoded sample is outside its range; the segment is damaged.");

    /// <summary>How far another plane's sample is from its own gradient prediction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Curl(PlaneState other, int x)
    {
        ref int current = ref At(other.Current, x);
        ref int above = ref At(other.Above, x);
        return current - Unsafe.Add(ref current, -1) - above + Unsafe.Add(ref above, -1);
    }

    /// <summary>The least element, in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> HorizontalMin(Vector256<int> v)
    {
        Vector128<int> m = Vector128.Min(v.GetLower(), v.GetUpper());
        m = Vector128.Min(m, Vector128.Shuffle(m, Vector128.Create(2, 3, 0, 1)));
        m = Vector128.Min(m, Vector128.Shuffle(m, Vector128.Create(1, 0, 3, 2)));
        return Vector256.Create(m, m);
    }

    // How strongly the prediction's fraction tells the side, by energy level: 22.4 * 256 / (energy in eighths + 4).
    private static int[] BuildSideScale()
    {
        var scale = new int[Quantize.LogLevels];
        for (int energy = 4095; energy >= 0; energy--)
            scale[Quantize.Log(energy)] = 358 * 16 / (energy + 4);
        return scale;
    }
}
