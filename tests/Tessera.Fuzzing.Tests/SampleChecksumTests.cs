using Tessera.Container;
using Tessera.Fuzzing.Mutations;
using Tessera.Fuzzing.Targets;

namespace Tessera.Fuzzing.Tests;

/// <summary>Damage that passes the CRCs of chunks, as that of memory before a file was written, or an attacker's.</summary>
public sealed class SampleChecksumTests
{
    private static readonly TesseraDecoder Decoder = new(new() { Registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build(), MaxDegreeOfParallelism = 1 });

    [Fact]
    public async Task A_changed_byte_of_a_segment_is_found_or_changes_no_pixel()
    {
        int found = 0, harmless = 0;
        foreach (byte[] file in Corpus.Read("tsra").Where(f => f.Length < 250))
        {
            if (await TryDecode(file) is not { } whole)
                continue;
            Assert.True(ContainerMutator.TryParse(file, out byte[] preamble, out List<RawChunk> chunks));
            for (int chunk = 0; chunk < chunks.Count; chunk++)
            {
                for (int i = 0; chunks[chunk].Is("SEGM"u8) && i < chunks[chunk].Payload.Length; i++)
                {
                    byte[] payload = [.. chunks[chunk].Payload];
                    payload[i] ^= (byte)(1 << (i % 8));
                    List<RawChunk> changed = [.. chunks];
                    changed[chunk] = chunks[chunk] with { Payload = payload };
                    using Raster? damaged = await TryDecode(ContainerMutator.Assemble(preamble, changed));
                    (found, harmless) = damaged is null ? (found + 1, harmless) : (found, harmless + 1);
                    Assert.True(damaged is null || damaged.HasSamePixels(whole), $"Byte {i} of chunk {chunk} of {Convert.ToHexString(file)}");
                }
            }

            whole.Dispose();
        }

        Assert.True(found > 100 && found > 10 * harmless, $"{found} were found, {harmless} change nothing.");
    }

    private static async Task<Raster?> TryDecode(byte[] file)
    {
        try
        {
            return await Decoder.DecodeToRasterAsync(new MemoryStream(file));
        }
        catch (TesseraFormatException)
        {
            return null;
        }
    }
}
