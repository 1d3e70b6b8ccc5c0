using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models;

/// <summary>Runs of tiles by themselves, with a supply of random bytes.</summary>
internal static class Runs
{
    /// <summary>All tiles of an image as one run, or some of them.</summary>
    public static TileRun Of(PlanarBuffer image, int side, int first = 0, int? count = null)
    {
        var grid = new TileGrid(image.Width, image.Height, 1, side, 1 << 20);
        return new(grid, new(image.Channels, 8), image, first, count ?? (int)grid.TileCount - first, 0, image.Channels);
    }

    public static PlanarBuffer Noise(Random random, int width, int height, int channels)
    {
        var image = new PlanarBuffer(width, height, channels);
        for (int c = 0; c < channels; c++)
        {
            foreach (ref ushort sample in image.Plane(c))
                sample = (ushort)random.Next(256);
        }

        return image;
    }

    /// <summary>Bytes that a model pops as if they were random: they are.</summary>
    public static byte[] Supply(int length, int seed = 1)
    {
        var supply = new byte[length];
        new Random(seed).NextBytes(supply);
        return supply;
    }

    public static byte[] Encode(TileModel model, TileRun tiles, byte[] supply)
    {
        using SegmentEncoder encoder = model.CreateEncoder(5);
        return Encode(encoder, tiles, supply);
    }

    public static byte[] Encode(SegmentEncoder encoder, TileRun tiles, byte[] supply)
    {
        var payload = new ArrayBufferWriter<byte>();
        encoder.Encode(tiles, supply, payload);
        return payload.WrittenSpan.ToArray();
    }

    /// <summary>Decodes into tiles, and gives the supply.</summary>
    public static byte[] Decode(TileModel model, byte[] payload, TileRun tiles)
    {
        using SegmentDecoder decoder = model.CreateDecoder();
        var supply = new ArrayBufferWriter<byte>();
        decoder.Decode(payload, tiles, supply);
        return supply.WrittenSpan.ToArray();
    }

    /// <summary>The samples of a tile, by row, column and channel.</summary>
    public static int[,,] Samples(TileRun tiles, PixelRectangle tile)
    {
        var samples = new int[tile.Height, tile.Width, tiles.ChannelCount];
        for (int y = 0; y < tile.Height; y++)
        {
            for (int c = 0; c < tiles.ChannelCount; c++)
            {
                Span<ushort> row = tiles.Row(c, tile, y);
                for (int x = 0; x < tile.Width; x++)
                    samples[y, x, c] = row[x];
            }
        }

        return samples;
    }

    /// <summary>How many bytes of a supply were popped.</summary>
    public static int Used(byte[] supply, byte[] payload) => supply.Length - supply.AsSpan().CommonPrefixLength(payload);

    /// <summary>What a run has added to its supply, in bits.</summary>
    public static double Added(byte[] supply, byte[] payload)
    {
        using AnsStack before = AnsStack.FromBytes(supply.AsSpan(supply.Length % 4)), after = AnsStack.FromBytes(payload.AsSpan(payload.Length % 4));
        return after.BitCount - before.BitCount;
    }

    /// <summary>Fails unless both images have the same samples.</summary>
    public static void AssertSame(PlanarBuffer expected, PlanarBuffer actual)
    {
        for (int c = 0; c < expected.Channels; c++)
        {
            for (int y = 0; y < expected.Height; y++)
                Assert.Equal(expected.Row(c, y), actual.Row(c, y));
        }
    }
}
