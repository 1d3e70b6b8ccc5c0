using System.Buffers;
using System.Collections.Immutable;
using Tessera.Container.Canonical;

namespace Tessera.Container;

/// <summary>Tiles, or some channels of them, that were lost before a file was repaired, and are 0 in it.</summary>
/// <param name="FirstTile">The first tile's number.</param>
/// <param name="TileCount">How many tiles, at least 1.</param>
/// <param name="FirstChannel">The first of their channels that is lost.</param>
/// <param name="ChannelCount">How many channels are lost, at least 1.</param>
public readonly record struct LostRange(long FirstTile, long TileCount, int FirstChannel, int ChannelCount);

/// <summary>The data of a "meta" chunk of the kind <see cref="Kind"/>: what a repaired file has lost.</summary>
/// <param name="Ranges">What is lost, at least one range, in the order of their first tiles, then of their first channels.</param>
public sealed record LostTilesContent(ImmutableArray<LostRange> Ranges)
{
    /// <summary>The kind of the chunk.</summary>
    public const string Kind = "tessera:lost";

    private const int Parts = 4;

    /// <summary>Reads the data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="header">The header of the file: what the image has.</param>
    /// <returns>What is lost.</returns>
    /// <exception cref="TesseraFormatException">The data are not canonical, or name what the image does not have.</exception>
    public static LostTilesContent Parse(ReadOnlySpan<byte> data, ContainerHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var reader = new CanonicalReader(data, 0);
        int count = reader.ReadArrayHead("list of lost tiles");
        var ranges = ImmutableArray.CreateBuilder<LostRange>();
        for (int i = 0; i < count; i++)
        {
            if (reader.ReadArrayHead("range of lost tiles") != Parts)
                throw new TesseraFormatException($"A range of lost tiles does not have {Parts} parts");
            ranges.Add(new(
                (long)reader.ReadUInt("first lost tile", long.MaxValue),
                (long)reader.ReadUInt("number of lost tiles", long.MaxValue),
                reader.ReadInt32("first lost channel"),
                reader.ReadInt32("number of lost channels")));
        }

        reader.End("list of lost tiles");
        var content = new LostTilesContent(ranges.DrainToImmutable());
        return content.FindFault(header) is { } fault ? throw new TesseraFormatException(fault) : content;
    }

    /// <summary>Writes the data.</summary>
    /// <param name="header">The header of the file.</param>
    /// <returns>The data.</returns>
    /// <exception cref="ArgumentException">The ranges are not in order, or name what the image does not have.</exception>
    public byte[] ToData(ContainerHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (FindFault(header) is { } fault)
            throw new ArgumentException(fault + ".");
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.WriteArrayHead(Ranges.Length);
        foreach (LostRange range in Ranges)
        {
            writer.WriteArrayHead(Parts);
            writer.WriteUInt((ulong)range.FirstTile);
            writer.WriteUInt((ulong)range.TileCount);
            writer.WriteUInt((ulong)range.FirstChannel);
            writer.WriteUInt((ulong)range.ChannelCount);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Compares range by range.</summary>
    /// <param name="other">The other content.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(LostTilesContent? other) => other is not null && Ranges.AsSpan().SequenceEqual(other.Ranges.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Ranges.Length, Ranges.FirstOrDefault());

    private string? FindFault(ContainerHeader header)
    {
        if (Ranges.IsDefaultOrEmpty)
            return "A list of lost tiles is empty";
        LostRange last = default;
        foreach (LostRange range in Ranges)
        {
            (long first, long count, int channel, int channels) = range;
            if (first < 0 || count < 1 || first >= header.TileCount || count > header.TileCount - first)
                return $"{count} lost tiles from tile {first} are not of the image's {header.TileCount}";
            if (channel < 0 || channels < 1 || channel >= header.Channels || channels > header.Channels - channel)
                return $"{channels} lost channels from channel {channel} are not of the image's {header.Channels}";
            if (last.TileCount > 0 && (first, channel).CompareTo((last.FirstTile, last.FirstChannel)) <= 0)
                return $"The lost tiles from tile {first}, channel {channel} come after those from tile {last.FirstTile}, channel {last.FirstChannel}";
            last = range;
        }

        return null;
    }
}
