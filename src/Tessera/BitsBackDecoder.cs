using System.Buffers;
using Tessera.Entropy;

namespace Tessera;

/// <summary>The decoder of a bits-back model: it undoes what a <see cref="BitsBackEncoder"/> did, step by step, from the last to the first.</summary>
public abstract class BitsBackDecoder : SegmentDecoder
{
    /// <inheritdoc/>
    public sealed override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
    {
        int rest = payload.Length % sizeof(uint);
        supply.Write(payload[..rest]);
        using AnsStack stack = AnsStack.FromBytes(payload[rest..]);
        try
        {
            Decode(stack, tiles);
        }
        catch (AnsUnderflowException e)
        {
            throw new TesseraFormatException($"The stack of {payload.Length} bytes runs dry", e);
        }

        stack.WriteTo(supply);
    }

    /// <summary>Decodes a run of tiles, the last one first: pops samples and latents, and pushes back the latents that were popped.</summary>
    /// <param name="stack">The stack as the encoder left it; in the end it holds the supply.</param>
    /// <param name="tiles">Where the samples go: every one of them is written.</param>
    /// <exception cref="AnsUnderflowException">The stack is not one that the encoder left. Let it pass.</exception>
    /// <exception cref="TesseraFormatException">The same, found otherwise.</exception>
    protected abstract void Decode(AnsStack stack, TileRun tiles);
}
