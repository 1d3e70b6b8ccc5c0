using System.Buffers;
using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.Tests;

/// <summary>What holds of every model that codes images of three channels of 8 bits with bits back, whatever its latents are.</summary>
public abstract class BitsBackModelTestsBase
{
    /// <summary>The models that damage and odd supplies are tried on.</summary>
    protected virtual IEnumerable<TileModel> Models => [Create()];

    /// <summary>Any number of threads writes the same file of an image, and reads it.</summary>
    internal static async Task AssertThreadsMakeNoDifferenceAsync(Raster image, ModelRegistry registry, string model, int tileSize)
    {
        byte[] expected = await EncodeAsync(1);
        foreach (int threads in new[] { 2, 8 })
        {
            Assert.Equal(Hash.Of(expected), Hash.Of(await EncodeAsync(threads)));
            using Raster back = await new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = threads }).DecodeToRasterAsync(new MemoryStream(expected));
            Assert.True(image.HasSamePixels(back));
        }

        Task<byte[]> EncodeAsync(int threads) => new TesseraEncoder(
            new() { Registry = registry, ModelIds = [model], MaxDegreeOfParallelism = threads, TileSize = tileSize }).EncodeToArrayAsync(image);
    }

    /// <summary>A small model.</summary>
    /// <param name="engine">What runs its networks, or null for what the model takes by itself.</param>
    protected abstract TileModel Create(IEngine? engine = null);

    [Fact]
    public void Every_number_of_threads_of_an_engine_and_an_encoder_s_past_give_the_same_bytes()
    {
        var random = new Random(1);
        using PlanarBuffer image = Runs.Noise(random, 50, 37, 3), other = Runs.Noise(random, 20, 20, 3);
        byte[] supply = Runs.Supply(20_000), expected = Runs.Encode(Create(), Runs.Of(image, 16), supply);
        foreach (int threads in new[] { 2, 8 })
            Assert.Equal(expected, Runs.Encode(Create(new ManagedEngine(threads)), Runs.Of(image, 16), supply));
        using SegmentEncoder encoder = Create().CreateEncoder(5);
        int needed = Runs.Used(supply, Runs.Encode(encoder, Runs.Of(other, 16), supply));

        // At whatever place it fails.
        foreach (int length in new[] { 0, needed / 4, needed / 2, needed - 12 })
            Assert.Throws<SupplyExhaustedException>(() => Runs.Encode(encoder, Runs.Of(other, 16), supply[^length..]));
        Assert.Equal(expected, Runs.Encode(encoder, Runs.Of(image, 16), supply));
    }

    [Fact]
    public void Large_tiles_are_coded_as_the_blocks_that_they_are_cut_into()
    {
        using PlanarBuffer image = Runs.Noise(new(2), 300, 20, 3);
        TileModel model = Create();
        byte[] supply = Runs.Supply(40_000);
        Assert.Equal(Runs.Encode(model, Runs.Of(image, 256), supply), Runs.Encode(model, Runs.Of(image, 1024), supply));
    }

    [Fact]
    public void A_supply_of_any_bits_will_do()
    {
        // The model fits noise badly; and all bits alike, or much of one, are what bits that were pushed by a bad model look like.
        using PlanarBuffer image = Runs.Noise(new(5), 32, 32, 3), back = new(32, 32, 3);
        foreach (TileModel model in Models)
        {
            foreach (byte bits in new byte[] { 0, 1, 127, 128, 254, 255 })
            {
                byte[] supply = [.. Enumerable.Repeat(bits, 20_000)];
                Assert.Equal(supply, Runs.Decode(model, Runs.Encode(model, Runs.Of(image, 16), supply), Runs.Of(back, 16)));
                Runs.AssertSame(image, back);
            }
        }
    }

    [Fact]
    public async Task Damaged_payloads_are_format_errors_or_decode_to_something()
    {
        using Raster image = await Photograph.CreateAsync(40, 20);
        using var target = new PlanarBuffer(40, 20, 3);
        foreach (TileModel model in Models)
        {
            byte[] supply = Runs.Supply(3000), payload = Runs.Encode(model, Runs.Of(image.Frames[0].Samples, 16), supply);
            var random = new Random(3);
            int refused = 0;
            for (int i = 0; i < 300; i++)
            {
                // The end is the top of the stack.
                byte[] damaged = i % 3 == 0 ? payload[..random.Next(payload.Length)] : [.. payload];
                if (damaged.Length == payload.Length)
                    damaged[random.Next(payload.Length - 500, payload.Length)] ^= (byte)(1 << random.Next(8));
                try
                {
                    Runs.Decode(model, damaged, Runs.Of(target, 16));
                }
                catch (TesseraFormatException)
                {
                    refused++;
                }
            }

            Assert.InRange(refused, 100, 300);
            Assert.Contains("runs dry", Assert.Throws<TesseraFormatException>(() => Runs.Decode(model, [1, 2], Runs.Of(target, 16))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_codes_images_of_three_channels_of_8_bits_alone()
    {
        TileModel model = Create();
        Assert.True(model.NeedsSupply);
        Assert.True(model.Supports(new(3, 8)));
        Assert.False(model.Supports(new(3, 16)));
        Assert.False(model.Supports(new(1, 8)));
        Assert.False(model.Supports(new(4, 8, AlphaKind.Straight)));
        Assert.False(model.Supports(new(3, 8, AlphaKind.Straight)));
    }

    [Fact]
    public void A_segment_of_fewer_channels_or_more_bits_is_a_format_error()
    {
        TileModel model = Create();
        using SegmentDecoder decoder = model.CreateDecoder();
        using var image = new PlanarBuffer(8, 8, 3);
        var grid = new TileGrid(8, 8, 1, 8, 1);
        foreach ((SampleFormat format, int channels) in new (SampleFormat, int)[] { (new(3, 8), 1), (new(3, 16), 3) })
        {
            var run = new TileRun(grid, format, image, 0, 1, 0, channels);
            string message = Assert.Throws<TesseraFormatException>(() => decoder.Decode(new byte[100], run, new ArrayBufferWriter<byte>())).Message;
            Assert.Contains($"{channels} channels of {format.BitDepth} bits", message, StringComparison.Ordinal);
            Assert.Contains($"{model.Identity.Id}, which codes 3 of 8", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task After_the_first_run_tiles_are_coded_without_allocations()
    {
        using Raster image = await Photograph.CreateAsync(192, 32);
        PlanarBuffer samples = image.Frames[0].Samples;
        TileModel model = Create();
        using SegmentEncoder encoder = model.CreateEncoder(5);
        using SegmentDecoder decoder = model.CreateDecoder();
        var written = new ArrayBufferWriter<byte>(1 << 20);
        TileRun few = Runs.Of(samples, 32, 0, 1), many = Runs.Of(samples, 32);
        byte[] supply = Runs.Supply(4000), fewBytes = Runs.Encode(encoder, few, supply), manyBytes = Runs.Encode(encoder, many, supply);
        Decode(manyBytes, many);
        Assert.Equal(0, Allocation.Of(() => Encode(many)) - Allocation.Of(() => Encode(few)));
        Assert.Equal(0, Allocation.Of(() => Decode(manyBytes, many)) - Allocation.Of(() => Decode(fewBytes, few)));

        void Encode(TileRun run)
        {
            written.ResetWrittenCount();
            encoder.Encode(run, supply, written);
        }

        void Decode(byte[] bytes, TileRun run)
        {
            written.ResetWrittenCount();
            decoder.Decode(bytes, run, written);
        }
    }
}
