using System.Collections.Immutable;
using Tessera.Container;
using Tessera.Tests.Support;

namespace Tessera.Tests;

public sealed class SegmentReaderTests
{
    private static readonly RawModel Model = new() { Tiling = new(16, 2), SegmentTiles = 5 };
    private static readonly ModelRegistry Registry = new ModelRegistryBuilder().Add(new Plugin()).Build();

    [Fact]
    public async Task Segments_in_any_order_and_at_once_give_the_image()
    {
        using Raster image = Noise();
        using TesseraSegmentReader reader = await OpenAsync(await EncodeAsync(image));
        TileGrid grid = reader.Grid;
        PlanarBuffer[] bands = [.. Enumerable.Range(0, (int)grid.BandCount).Select(i => grid.BandBounds(i)).Select(b => new PlanarBuffer(b.Width, b.Height, 3))];
        await Task.WhenAll(reader.Index.Segments.Reverse().Select(s => Task.Run(() => reader.DecodeAsync(s, bands[grid.BandOf(s.FirstTile)]))));
        for (int band = 0; band < bands.Length; band++)
        {
            PixelRectangle bounds = grid.BandBounds(band);
            for (int channel = 0; channel < 3; channel++)
            {
                for (int y = 0; y < bounds.Height; y++)
                    Assert.True(bands[band].Row(channel, y).SequenceEqual(image.Frames[0].Samples.Row(channel, bounds.Y + y)));
            }

            bands[band].Dispose();
        }
    }

    [Fact]
    public async Task Damage_costs_its_segment_and_the_others_are_decoded_by_the_same_reader()
    {
        using Raster image = Noise();
        byte[] file = await EncodeAsync(image);
        using TesseraSegmentReader whole = await OpenAsync(file);
        ImmutableArray<IndexEntry> segments = whole.Index.Segments;
        file[segments[1].End - 20] ^= 1;
        using TesseraSegmentReader reader = await OpenAsync(file);
        using var band = new PlanarBuffer(70, 32, 3);
        await reader.DecodeAsync(segments[0], band);
        var fault = await Assert.ThrowsAsync<TesseraFormatException>(() => reader.DecodeAsync(segments[1], band));
        Assert.Contains("at byte", fault.Message, StringComparison.Ordinal);
        Assert.Equal(segments[0].FirstTile, (await reader.DecodeAsync(segments[0], band)).FirstTile);
        Assert.True(band.Row(0, 0).SequenceEqual(image.Frames[0].Samples.Row(0, 0)));
    }

    [Fact]
    public async Task A_buffer_of_another_size_is_refused()
    {
        using TesseraSegmentReader reader = await OpenAsync(await EncodeAsync(Noise()));
        foreach ((int width, int height, int channels) in ((int, int, int)[])[(69, 32, 3), (70, 31, 3), (70, 32, 1)])
        {
            using var band = new PlanarBuffer(width, height, channels);
            await Assert.ThrowsAsync<ArgumentException>(() => reader.DecodeAsync(reader.Index.Segments[0], band));
        }
    }

    [Fact]
    public async Task A_reader_that_is_disposed_of_decodes_no_more()
    {
        TesseraSegmentReader reader = await OpenAsync(await EncodeAsync(Noise()));
        reader.Dispose();
        using var band = new PlanarBuffer(70, 32, 3);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.DecodeAsync(reader.Index.Segments[0], band));
    }

    private static Task<TesseraSegmentReader> OpenAsync(byte[] file) => TesseraSegmentReader.OpenAsync(new MemoryStream(file), new() { Registry = Registry });

    private static Task<byte[]> EncodeAsync(Raster image) => new TesseraEncoder(new() { Registry = Registry }).EncodeToArrayAsync(image);

    private static Raster Noise()
    {
        var image = Raster.Create(new(70, 75, new(3, 8)));
        var random = new Random(9);
        for (int channel = 0; channel < 3; channel++)
        {
            foreach (ref ushort sample in image.Frames[0].Samples.Plane(channel))
                sample = (ushort)random.Next(256);
        }

        return image;
    }

    private sealed class Plugin : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [Model];
    }
}
