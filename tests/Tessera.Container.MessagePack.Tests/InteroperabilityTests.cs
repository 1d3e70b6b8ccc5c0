using System.Buffers;
using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MessagePack;
using Tessera.Container;

namespace Tessera.Container.MessagePack.Tests;

/// <summary>The container's canonical MessagePack, read and written by another implementation of MessagePack.</summary>
public sealed class InteroperabilityTests
{
    private static readonly Gen<ContainerHeader> Headers =
        from width in Sizes
        from height in Sizes
        from channels in Gen.Choose(1, 4)
        from depth in Gen.Choose(1, 16)
        from white in Gen.OneOf(Gen.Constant((1 << depth) - 1), Gen.Choose(1, (1 << depth) - 1))
        from alpha in Gen.Choose(0, channels == 1 ? 0 : 2)
        from tile in Gen.Elements(256, 8192, 16384)
        from bandRows in Gen.Choose(1, 3)
        from frames in Gen.Elements(1, 2, 127, 128, 255, 256, 1000)
        from models in Gen.NonEmptyListOf(Models)
        select new ContainerHeader
        {
            Width = width,
            Height = height,
            Channels = channels,
            BitDepth = depth,
            WhiteLevel = white,
            AlphaKind = alpha,
            TileSize = tile,
            BandRows = bandRows,
            FrameCount = frames,
            Models = [.. models.DistinctBy(m => m.Id).Take(16)],
        };

    /// <summary>Sizes at the borders between the forms that an integer can have.</summary>
    private static Gen<int> Sizes => Gen.OneOf(Gen.Elements(1, 127, 128, 255, 256, 65535, 65536), Gen.Choose(1, 100_000));

    private static Gen<ModelReference> Models =>
        from length in Gen.Elements(1, 31, 32, 64)
        from letter in Gen.Choose('a', 'z')
        from version in Gen.Elements(1, 127, 128, 255, 256, 65536, int.MaxValue)
        from weights in Gen.Elements(0, 32)
        select new ModelReference(new string((char)letter, length), version, [.. Enumerable.Range(0, weights).Select(i => (byte)(i + letter))]);

    [Fact]
    public void Any_header_is_read_by_MessagePack_as_the_specification_says() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Headers.ToArbitrary(), header =>
        {
            var map = MessagePackSerializer.Deserialize<Dictionary<int, object>>(header.ToPayload());
            int Value(int key, int standard) => map.TryGetValue(key, out object? value) ? Convert.ToInt32(value, null) : standard;
            return header.Width == Value(0, 0) && header.Height == Value(1, 0) && header.Channels == Value(2, 3)
                && header.BitDepth == Value(3, 8) && header.AlphaKind == Value(4, 0) && header.TileSize == Value(5, 256)
                && header.BandRows == Value(6, 1) && header.FrameCount == Value(7, 1)
                && header.WhiteLevel == Value(8, (1 << header.BitDepth) - 1)
                && ((object[])map[9]).Cast<object[]>().Select(ToModel).SequenceEqual(header.Models);
        }));

    [Fact]
    public void Any_header_written_by_MessagePack_has_the_same_bytes_and_is_read() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Headers.ToArbitrary(), header =>
        {
            byte[] payload = Write(header);
            return payload.AsSpan().SequenceEqual(header.ToPayload()) && ContainerHeader.Parse(payload, FormatVersion.Current).Equals(header);
        }));

    [Fact]
    public void Any_text_is_an_array_of_strings() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Strings.ToArbitrary(), parts =>
        {
            var text = new TextContent(parts[0], parts[1], parts[2], parts[3]);
            string[] read = MessagePackSerializer.Deserialize<string[]>(text.ToPayload());
            return TextContent.Parse(MessagePackSerializer.Serialize(read)).Equals(text)
                && read.SequenceEqual(parts.Take(Array.FindLastIndex(parts, p => p.Length > 0) + 1));
        }));

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(70_000)]
    public void Metadata_is_a_string_and_its_bytes(int length)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        object[] read = MessagePackSerializer.Deserialize<object[]>(new MetadataContent("png:gAMA", data).ToPayload());
        Assert.Equal("png:gAMA", read[0]);
        Assert.Equal(data, read[1]);
        Assert.Equal(2, read.Length);
    }

    [Theory]
    [InlineData(0, 0u, 1u)]
    [InlineData(200, 1u, 25u)]
    [InlineData(1 << 20, uint.MaxValue, 1000u)]
    public void A_frame_is_a_map_without_its_defaults(int index, uint numerator, uint denominator)
    {
        var map = MessagePackSerializer.Deserialize<Dictionary<int, uint>>(new FrameContent(index, numerator, denominator).ToPayload());
        Assert.Equal((uint)index, map.GetValueOrDefault(0));
        Assert.Equal(numerator, map.GetValueOrDefault(1));
        Assert.Equal(denominator, map.GetValueOrDefault(2, 1u));
        Assert.Equal((index == 0 ? 0 : 1) + (numerator == 0 ? 0 : 1) + (denominator == 1 ? 0 : 1), map.Count);
    }

    private static Gen<string[]> Strings =>
        Gen.ArrayOf(Gen.Elements("", "Title", "Größe", "\U0001F600", new string('x', 31), new string('x', 32), new string('x', 256), new string('ä', 40_000)), 4);

    private static ModelReference ToModel(object[] parts) =>
        new((string)parts[0], Convert.ToInt32(parts[1], null), parts.Length == 2 ? [] : [.. (byte[])parts[2]]);

    private static byte[] Write(ContainerHeader header)
    {
        (int Key, int Value, int Default)[] fields =
        [
            (0, header.Width, 0), (1, header.Height, 0), (2, header.Channels, 3), (3, header.BitDepth, 8), (4, header.AlphaKind, 0),
            (5, header.TileSize, 256), (6, header.BandRows, 1), (7, header.FrameCount, 1), (8, header.WhiteLevel, (1 << header.BitDepth) - 1),
        ];
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(fields.Count(f => f.Value != f.Default) + 1);
        foreach ((int key, int value, _) in fields.Where(f => f.Value != f.Default))
        {
            writer.Write(key);
            writer.Write(value);
        }

        writer.Write(9);
        WriteModels(ref writer, header.Models);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteModels(ref MessagePackWriter writer, ImmutableArray<ModelReference> models)
    {
        writer.WriteArrayHeader(models.Length);
        foreach (ModelReference model in models)
        {
            bool hasWeights = !model.WeightsHash.IsDefaultOrEmpty;
            writer.WriteArrayHeader(hasWeights ? 3 : 2);
            writer.Write(model.Id);
            writer.Write(model.Version);
            if (hasWeights)
                writer.Write(model.WeightsHash.AsSpan());
        }
    }
}
