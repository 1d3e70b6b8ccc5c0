using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Tessera.Exact.Managed;

/// <summary>Turns the sums of eight channels into results, and writes them.</summary>
/// <param name="packed">The convolution.</param>
/// <param name="block">The block of its channels.</param>
/// <param name="first">The first of the eight channels in the block.</param>
internal readonly unsafe struct AdvSimdStore(PackedConvolution packed, int block, int first)
{
    private const int Lanes = 4;

    // A shift to the left by a negative number is one to the right.
    private readonly Vector128<int> _lowerShift = -Vector128.Load(packed.Shifts(block) + first);
    private readonly Vector128<int> _upperShift = -Vector128.Load(packed.Shifts(block) + first + Lanes);
    private readonly Vector128<short> _multiplier = Vector128.Load(packed.Multipliers(block) + first);
    private readonly Vector128<short> _low = Vector128.Create(packed.Low);
    private readonly Vector128<short> _high = Vector128.Create(packed.High);
    private readonly int _channels = Math.Clamp(packed.Channels(block) - first, 0, 2 * Lanes);

    public readonly Vector128<int> LowerBias = Vector128.Load(packed.Biases(block) + first);

    public readonly Vector128<int> UpperBias = Vector128.Load(packed.Biases(block) + first + Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Vector128<int> lower, Vector128<int> upper, short* output)
    {
        Vector64<short> half = AdvSimd.ExtractNarrowingSaturateLower(AdvSimd.ShiftArithmetic(lower, _lowerShift));
        Vector128<short> sums = AdvSimd.ExtractNarrowingSaturateUpper(half, AdvSimd.ShiftArithmetic(upper, _upperShift));
        Vector128<short> results = AdvSimd.MultiplyRoundedDoublingSaturateHigh(sums, _multiplier);
        results = AdvSimd.Min(AdvSimd.Max(results, _low), _high);
        if (_channels == 2 * Lanes)
        {
            results.Store(output);
            return;
        }

        for (int c = 0; c < _channels; c++)
            output[c] = results[c];
    }
}
