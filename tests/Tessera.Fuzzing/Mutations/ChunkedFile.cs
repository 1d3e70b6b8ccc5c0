namespace Tessera.Fuzzing.Mutations;

/// <summary>A chunk as formats like Tessera's and PNG have them.</summary>
/// <param name="Type">Four bytes.</param>
/// <param name="Payload">The payload.</param>
internal sealed record RawChunk(byte[] Type, byte[] Payload)
{
    public bool Is(ReadOnlySpan<byte> type) => Type.AsSpan().SequenceEqual(type);
}

/// <summary>Changes to lists of chunks, whatever the format.</summary>
internal static class ChunkMutator
{
    /// <summary>Repeats, drops, swaps or inserts chunks.</summary>
    /// <param name="random">The only source of chance.</param>
    /// <param name="chunks">The chunks, changed in place.</param>
    /// <param name="others">Chunks of another file.</param>
    /// <param name="types">The types that the format knows, and some that it does not.</param>
    public static void Rearrange(Random random, List<RawChunk> chunks, IReadOnlyList<RawChunk> others, IReadOnlyList<byte[]> types)
    {
        int at = random.Next(chunks.Count), to = random.Next(chunks.Count);
        switch (random.Next(6))
        {
            case 0:
                chunks.Insert(to, chunks[at]);
                break;
            case 1 when chunks.Count > 1:
                chunks.RemoveAt(at);
                break;
            case 2:
                (chunks[at], chunks[to]) = (chunks[to], chunks[at]);
                break;
            case 3 when others.Count > 0:
                chunks.Insert(to, others[random.Next(others.Count)]);
                break;
            case 4:
                chunks[at] = chunks[at] with { Type = types[random.Next(types.Count)] };
                break;
            default:
                var payload = new byte[random.Next(20)];
                random.NextBytes(payload);
                chunks.Insert(to, new(types[random.Next(types.Count)], payload));
                break;
        }
    }
}
