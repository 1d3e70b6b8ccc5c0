using System.Buffers;
using System.Collections.Immutable;
using Tessera.Container.Canonical;

namespace Tessera.Container;

/// <summary>The header as canonical MessagePack: a map with ascending integer keys, without the values that are their default.</summary>
internal static class HeaderCodec
{
    private enum Key
    {
        Width = 0,
        Height = 1,
        Channels = 2,
        BitDepth = 3,
        AlphaKind = 4,
        TileSize = 5,
        BandRows = 6,
        FrameCount = 7,
        WhiteLevel = 8,
        Models = 9,
    }

    public static void Write(ContainerHeader header, IBufferWriter<byte> output)
    {
        List<(Key Key, int Value)> fields =
        [
            (Key.Width, header.Width),
            (Key.Height, header.Height),
        ];
        AddUnlessDefault(Key.Channels, header.Channels, ContainerHeader.DefaultChannels);
        AddUnlessDefault(Key.BitDepth, header.BitDepth, ContainerHeader.DefaultBitDepth);
        AddUnlessDefault(Key.AlphaKind, header.AlphaKind, 0);
        AddUnlessDefault(Key.TileSize, header.TileSize, ContainerHeader.DefaultTileSize);
        AddUnlessDefault(Key.BandRows, header.BandRows, 1);
        AddUnlessDefault(Key.FrameCount, header.FrameCount, 1);
        AddUnlessDefault(Key.WhiteLevel, header.WhiteLevel, (1 << header.BitDepth) - 1);

        var writer = new CanonicalWriter(output);
        writer.WriteMapHead(fields.Count + 1);
        foreach ((Key key, int value) in fields)
        {
            writer.WriteUInt((ulong)key);
            writer.WriteUInt((ulong)value);
        }

        writer.WriteUInt((ulong)Key.Models);
        WriteModels(writer, header.Models);

        void AddUnlessDefault(Key key, int value, int standard)
        {
            if (value != standard)
                fields.Add((key, value));
        }
    }

    public static ContainerHeader Read(ReadOnlySpan<byte> payload, FormatVersion version, long offset)
    {
        var reader = new CanonicalReader(payload, offset);
        var map = new KeyedMap(ref reader, "header", version);
        int width = 0, height = 0, channels = ContainerHeader.DefaultChannels, depth = ContainerHeader.DefaultBitDepth, alpha = 0;
        int tileSize = ContainerHeader.DefaultTileSize, bandRows = 1, frames = 1, white = 0;
        ImmutableArray<ModelReference> models = [];
        while (map.ReadKey(ref reader) is { } key)
        {
            switch ((Key)key)
            {
                case Key.Width: width = reader.ReadInt32("width"); break;
                case Key.Height: height = reader.ReadInt32("height"); break;
                case Key.Channels: channels = (int)reader.ReadNonDefault("number of channels", ContainerHeader.DefaultChannels); break;
                case Key.BitDepth: depth = (int)reader.ReadNonDefault("bit depth", ContainerHeader.DefaultBitDepth); break;
                case Key.AlphaKind: alpha = (int)reader.ReadNonDefault("alpha kind", 0); break;
                case Key.TileSize: tileSize = (int)reader.ReadNonDefault("tile size", ContainerHeader.DefaultTileSize); break;
                case Key.BandRows: bandRows = (int)reader.ReadNonDefault("number of rows in a band", 1); break;
                case Key.FrameCount: frames = (int)reader.ReadNonDefault("frame count", 1); break;
                case Key.WhiteLevel: white = ReadWhiteLevel(ref reader, depth); break;
                case Key.Models: models = ReadModels(ref reader); break;
                default: map.SkipUnknown(ref reader, key); break;
            }
        }

        reader.End("header");
        var header = new ContainerHeader
        {
            Width = width,
            Height = height,
            Channels = channels,
            BitDepth = depth,
            AlphaKind = alpha,
            TileSize = tileSize,
            BandRows = bandRows,
            FrameCount = frames,
            WhiteLevel = white,
            Models = models,
            Version = version,
        };
        return header.FindFault() is { } fault ? throw new TesseraFormatException(fault, offset) : header;
    }

    /// <summary>Keys ascend, so that the depth, which gives the default, was read before.</summary>
    private static int ReadWhiteLevel(ref CanonicalReader reader, int depth)
    {
        long at = reader.Offset;
        uint standard = depth is >= 1 and <= ContainerFormat.MaxBitDepth ? (1u << depth) - 1 : 0;
        int white = (int)reader.ReadNonDefault("white level", standard);
        return white != 0 ? white : throw new TesseraFormatException("The white level is 0; it must be at least 1", at);
    }

    private static void WriteModels(CanonicalWriter writer, ImmutableArray<ModelReference> models)
    {
        writer.WriteArrayHead(models.Length);
        foreach (ModelReference model in models)
        {
            bool hasWeights = !model.WeightsHash.IsDefaultOrEmpty;
            writer.WriteArrayHead(hasWeights ? 3 : 2);
            writer.WriteString(model.Id);
            writer.WriteUInt((ulong)model.Version);
            if (hasWeights)
                writer.WriteBinary(model.WeightsHash.AsSpan());
        }
    }

    private static ImmutableArray<ModelReference> ReadModels(ref CanonicalReader reader)
    {
        long at = reader.Offset;
        int count = reader.ReadArrayHead("model table");
        if (count is < 1 or > ContainerFormat.MaxModels)
            throw new TesseraFormatException($"The model table has {count} entries; it may have 1 to {ContainerFormat.MaxModels}", at);
        var models = ImmutableArray.CreateBuilder<ModelReference>(count);
        for (int i = 0; i < count; i++)
            models.Add(ReadModel(ref reader));
        return models.MoveToImmutable();
    }

    private static ModelReference ReadModel(ref CanonicalReader reader)
    {
        long at = reader.Offset;
        int parts = reader.ReadArrayHead("model");
        if (parts is not (2 or 3))
            throw new TesseraFormatException($"A model has {parts} parts; it may have 2 or 3", at);
        string id = reader.ReadString("model's name");
        int version = reader.ReadInt32("model's version");
        if (parts == 2)
            return new(id, version);
        at = reader.Offset;
        ReadOnlySpan<byte> hash = reader.ReadBinary("model's weights hash");
        return hash.Length == ContainerFormat.WeightsHashLength
            ? new(id, version, [.. hash])
            : throw new TesseraFormatException($"A weights hash has {hash.Length} bytes, not {ContainerFormat.WeightsHashLength}", at);
    }
}
