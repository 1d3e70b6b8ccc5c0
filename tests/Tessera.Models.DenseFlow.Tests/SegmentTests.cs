using Tessera.Entropy;
using Tessera.Models.Classic;
using Tessera.Models.DenseFlow.Tests.Support;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Whole images by the example's flow, which is no model of anything: what goes in comes back, whatever it takes.</summary>
public class SegmentTests
{
    [Theory]
    [InlineData(96, 64, 6)]
    [InlineData(37, 21, 3)]
    [InlineData(16, 16, 0)]
    [InlineData(1, 1, 10)]
    public async Task A_photograph_and_the_supply_come_back(int width, int height, int bits)
    {
        using Raster image = await Photograph.CreateAsync(width, height);
        byte[] supply = Runs.Supply(10_003);
        var model = new ExampleModel(bits);
        byte[] payload = Runs.Encode(model, Runs.Of(image.Frames[0].Samples, 16), supply);
        using var back = new PlanarBuffer(width, height, 3);
        Assert.Equal(supply, Runs.Decode(model, payload, Runs.Of(back, 16)));
        Runs.AssertSame(image.Frames[0].Samples, back);
        Assert.Equal(0, model.Overflows);

        // What nothing was popped from stays as it is.
        Assert.InRange(Runs.Used(supply, payload), 1, 9_000);
    }

    [Fact]
    public void Noise_comes_back_and_so_does_black_and_white()
    {
        var random = new Random(1);
        foreach (int kind in new[] { 0, 1, 2 })
        {
            using PlanarBuffer image = Runs.Noise(random, 40, 30, 3);
            for (int c = 0; c < 3 && kind > 0; c++)
            {
                foreach (ref ushort sample in image.Plane(c))
                    sample = kind == 1 ? (ushort)(sample < 128 ? 0 : 255) : (ushort)255;
            }

            AssertRoundTrip(new ExampleModel(), image);
        }
    }

    [Fact]
    public void Blocks_that_overflow_are_coded_as_they_are_and_others_by_the_flow()
    {
        // In the middle of the grey levels the flow is in range, even that which multiplies all by 4096.
        var model = new ExampleModel(bits: 6, isHuge: true);
        using PlanarBuffer image = Runs.Noise(new(1), 64, 32, 3);
        for (int c = 0; c < 3; c++)
        {
            for (int y = 0; y < 32; y++)
                image.Row(c, y)[..32].Fill(128);
        }

        byte[] payload = AssertRoundTrip(model, image);
        Assert.Equal(4, model.Overflows);

        // A plain block takes 8 bits a sample and 16 more; a second stack that nobody used, the count of its one word.
        byte[] supply = Runs.Supply(20_000), plain = Runs.Encode(model, Runs.Of(image, 16, 2, 2), supply);
        Assert.InRange(Runs.Added(supply, plain), (2 * ((16 * 16 * 3 * 8) + 16)) + 2, (2 * ((16 * 16 * 3 * 8) + 16)) + 4);
        Assert.NotEqual(payload, plain);
    }

    [Fact]
    public async Task Later_blocks_pop_what_earlier_ones_pushed()
    {
        // What one block needs is enough for all, and nearly: no less will do.
        using Raster image = await Photograph.CreateAsync(96, 64);
        var model = new ExampleModel();
        byte[] supply = Runs.Supply(30_000);
        TileRun one = Runs.Of(image.Frames[0].Samples, 16, 0, 1), all = Runs.Of(image.Frames[0].Samples, 16);
        int first = Runs.Used(supply, Runs.Encode(model, one, supply)), used = Runs.Used(supply, Runs.Encode(model, all, supply));
        Assert.InRange(used, first - 8, first + 8);
        byte[] enough = supply[^(used + 16)..], payload = Runs.Encode(model, all, enough);
        using var back = new PlanarBuffer(96, 64, 3);
        Assert.Equal(enough, Runs.Decode(model, payload, Runs.Of(back, 16)));
        Assert.Throws<SupplyExhaustedException>(() => Runs.Encode(model, all, supply[^(used - 16)..]));
    }

    [Fact]
    public async Task Two_stacks_cost_two_bits_a_block_and_twenty_bytes_at_the_most()
    {
        using Raster image = await Photograph.CreateAsync(128, 128);
        TileRun tiles = Runs.Of(image.Frames[0].Samples, 16);
        using AnsStack stack = AnsStack.FromBytes(Runs.Supply(20_000));
        long before = stack.BitCount, own = 0;
        using var writer = new SegmentWriter(stack);
        foreach (PixelRectangle tile in tiles.Tiles)
        {
            var flow = new ExampleFlow(6, 3, 16, 16);
            int[,,] samples = Runs.Samples(tiles, tile);
            Buffer.BlockCopy(samples, 0, flow.Samples, 0, samples.Length * sizeof(int));
            var measured = new MeasuredBlock(flow, flow.NoiseWords);
            writer.Push(measured);
            own += measured.Bits;
        }

        writer.Finish();
        Assert.InRange(stack.BitCount - before - own, 0, (2 * tiles.Tiles.Length) + 160);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(1000)]
    public void How_much_noise_a_block_is_said_to_take_is_a_hint(int words)
    {
        uint[] supply = [.. Enumerable.Range(1, 2_000).Select(i => (uint)i * 2654435761)];
        using AnsStack stack = AnsStack.FromWords(supply);
        var random = new Random(1);
        ExampleFlow[] flows = [.. Enumerable.Range(0, 5).Select(_ => new ExampleFlow(6, 3, 16, 16))];
        using (var writer = new SegmentWriter(stack))
        {
            foreach (ExampleFlow flow in flows)
            {
                foreach (ref int sample in flow.Samples.AsSpan())
                    sample = random.Next(256);
                writer.Push(new MeasuredBlock(flow, words));
            }

            writer.Finish();
        }

        using var reader = new SegmentReader(stack);
        foreach (ExampleFlow flow in flows.Reverse())
        {
            var back = new ExampleFlow(6, 3, 16, 16);
            reader.Pop(back);
            Assert.Equal(flow.Samples, back.Samples);
        }

        reader.Finish();
        Assert.Equal(supply, stack.ToWords());
    }

    [Fact]
    public void More_noise_than_there_is_exhausts_the_supply()
    {
        using AnsStack stack = AnsStack.FromWords(new uint[500]);
        using var writer = new SegmentWriter(stack);
        Assert.Throws<AnsUnderflowException>(() => writer.Push(new MeasuredBlock(new ExampleFlow(6, 3, 16, 16), int.MaxValue)));
        using var empty = new AnsStack();
        Assert.Throws<AnsUnderflowException>(() => new SegmentWriter(empty));
    }

    [Fact]
    public async Task A_file_takes_its_supply_from_a_starter()
    {
        using Raster image = await Photograph.CreateAsync(160, 128);
        ModelRegistry registry = new ModelRegistryBuilder().Add(new ExampleModel()).Add(new ClassicPlugin()).Build();
        byte[] file = await new TesseraEncoder(new() { Registry = registry, ModelIds = ["denseflow/example"] }).EncodeToArrayAsync(image);
        using Raster back = await new TesseraDecoder(new() { Registry = registry }).DecodeToRasterAsync(new MemoryStream(file));
        Runs.AssertSame(image.Frames[0].Samples, back.Frames[0].Samples);

        // It did code some tiles.
        TesseraDecoder other = new(new() { Registry = new ModelRegistryBuilder().Add(new ClassicPlugin()).Build() });
        await Assert.ThrowsAsync<TesseraFormatException>(() => other.DecodeToRasterAsync(new MemoryStream(file)));
    }

    private static byte[] AssertRoundTrip(ExampleModel model, PlanarBuffer image)
    {
        byte[] supply = Runs.Supply(20_000), payload = Runs.Encode(model, Runs.Of(image, 16), supply);
        using var back = new PlanarBuffer(image.Width, image.Height, image.Channels);
        Assert.Equal(supply, Runs.Decode(model, payload, Runs.Of(back, 16)));
        Runs.AssertSame(image, back);
        return payload;
    }

    /// <summary>A block, and what it has put on both stacks.</summary>
    private sealed class MeasuredBlock(ExampleFlow flow, int noiseWords) : IBlockCoder
    {
        public long Bits { get; private set; }

        public int NoiseWords => noiseWords;

        public void Push(AnsStack stack, NoiseSource noise)
        {
            long before = stack.BitCount + noise.BitCount;
            flow.Push(stack, noise);
            Bits = stack.BitCount + noise.BitCount - before;
        }

        public void Pop(AnsStack stack, NoiseSource noise) => flow.Pop(stack, noise);

        public void PushPlain(AnsStack stack) => flow.PushPlain(stack);

        public void PopPlain(AnsStack stack) => flow.PopPlain(stack);
    }
}
