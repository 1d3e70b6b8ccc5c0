using Tessera.Entropy;

namespace Tessera.Models.DenseFlow;

/// <summary>What codes a block, with a flow and without.</summary>
internal interface IBlockCoder
{
    /// <summary>About how many words its noise takes.</summary>
    int NoiseWords { get; }

    /// <summary>Codes the block by the flow: noise comes from its source, and all else is popped from the stack and pushed on it.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    /// <exception cref="NoiseExhaustedException">The source of noise does.</exception>
    /// <exception cref="FixedPointOverflowException">The flow does not code this block. It is pushed without it.</exception>
    void Push(AnsStack stack, NoiseSource noise);

    /// <summary>The inverse of <see cref="Push"/>: first the stack is as it was, and then noise is put back.</summary>
    /// <exception cref="AnsUnderflowException">The data is damaged.</exception>
    /// <exception cref="FixedPointOverflowException">The data is damaged.</exception>
    /// <exception cref="TesseraFormatException">The data is damaged.</exception>
    void Pop(AnsStack stack, NoiseSource noise);

    /// <summary>Codes the block as it is.</summary>
    void PushPlain(AnsStack stack);

    /// <summary>The inverse of <see cref="PushPlain"/>.</summary>
    /// <exception cref="AnsUnderflowException">The data is damaged.</exception>
    void PopPlain(AnsStack stack);
}
