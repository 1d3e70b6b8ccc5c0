using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>Whether a block is coded by the flow, which costs next to nothing, or as it is.</summary>
internal static class BlockKind
{
    private const int Precision = 16;
    private const uint FlowFrequency = (1u << Precision) - 1;

    public static void Push(AnsStack stack, bool isFlow) => stack.Push(isFlow ? 0 : FlowFrequency, isFlow ? FlowFrequency : 1, Precision);

    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public static bool Pop(AnsStack stack)
    {
        bool isFlow = stack.Peek(Precision) < FlowFrequency;
        stack.Drop(isFlow ? 0 : FlowFrequency, isFlow ? FlowFrequency : 1, Precision);
        return isFlow;
    }
}
