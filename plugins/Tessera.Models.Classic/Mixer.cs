using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Models.Classic;

/// <summary>
/// Logistic mixing: a probability whose log-odds are a weighted sum of the inputs' log-odds; the weights, one set for each small
/// context, follow the gradient of the coded length (Mahoney, "Adaptive weighing of context models", 2005, section 3.2).
/// </summary>
internal sealed class Mixer
{
    /// <summary>Inputs of each set.</summary>
    public const int Inputs = 8;

    // Weights are in units of 2^-16, clamped to ±4 so that products stay within 32 bits.
    private const int WeightLimit = (1 << 18) - 1;
    private readonly int[] _weights;
    private readonly int _initialWeight;
    private readonly int _rateShift;

    /// <summary>Creates the sets.</summary>
    /// <param name="sets">How many.</param>
    /// <param name="initialWeight">The weight of every input at first, in units of 2^-16.</param>
    /// <param name="rateShift">How slowly weights move: each step is the input times the error, shifted right by this.</param>

    public Mixer(int sets, int initialWeight, int rateShift)
    {
        _weights = new int[sets * Inputs];
        _initialWeight = initialWeight;
        _rateShift = rateShift;
        Reset();
    }

    /// <summary>Goes back to the first weights.</summary>
    public void Reset() => Array.Fill(_weights, _initialWeight);

    /// <summary>The weighted sum of a set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Dot(int set, Vector256<int> inputs)
    {
        Vector256<int> weights = Vector256.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_weights), set * Inputs));
        return Vector256.Sum((weights * inputs) >> 8) >> 8;
    }

    /// <summary>Moves a set's weights towards what would have predicted better.</summary>
    /// <param name="set">The set.</param>
    /// <param name="inputs">What <see cref="Dot"/> was given.</param>
    /// <param name="error">The decision minus its probability, in units of 2^-16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(int set, Vector256<int> inputs, int error)
    {
        ref int place = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_weights), set * Inputs);
        Vector256<int> weights = Vector256.LoadUnsafe(ref place);
        weights += ((inputs * error) + Vector256.Create(1 << (_rateShift - 1))) >> _rateShift;
        weights = Vector256.Min(Vector256.Max(weights, Vector256.Create(-WeightLimit)), Vector256.Create(WeightLimit));
        weights.StoreUnsafe(ref place);
    }
}
