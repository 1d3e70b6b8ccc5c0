using System.Buffers;

namespace Tessera.Models;

/// <summary>Samples as they are: channel after channel, row after row, each in as many bits as it has, the highest first.</summary>
internal static class RawSamples
{
    /// <summary>The bytes that the samples take.</summary>
    public static long Size(TileRun tiles) => ((tiles.PixelCount * tiles.ChannelCount * tiles.Format.BitDepth) + 7) / 8;

    public static void Write(TileRun tiles, IBufferWriter<byte> output)
    {
        Span<byte> bytes = output.GetSpan(checked((int)Size(tiles)));
        int depth = tiles.Format.BitDepth, position = 0, bits = 0;
        uint buffer = 0;
        for (int c = 0; c < tiles.ChannelCount; c++)
        {
            foreach (PixelRectangle region in tiles.Regions)
            {
                for (int y = 0; y < region.Height; y++)
                {
                    foreach (ushort sample in tiles.Row(c, region, y))
                    {
                        buffer = (buffer << depth) | sample;
                        for (bits += depth; bits >= 8; bits -= 8)
                            bytes[position++] = (byte)(buffer >> (bits - 8));
                    }
                }
            }
        }

        if (bits > 0)
            bytes[position++] = (byte)(buffer << (8 - bits));
        output.Advance(position);
    }

    /// <summary>Reads samples.</summary>
    /// <exception cref="TesseraFormatException">The bytes are not as many as they must be, or what is left of the last one is not 0.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, TileRun tiles)
    {
        if (bytes.Length != Size(tiles))
            throw new TesseraFormatException($"A raw segment has {bytes.Length} bytes; its samples take {Size(tiles)}.");
        int depth = tiles.Format.BitDepth, position = 0, bits = 0;
        uint buffer = 0;
        for (int c = 0; c < tiles.ChannelCount; c++)
        {
            foreach (PixelRectangle region in tiles.Regions)
            {
                for (int y = 0; y < region.Height; y++)
                {
                    Span<ushort> row = tiles.Row(c, region, y);
                    for (int x = 0; x < row.Length; x++)
                    {
                        for (; bits < depth; bits += 8)
                            buffer = (buffer << 8) | bytes[position++];
                        bits -= depth;
                        row[x] = (ushort)((buffer >> bits) & ((1u << depth) - 1));
                    }
                }
            }
        }

        if ((buffer & ((1u << bits) - 1)) != 0)
            throw new TesseraFormatException("The bits after a raw segment's last sample are not zero.");
    }
}
