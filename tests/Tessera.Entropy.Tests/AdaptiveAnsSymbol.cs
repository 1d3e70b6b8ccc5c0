using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Entropy.Tests;

/// <summary>One symbol of an adaptive stream.</summary>
/// <param name="UniformBits">How many bits that are all equally likely, 1 to 16; 0 for a binary decision.</param>
/// <param name="Value">The bits, or the decision.</param>
/// <param name="ProbabilityOfOne">Of a binary decision, in units of 2^-16, 1 to 65535.</param>
internal sealed record AdaptiveAnsSymbol(int UniformBits, uint Value, uint ProbabilityOfOne)
{
    private static readonly Gen<uint> Probability = Gen.OneOf(
        Gen.Choose(1, 65535).Select(p => (uint)p),
        Gen.Elements(1u, 2u, 255u, 256u, 32767u, 32768u, 32769u, 65279u, 65534u, 65535u));

    private static readonly Gen<AdaptiveAnsSymbol> Decision =
        from probability in Probability
        from bit in Gen.Choose(0, 1)
        select new AdaptiveAnsSymbol(0, (uint)bit, probability);

    // As a source that the model knows well draws them.
    private static readonly Gen<AdaptiveAnsSymbol> LikelyDecision =
        from probability in Probability
        from slot in Gen.Choose(0, 65535)
        select new AdaptiveAnsSymbol(0, slot < probability ? 1u : 0u, probability);

    private static readonly Gen<AdaptiveAnsSymbol> Uniform =
        from count in Gen.Choose(1, 16)
        from value in Gen.Choose(0, 65535)
        select new AdaptiveAnsSymbol(count, (uint)value >> (16 - count), 0);

    public static Gen<AdaptiveAnsSymbol[]> Stream { get; } =
        Gen.ArrayOf(Gen.Frequency((2, Decision), (4, LikelyDecision), (1, Uniform)));

    /// <summary>The slots that the symbol owns among 2^16: a one the lower ones, a zero the upper ones.</summary>
    public (uint Start, uint Frequency) Interval =>
        UniformBits > 0 ? (Value << (16 - UniformBits), 1u << (16 - UniformBits))
        : Value != 0 ? (0, ProbabilityOfOne)
        : (ProbabilityOfOne, 65536 - ProbabilityOfOne);

    public void AddTo(AdaptiveAnsEncoder encoder)
    {
        if (UniformBits > 0)
            encoder.AddUniform(Value, UniformBits);
        else
            encoder.AddBit((int)Value, ProbabilityOfOne);
    }

    /// <summary>What a decoder finds where this symbol was added.</summary>
    public AdaptiveAnsSymbol Read(ref AdaptiveAnsDecoder decoder) =>
        this with { Value = UniformBits > 0 ? decoder.DecodeUniform(UniformBits) : (uint)decoder.DecodeBit(ProbabilityOfOne) };
}
