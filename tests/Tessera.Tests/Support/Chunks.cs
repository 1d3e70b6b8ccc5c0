using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Tessera.Container;

namespace Tessera.Tests.Support;

/// <summary>Files taken apart and written by hand.</summary>
internal static class Chunks
{
    /// <summary>The chunks of a valid file: type, offset and length, all told.</summary>
    public static List<(string Type, int Offset, int Length)> List(byte[] file)
    {
        var chunks = new List<(string, int, int)>();
        for (int offset = 8; offset < file.Length;)
        {
            int length = 12 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(offset + 4));
            chunks.Add((Encoding.ASCII.GetString(file, offset, 4), offset, length));
            offset += length;
        }

        return chunks;
    }

    /// <summary>The n-th segment chunk.</summary>
    public static (int Offset, int Length) Segment(byte[] file, int index)
    {
        (_, int offset, int length) = List(file).Where(c => c.Type == "SEGM").ElementAt(index);
        return (offset, length);
    }

    /// <summary>Writes a file by hand.</summary>
    public static async Task<byte[]> WriteAsync(ContainerHeader header, Func<ContainerWriter, Task> write)
    {
        using var file = new MemoryStream();
        PipeWriter pipe = PipeWriter.Create(file);
        var writer = new ContainerWriter(pipe);
        await writer.WriteHeaderAsync(header);
        await write(writer);
        await writer.CompleteAsync();
        await pipe.CompleteAsync();
        return file.ToArray();
    }

    /// <summary>Writes a segment as the raw model codes it.</summary>
    public static ValueTask WriteRawSegmentAsync(
        this ContainerWriter writer, Raster image, TileGrid grid, long firstTile, int tileCount, int firstChannel, int channelCount, uint checksumError = 0)
    {
        using var band = new PlanarBuffer(grid.Width, grid.BandBounds(grid.BandOf(firstTile)).Height, image.Info.Format.Channels);
        image.Frames[(int)(firstTile / grid.TilesPerFrame)].Samples.CopyRowsTo(grid.BandBounds(grid.BandOf(firstTile)).Y, band, 0, band.Height);
        var tiles = new TileRun(grid, image.Info.Format, band, firstTile, tileCount, firstChannel, channelCount);
        var payload = new System.Buffers.ArrayBufferWriter<byte>();
        SampleBytes.Write(tiles, payload);
        var header = new SegmentHeader
        {
            FirstTile = firstTile,
            TileCount = tileCount,
            FirstChannel = firstChannel,
            ChannelCount = channelCount,
            Runs = [new(0, tileCount)],
            SampleChecksum = SegmentSamples.Checksum(tiles, out _) ^ checksumError,
        };
        return writer.WriteSegmentAsync(header, payload.WrittenMemory);
    }
}
