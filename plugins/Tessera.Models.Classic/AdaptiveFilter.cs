using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>
/// A linear predictor over 10 neighbours in its own plane and up to 12 in the planes before it, whose weights start from what suits
/// photographs and follow the normalised LMS rule.
/// </summary>
internal sealed class AdaptiveFilter
{
    // Weights in units of 2^-16, in the order of the features below.
    private readonly int[] _weights = new int[24];
    private readonly PlaneState _plane;
    private readonly PlaneState? _first, _second;
    private int _shift;
    private Vector256<int> _own, _cross, _rest;
    private int _prediction;
    private const int Rate = 83886;
    private const int Regularisation = 300;

    // Least squares over photographs in the YCoCg-R transform, in units of 2^-12.
    // NWW NW N NE | NNW NN NNE NNEE || first: NW N NE NEE | second: NW N NE NEE || WW NEE C1 C2
    private static readonly int[][] Starts =
    [
        [22, -813, 2062, 366, -4, -158, -95, 0, 0, 0, 0, 0, 0, 0, 0, 0, -234, 220, 0, 0, 0, 0, 0, 0],
        [-61, -883, 2184, 303, -271, 299, -160, 0, 6, -25, -13, 0, 0, 0, 0, 0, 84, 248, 71, 0, 0, 0, 0, 0],
        [15, -1288, 2342, 412, -273, 207, -260, 0, 46, -105, -1, 0, -371, 416, 192, 0, -200, 203, 125, -925, 0, 0, 0, 0],
    ];

    public AdaptiveFilter(PlaneState plane, PlaneState? first, PlaneState? second)
    {
        _plane = plane;
        _first = first;
        _second = second;
        Reset();
    }

    /// <summary>Goes back to the first weights.</summary>
    public void Reset()
    {
        int[] start = Starts[_second is not null ? 2 : _first is not null ? 1 : 0];
        for (int i = 0; i < start.Length; i++)
            _weights[i] = start[i] << 4;
    }

    /// <summary>Begins a region whose samples may have another range.</summary>
    public void BeginRegion() => _shift = _plane.Range.Shift;

    public int Predict(int x)
    {
        PlaneState plane = _plane;
        ref int above = ref At(plane.Above, x - 2);
        ref int current = ref At(plane.Current, x);
        int w = Unsafe.Add(ref current, -1);
        _own = (Vector256.Create(Vector128.LoadUnsafe(ref above), Vector128.LoadUnsafe(ref At(plane.Above2, x - 1))) - Vector256.Create(w)) >> _shift;
        int nee = Unsafe.Add(ref above, 4);
        ref Vector256<int> weights = ref Unsafe.As<int, Vector256<int>>(ref MemoryMarshal.GetArrayDataReference(_weights));
        Vector256<int> sum = _own * weights;
        int c1 = 0, c2 = 0;
        if (_first is { } first)
        {
            ref int firstCurrent = ref At(first.Current, x);
            int firstW = Unsafe.Add(ref firstCurrent, -1);
            c1 = firstCurrent - firstW;
            Vector128<int> upper = default;
            Vector128<int> lower = Vector128.LoadUnsafe(ref At(first.Above, x - 1)) - Vector128.Create(firstW);
            if (_second is { } second)
            {
                ref int secondCurrent = ref At(second.Current, x);
                int secondW = Unsafe.Add(ref secondCurrent, -1);
                c2 = secondCurrent - secondW;
                upper = Vector128.LoadUnsafe(ref At(second.Above, x - 1)) - Vector128.Create(secondW);
            }

            _cross = Vector256.Create(lower, upper) >> _shift;
            sum += _cross * Unsafe.Add(ref weights, 1);
        }

        _rest = Vector256.Create(Unsafe.Add(ref current, -2) - w, nee - w, c1, c2, 0, 0, 0, 0) >> _shift;
        sum += _rest * Unsafe.Add(ref weights, 2);
        return _prediction = (w * 8) + ((Vector256.Sum(sum) >> 13) << _shift);
    }

    public void Update(int value8)
    {
        Vector256<int> squares = (_own * _own) + (_rest * _rest) + (_cross * _cross);
        int error = Math.Clamp((value8 - _prediction) >> _shift, -4096, 4096);
        int step = error * Rate / (Vector256.Sum(squares) + Regularisation);
        Vector256<int> steps = Vector256.Create(step);
        Vector256<int> half = Vector256.Create(128);
        ref Vector256<int> weights = ref Unsafe.As<int, Vector256<int>>(ref MemoryMarshal.GetArrayDataReference(_weights));
        weights += ((_own * steps) + half) >> 8;
        if (_first is not null)
            Unsafe.Add(ref weights, 1) += ((_cross * steps) + half) >> 8;
        Unsafe.Add(ref weights, 2) += ((_rest * steps) + half) >> 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref int At(int[] row, int x) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(row), x);
}
