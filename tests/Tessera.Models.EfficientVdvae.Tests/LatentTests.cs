using Tessera.Entropy;
using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.Models.EfficientVdvae.Tests.Support;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>Latents, of which some channels hold nothing.</summary>
public class LatentTests
{
    [Fact]
    public void Without_kept_channels_no_supply_is_needed_and_no_posterior_is_asked_for()
    {
        TensorFile none = Without(SmallModel.Tiny), other = Changed(none, name => name.Contains(".posterior.", StringComparison.Ordinal), _ => true);
        using PlanarBuffer image = Runs.Noise(new(1), 50, 37, 3), back = new(50, 37, 3);
        byte[] payload = Runs.Encode(new EfficientVdvaeModel(none), Runs.Of(image, 16), []);
        Assert.Equal(payload, Runs.Encode(new EfficientVdvaeModel(other), Runs.Of(image, 16), []));
        Assert.Empty(Runs.Decode(new EfficientVdvaeModel(other), payload, Runs.Of(back, 16)));
        Runs.AssertSame(image, back);
    }

    [Fact]
    public void Channels_that_are_not_kept_are_zero()
    {
        // Whatever the projection makes of such a channel, nothing comes of it.
        TensorFile some = Changed(SmallModel.Tiny, name => name.EndsWith(".kept", StringComparison.Ordinal), _ => false, channel => channel == 1 ? 1 : 0);
        TensorFile other = Changed(some, name => name.EndsWith(".projection.weight", StringComparison.Ordinal), input => input != 1);
        using PlanarBuffer image = Runs.Noise(new(1), 33, 20, 3);
        byte[] supply = Runs.Supply(10_000), payload = Runs.Encode(new EfficientVdvaeModel(some), Runs.Of(image, 16), supply);
        Assert.Equal(payload, Runs.Encode(new EfficientVdvaeModel(other), Runs.Of(image, 16), supply));
        TensorFile seen = Changed(some, name => name.EndsWith(".projection.weight", StringComparison.Ordinal), input => input == 1);
        Assert.NotEqual(payload, Runs.Encode(new EfficientVdvaeModel(seen), Runs.Of(image, 16), supply));
    }

    [Fact]
    public void The_first_tile_needs_what_its_posteriors_draw_and_no_more()
    {
        using PlanarBuffer image = Runs.Noise(new(1), 64, 64, 3);
        byte[] supply = Runs.Supply(20_000);
        int elements = 3 * ((32 * 32) + (16 * 16) + (8 * 8));
        foreach ((int kept, int level) in new[] { (1, 48), (2, 48), (1, 40), (1, 32) })
        {
            var model = new EfficientVdvaeModel(SmallModel.Plain(latent: 2, kept: kept, posteriorLevel: level));
            int used = Runs.Used(supply, Runs.Encode(model, Runs.Of(image, 64), supply));
            double entropy = Math.Log2(Math.Pow(2, (level / 8.0) - 4) * Math.Sqrt(2 * Math.PI * Math.E));
            Assert.InRange(8.0 * used / (kept * elements), entropy - 0.1, entropy + 0.1);

            byte[] enough = supply[^(used + 12)..];
            using var back = new PlanarBuffer(64, 64, 3);
            Assert.Equal(enough, Runs.Decode(model, Runs.Encode(model, Runs.Of(image, 64), enough), Runs.Of(back, 64)));
            Assert.Throws<SupplyExhaustedException>(() => Runs.Encode(model, Runs.Of(image, 64), supply[^(used - 12)..]));
        }
    }

    [Fact]
    public void What_was_drawn_is_put_back_and_what_cannot_have_been_is_refused()
    {
        var shelf = new TensorShelf();
        var latent = new Latent(3, [0, 2], shelf);
        ExactTensor locations = new(1, 4, 5, 3), levels = new(1, 4, 5, 3);
        var random = new Random(1);
        foreach (ref short location in locations.Values)
            location = (short)random.Next(-32768, 32768);
        foreach (ref short level in levels.Values)
            level = (short)random.Next(16, 57);
        byte[] supply = Runs.Supply(1000);
        using AnsStack stack = AnsStack.FromBytes(supply);
        latent.Resize(4, 5);
        latent.Draw(stack, locations, levels);
        short[] drawn = latent.Elements.Values.ToArray();
        Assert.All(drawn.Where((_, i) => i % 3 == 1), element => Assert.Equal(0, element));
        Assert.Contains(drawn, element => element != 0);

        // By the prior and back; then the supply is as it was.
        latent.Push(stack);
        latent.Resize(4, 5);
        latent.Pop(stack);
        Assert.Equal(drawn, latent.Elements.Values.ToArray());
        latent.PutBack(stack, locations, levels);
        Assert.Equal(supply, stack.ToBytes());

        latent.Elements.Values[^1] = 2047;
        Assert.Contains("2047", Assert.Throws<TesseraFormatException>(() => latent.PutBack(stack, locations, levels)).Message, StringComparison.Ordinal);
    }

    private static TensorFile Without(TensorFile file) => Changed(file, name => name.EndsWith(".kept", StringComparison.Ordinal), _ => false, _ => 0);

    // Other numbers in some tensors, where the last index says so; or numbers that it gives.
    private static TensorFile Changed(TensorFile file, Func<string, bool> isChanged, Func<int, bool> isOther, Func<int, int>? number = null) =>
        ChangedTensors.Of(file, tensor =>
        {
            int[] elements = tensor.ToInt32();
            for (int i = 0; isChanged(tensor.Name) && i < elements.Length; i++)
            {
                int last = i % tensor.Shape[^1];
                elements[i] = number is not null ? number(last) : isOther(last) ? Math.Max(1, elements[i] / 2) : elements[i];
            }

            return (tensor.Type, [.. tensor.Shape], elements);
        });
}
