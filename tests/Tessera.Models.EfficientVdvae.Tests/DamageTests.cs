using Tessera.Models.EfficientVdvae.Tests.Support;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>What is damaged is refused as such, or decodes to something that its checksum does not fit; nothing else happens.</summary>
public class DamageTests
{
    [Fact]
    public async Task Damaged_payloads_are_format_errors_or_decode_to_something()
    {
        using Raster image = await Photograph.CreateAsync(40, 20);
        using var target = new PlanarBuffer(40, 20, 3);
        foreach (var weights in new[] { SmallModel.Tiny, SmallModel.Plain() })
        {
            var model = new EfficientVdvaeModel(weights);
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
    public void Noise_is_a_format_error_or_decodes_to_something()
    {
        using var target = new PlanarBuffer(40, 20, 3);
        int refused = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            var model = new EfficientVdvaeModel(SmallModel.Random(new(seed)));
            byte[] payload = seed % 2 == 0 ? Runs.Supply(50_000, seed) : [.. Enumerable.Repeat((byte)seed, 50_000)];
            try
            {
                Runs.Decode(model, payload, Runs.Of(target, 16));
            }
            catch (TesseraFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 200);
    }

    [Fact]
    public async Task A_file_with_a_wrong_bit_is_refused()
    {
        using Raster image = await Photograph.CreateAsync(60, 50);
        ModelRegistry registry = SmallModel.Registry(SmallModel.Plain());
        byte[] file = await SmallModel.EncodeAsync(image, registry, tileSize: 16);
        var random = new Random(4);
        for (int i = 0; i < 100; i++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            await Assert.ThrowsAsync<TesseraFormatException>(() => SmallModel.DecodeAsync(damaged, registry));
        }
    }

    [Fact]
    public async Task A_file_names_its_weights_when_they_are_missing()
    {
        using Raster image = await Photograph.CreateAsync(64, 40);
        byte[] file = await SmallModel.EncodeAsync(image, SmallModel.Registry(), tileSize: 16);
        TesseraFormatException missing =
            await Assert.ThrowsAsync<TesseraFormatException>(() => SmallModel.DecodeAsync(file, SmallModel.Registry(SmallModel.Plain())));
        Assert.Contains($"evdvae/test version 1 (weights {Convert.ToHexStringLower(SmallModel.Tiny.Hash.AsSpan())})", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_of_fewer_channels_or_more_bits_is_a_format_error()
    {
        using SegmentDecoder decoder = new EfficientVdvaeModel(SmallModel.Tiny).CreateDecoder();
        using var image = new PlanarBuffer(8, 8, 3);
        var grid = new TileGrid(8, 8, 1, 8, 1);
        foreach ((SampleFormat format, int channels) in new (SampleFormat, int)[] { (new(3, 8), 1), (new(3, 16), 3) })
        {
            var run = new TileRun(grid, format, image, 0, 1, 0, channels);
            string message = Assert.Throws<TesseraFormatException>(() => decoder.Decode(new byte[100], run, new System.Buffers.ArrayBufferWriter<byte>())).Message;
            Assert.Contains($"{channels} channels of {format.BitDepth} bits", message, StringComparison.Ordinal);
            Assert.Contains("evdvae/test, which codes 3 of 8", message, StringComparison.Ordinal);
        }
    }
}
