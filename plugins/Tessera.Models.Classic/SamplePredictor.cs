using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>Predicts the samples of one plane and codes what remains.</summary>
internal sealed class SamplePredictor
{
    private const int TextureContexts = 64 * 8;
    private readonly PlaneState _plane;
    private readonly PlaneState? _first, _second;
    private readonly ResidualCoder _coder = new();
    private readonly int[] _textureBias = new int[TextureContexts];
    private readonly int[] _crossBias = new int[Quantize.SignedLevels * Quantize.SignedLevels * 8];
    private int _shift;
    private readonly AdaptiveFilter _filter;

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
        _filter.BeginRegion();
    }

    /// <summary>Notes a sample that was coded by other means.</summary>
    public void Skip(int x, int value)
    {
        At(_plane.Current, x) = value;
        At(_plane.Errors, x) = 0;
        Vector256<int>.Zero.StoreUnsafe(ref At(_plane.LaneErrors, x * PlaneState.Lanes));
    }

    public int Code<TCoder>(ref TCoder coder, int x, int value)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        PlaneState plane = _plane;
        ref int current = ref At(plane.Current, x);
        ref int above = ref At(plane.Above, x);
        ref int above2 = ref At(plane.Above2, x);
        int w = Unsafe.Add(ref current, -1), ww = Unsafe.Add(ref current, -2);
        int n = above, nw = Unsafe.Add(ref above, -1), ne = Unsafe.Add(ref above, 1);
        int nn = above2, nne = Unsafe.Add(ref above2, 1);
        ref int errors = ref At(plane.Errors, x);
        ref int errorsAbove = ref At(plane.ErrorsAbove, x);
        int eW = Unsafe.Add(ref errors, -1), eWW = Unsafe.Add(ref errors, -2);
        int eN = errorsAbove, eNW = Unsafe.Add(ref errorsAbove, -1), eNE = Unsafe.Add(ref errorsAbove, 1);

        int gradient = w + n - nw;
        int cross;
        int eA = 0, eB = 0;
        if (_first is { } a)
        {
            eA = At(a.Errors, x);
            cross = (gradient * 8) + (Curl(a, x) * 2);
            if (_second is { } b)
            {
                eB = At(b.Errors, x);
                cross += Curl(b, x) * 2;
            }
        }
        else
        {
            cross = ((2 * w) - ww + n + ne - nne) * 4;
        }

        int median = Math.Clamp(gradient, Math.Min(w, n), Math.Max(w, n)) * 8;
        Vector256<int> lanes = Vector256.Create(
            median,
            (w + ne - n) * 8,
            (n * 8) + (((eW + eN + eNE) * 10) >> 5),
            (w * 8) + (((eN + eW + eNW) * 10) >> 5),
            (n * 8) + ((((eNW + eN + eNE) * 7) + ((w - nw) * 64)) >> 5),
            ((w + n) * 4) + ((ne - nw) * 2),
            _filter.Predict(x),
            cross);

        // Blend: weights fall with the square of what the predictors did wrong nearby.
        ref int laneErrors = ref At(plane.LaneErrors, x * PlaneState.Lanes);
        ref int laneErrorsAbove = ref At(plane.LaneErrorsAbove, x * PlaneState.Lanes);
        Vector256<int> penalty = Vector256.LoadUnsafe(ref laneErrorsAbove)
            + Vector256.LoadUnsafe(ref Unsafe.Add(ref laneErrorsAbove, -PlaneState.Lanes))
            + Vector256.LoadUnsafe(ref Unsafe.Add(ref laneErrorsAbove, PlaneState.Lanes))
            + (Vector256.LoadUnsafe(ref Unsafe.Add(ref laneErrors, -PlaneState.Lanes)) << 1)
            + Vector256.LoadUnsafe(ref Unsafe.Add(ref laneErrors, -2 * PlaneState.Lanes));
        Vector256<int> logPenalty = Vector256.ConvertToSingle(penalty + Vector256.Create(6)).AsInt32();
        int least = HorizontalMin(logPenalty);
        Vector256<int> decay = Vector256.Min((logPenalty - Vector256.Create(least)) << 1, Vector256.Create(13 << 23));
        Vector256<int> weights = Vector256.ConvertToInt32Native((Vector256.Create(4096f).AsInt32() - decay).AsSingle());
        int weightSum = Vector256.Sum(weights);
        int mean = median + (Vector256.Sum(weights * (lanes - Vector256.Create(median))) / weightSum);

        int shift = _shift;
        int spread = Vector256.Sum(weights * Vector256.Abs(lanes - Vector256.Create(mean))) / weightSum;
        int energy = ((3 * (Math.Abs(eW) + Math.Abs(eN))) + Math.Abs(eNW) + Math.Abs(eNE) + Math.Abs(eWW)) / 9;
        int expected = ((energy * 2) + (spread * 2) + ((Math.Abs(eA) + Math.Abs(eB)) >> 1)) / 3;
        int energyLevel = Quantize.Log(expected >> shift);
        int coarse = Math.Min(energyLevel / 5, 7);

        int texture = (w * 8 > mean ? 1 : 0) | (n * 8 > mean ? 2 : 0) | (nw * 8 > mean ? 4 : 0) | (ne * 8 > mean ? 8 : 0)
            | (ww * 8 > mean ? 16 : 0) | (nn * 8 > mean ? 32 : 0);
        int crossContext = (((Quantize.Signed(eA >> shift) * Quantize.SignedLevels) + Quantize.Signed(eB >> shift)) * 8) + coarse;
        ref int textureBias = ref At0(_textureBias, (texture * 8) + coarse);
        ref int crossBias = ref At0(_crossBias, crossContext);
        int prediction = mean + (((textureBias + crossBias) / 2 + (1 << 9)) >> 10);
        prediction = Math.Clamp(prediction, plane.Range.Low * 8, plane.Range.High * 8);

        int center = (prediction + 4) >> 3;
        int fraction = prediction + 4 - (center * 8);
        expected = Math.Max(expected, 1);
        int k = Math.Min(Math.Max(0, 28 - BitOperations.LeadingZeroCount((uint)(expected-(expected>>2)))), 15);
        int c2 = _first is null
            ? (Math.Min(Quantize.Log((Math.Abs(w - nw) + Math.Abs(n - nw) + Math.Abs(n - ne)) >> shift) / 2, 15) * 16) + (Quantize.Log(energy >> shift) / 3)
            : crossContext;
        int signStretch = Math.Clamp((4 - fraction) * 358 / (expected + 4), -1000, 1000);
        value = _coder.Code(ref coder, value, center, k, signStretch,
            (energyLevel * 8) + fraction,
            (Math.Clamp((prediction >> 3) - plane.Range.Low, 0, 511) >> 3) * 8 + coarse,
            c2,
            (((Quantize.Signed(eW >> shift) * Quantize.SignedLevels) + Quantize.Signed(eN >> shift)) * 8) + Math.Min(k, 7),
            (((Quantize.Signed((lanes.GetElement(6) - prediction) >> shift) * 9) + Quantize.Signed((median-prediction) >> shift)) * 8) + coarse,
            (((Quantize.Signed(((w * 8) - prediction) >> shift) * Quantize.SignedLevels) + Quantize.Signed(((n * 8) - prediction) >> shift)) * 8) + ((ne * 8) > prediction ? 4 : 0) + (coarse >> 1));

        if (value < plane.Range.Low || value > plane.Range.High)
            ThrowOutOfRange();
        current = value;
        int value8 = value * 8;
        errors = value8 - prediction;
        int biasError = Math.Clamp(value8 - mean, -1000 << shift, 1000 << shift) << 10;
        textureBias += (biasError - textureBias) >> 6;
        crossBias += (biasError - crossBias) >> 6;
        Vector256.Abs(Vector256.Create(value8) - lanes).StoreUnsafe(ref laneErrors);
        _filter.Update(value8);
        return value;
    }

    private static void ThrowOutOfRange() => throw new TesseraFormatException("A decoded sample is outside its range; the segment is damaged.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref int At(int[] row, int x) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(row), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref int At0(int[] row, int x) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(row), x);

    /// <summary>How far another plane's sample is from its own gradient prediction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Curl(PlaneState other, int x)
    {
        ref int current = ref At(other.Current, x);
        ref int above = ref At(other.Above, x);
        return current - Unsafe.Add(ref current, -1) - above + Unsafe.Add(ref above, -1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int HorizontalMin(Vector256<int> v)
    {
        Vector128<int> m = Vector128.Min(v.GetLower(), v.GetUpper());
        m = Vector128.Min(m, Vector128.Shuffle(m, Vector128.Create(2, 3, 0, 1)));
        m = Vector128.Min(m, Vector128.Shuffle(m, Vector128.Create(1, 0, 3, 2)));
        return m.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int HorizontalMax(Vector256<int> v)
    {
        Vector128<int> m = Vector128.Max(v.GetLower(), v.GetUpper());
        m = Vector128.Max(m, Vector128.Shuffle(m, Vector128.Create(2, 3, 0, 1)));
        m = Vector128.Max(m, Vector128.Shuffle(m, Vector128.Create(1, 0, 3, 2)));
        return m.ToScalar();
    }
}
