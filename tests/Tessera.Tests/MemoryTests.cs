using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>Tests that count all allocations of the process, and so run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryTestsRunAlone
{
    public const string Name = "Memory";
}

/// <summary>Memory does not grow with the image.</summary>
[Collection(MemoryTestsRunAlone.Name)]
public class MemoryTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public async Task A_long_image_is_encoded_and_decoded_in_the_memory_of_a_few_bands()
    {
        // Bands of 1 MB, and 120 of them.
        var info = new ImageInfo(683, 256 * 120, new(3, 8));
        var model = new RawModel { Tiling = new(256, 1), SegmentTiles = 1 };
        string path = Path.GetTempFileName();
        try
        {
            await using FileStream file = File.Create(path);
            long encoding = await Allocated(() => Codec.Encoder(model).EncodeAsync(new SyntheticSource(info), file));
            Assert.InRange(encoding, 0, 24 * Megabyte);

            file.Position = 0;
            long decoding = await Allocated(() => Codec.Decoder(model).VerifyAsync(file));
            Assert.InRange(decoding, 0, 24 * Megabyte);
            Assert.True(file.Length > 115 * Megabyte);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<long> Allocated(Func<Task> action)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await action();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
