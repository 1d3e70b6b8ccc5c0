using System.Buffers;
using System.Buffers.Binary;

namespace Tessera.Tests.Support;

/// <summary>Two bytes a sample: the simplest model there is. What it does besides can be set for a test.</summary>
internal sealed class RawModel(string id = "raw", int version = 1) : TileModel
{
    public int TriedFrom { get; init; } = TesseraEncoderOptions.TryAllEffort;

    public override int SearchEffort => TriedFrom;

    public int PreferredUpTo { get; init; } = TesseraEncoderOptions.MaxEffort;

    public override int HighestEffort => PreferredUpTo;

    public override ModelIdentity Identity { get; } = new(id, version);

    /// <summary>How the image is cut.</summary>
    public Tiling Tiling { get; init; } = new(16, 1);

    /// <summary>Tiles in a segment.</summary>
    public int SegmentTiles { get; init; } = 3;

    /// <summary>Whether a format is supported.</summary>
    public Func<SampleFormat, bool> Accepts { get; init; } = _ => true;

    /// <summary>Runs before tiles are coded.</summary>
    public Action<TileRun>? Encoding { get; init; }

    /// <summary>Runs before tiles are decoded.</summary>
    public Action<TileRun>? Decoding { get; init; }

    /// <summary>Bytes of nothing in front of each payload.</summary>
    public Func<TileRun, int> WasteOf { get; init; } = _ => 0;

    /// <summary>What it says of tiles; null for a model of all kinds of pictures.</summary>
    public Func<TileRun, Suitability>? Judging { get; init; }

    public override bool IsSpecialized => Judging is not null;

    public override Suitability Judge(TileRun tiles) => Judging!(tiles);

    public override bool Supports(SampleFormat format) => Accepts(format);

    public override Tiling PlanTiling(ImageInfo image, int effort) => Tiling;

    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => Cut(band.Tiles.Length, SegmentTiles);

    public override SegmentEncoder CreateEncoder(int effort) => new Encoder(this);

    public override SegmentDecoder CreateDecoder() => new Decoder(this);

    public static IReadOnlyList<int> Cut(int tiles, int size) =>
        [.. Enumerable.Range(0, (tiles + size - 1) / size).Select(i => Math.Min(size, tiles - (i * size)))];

    private sealed class Encoder(RawModel model) : SegmentEncoder
    {
        public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
        {
            Assert.True(supply.IsEmpty);
            model.Encoding?.Invoke(tiles);
            payload.Write(new byte[model.WasteOf(tiles)]);
            SampleBytes.Write(tiles, payload);
        }
    }

    private sealed class Decoder(RawModel model) : SegmentDecoder
    {
        public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
        {
            model.Decoding?.Invoke(tiles);
            int waste = model.WasteOf(tiles);
            int expected = waste + (2 * SampleBytes.Count(tiles));
            if (payload.Length != expected)
                throw new TesseraFormatException($"There are {payload.Length} bytes of {expected}");
            SampleBytes.Read(payload[waste..], tiles);
        }
    }
}

/// <summary>Samples as bytes.</summary>
internal static class SampleBytes
{
    public static int Count(TileRun tiles) => (int)tiles.Tiles.Sum(t => t.Area) * tiles.ChannelCount;

    public static void Write(TileRun tiles, IBufferWriter<byte> output)
    {
        foreach ((int channel, PixelRectangle tile, int y) in Rows(tiles))
        {
            ReadOnlySpan<ushort> row = tiles.Row(channel, tile, y);
            Span<byte> bytes = output.GetSpan(2 * row.Length);
            for (int x = 0; x < row.Length; x++)
                BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * x)..], row[x]);
            output.Advance(2 * row.Length);
        }
    }

    public static void Read(ReadOnlySpan<byte> input, TileRun tiles)
    {
        foreach ((int channel, PixelRectangle tile, int y) in Rows(tiles))
        {
            Span<ushort> row = tiles.Row(channel, tile, y);
            for (int x = 0; x < row.Length; x++)
                row[x] = BinaryPrimitives.ReadUInt16LittleEndian(input[(2 * x)..]);
            input = input[(2 * row.Length)..];
        }
    }

    private static IEnumerable<(int Channel, PixelRectangle Tile, int Y)> Rows(TileRun tiles)
    {
        foreach (PixelRectangle tile in tiles.Tiles)
        {
            for (int channel = 0; channel < tiles.ChannelCount; channel++)
            {
                for (int y = 0; y < tile.Height; y++)
                    yield return (channel, tile, y);
            }
        }
    }
}
