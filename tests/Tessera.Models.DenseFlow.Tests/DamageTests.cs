using Tessera.Models.DenseFlow.Tests.Support;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>What is damaged is refused as such, or decodes to something that its checksum does not fit; nothing else happens.</summary>
public class DamageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Damaged_payloads_are_format_errors_or_decode_to_something(bool isHuge)
    {
        using Raster image = await Photograph.CreateAsync(40, 20);
        using var target = new PlanarBuffer(40, 20, 3);
        var model = new ExampleModel(isHuge: isHuge);
        byte[] payload = Runs.Encode(model, Runs.Of(image.Frames[0].Samples, 16), Runs.Supply(6_000));
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] damaged = i % 3 == 0 ? payload[..random.Next(payload.Length)] : [.. payload];
            if (damaged.Length == payload.Length)
                damaged[random.Next(i % 3 == 1 ? payload.Length - 40 : 0, payload.Length)] ^= (byte)(1 << random.Next(8));
            refused += IsRefused(model, damaged, target) ? 1 : 0;
        }

        Assert.InRange(refused, 200, 600);
    }

    [Fact]
    public void Noise_is_a_format_error_or_decodes_to_something()
    {
        using var target = new PlanarBuffer(40, 20, 3);
        int refused = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            byte[] payload = seed % 2 == 0 ? Runs.Supply(30_000, seed) : [.. Enumerable.Repeat((byte)seed, 30_000)];
            refused += IsRefused(new ExampleModel(bits: seed % 8, isHuge: seed % 3 == 0), payload, target) ? 1 : 0;
        }

        Assert.InRange(refused, 200, 300);
    }

    [Fact]
    public void Too_few_bytes_run_dry()
    {
        using var target = new PlanarBuffer(8, 8, 3);
        foreach (byte[] few in new byte[][] { [], [1, 2], [1, 2, 3, 4], [.. Enumerable.Repeat((byte)0, 16)] })
            Assert.Throws<TesseraFormatException>(() => Runs.Decode(new ExampleModel(), few, Runs.Of(target, 16)));
    }

    private static bool IsRefused(ExampleModel model, byte[] payload, PlanarBuffer target)
    {
        try
        {
            Runs.Decode(model, payload, Runs.Of(target, 16));
            return false;
        }
        catch (TesseraFormatException)
        {
            return true;
        }
    }
}
