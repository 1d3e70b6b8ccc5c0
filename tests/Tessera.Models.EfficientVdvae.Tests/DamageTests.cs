using Tessera.Models.EfficientVdvae.Tests.Support;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>What is damaged is refused as such, or decodes to something that its checksum does not fit; nothing else happens.</summary>
public class DamageTests
{
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
}
