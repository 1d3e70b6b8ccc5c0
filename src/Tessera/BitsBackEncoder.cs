using System.Buffers;
using Tessera.Entropy;

namespace Tessera;

/// <summary>
/// The encoder of a bits-back model: all its runs share one stack with the supply, as <c>spec/bits-back.md</c> says. A model derives from
/// this and from <see cref="BitsBackDecoder"/>, and says so with <see cref="TileModel.NeedsSupply"/>.
/// </summary>
public abstract class BitsBackEncoder : SegmentEncoder
{
    /// <inheritdoc/>
    public sealed override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
    {
        // A stack is made of whole words. What the supply has beside them stays as it is, at the bottom.
        int rest = supply.Length % sizeof(uint);
        payload.Write(supply[..rest]);
        using AnsStack stack = AnsStack.FromBytes(supply[rest..]);
        try
        {
            Encode(tiles, stack);
        }
        catch (AnsUnderflowException e)
        {
            throw new SupplyExhaustedException($"The supply of {supply.Length} bytes is exhausted; more starter tiles are needed.", e);
        }

        stack.WriteTo(payload);
    }

    /// <summary>
    /// Codes a run of tiles: pops latents, pushes samples and latents. Every operation must depend only on what a decoder knows when it undoes it.
    /// </summary>
    /// <param name="tiles">The tiles. Their samples are only read.</param>
    /// <param name="stack">The stack; at first it holds the supply.</param>
    /// <exception cref="AnsUnderflowException">The supply has too few bits. Let it pass; the encoder must be ready to be used again.</exception>
    protected abstract void Encode(TileRun tiles, AnsStack stack);
}
