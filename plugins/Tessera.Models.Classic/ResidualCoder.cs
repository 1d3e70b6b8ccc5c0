using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>
/// Codes a sample given its prediction: which side of the prediction, then the distance by an adaptive Golomb code, every decision
/// by logistic mixing of what six contexts have seen (Mahoney, "Adaptive weighing of context models for lossless data compression",
/// 2005, section 3.2).
/// </summary>
/// <remarks>
/// The decisions of one sample are nodes of a small tree. All its nodes are predicted at once, one vector lane each, before the
/// first is coded, and those on the path are trained at once after the last.
/// </remarks>
internal sealed class ResidualCoder
{
    /// <summary>Contexts that are mixed.</summary>
    public const int Contexts = 6;

    /// <summary>Values of each context.</summary>
    public const int ContextSize = 704;

    /// <summary>The largest Golomb parameter.</summary>
    public const int MaxK = 15;

    // Lane 0 is the side, 1 to 6 the unary steps above the prediction, 7 the bit below the unary part; 8 to 15 the same below. The side
    // is in two places, which are always equal, so that one vector has all nodes of a path.
    private const int Nodes = 16;
    private const int Half = 8;
    private const int UnarySteps = 6;
    private const int LowBit = 7;
    private const int Paths = (UnarySteps + 1) * 3;
    private const int Inputs = Contexts + 1;
    private const int WeightLimit = (1 << 18) - 1;
    private const int RateShift = 15;
    private const int InitialWeight = 65536 * 15 / 100;

    // Masks of the lanes that lie on the path which ends in (side, quotient, low bit: none, 0, 1), and of those of them that are ones.
    private static readonly int[] Visited = BuildPaths(false);
    private static readonly int[] Ones = BuildPaths(true);

    private readonly AlignedBuffer<uint> _counters = new(Contexts * ContextSize * Nodes);
    private readonly AlignedBuffer<int> _weights = new((MaxK + 1) * Inputs * Nodes);
    private readonly NumberCoder _excess = new();

    public ResidualCoder() => Reset();

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _counters.Span.Fill(Counter.Initial);
        _excess.Reset();
        _weights.Span.Fill(InitialWeight);
    }

    [InlineArray(Inputs * Nodes)]
    private struct NodeValues
    {
        private int _first;
    }

    /// <summary>Codes a sample.</summary>
    /// <param name="coder">The coder.</param>
    /// <param name="value">The sample; a decoder ignores it.</param>
    /// <param name="center">The prediction, rounded.</param>
    /// <param name="k">The Golomb parameter, 0 to 15.</param>
    /// <param name="sideStretch">The log-odds, by the prediction's fraction alone, that the sample is below the center.</param>
    /// <param name="c0">The first context, 0 to <see cref="ContextSize"/> - 1.</param>
    /// <param name="c1">The second.</param>
    /// <param name="c2">The third.</param>
    /// <param name="c3">The fourth.</param>
    /// <param name="c4">The fifth.</param>
    /// <param name="c5">The sixth.</param>
    /// <returns>The sample.</returns>
    [SkipLocalsInit]
    public int Code<TCoder>(ref TCoder coder, int value, int center, int k, int sideStretch, int c0, int c1, int c2, int c3, int c4, int c5)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        ref uint counters = ref _counters[0];
        ref uint s0 = ref Unsafe.Add(ref counters, c0 * Nodes);
        ref uint s1 = ref Unsafe.Add(ref counters, (ContextSize + c1) * Nodes);
        ref uint s2 = ref Unsafe.Add(ref counters, ((2 * ContextSize) + c2) * Nodes);
        ref uint s3 = ref Unsafe.Add(ref counters, ((3 * ContextSize) + c3) * Nodes);
        ref uint s4 = ref Unsafe.Add(ref counters, ((4 * ContextSize) + c4) * Nodes);
        ref uint s5 = ref Unsafe.Add(ref counters, ((5 * ContextSize) + c5) * Nodes);
        ref int weights = ref _weights[k * Inputs * Nodes];

        Unsafe.SkipInit(out NodeValues stretched);
        ref int st = ref Unsafe.As<NodeValues, int>(ref stretched);
        Unsafe.SkipInit(out NodePlaces nodePlaces);
        ref int place = ref Unsafe.As<NodePlaces, int>(ref nodePlaces);

        // Which side it is: an encoder knows that now, and needs no other.
        Vector256<int> parameter = Vector256.Create(sideStretch, 256, 256, 256, 256, 256, 256, 256);
        int below = value < center ? 1 : 0;
        int side = TCoder.Decodes ? 0 : below * Half;
        Vector256<int> places = Mix(ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref weights, ref st, parameter, side);
        places.StoreUnsafe(ref place);
        if (TCoder.Decodes)
            Mix(ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref weights, ref Unsafe.Add(ref st, Half), parameter, Half).StoreUnsafe(ref place, Half);

        // The probabilities of the path's nodes, 16 bits each: a vector of them made in memory would be waited for.
        uint probability = Logistic.SquashAt(places.ToScalar());
        ulong path = probability, pathEnd = 0;
        below = coder.Code(below, probability);
        if (TCoder.Decodes)
        {
            side = below * Half;
            place = ref Unsafe.Add(ref place, side);
            st = ref Unsafe.Add(ref st, side);
        }

        int magnitude = below != 0 ? center - 1 - value : value - center;
        int quotient = 0, wanted = magnitude >> k;
        while (true)
        {
            probability = Logistic.SquashAt(Unsafe.Add(ref place, 1 + quotient));
            if (quotient < 3)
                path |= (ulong)probability << (16 * (1 + quotient));
            else
                pathEnd |= (ulong)probability << (16 * (quotient - 3));
            if (coder.Code(wanted > quotient ? 1 : 0, probability) == 0 || ++quotient == UnarySteps)
                break;
        }

        int result = quotient;
        if (quotient == UnarySteps)
            result += _excess.Code(ref coder, Math.Max(wanted - UnarySteps, 0));
        int pathNumber = (below * Paths) + (quotient * 3);
        if (k > 0)
        {
            probability = Logistic.SquashAt(Unsafe.Add(ref place, LowBit));
            pathEnd |= (ulong)probability << 48;
            int bit = coder.Code((magnitude >> (k - 1)) & 1, probability);
            pathNumber += 1 + bit;
            result = (result << 1) | bit;
            if (k > 1)
                result = (result << (k - 1)) | (int)coder.CodeUniform((uint)magnitude & ((1u << (k - 1)) - 1), k - 1);
        }

        Train(ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref weights, ref st, parameter, Vector128.Create(path, pathEnd), side, pathNumber);
        return below != 0 ? center - 1 - result : center + result;
    }

    [InlineArray(Nodes)]
    private struct NodePlaces
    {
        private int _first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Mix(
        ref uint s0, ref uint s1, ref uint s2, ref uint s3, ref uint s4, ref uint s5, ref int weights, ref int stretched, Vector256<int> parameter, int side)
    {
        weights = ref Unsafe.Add(ref weights, side);
        Vector256<int> sum = MixOne(ref Unsafe.Add(ref s0, side), ref weights, ref stretched)
            + MixOne(ref Unsafe.Add(ref s1, side), ref Unsafe.Add(ref weights, Nodes), ref Unsafe.Add(ref stretched, Nodes))
            + MixOne(ref Unsafe.Add(ref s2, side), ref Unsafe.Add(ref weights, 2 * Nodes), ref Unsafe.Add(ref stretched, 2 * Nodes))
            + MixOne(ref Unsafe.Add(ref s3, side), ref Unsafe.Add(ref weights, 3 * Nodes), ref Unsafe.Add(ref stretched, 3 * Nodes))
            + MixOne(ref Unsafe.Add(ref s4, side), ref Unsafe.Add(ref weights, 4 * Nodes), ref Unsafe.Add(ref stretched, 4 * Nodes))
            + MixOne(ref Unsafe.Add(ref s5, side), ref Unsafe.Add(ref weights, 5 * Nodes), ref Unsafe.Add(ref stretched, 5 * Nodes))
            + ((parameter * Vector256.LoadUnsafe(ref weights, 6 * Nodes)) >> 8);
        return Logistic.BoundedPlaces(sum >> 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> MixOne(ref uint counter, ref int weights, ref int stretched)
    {
        // log2(p) - log2(1 - p), both by the piecewise linear logarithm that a float's bits are.
        Vector256<int> p = (Vector256.LoadUnsafe(ref counter) >>> 16).AsInt32() | Vector256.Create(1);
        Vector256<int> one = Vector256.ConvertToSingle(p).AsInt32();
        Vector256<int> zero = Vector256.ConvertToSingle(Vector256.Create(65536) - p).AsInt32();
        Vector256<int> st = (one - zero) >> 15;
        st.StoreUnsafe(ref stretched);
        return (st * Vector256.LoadUnsafe(ref weights)) >> 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Train(
        ref uint s0, ref uint s1, ref uint s2, ref uint s3, ref uint s4, ref uint s5, ref int weights, ref int stretched, Vector256<int> parameter, Vector128<ulong> probabilities, int side, int pathNumber)
    {
        Vector256<int> visited = Vector256.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Visited), pathNumber * Half));
        Vector256<int> ones = Vector256.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Ones), pathNumber * Half));
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(probabilities.AsUInt16());
        Vector256<int> error = ((ones & Vector256.Create(65536)) - Vector256.Create(lower, upper).AsInt32()) & visited;
        ones &= Vector256.Create(65535);
        TrainOne(ref s0, ref weights, ref stretched, side, error, visited, ones);
        TrainOne(ref s1, ref Unsafe.Add(ref weights, Nodes), ref Unsafe.Add(ref stretched, Nodes), side, error, visited, ones);
        TrainOne(ref s2, ref Unsafe.Add(ref weights, 2 * Nodes), ref Unsafe.Add(ref stretched, 2 * Nodes), side, error, visited, ones);
        TrainOne(ref s3, ref Unsafe.Add(ref weights, 3 * Nodes), ref Unsafe.Add(ref stretched, 3 * Nodes), side, error, visited, ones);
        TrainOne(ref s4, ref Unsafe.Add(ref weights, 4 * Nodes), ref Unsafe.Add(ref stretched, 4 * Nodes), side, error, visited, ones);
        TrainOne(ref s5, ref Unsafe.Add(ref weights, 5 * Nodes), ref Unsafe.Add(ref stretched, 5 * Nodes), side, error, visited, ones);
        MoveWeights(ref Unsafe.Add(ref weights, 6 * Nodes), parameter, side, error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TrainOne(ref uint counters, ref int weights, ref int stretched, int side, Vector256<int> error, Vector256<int> visited, Vector256<int> ones)
    {
        MoveWeights(ref weights, Vector256.LoadUnsafe(ref stretched), side, error);
        Vector256<int> state = Vector256.LoadUnsafe(ref Unsafe.Add(ref counters, side)).AsInt32();
        Vector256<int> count = state & Vector256.Create(1023);
        // 2^15 / (count + 1.6), by negating the piecewise linear logarithm.
        Vector256<int> logarithm = Vector256.ConvertToSingle((count << 3) + Vector256.Create(Counter.CountOffset)).AsInt32();
        Vector256<int> rate = Vector256.ConvertToInt32Native((Vector256.Create(Counter.RateMagic) - logarithm).AsSingle());
        Vector256<int> difference = ones - (state >>> 16);
        Vector256<int> step = ((difference * rate) << 1) & Vector256.Create(~1023);
        Vector256<int> counted = Vector256.GreaterThan(Vector256.Create(Counter.CountLimit), count);
        state = state + (step & visited) - (counted & visited);
        Store(state.AsUInt32(), ref counters, side);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MoveWeights(ref int weights, Vector256<int> inputs, int side, Vector256<int> error)
    {
        Vector256<int> moved = Vector256.LoadUnsafe(ref Unsafe.Add(ref weights, side)) + (((inputs * error) + Vector256.Create(1 << (RateShift - 1))) >> RateShift);
        moved = Vector256.Min(Vector256.Max(moved, Vector256.Create(-WeightLimit)), Vector256.Create(WeightLimit));
        Store(moved, ref weights, side);
    }

    // The nodes of one side, and the first of them in its other place too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector256<T> nodes, ref T place, int side)
    {
        nodes.StoreUnsafe(ref Unsafe.Add(ref place, side));
        Unsafe.Add(ref place, side ^ Half) = nodes.ToScalar();
    }

    // By side, quotient and low bit (none, 0, 1).
    private static int[] BuildPaths(bool ones)
    {
        var table = new int[2 * Paths * Half];
        for (int side = 0; side < 2; side++)
        {
            for (int quotient = 0; quotient <= UnarySteps; quotient++)
            {
                for (int low = 0; low < 3; low++)
                {
                    Span<int> lanes = table.AsSpan(((side * Paths) + (quotient * 3) + low) * Half, Half);
                    lanes[0] = ones ? -side : -1;
                    for (int step = 0; step <= Math.Min(quotient, UnarySteps - 1); step++)
                        lanes[1 + step] = ones ? (step < quotient ? -1 : 0) : -1;
                    if (low > 0)
                        lanes[LowBit] = ones ? 1 - low : -1;
                }
            }
        }

        return table;
    }
}
