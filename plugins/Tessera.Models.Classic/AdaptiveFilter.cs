using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Tessera.Models.Classic.PlaneState;

namespace Tessera.Models.Classic;

/// <summary>
/// A linear predictor over 16 neighbours: eight above in its own plane, and either three more to the left or four in each plane
/// before it. Its weights start from what suits photographs and follow the normalised LMS rule (Widrow and Hoff; Haykin, "Adaptive
/// Filter Theory", chapter 6).
/// </summary>
internal sealed class AdaptiveFilter
{
    private const int Taps = 16;
    private const int WeightBits = 16;

    // The rule's step size, 0.04, in units of an eighth of an error, 2^-16 of a weight and 2^-8 of a product.
    private const int Rate = 83886;
    private const int Regularisation = 300;
    private const int ErrorLimit = 4096;

    // Least squares over photographs in the YCoCg-R transform, in units of 2^-16. Neighbours in the order in which Predict loads them:
    // NW N NE NEE, NNW NN NNE WW; then for the first plane WWWW WWW WW, for the others NW N NE W of each plane before.
    private static readonly int[][] Starts =
    [
        [-12534, 32830, 6011, 3111, -318, -2326, -2103, 532, 654, 2941, -6510, 0, 0, 0, 0, 0],
        [-14497, 35214, 4429, 4729, -4209, 4923, -2072, -944, 90, -398, -219, -643, 0, 0, 0, 0],
        [-20792, 38088, 5621, 4829, -4353, 3370, -2935, -2079, 757, -1735, -19, -1066, -6579, 7772, 3206, 11292],
    ];

    private readonly AlignedBuffer<int> _weights = new(Taps);
    private readonly PlaneState _plane;
    private readonly PlaneState? _first, _second;
    private Vector256<int> _own, _other;
    private int _shift;
    private int _left, _sum, _prediction;

    public AdaptiveFilter(PlaneState plane, PlaneState? first, PlaneState? second)
    {
        _plane = plane;
        _first = first;
        _second = second;
        Reset();
    }

    /// <summary>Goes back to the first weights.</summary>
    public void Reset() => Starts[_second is not null ? 2 : _first is not null ? 1 : 0].CopyTo(_weights.Span);

    /// <summary>Begins a region whose samples may have another range.</summary>
    public void BeginRegion() => _shift = _plane.Range.Shift;

    /// <summary>Gathers the neighbours in the plane itself.</summary>
    /// <param name="x">The sample's column, with padding.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepare(int x)
    {
        PlaneState plane = _plane;
        int left = At(plane.Current, x - 1);
        Vector256<int> own = Vector256.Create(
            Vector128.LoadUnsafe(ref At(plane.Above, x - 1)),
            Vector128.LoadUnsafe(ref At(plane.Above2, x - 1)).WithElement(3, At(plane.Current, x - 2)));
        own = (own - Vector256.Create(left)) >> _shift;
        _own = own;
        _left = left * 8;
        Vector256<int> sum = own * Vector256.LoadUnsafe(ref _weights[0]);
        if (_first is null)
        {
            _other = Vector256.Create(Vector128.LoadUnsafe(ref At(plane.Current, x - 4)) - Vector128.Create(left), default) >> _shift;
            sum += _other * Vector256.LoadUnsafe(ref _weights[8]);
        }

        _sum = Vector256.Sum(sum);
    }

    /// <summary>Predicts a sample that was prepared, once the planes before it are known.</summary>
    /// <param name="x">The sample's column, with padding.</param>
    /// <returns>The prediction in eighths.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Predict(int x)
    {
        int sum = _sum;
        if (_first is { } first)
        {
            Vector128<int> lower = Around(first, x) >> _shift, upper = default;
            Vector128<int> products = lower * Vector128.LoadUnsafe(ref _weights[8]);
            if (_second is { } second)
            {
                upper = Around(second, x) >> _shift;
                products += upper * Vector128.LoadUnsafe(ref _weights[12]);
            }

            _other = Vector256.Create(lower, upper);
            sum += Vector128.Sum(products);
        }

        return _prediction = _left + ((sum >> (WeightBits - 3)) << _shift);
    }

    /// <summary>Moves the weights after the sample is known.</summary>
    /// <param name="value8">The sample in eighths.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(int value8)
    {
        Vector256<int> own = _own, other = _other;
        int energy = Vector256.Sum((own * own) + (other * other));
        int error = Math.Max(Math.Min((value8 - _prediction) >> _shift, ErrorLimit), -ErrorLimit);
        Vector256<int> step = Vector256.Create(error * Rate / (energy + Regularisation));
        Vector256<int> half = Vector256.Create(128);
        (Vector256.LoadUnsafe(ref _weights[0]) + (((own * step) + half) >> 8)).StoreUnsafe(ref _weights[0]);
        (Vector256.LoadUnsafe(ref _weights[8]) + (((other * step) + half) >> 8)).StoreUnsafe(ref _weights[8]);
    }

    // How another plane's neighbours differ from its sample here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Around(PlaneState other, int x)
    {
        ref int current = ref At(other.Current, x);
        return Vector128.LoadUnsafe(ref At(other.Above, x - 1)).WithElement(3, Unsafe.Add(ref current, -1)) - Vector128.Create(current);
    }
}
