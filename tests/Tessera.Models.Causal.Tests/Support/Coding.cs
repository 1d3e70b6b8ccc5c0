using System.Buffers;

namespace Tessera.Models.Causal.Tests.Support;

/// <summary>Whole files, and single segments, there and back.</summary>
internal static class Coding
{
    public static ModelRegistry RegistryOf(TileModel model) => new ModelRegistryBuilder().Add(new Plugin(model)).Build();

    public static async Task<byte[]> EncodeAsync(
        ModelRegistry registry, Raster image, int threads = 1, int? tileSize = null, CancellationToken cancellationToken = default)
    {
        TesseraEncoderOptions options = new() { Registry = registry, MaxDegreeOfParallelism = threads, TileSize = tileSize };
        return await new TesseraEncoder(options).EncodeToArrayAsync(image, cancellationToken);
    }

    public static Task<Raster> DecodeAsync(ModelRegistry registry, byte[] file, int threads = 1, CancellationToken cancellationToken = default) =>
        new TesseraDecoder(new() { Registry = registry, MaxDegreeOfParallelism = threads })
            .DecodeToRasterAsync(new MemoryStream(file), null, cancellationToken);

    /// <summary>Some tiles of an image as one run.</summary>
    public static TileRun Run(PlanarBuffer image, int side, int first = 0, int? count = null, CancellationToken cancellationToken = default)
    {
        var grid = new TileGrid(image.Width, image.Height, 1, side, 1 << 20);
        return new(grid, new(image.Channels, 8), image, first, count ?? (int)grid.TileCount - first, 0, image.Channels, cancellationToken);
    }

    public static byte[] Encode(SegmentEncoder encoder, TileRun tiles)
    {
        var payload = new ArrayBufferWriter<byte>();
        encoder.Encode(tiles, [], payload);
        return payload.WrittenSpan.ToArray();
    }

    public static byte[] Encode(CausalModel model, TileRun tiles)
    {
        using SegmentEncoder encoder = model.CreateEncoder(5);
        return Encode(encoder, tiles);
    }

    public static void Decode(SegmentDecoder decoder, byte[] payload, TileRun tiles)
    {
        var supply = new ArrayBufferWriter<byte>();
        decoder.Decode(payload, tiles, supply);
        Assert.Equal(0, supply.WrittenCount);
    }

    public static void Decode(CausalModel model, byte[] payload, TileRun tiles)
    {
        using SegmentDecoder decoder = model.CreateDecoder();
        Decode(decoder, payload, tiles);
    }

    /// <summary>The samples of a run's tiles, one after the other.</summary>
    public static ushort[] Samples(TileRun tiles)
    {
        var samples = new List<ushort>();
        foreach (PixelRectangle tile in tiles.Tiles)
        {
            for (int i = 0; i < 3 * tile.Height; i++)
                samples.AddRange(tiles.Row(i % 3, tile, i / 3));
        }

        return [.. samples];
    }

    private sealed class Plugin(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }
}
