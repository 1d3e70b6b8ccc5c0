using System.Buffers;
using Tessera.Exact;

namespace Tessera.Models.IdfPlusPlus.Tests.Support;

/// <summary>The model that the plugin brings.</summary>
internal static class Published
{
    public const string Id = "idfpp/photo";

    public static ModelRegistry Registry { get; } = new ModelRegistryBuilder().Add(new IdfPlusPlusPlugin()).Build();

    public static IdfModel Model { get; } = (IdfModel)Registry.FindForEncoding(Id);

    /// <summary>The weights of <see cref="Model"/>.</summary>
    public static TensorFile Weights { get; } = PublishedWeights.All.Single(weights => weights.Identity == Model.Identity).Read();

    public static async Task<byte[]> EncodeAsync(Raster image, int threads = 1, int? tileSize = null, int effort = 5)
    {
        TesseraEncoderOptions options = new() { Registry = Registry, MaxDegreeOfParallelism = threads, TileSize = tileSize, Effort = effort };
        return await new TesseraEncoder(options).EncodeToArrayAsync(image);
    }

    public static Task<Raster> DecodeAsync(byte[] file, int threads = 1) =>
        new TesseraDecoder(new() { Registry = Registry, MaxDegreeOfParallelism = threads }).DecodeToRasterAsync(new MemoryStream(file));

    /// <summary>All tiles of an image as one run.</summary>
    public static TileRun Run(PlanarBuffer image, int side, int first = 0, int? count = null)
    {
        var grid = new TileGrid(image.Width, image.Height, 1, side, 1 << 20);
        return new(grid, new(image.Channels, 8), image, first, count ?? (int)grid.TileCount - first, 0, image.Channels);
    }

    /// <summary>The locations of a part with their corrections, if there are any.</summary>
    public static ExactTensor Locations(ReadOnlySpan<ExactTensor> distribution)
    {
        if (distribution.Length == 2)
            return distribution[0];
        ExactTensor locations = distribution[0];
        int[] corrected = [.. locations.Values.ToArray()];
        ScaleCorrection.Add(distribution[2].Values, [.. distribution[1].Values.ToArray().Select(level => (byte)level)], corrected);
        var result = new ExactTensor(locations.Tiles, locations.Height, locations.Width, locations.Channels);
        for (int i = 0; i < corrected.Length; i++)
            result.Values[i] = (short)corrected[i];
        return result;
    }

    public static byte[] Encode(SegmentEncoder encoder, TileRun tiles)
    {
        var payload = new ArrayBufferWriter<byte>();
        encoder.Encode(tiles, [], payload);
        return payload.WrittenSpan.ToArray();
    }
}
