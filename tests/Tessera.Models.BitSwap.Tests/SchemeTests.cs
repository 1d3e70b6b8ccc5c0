using Tessera.Models.BitSwap.Tests.Support;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>What both schemes need to begin with, and what they take in the end.</summary>
public class SchemeTests
{
    public static TheoryData<string> Names => [.. SmallModel.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task BB_ANS_needs_more_supply_and_codes_in_as_many_bits(string name)
    {
        using Raster image = await Photograph.CreateAsync(192, 192);
        TileRun all = Runs.Of(image.Frames[0].Samples, 16), first = Runs.Of(image.Frames[0].Samples, 16, 0, 1);
        BitSwapModel bitSwap = new(SmallModel.Fixture(name)), bbAns = new(SmallModel.Fixture(name), scheme: BitsBackScheme.BbAns);
        Assert.InRange(Added(bbAns, all) / Added(bitSwap, all), 0.99, 1.01);
        Assert.InRange(Needed(bbAns, first) / (double)Needed(bitSwap, first), 1.1, 3);
    }

    [Fact]
    public async Task BB_ANS_needs_the_more_the_longer_the_chain_is_and_Bit_Swap_does_not()
    {
        using Raster image = await Photograph.CreateAsync(64, 64);
        TileRun tile = Runs.Of(image.Frames[0].Samples, 64);
        int[] bitSwap = [.. Lengths(BitsBackScheme.BitSwap)], bbAns = [.. Lengths(BitsBackScheme.BbAns)];
        Assert.Equal(bitSwap[0], bbAns[0]);
        Assert.All(bitSwap, needed => Assert.InRange(needed, bitSwap[0] - 4, bitSwap[0] + 4));

        // A latent of the second level has half the elements of the first, each further two a quarter of those before.
        Assert.InRange(bbAns[1], 1.45 * bbAns[0], 1.55 * bbAns[0]);
        Assert.InRange(bbAns[2], 1.70 * bbAns[0], 1.80 * bbAns[0]);
        Assert.InRange(bbAns[3], 1.82 * bbAns[0], 1.93 * bbAns[0]);

        IEnumerable<int> Lengths(BitsBackScheme scheme) => Enumerable.Range(1, 4).Select(levels => Needed(new(SmallModel.Plain(levels), scheme: scheme), tile));
    }

    [Theory]
    [InlineData(BitsBackScheme.BitSwap)]
    [InlineData(BitsBackScheme.BbAns)]
    public async Task Nothing_is_read_beyond_what_a_chain_needs(BitsBackScheme scheme)
    {
        using Raster image = await Photograph.CreateAsync(40, 30);
        PlanarBuffer samples = image.Frames[0].Samples;
        var model = new BitSwapModel(SmallModel.Tiny, scheme: scheme);
        byte[] supply = Runs.Supply(4000);
        int used = Runs.Used(supply, Runs.Encode(model, Runs.Of(samples, 16), supply));

        // So many bytes and a state, and other bytes before them, are as good; fewer are not.
        byte[] enough = supply[^(used + 12)..], changed = [.. Runs.Supply(400, seed: 9), .. enough];
        byte[] payload = Runs.Encode(model, Runs.Of(samples, 16), enough), longer = Runs.Encode(model, Runs.Of(samples, 16), changed);
        Assert.Equal(changed[..400], longer[..400]);
        Assert.Equal(payload[8..], longer[408..]);
        Assert.Throws<SupplyExhaustedException>(() => Runs.Encode(model, Runs.Of(samples, 16), supply[^(used - 12)..]));

        // A decoder gives them back, and says when there are too few.
        using var back = new PlanarBuffer(40, 30, 3);
        Assert.Equal(enough, Runs.Decode(model, payload, Runs.Of(back, 16)));
        Runs.AssertSame(samples, back);
        Assert.Throws<TesseraFormatException>(() => Runs.Decode(model, payload[16..], Runs.Of(back, 16)));
    }

    private static double Added(BitSwapModel model, TileRun tiles)
    {
        byte[] supply = Runs.Supply(20_000);
        return Runs.Added(supply, Runs.Encode(model, tiles, supply));
    }

    private static int Needed(BitSwapModel model, TileRun tiles)
    {
        byte[] supply = Runs.Supply(20_000);
        return Runs.Used(supply, Runs.Encode(model, tiles, supply));
    }
}
