using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>A model is lossless whatever its weights are, and says so when data or weights are not its own.</summary>
public class ModelTests
{
    private static readonly CausalModel Model = SmallModel.Create(1);
    private static readonly ModelRegistry Registry = Coding.RegistryOf(Model);

    /// <summary>All kinds of images in all sizes.</summary>
    public static TheoryData<string, int, int> Images
    {
        get
        {
            var images = new TheoryData<string, int, int>();
            foreach (string kind in Picture.Kinds)
            {
                foreach ((int width, int height) in new[] { (1, 1), (3, 2), (1, 300), (300, 1), (257, 255), (700, 300) })
                    images.Add(kind, width, height);
            }

            return images;
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public async Task Images_of_any_kind_and_size_come_back(string kind, int width, int height)
    {
        foreach (int channels in new[] { 3, 1 })
        {
            using Raster image = Picture.Draw(kind, width, height, channels);
            using Raster back = await Coding.DecodeAsync(Registry, await Coding.EncodeAsync(Registry, image));
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Theory]
    [InlineData(1, 30, 20)]
    [InlineData(2, 31, 21)]
    [InlineData(3, 31, 21)]
    [InlineData(16, 131, 77)]
    [InlineData(64, 300, 130)]
    [InlineData(255, 256, 256)]
    [InlineData(1000, 530, 290)]
    [InlineData(1000, 1100, 20)]
    public async Task Tiles_of_any_size_come_back(int tileSize, int width, int height)
    {
        foreach (string kind in new[] { "photograph", "extremes" })
        {
            using Raster image = Picture.Draw(kind, width, height);
            using Raster back = await Coding.DecodeAsync(Registry, await Coding.EncodeAsync(Registry, image, tileSize: tileSize));
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public void Any_tiles_come_back_whatever_the_weights_are()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            CausalModel model = SmallModel.Create(seed);
            using PlanarBuffer image = Picture.Plane(Picture.Kinds[random.Next(Picture.Kinds.Length)], 1 + random.Next(40), 1 + random.Next(40), seed);
            using var target = new PlanarBuffer(image.Width, image.Height, 3);
            TileRun tiles = Coding.Run(image, 16), back = Coding.Run(target, 16);
            Coding.Decode(model, Coding.Encode(model, tiles), back);
            Assert.Equal(Coding.Samples(tiles), Coding.Samples(back));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(32)]
    public async Task Any_number_of_threads_writes_and_reads_the_same_file(int? tileSize)
    {
        using Raster image = Picture.Draw("photograph", 1100, 270);
        byte[] expected = await Coding.EncodeAsync(Registry, image, threads: 1, tileSize);
        foreach (int threads in new[] { 1, 2, 8 })
        {
            Assert.Equal(Hash.Of(expected), Hash.Of(await Coding.EncodeAsync(Registry, image, threads, tileSize)));
            using Raster back = await Coding.DecodeAsync(Registry, expected, threads);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public void Encoders_and_decoders_have_no_past()
    {
        using PlanarBuffer photograph = Picture.Plane("photograph", 130, 90), extremes = Picture.Plane("extremes", 70, 33);
        using PlanarBuffer line = Picture.Plane("noise", 2, 50);
        Segment[] segments =
        [
            new(photograph, 64), new(extremes, 16), new(line, 256), new(photograph, 16, 5, 1), new(photograph, 256), new(extremes, 64, 1, 1),
        ];
        byte[][] expected = [.. segments.Select(segment => Coding.Encode(Model, segment.Run))];
        using SegmentEncoder encoder = Model.CreateEncoder(5);
        using SegmentDecoder decoder = Model.CreateDecoder();
        var random = new Random(1);
        for (int i = 0; i < 30; i++)
        {
            int which = random.Next(segments.Length);
            Assert.Equal(expected[which], Coding.Encode(encoder, segments[which].Run));
            which = random.Next(segments.Length);
            AssertDecodes(decoder, expected[which], segments[which]);
        }
    }

    [Theory]
    [InlineData(2, AlphaKind.Straight)]
    [InlineData(4, AlphaKind.Premultiplied)]
    public async Task Alpha_comes_back_whether_it_is_the_same_everywhere_or_not(int channels, AlphaKind alpha)
    {
        foreach (Func<int, int, int> matte in new Func<int, int, int>[] { (_, _) => 255, (_, _) => 0, (_, _) => 100, (x, y) => x + y > 99 ? 255 : 3 * (x % 40) })
        {
            // Tiles in groups, of which some have nothing of the matte's edge.
            using var image = Raster.Create(new(130, 50, new(channels, 8, alpha)));
            PlanarBuffer samples = image.Frames[0].Samples;
            using PlanarBuffer colors = Picture.Plane("photograph", 130, 50);
            for (int channel = 0; channel < channels - 1; channel++)
                colors.Plane(channel).CopyTo(samples.Plane(channel));
            for (int y = 0; y < 50; y++)
            {
                for (int x = 0; x < 130; x++)
                    samples.Row(channels - 1, y)[x] = (ushort)matte(x, y);
            }

            foreach (int tileSize in new[] { 8, 32, 256 })
            {
                using Raster back = await Coding.DecodeAsync(Registry, await Coding.EncodeAsync(Registry, image, tileSize: tileSize));
                Assert.True(image.HasSamePixels(back));
            }
        }
    }

    [Fact]
    public void An_opaque_image_takes_next_to_nothing_more_than_its_colors()
    {
        using PlanarBuffer colors = Picture.Plane("photograph", 60, 40);
        using var opaque = new PlanarBuffer(60, 40, 4);
        for (int channel = 0; channel < 3; channel++)
            colors.Plane(channel).CopyTo(opaque.Plane(channel));
        opaque.Plane(3).Fill(255);
        var grid = new TileGrid(60, 40, 1, 64, 1);
        var run = new TileRun(grid, new(4, 8, AlphaKind.Straight), opaque, 0, 1, 0, 4);
        Assert.InRange(Coding.Encode(Model, run).Length - Coding.Encode(Model, Coding.Run(colors, 64)).Length, 0, 4);
    }

    [Fact]
    public void It_leaves_mattes_and_drawings_to_others()
    {
        using PlanarBuffer image = Picture.Plane("photograph", 64, 64);
        using var matte = new PlanarBuffer(64, 64, 4);
        for (int channel = 0; channel < 3; channel++)
            image.Plane(channel).CopyTo(matte.Plane(channel));
        matte.Plane(3).Fill(255);
        var run = new TileRun(new(64, 64, 1, 64, 1), new(4, 8, AlphaKind.Straight), matte, 0, 1, 0, 4);
        Assert.Equal(Suitability.Good, Model.Judge(run));
        matte.Plane(3)[77] = 254;
        Assert.Equal(Suitability.Poor, Model.Judge(run));
        Assert.NotEqual(Suitability.Poor, Model.Judge(Coding.Run(image, 64)));
        using PlanarBuffer flat = Picture.Plane("flat", 64, 64), noise = Picture.Plane("noise", 64, 64), squares = Picture.Plane("checkerboard", 64, 64);
        Assert.All([flat, noise, squares], drawing => Assert.Equal(Suitability.Poor, Model.Judge(Coding.Run(drawing, 64))));
        using var grey = new PlanarBuffer(64, 64, 1);
        image.Plane(0).CopyTo(grey.Plane(0));
        Assert.NotEqual(Suitability.Poor, Model.Judge(Coding.Run(grey, 64)));
        foreach (ref ushort sample in grey.Plane(0))
            sample &= 0xF0;
        Assert.Equal(Suitability.Poor, Model.Judge(Coding.Run(grey, 64)));
    }

    [Fact]
    public void An_encoder_and_a_decoder_take_grey_and_colors_in_turn()
    {
        using PlanarBuffer color = Picture.Plane("photograph", 40, 30), target = new(40, 30, 3);
        using var grey = new PlanarBuffer(40, 30, 1);
        using var greyTarget = new PlanarBuffer(40, 30, 1);
        color.Plane(1).CopyTo(grey.Plane(0));
        using SegmentEncoder encoder = Model.CreateEncoder(5);
        using SegmentDecoder decoder = Model.CreateDecoder();
        byte[] expected = Coding.Encode(Model, Coding.Run(grey, 32));
        for (int i = 0; i < 3; i++)
        {
            Coding.Decode(decoder, Coding.Encode(encoder, Coding.Run(color, 32)), Coding.Run(target, 32));
            byte[] payload = Coding.Encode(encoder, Coding.Run(grey, 32));
            Assert.Equal(expected, payload);
            greyTarget.Plane(0).Clear();
            Coding.Decode(decoder, payload, Coding.Run(greyTarget, 32));
            Assert.Equal(grey.Plane(0), greyTarget.Plane(0));
        }
    }

    [Fact]
    public void A_decoder_that_met_damage_decodes_what_comes_next()
    {
        using PlanarBuffer image = Picture.Plane("photograph", 50, 40);
        var segment = new Segment(image, 32);
        byte[] payload = Coding.Encode(Model, segment.Run);
        using SegmentDecoder decoder = Model.CreateDecoder();
        using var target = new PlanarBuffer(50, 40, 3);
        Assert.ThrowsAny<TesseraFormatException>(() => Coding.Decode(decoder, payload[..^40], Coding.Run(target, 32)));
        AssertDecodes(decoder, payload, segment);
    }

    [Fact]
    public void More_blocks_than_are_coded_at_once_come_back_in_their_order()
    {
        using PlanarBuffer image = Picture.Plane("photograph", 8 * 11, 8 * 3);
        foreach (int count in new[] { 1, WaveCoder.MaxBlocks - 1, WaveCoder.MaxBlocks, WaveCoder.MaxBlocks + 1, 2 * WaveCoder.MaxBlocks, 33 })
        {
            var segment = new Segment(image, 8, 0, count);
            using SegmentDecoder decoder = Model.CreateDecoder();
            AssertDecodes(decoder, Coding.Encode(Model, segment.Run), segment);
        }
    }

    [Fact]
    public void Segments_are_some_tiles_of_a_row_each()
    {
        foreach (int columns in new[] { 1, 2, 4, 5, 9, 30 })
        {
            foreach (int rows in new[] { 1, 3 })
            {
                using var band = new PlanarBuffer(columns, rows, 3);
                IReadOnlyList<int> segments = Model.PlanSegments(Coding.Run(band, 1), columns, 5);
                Assert.Equal(columns * rows, segments.Sum());
                Assert.All(segments, tiles => Assert.InRange(tiles, 1, 4));
                for (int i = 0, first = 0; i < segments.Count; first += segments[i++])
                    Assert.Equal(first / columns, (first + segments[i] - 1) / columns);
            }
        }
    }

    [Fact]
    public void It_codes_grey_and_RGB_of_8_bits_with_or_without_alpha()
    {
        for (int channels = 1; channels <= SampleFormat.MaxChannels; channels++)
        {
            for (int bits = 1; bits <= SampleFormat.MaxBitDepth; bits++)
            {
                foreach (AlphaKind alpha in Enum.GetValues<AlphaKind>())
                    Assert.Equal(bits == 8 && channels - (alpha == AlphaKind.None ? 0 : 1) is (1 or 3), Model.Supports(new(channels, bits, alpha)));
            }
        }
    }

    [Fact]
    public async Task An_image_of_another_format_is_not_encoded()
    {
        foreach (SampleFormat format in new SampleFormat[] { new(1, 16), new(3, 16), new(4, 8), new(2, 8), new(3, 8, AlphaKind.Straight) })
        {
            using var image = Raster.Create(new(5, 4, format));
            await Assert.ThrowsAsync<ArgumentException>(() => Coding.EncodeAsync(Registry, image));
        }
    }

    [Fact]
    public void A_segment_of_another_format_is_a_format_error()
    {
        using SegmentDecoder decoder = Model.CreateDecoder();
        var grid = new TileGrid(8, 8, 1, 8, 1);
        foreach ((SampleFormat format, int channels) in new (SampleFormat, int)[]
        {
            (new(3, 8), 2), (new(1, 16), 1), (new(3, 16), 3), (new(3, 7), 3), (new(4, 8), 4), (new(4, 8, AlphaKind.Straight), 2),
            (new(3, 8, AlphaKind.Straight), 3),
        })
        {
            using var image = new PlanarBuffer(8, 8, format.Channels);
            var run = new TileRun(grid, format, image, 0, 1, 0, channels);
            string message = Assert.Throws<TesseraFormatException>(() => Coding.Decode(decoder, new byte[100], run)).Message;
            Assert.Contains($"{channels} channels of {format.BitDepth} bits", message, StringComparison.Ordinal);
            Assert.Contains($"{SmallModel.Id}, which codes grey and RGB of 8", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_of_other_weights_is_refused_by_name_and_hash()
    {
        CausalModel other = SmallModel.Create(2);
        using Raster image = Picture.Draw("photograph", 30, 20);
        byte[] file = await Coding.EncodeAsync(Coding.RegistryOf(other), image);
        string message = (await Assert.ThrowsAnyAsync<TesseraFormatException>(() => Coding.DecodeAsync(Registry, file))).Message;
        string hash = Convert.ToHexStringLower(other.Identity.WeightsHash.AsSpan());
        Assert.Contains($"{SmallModel.Id} version 7 (weights {hash}), which is not installed", message, StringComparison.Ordinal);
        Assert.Contains($"Installed: {Model.Identity}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("photograph")]
    [InlineData("flat")]
    [InlineData("noise")]
    public void Damaged_segments_are_format_errors_or_decode_to_other_pixels(string kind)
    {
        using PlanarBuffer image = Picture.Plane(kind, 40, 20), target = new(40, 20, 3);
        TileRun run = Coding.Run(image, 32), back = Coding.Run(target, 32);
        byte[] payload = Coding.Encode(Model, run);
        ushort[] samples = Coding.Samples(run);
        using SegmentDecoder decoder = Model.CreateDecoder();
        Assert.ThrowsAny<TesseraFormatException>(() => Coding.Decode(decoder, [], back));
        for (int length = 0; length < payload.Length; length += 1 + (length / 50))
            AssertNotTheSame(payload[..length]);
        for (int begin = 1; begin < payload.Length; begin += 1 + (begin / 50))
            AssertNotTheSame(payload[begin..]);
        for (int more = 1; more <= 9; more++)
        {
            foreach (byte filler in new byte[] { 0, 1, 255 })
            {
                byte[] bytes = [.. Enumerable.Repeat(filler, more)];
                AssertNotTheSame([.. payload, .. bytes]);
                AssertNotTheSame([.. bytes, .. payload]);
            }
        }

        var random = new Random(6);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. payload];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            if (!damaged.SequenceEqual(payload))
                AssertNotTheSame(damaged);
            random.NextBytes(damaged);
            AssertNotTheSame(damaged);
        }

        Coding.Decode(decoder, payload, back);
        Assert.Equal(samples, Coding.Samples(back));

        void AssertNotTheSame(byte[] bytes)
        {
            try
            {
                Coding.Decode(decoder, bytes, back);
            }
            catch (TesseraFormatException)
            {
                return;
            }

            Assert.NotEqual(samples, Coding.Samples(back));
        }
    }

    [Fact]
    public async Task Damaged_files_are_format_errors()
    {
        using Raster image = Picture.Draw("photograph", 40, 20);
        byte[] file = await Coding.EncodeAsync(Registry, image);
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            await Assert.ThrowsAnyAsync<TesseraFormatException>(() => Coding.DecodeAsync(Registry, damaged));
            await Assert.ThrowsAnyAsync<TesseraFormatException>(() => Coding.DecodeAsync(Registry, file[..random.Next(file.Length)]));
        }
    }

    [Fact]
    public void After_the_first_segment_pixels_are_coded_without_allocations()
    {
        using PlanarBuffer image = Picture.Plane("photograph", 256, 64);
        TileRun few = Coding.Run(image, 32, 0, 1), many = Coding.Run(image, 32);
        using SegmentEncoder encoder = Model.CreateEncoder(5);
        using SegmentDecoder decoder = Model.CreateDecoder();
        var payload = new ArrayBufferWriter<byte>(1 << 20);
        byte[] fewBytes = Coding.Encode(encoder, few), manyBytes = Coding.Encode(encoder, many);
        Coding.Decode(decoder, manyBytes, many);
        Assert.InRange(Allocation.Of(() => Encode(many)), 0, 1024);
        Assert.InRange(Allocation.Of(() => Encode(many)) - Allocation.Of(() => Encode(few)), 0, 0);
        Assert.InRange(Allocation.Of(() => Decode(manyBytes, many)), 0, 1024);
        Assert.InRange(Allocation.Of(() => Decode(manyBytes, many)) - Allocation.Of(() => Decode(fewBytes, few)), 0, 0);

        void Encode(TileRun run)
        {
            payload.ResetWrittenCount();
            encoder.Encode(run, [], payload);
        }

        void Decode(byte[] bytes, TileRun run) => decoder.Decode(bytes, run, payload);
    }

    private static void AssertDecodes(SegmentDecoder decoder, byte[] payload, Segment segment)
    {
        using var target = new PlanarBuffer(segment.Image.Width, segment.Image.Height, 3);
        TileRun back = (segment with { Image = target }).Run;
        Coding.Decode(decoder, payload, back);
        Assert.Equal(Coding.Samples(segment.Run), Coding.Samples(back));
    }

    private sealed record Segment(PlanarBuffer Image, int Side, int First = 0, int? Count = null)
    {
        public TileRun Run => Coding.Run(Image, Side, First, Count);
    }
}
