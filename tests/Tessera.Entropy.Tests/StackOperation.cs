using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

/// <summary>One step of a stack program. A pop is given by the model alone: what it yields depends on the stack.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Precision">The precision of a symbol, or the number of bits.</param>
/// <param name="Cuts">
/// For symbols, fractions of the slots in 1/2^32 that cut them in three symbols, the second of which is pushed; for the others the
/// first is the value's fraction of the range.
/// </param>
/// <param name="Range">The range of a uniform symbol.</param>
internal sealed record StackOperation(OperationKind Kind, int Precision, (uint First, uint Second) Cuts, ulong Range)
{
    public static Gen<uint> AnyWord { get; } =
        Gen.OneOf(
            Gen.Choose(int.MinValue, int.MaxValue).Select(x => (uint)x),
            Gen.Elements(0u, 1u, 2u, uint.MaxValue - 1, uint.MaxValue, 0x7FFFFFFFu, 0x80000000u));

    public static Gen<ulong> AnyRange { get; } =
        Gen.OneOf(
            AnyWord.Select(x => x + 1UL),
            Gen.Choose(1, 1000).Select(x => (ulong)x),
            Gen.Choose(0, 32).Select(x => 1UL << x));

    public static Gen<StackOperation> Any { get; } =
        from kind in Gen.Elements(Enum.GetValues<OperationKind>())
        from precision in Gen.Choose(1, 32)
        from first in AnyWord
        from second in AnyWord
        from range in AnyRange
        select new StackOperation(kind, precision, (first, second), range);

    public static Gen<StackOperation[]> Program { get; } = Gen.ArrayOf(Any);

    public static Gen<StackOperation[]> PushProgram { get; } =
        Gen.ArrayOf(Any.Where(o => o.Kind is OperationKind.PushSymbol or OperationKind.PushUniform or OperationKind.PushBits));

    public static Gen<uint[]> Words { get; } = Gen.ArrayOf(AnyWord);

    public uint Value => (uint)((Cuts.First * (UInt128)Range) >> 32);

    public uint Bits => (uint)((ulong)Cuts.First >> (32 - Precision));

    /// <summary>The three symbols (fewer where cuts meet) into which the slots fall.</summary>
    public (uint Start, uint Frequency) SymbolAt(uint slot)
    {
        ulong low = Math.Min(Cuts.First, Cuts.Second) >> (32 - Precision), high = Math.Max(Cuts.First, Cuts.Second) >> (32 - Precision);
        if (slot < low)
            return (0, (uint)low);
        return slot < high ? ((uint)low, (uint)(high - low)) : ((uint)high, (uint)Math.Min((1UL << Precision) - high, uint.MaxValue));
    }

    public (uint Start, uint Frequency) PushedSymbol => SymbolAt((uint)(((ulong)Cuts.First + Cuts.Second) >> 1 >> (32 - Precision)));
}

internal enum OperationKind
{
    PushSymbol,
    PushUniform,
    PushBits,
    PopSymbol,
    PopUniform,
    PopBits,
}
