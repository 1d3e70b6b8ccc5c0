namespace Tessera.Exact.Managed;

/// <summary>What <see cref="X86Kernel{TVectors, TInt, TShort}"/> does with vectors of one length.</summary>
/// <typeparam name="TInt">A vector of 32-bit integers.</typeparam>
/// <typeparam name="TShort">A vector of twice as many 16-bit integers.</typeparam>
internal unsafe interface IX86Vectors<TInt, TShort>
    where TInt : struct
    where TShort : struct
{
    /// <summary>Whether this processor has them.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Elements of a vector of 32-bit integers.</summary>
    static abstract int Lanes { get; }

    /// <summary>Pixels at a time: 6, or 8 if there are vectors enough for the sums of so many.</summary>
    static abstract int BlockPixels { get; }

    /// <summary>Loads 32-bit integers.</summary>
    static abstract TInt Load(int* integers);

    /// <summary>Loads 16-bit integers.</summary>
    static abstract TShort Load(short* integers);

    /// <summary>Loads a pair of 16-bit integers, and repeats it.</summary>
    static abstract TShort LoadPair(short* pair);

    /// <summary>The same number in all places.</summary>
    static abstract TShort Repeat(short number);

    /// <summary>Adds, to each sum of two vectors, the products of a pair with the pair of weights in the same place.</summary>
    static abstract void MultiplyAdd(ref TInt lower, ref TInt upper, TShort pairs, TShort lowerWeights, TShort upperWeights);

    /// <summary>Shifts sums to the right, each by its own number of bits.</summary>
    static abstract TInt Shift(TInt sums, TInt bits);

    /// <summary>Makes one vector of two, in their order, with saturation.</summary>
    static abstract TShort Pack(TInt lower, TInt upper);

    /// <summary>The rounded products in units of 2^-15.</summary>
    static abstract TShort Scale(TShort numbers, TShort multipliers);

    /// <summary>The nearest numbers in a range.</summary>
    static abstract TShort Clamp(TShort numbers, TShort low, TShort high);

    /// <summary>Writes some of the numbers, from the first on.</summary>
    static abstract void Store(TShort numbers, short* target, int count);
}
