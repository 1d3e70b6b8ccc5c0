using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus.Tests;

/// <summary>What a segment adds to its scale levels.</summary>
public class ScaleOffsetsTests
{
    private const int Parts = 2;

    [Fact]
    public void Elements_that_spread_wider_than_their_levels_say_get_higher_levels()
    {
        // Uniform over twice the reach of scale 1 (level 32), and over what it should be.
        var latents = new LatentStore();
        Add(latents, part: 0, level: 32, spread: 14, count: 4000);
        Add(latents, part: 1, level: 32, spread: 6, count: 4000);
        var offsets = new ScaleOffsets(Parts);
        Choose(offsets, latents);
        Assert.InRange(Applied(offsets, 0, 32), 38, 40);
        Assert.InRange(Applied(offsets, 1, 32), 29, 35);
        Assert.Equal(31, Applied(offsets, 0, 31));    // another octave, of which there are none
    }

    [Fact]
    public void What_does_not_pay_stays_as_it_is()
    {
        var latents = new LatentStore();
        Add(latents, part: 0, level: 32, spread: 14, count: 1);
        var offsets = new ScaleOffsets(Parts);
        Choose(offsets, latents);
        Assert.Equal(32, Applied(offsets, 0, 32));
    }

    [Fact]
    public void Levels_stay_in_their_range()
    {
        var latents = new LatentStore();
        Add(latents, part: 0, level: 135, spread: 60000, count: 2000);
        Add(latents, part: 1, level: 0, spread: 0, count: 2000);
        var offsets = new ScaleOffsets(Parts);
        Choose(offsets, latents);
        Assert.Equal(135, Applied(offsets, 0, 135));
        Assert.Equal(0, Applied(offsets, 1, 0));
    }

    [Fact]
    public void Offsets_come_back_from_the_stack_in_order()
    {
        var latents = new LatentStore();
        Add(latents, part: 0, level: 32, spread: 14, count: 4000);
        Add(latents, part: 1, level: 50, spread: 3, count: 4000);
        var offsets = new ScaleOffsets(Parts);
        Choose(offsets, latents);
        using var stack = new AnsStack();
        offsets.Push(stack);
        var decoded = new ScaleOffsets(Parts);
        decoded.Pop(stack);
        Assert.True(stack.IsEmpty);
        foreach (int part in new[] { 0, 1 })
        {
            foreach (int level in new[] { 0, 32, 39, 50, 135 })
                Assert.Equal(Applied(offsets, part, level), Applied(decoded, part, level));
        }
    }

    private static void Choose(ScaleOffsets offsets, LatentStore latents)
    {
        for (int part = 0; part < Parts; part++)
            offsets.Choose(part, latents);
    }

    private static int Applied(ScaleOffsets offsets, int part, int level)
    {
        Span<byte> levels = [(byte)level];
        offsets.Apply(part, levels);
        return levels[0];
    }

    private static void Add(LatentStore latents, int part, int level, int spread, int count)
    {
        ExactTensor values = new(1, 1, count, 1), locations = new(1, 1, count, 1), levels = new(1, 1, count, 1);
        for (int i = 0; i < count; i++)
        {
            values.Values[i] = (short)(count == 1 ? spread : -(spread / 2) + (int)((long)spread * i / count));
            levels.Values[i] = (short)level;
        }

        latents.Add(part, values, [locations, levels]);
    }
}
