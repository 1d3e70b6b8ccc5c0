using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Tessera.Container;

/// <summary>The segment header as bytes. The usual case, all channels coded by the first model, costs few.</summary>
internal static class SegmentHeaderCodec
{
    private const byte SomeChannels = 1;
    private const byte GivesRuns = 2;

    private const int MaxFixedLength = 1 + (2 * Varint.MaxLength) + 2 + 2 + sizeof(uint);
    private const int MaxRunLength = 2 * Varint.MaxLength;

    public static int MaxLength(SegmentHeader segment) => MaxFixedLength + (segment.Runs.Length * MaxRunLength);

    public static int Write(SegmentHeader segment, int channels, Span<byte> output)
    {
        bool someChannels = segment.ChannelCount != channels;
        bool givesRuns = segment.Runs.Length > 1 || segment.Runs[0].ModelIndex != 0;
        output[0] = (byte)((someChannels ? SomeChannels : 0) | (givesRuns ? GivesRuns : 0));
        int at = 1;
        at += Varint.Write(output[at..], segment.FirstTile);
        at += Varint.Write(output[at..], segment.TileCount);
        if (someChannels)
        {
            at += Varint.Write(output[at..], segment.FirstChannel);
            at += Varint.Write(output[at..], segment.ChannelCount);
        }

        if (givesRuns)
        {
            at += Varint.Write(output[at..], segment.Runs.Length - 1);
            for (int i = 0; i < segment.Runs.Length; i++)
            {
                at += Varint.Write(output[at..], segment.Runs[i].ModelIndex);
                if (i < segment.Runs.Length - 1)
                    at += Varint.Write(output[at..], segment.Runs[i].TileCount);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(output[at..], segment.SampleChecksum);
        return at + sizeof(uint);
    }

    public static SegmentHeader Read(ref PayloadReader reader, int channels, int modelCount)
    {
        long at = reader.Offset;
        byte flags = reader.ReadByte("flags");
        if (flags > (SomeChannels | GivesRuns))
        {
            throw new TesseraFormatException(
                $"The segment header's flags are 0x{flags:X2}, of which version {FormatVersion.Current} does not define all", at);
        }

        long firstTile = reader.ReadInt64("first tile", 0, long.MaxValue);
        int tileCount = reader.ReadInt32("tile count", 1, ContainerFormat.MaxBandTiles);
        int firstChannel = 0, channelCount = channels;
        if ((flags & SomeChannels) != 0)
        {
            at = reader.Offset;
            firstChannel = reader.ReadInt32("first channel", 0, channels - 1);
            channelCount = reader.ReadInt32("channel count", 1, channels - firstChannel);
            if (channelCount == channels)
                throw new TesseraFormatException("The segment header gives channels although it has all of them", at);
        }

        ImmutableArray<SegmentRun> runs = (flags & GivesRuns) != 0 ? ReadRuns(ref reader, tileCount, modelCount) : [new(0, tileCount)];
        return new()
        {
            FirstTile = firstTile,
            TileCount = tileCount,
            FirstChannel = firstChannel,
            ChannelCount = channelCount,
            Runs = runs,
            SampleChecksum = reader.ReadUInt32("sample checksum"),
        };
    }

    private static ImmutableArray<SegmentRun> ReadRuns(ref PayloadReader reader, int tileCount, int modelCount)
    {
        long at = reader.Offset;
        int count = reader.ReadInt32("number of runs less one", 0, Math.Min(ContainerFormat.MaxRuns, tileCount) - 1) + 1;
        var runs = ImmutableArray.CreateBuilder<SegmentRun>(count);
        int left = tileCount;
        for (int i = 0; i < count; i++)
        {
            int model = reader.ReadInt32("model", 0, modelCount - 1);
            int after = count - 1 - i;
            int tiles = after == 0 ? left : reader.ReadInt32("tile count of a run", 1, left - after);
            runs.Add(new(model, tiles));
            left -= tiles;
        }

        return count > 1 || runs[0].ModelIndex != 0
            ? runs.MoveToImmutable()
            : throw new TesseraFormatException("The segment header gives its runs although the first model coded all", at);
    }
}
