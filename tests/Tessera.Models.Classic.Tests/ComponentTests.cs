using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Entropy;
using Tessera.Models.Segments;

namespace Tessera.Models.Classic.Tests;

/// <summary>The parts that the model is put together from, each by itself.</summary>
public sealed class ComponentTests
{
    private delegate T Encoding<T>(ref EncodingCoder coder);

    private delegate T Decoding<T>(ref DecodingCoder coder);

    [Fact]
    public void Any_samples_come_back_as_they_are()
    {
        Prop.ForAll(SegmentCase.Any.ToArbitrary(), segment =>
        {
            TileRun tiles = segment.Tiles(), back = segment.BlankTiles();
            var output = new ArrayBufferWriter<byte>();
            RawSamples.Write(tiles, output);
            Assert.Equal(RawSamples.Size(tiles), output.WrittenCount);
            RawSamples.Read(output.WrittenSpan, back);
            Assert.Equal(SegmentCase.Samples(tiles), SegmentCase.Samples(back));
            Assert.Throws<TesseraFormatException>(() => RawSamples.Read(output.WrittenSpan[1..], back));
            Assert.Throws<TesseraFormatException>(() => RawSamples.Read([.. output.WrittenSpan, 0], back));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Raw_samples_are_one_string_of_bits_channel_after_channel()
    {
        Prop.ForAll(SegmentCase.Any.ToArbitrary(), segment =>
        {
            TileRun tiles = segment.Tiles();
            var bits = new System.Text.StringBuilder();
            for (int channel = 0; channel < tiles.ChannelCount; channel++)
            {
                foreach (PixelRectangle region in tiles.Regions)
                {
                    for (int y = 0; y < region.Height; y++)
                    {
                        foreach (ushort sample in tiles.Row(channel, region, y))
                            bits.Append(Convert.ToString(sample, 2).PadLeft(tiles.Format.BitDepth, '0'));
                    }
                }
            }

            bits.Append('0', -bits.Length & 7);
            var output = new ArrayBufferWriter<byte>();
            RawSamples.Write(tiles, output);
            Assert.Equal(bits.ToString(), string.Concat(output.WrittenSpan.ToArray().Select(b => Convert.ToString(b, 2).PadLeft(8, '0'))));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_colour_survives_every_transform_within_the_ranges_that_are_promised()
    {
        var colours =
            from depth in Gen.Choose(1, 16)
            let sample = Gen.OneOf(Gen.Choose(0, (1 << depth) - 1), Gen.Elements(0, (1 << depth) - 1))
            from r in sample
            from g in sample
            from b in sample
            select (high: (1 << depth) - 1, r, g, b);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(colours.ToArbitrary(), c => AssertReversible(c.high, c.r, c.g, c.b)));
    }

    [Fact]
    public void All_colours_of_three_bits_survive_every_transform()
    {
        for (int rgb = 0; rgb < 512; rgb++)
            AssertReversible(7, rgb >> 6, (rgb >> 3) & 7, rgb & 7);
    }

    [Fact]
    public void Any_set_of_values_comes_back_as_a_map_of_its_ranks()
    {
        var sets =
            from depth in Gen.Choose(1, 16)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            from share in Gen.Elements(0.0, 0.001, 0.1, 0.5, 0.99, 1.0)
            select (max: (1 << depth) - 1, seed, share);
        Prop.ForAll(sets.ToArbitrary(), set =>
        {
            var random = new Random(set.seed);
            var occurs = Enumerable.Range(0, set.max + 1).Select(_ => random.NextDouble() < set.share).ToArray();
            occurs[random.Next(set.max + 1)] = true;
            int[] values = [.. Enumerable.Range(0, set.max + 1).Where(v => occurs[v])];
            var map = ChannelMap.Create(occurs);
            byte[] bytes = Encode((ref EncodingCoder coder) => ChannelMap.Code(ref coder, map, set.max));
            ChannelMap decoded = Decode(bytes, (ref DecodingCoder coder) => ChannelMap.Code(ref coder, null, set.max));
            Assert.Equal(values.Length - 1, map.High);
            Assert.Equal(values.Length - 1, decoded.High);
            Assert.Equal(values, Enumerable.Range(0, values.Length).Select(rank => (int)decoded.ToValue(rank)));
            Assert.Equal(Enumerable.Range(0, values.Length), values.Select(v => map.ToRank((ushort)v)));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 0, 5, 11)]
    [InlineData(3, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(17)]
    [InlineData(16)]
    public void Runs_of_values_that_stand_still_or_run_over_are_an_error(params int[] runs)
    {
        byte[] bytes = Encode((ref EncodingCoder coder) =>
        {
            NumberCoder[] models = [new(), new()];
            for (int i = 0; i < runs.Length; i++)
                models[i % 2].Code(ref coder, runs[i]);
            for (int i = 0; i < 3; i++)
                coder.CodeUniform(0xFFFF, 16);
            return 0;
        });
        Assert.Throws<TesseraFormatException>(() => Decode(bytes, (ref DecodingCoder coder) => ChannelMap.Code(ref coder, null, maxSample: 15)));
    }

    [Fact]
    public void Opaque_white_of_sixteen_bits_is_a_colour_like_any_other()
    {
        // Its four samples are all the bits of a 64-bit word.
        var format = new SampleFormat(4, 16, AlphaKind.Straight);
        var band = new PlanarBuffer(2, 2, 4);
        for (int channel = 0; channel < 4; channel++)
            new ushort[] { 65535, 5, 65535, 65535 }.CopyTo(band.Plane(channel));
        var tiles = new TileRun(new(2, 2, 1, 2, 1), format, band, 0, 1, 0, 4);
        Palette palette = Palette.Create(tiles)!;
        Assert.Equal(2, palette.Count);
        var indices = new int[2];
        palette.ToIndices(tiles, tiles.Regions[0], 0, PixelStep.None, indices);
        Assert.Equal([1, 0], indices);
        palette.ToIndices(tiles, tiles.Regions[0], 1, PixelStep.None, indices);
        Assert.Equal([1, 1], indices);
    }

    [Fact]
    public void Any_image_of_few_colours_comes_back_by_their_indices()
    {
        Prop.ForAll(SegmentCase.Any.ToArbitrary(), segment =>
        {
            TileRun tiles = segment.Tiles();
            HashSet<string> colors = [];
            foreach (PixelRectangle region in tiles.Regions)
            {
                for (int i = 0; i < region.Area; i++)
                    colors.Add(string.Join(' ', Enumerable.Range(0, tiles.ChannelCount).Select(c => tiles.Row(c, region, i / region.Width)[i % region.Width])));
            }

            Palette? palette = Palette.Create(tiles);
            Assert.Equal(colors.Count > Palette.MaxCount ? null : colors.Count, palette?.Count);
            if (palette is not null)
                AssertComesBack(tiles, segment.BlankTiles(), palette, PixelStep.None);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_image_of_few_differences_comes_back_by_their_indices()
    {
        Prop.ForAll(SegmentCase.Any.ToArbitrary(), segment =>
        {
            TileRun tiles = segment.Tiles();
            foreach (PixelStep step in Enum.GetValues<PixelStep>())
            {
                if (Palette.Create(tiles, step) is { } palette)
                    AssertComesBack(tiles, segment.BlankTiles(), palette, step);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_ramp_has_one_difference_and_takes_next_to_nothing()
    {
        // A step of 257 from pixel to pixel and of 3 from row to row, modulo 2^16: the first pixel and edges apart, one difference.
        var format = new SampleFormat(1, 16, AlphaKind.None);
        var band = new PlanarBuffer(300, 200, 1);
        for (int y = 0; y < 200; y++)
        {
            for (int x = 0; x < 300; x++)
                band.Row(0, y)[x] = (ushort)((257 * x) + (3 * y));
        }

        var tiles = new TileRun(new(300, 200, 1, 512, 1), format, band, 0, 1, 0, 1);
        Assert.Equal([3, 3, 3], new[] { PixelStep.Left, PixelStep.Above, PixelStep.Gradient }.Select(step => Palette.Create(tiles, step)!.Count));
        using SegmentEncoder encoder = new ClassicModel().CreateEncoder(5);
        var payload = new ArrayBufferWriter<byte>();
        encoder.Encode(tiles, [], payload);
        Assert.InRange(payload.WrittenCount, 1, 60);
    }

    private static void AssertComesBack(TileRun tiles, TileRun back, Palette palette, PixelStep step)
    {
        int channels = tiles.ChannelCount, depth = tiles.Format.BitDepth;
        byte[] bytes = Encode((ref EncodingCoder coder) => Palette.Code(ref coder, palette, channels, depth));
        Palette decoded = Decode(bytes, (ref DecodingCoder coder) => Palette.Code(ref coder, null, channels, depth));
        foreach (PixelRectangle region in tiles.Regions)
        {
            var row = new int[region.Width];
            for (int y = 0; y < region.Height; y++)
            {
                palette.ToIndices(tiles, region, y, step, row);
                decoded.ToSamples(row, back, region, y, step);
            }
        }

        Assert.Equal(SegmentCase.Samples(tiles), SegmentCase.Samples(back));
    }

    [Fact]
    public void Any_numbers_come_back_by_their_lengths()
    {
        const int Largest = (1 << 17) - 2;
        Gen<int> number = Gen.OneOf(Gen.Choose(0, Largest), Gen.Choose(0, 20), Gen.Elements(0, 1, 2, 65535, 65536, Largest));
        Prop.ForAll(Gen.ArrayOf(number).ToArbitrary(), numbers =>
        {
            byte[] bytes = Encode((ref EncodingCoder coder) =>
            {
                var model = new NumberCoder();
                foreach (int n in numbers)
                    Assert.Equal(n, model.Code(ref coder, n));
                return 0;
            });
            int[] decoded = Decode(bytes, (ref DecodingCoder coder) =>
            {
                var model = new NumberCoder();
                var found = new int[numbers.Length];
                for (int i = 0; i < found.Length; i++)
                    found[i] = model.Code(ref coder, -1);
                return found;
            });
            Assert.Equal(numbers, decoded);
        }).QuickCheckThrowOnFailure();
    }

    private static byte[] Encode<T>(Encoding<T> code)
    {
        using var encoder = new AdaptiveAnsEncoder();
        var coder = new EncodingCoder(encoder);
        code(ref coder);
        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    private static T Decode<T>(byte[] bytes, Decoding<T> code)
    {
        var coder = new DecodingCoder(new AdaptiveAnsDecoder(bytes));
        T result = code(ref coder);
        Assert.True(coder.IsAtEnd);
        return result;
    }

    private static void AssertReversible(int high, int r, int g, int b)
    {
        foreach (ColorTransform transform in Enum.GetValues<ColorTransform>())
        {
            (int first, int second, int third) = transform.Forward(r, g, b);
            Assert.Equal((r, g, b), transform.Inverse(first, second, third));
            int[] planes = [first, second, third];
            for (int plane = 0; plane < 3; plane++)
            {
                SampleRange range = transform.PlaneRange(plane, high);
                Assert.InRange(planes[plane], range.Low, range.High);
            }
        }
    }
}
