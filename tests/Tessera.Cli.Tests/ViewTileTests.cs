using System.Net.Http.Json;
using System.Text.Json;
using Tessera.Cli.Imaging;
using Tessera.Cli.Tests.Support;
using Tessera.Cli.Viewing;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>What <c>tessera view</c> shows.</summary>
public sealed class ViewTileTests : CliTest
{
    private const long Plenty = 64 << 20;

    private readonly RawModel _model = new();

    public static TheoryData<int, int, AlphaKind, int> Formats => new()
    {
        { 1, 8, AlphaKind.None, 255 }, { 3, 8, AlphaKind.None, 255 }, { 1, 16, AlphaKind.None, 65535 }, { 3, 12, AlphaKind.None, 4095 },
        { 1, 1, AlphaKind.None, 1 }, { 1, 7, AlphaKind.None, 100 }, { 2, 8, AlphaKind.None, 255 }, { 4, 8, AlphaKind.None, 255 },
        { 2, 8, AlphaKind.Straight, 255 }, { 4, 16, AlphaKind.Straight, 65535 }, { 4, 8, AlphaKind.Premultiplied, 255 },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_tile_of_every_level_is_the_box_filtered_image_from_segments_and_from_the_overview(int channels, int depth, AlphaKind alpha, int white)
    {
        // Five levels; no side is a multiple of a tile's.
        using Raster image = ScaledPicture.Noise(new(4203, 37, new(channels, depth, alpha)) { WhiteLevel = white }, seed: 3);
        await RunningView.EncodeAsync(image, At("image.tsra"), _model);
        foreach (long overview in (long[])[0, Plenty])
        {
            await using RunningView view = await RunningView.StartAsync(_model, Plenty, overview, At("image.tsra"));
            await view.Images[0].Overview;
            await AssertAllTilesAsync(view, image, levels: 5);
        }
    }

    [Fact]
    public async Task Tiles_are_right_in_both_directions()
    {
        using Raster image = ScaledPicture.Noise(new(1030, 1100, new(3, 8)), seed: 4);
        await RunningView.EncodeAsync(image, At("image.tsra"), new() { Tiling = new(100, 3), SegmentTiles = 4 });
        await using RunningView view = await RunningView.StartAsync(_model, Plenty, 0, At("image.tsra"));
        await AssertAllTilesAsync(view, image, levels: 3);
    }

    [Fact]
    public async Task An_overview_shows_what_has_come()
    {
        var info = new ImageInfo(1500, 61, new(3, 8));
        using Raster image = ScaledPicture.Noise(info, seed: 5);
        var format = DisplayFormat.Of(info);
        var overview = new OverviewPyramid(info.Width, info.Height, format, Plenty);
        byte[] row = new byte[info.Width * 3];
        for (int y = 0; y < info.Height; y++)
        {
            for (int level = 1; level <= 2; level++)
            {
                PixelBlock block = overview.Read(level, new(100, 3, 20, 10));
                Assert.Equal(Math.Clamp((y >> level) - 3, 0, 10), block.Height);
                for (int known = 0; known < block.Height; known++)
                    Assert.Equal(ScaledPicture.Pixel(image, level, 107, 3 + known), block.Bytes.AsSpan(((known * 20) + 7) * 3, 3).ToArray());
            }

            format.ConvertRow(image.Frames[0].Samples, y, row);
            overview.Add(row);
        }

        // The last rows of blocks are not whole.
        Assert.True(overview.Has(1, new(0, 0, 750, 31)));
        Assert.True(overview.Has(2, new(0, 0, 375, 16)));
    }

    [Fact]
    public async Task Requests_at_once_get_what_single_ones_get_and_each_segment_is_decoded_once()
    {
        int decoded = 0;
        var counting = new RawModel { Decoding = _ => Interlocked.Increment(ref decoded) };
        using Raster image = ScaledPicture.Noise(new(1200, 1000, new(3, 8)), seed: 6);
        await RunningView.EncodeAsync(image, At("image.tsra"), _model);
        await using RunningView view = await RunningView.StartAsync(counting, Plenty, 0, At("image.tsra"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AssertAllTilesAsync(view, image, levels: 3, sampled: true)));

        // 75 x 63 tiles, a row of them a band, three in a segment.
        Assert.Equal(63 * 25, decoded);
    }

    [Fact]
    public async Task A_small_cache_keeps_its_bound_and_tiles_stay_right()
    {
        const long Capacity = 100_000;
        using Raster image = ScaledPicture.Noise(new(1030, 700, new(3, 8)), seed: 7);
        await RunningView.EncodeAsync(image, At("image.tsra"), _model);
        await using RunningView view = await RunningView.StartAsync(_model, Capacity, Plenty, At("image.tsra"));
        Task building = view.Images[0].Overview;
        await AssertAllTilesAsync(view, image, levels: 3, sampled: true, check: () => Assert.InRange(view.Resources.Cache.Bytes, 1, Capacity));
        await building;
        Assert.InRange(view.Resources.Cache.Bytes, 1, Capacity);
    }

    [Fact]
    public async Task A_damaged_segment_is_black_and_listed_and_the_others_are_shown()
    {
        using Raster image = ScaledPicture.Noise(new(96, 40, new(3, 8)), seed: 8);
        await RunningView.EncodeAsync(image, At("image.tsra"), _model);
        byte[] file = await File.ReadAllBytesAsync(At("image.tsra"));
        file[500] ^= 1;
        await File.WriteAllBytesAsync(At("image.tsra"), file);
        await using RunningView view = await RunningView.StartAsync(_model, Plenty, 0, At("image.tsra"));
        using Raster tile = (await view.TileAsync(0, 0, 0))!;
        Assert.All(tile.Frames[0].Samples.Row(0, 5)[..48].ToArray(), sample => Assert.Equal(0, sample));
        Assert.Equal(image.Frames[0].Samples.Row(0, 5)[48..].ToArray(), tile.Frames[0].Samples.Row(0, 5)[48..].ToArray());

        JsonElement info = await view.Client.GetFromJsonAsync<JsonElement>("/image/0/info");
        JsonElement lost = Assert.Single(info.GetProperty("lost").EnumerateArray());
        Assert.Equal((0, 3), (lost.GetProperty("firstTile").GetInt32(), lost.GetProperty("tiles").GetInt32()));
        JsonElement map = await view.Client.GetFromJsonAsync<JsonElement>("/image/0/map");
        Assert.Equal([-1, -1, -1, 0, 0, 0], map.GetProperty("tileModels").EnumerateArray().Take(6).Select(m => m.GetInt32()));
    }

    [Fact]
    public async Task Another_frame_is_shown_if_it_is_asked_for()
    {
        using Raster first = ScaledPicture.Noise(new(40, 30, new(1, 8)), 1), second = ScaledPicture.Noise(new(40, 30, new(1, 8)), 2);
        using var both = new Raster(first.Info with { FrameCount = 2 }, [first.Frames[0], second.Frames[0]]);
        await RunningView.EncodeAsync(both, At("image.tsra"), _model);
        ModelRegistry registry = new ModelRegistryBuilder().Add(new OneModel(_model)).Build();
        var terminal = new Terminal(() => Stream.Null, () => Stream.Null, TextWriter.Null, TextWriter.Null, false, false);
        await using ViewedImage image = await ViewedImage.OpenAsync(At("image.tsra"), 0, 1, registry, 0, new(Plenty, 0, 1), terminal, CancellationToken.None);
        using Raster tile = await ReadPngAsync((await image.TileAsync(0, new(0, 0, 40, 30), CancellationToken.None))!);
        Assert.True(tile.HasSamePixels(second));
    }

    private static async Task AssertAllTilesAsync(RunningView view, Raster image, int levels, bool sampled = false, Action? check = null)
    {
        for (int level = 0; level < levels; level++)
        {
            int width = (int)Math.Ceiling(image.Info.Width / (double)(1 << level)), height = (int)Math.Ceiling(image.Info.Height / (double)(1 << level));
            Assert.Equal(level == levels - 1, width <= 512 && height <= 512);
            for (int top = 0; top < height; top += 512)
            {
                for (int left = 0; left < width; left += 512)
                {
                    using Raster tile = (await view.TileAsync(level, left / 512, top / 512))!;
                    Assert.Equal((Math.Min(512, width - left), Math.Min(512, height - top)), (tile.Info.Width, tile.Info.Height));
                    AssertTile(tile, image, level, left, top, sampled ? 37 : 1);
                    check?.Invoke();
                }
            }
        }
    }

    private static void AssertTile(Raster tile, Raster image, int level, int left, int top, int step)
    {
        PlanarBuffer samples = tile.Frames[0].Samples;
        for (int pixel = 0; pixel < tile.Info.Width * tile.Info.Height; pixel += step)
        {
            int x = pixel % tile.Info.Width, y = pixel / tile.Info.Width;
            byte[] expected = ScaledPicture.Pixel(image, level, left + x, top + y);
            for (int channel = 0; channel < expected.Length; channel++)
            {
                if (samples.Row(channel, y)[x] != expected[channel])
                    Assert.Fail($"Level {level}, column {left + x}, row {top + y}, channel {channel}: {samples.Row(channel, y)[x]}, not {expected[channel]}.");
            }

            Assert.Equal(expected.Length, samples.Channels);
        }
    }

    private sealed class OneModel(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }
}
