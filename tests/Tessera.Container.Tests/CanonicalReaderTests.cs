using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Container.Canonical;

namespace Tessera.Container.Tests;

public class CanonicalReaderTests
{
    [Fact]
    public void Any_integer_reads_as_it_was_written() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>(),
        Gen.Choose(0, 63).ToArbitrary(),
        (value, shift) =>
        {
            byte[] bytes = Written(writer => writer.WriteUInt(value >> shift));
            var reader = new CanonicalReader(bytes, 0);
            Assert.Equal(value >> shift, reader.ReadUInt("value"));
            reader.End("value");
        }));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Strings_and_binaries_of_any_length_read_as_they_were_written(int length)
    {
        string text = new('é', length / 2);
        byte[] data = new byte[length];
        byte[] bytes = Written(writer =>
        {
            writer.WriteArrayHead(2);
            writer.WriteString(text);
            writer.WriteBinary(data);
        });
        var reader = new CanonicalReader(bytes, 0);
        Assert.Equal(2, reader.ReadArrayHead("pair"));
        Assert.Equal(text, reader.ReadString("text"));
        Assert.Equal(data, reader.ReadBinary("data").ToArray());
        reader.End("pair");
    }

    [Theory]
    [InlineData("CC 7F", 0)]
    [InlineData("CD 00 FF", 0)]
    [InlineData("CE 00 00 FF FF", 0)]
    [InlineData("CF 00 00 00 00 FF FF FF FF", 0)]
    [InlineData("D0 E0", 0)]
    [InlineData("D0 05", 0)]
    [InlineData("D1 FF 80", 0)]
    [InlineData("D2 FF FF 80 00", 0)]
    [InlineData("D3 FF FF FF FF 80 00 00 00", 0)]
    [InlineData("91 CC 7F", 1)]
    [InlineData("D9 01 41", 0)]
    [InlineData("DA 00 01 41", 0)]
    [InlineData("DB 00 00 00 01 41", 0)]
    [InlineData("C5 00 01 00", 0)]
    [InlineData("C6 00 00 00 01 00", 0)]
    [InlineData("DC 00 01 00", 0)]
    [InlineData("DD 00 00 00 01 00", 0)]
    [InlineData("DE 00 01 00 00", 0)]
    [InlineData("DF 00 00 00 01 00 00", 0)]
    public void A_value_in_a_longer_form_than_needed_is_refused(string hex, int at)
    {
        TesseraFormatException fault = SkipFault(hex);
        Assert.Contains("shortest form", fault.Message, StringComparison.Ordinal);
        Assert.Equal(100 + at, fault.Offset);
    }

    [Theory]
    [InlineData("CA 00 00 00 00")]
    [InlineData("CB 00 00 00 00 00 00 00 00")]
    [InlineData("C1")]
    [InlineData("C7 00 01")]
    [InlineData("D4 01 00")]
    [InlineData("D8 01")]
    public void Floats_and_extensions_are_refused(string hex) =>
        Assert.Contains("does not use", SkipFault(hex).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("A1 FF")]
    [InlineData("A2 C0 80")]
    [InlineData("A3 ED A0 80")]
    public void Text_that_is_not_UTF8_is_refused(string hex)
    {
        Assert.Contains("UTF-8", SkipFault(hex).Message, StringComparison.Ordinal);
        Assert.Throws<TesseraFormatException>(() => new CanonicalReader(RawFile.Hex(hex), 0).ReadString("text"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("CD 01")]
    [InlineData("A2 41")]
    [InlineData("C6 FF FF FF FF 00")]
    [InlineData("DD FF FF FF FF 00")]
    [InlineData("DF FF FF FF FF 00")]
    [InlineData("82 00 00 00")]
    public void A_value_that_goes_beyond_its_bytes_is_refused(string hex) => Assert.InRange(SkipFault(hex).Offset, 100, 110);

    [Fact]
    public void Values_nest_only_so_deep()
    {
        byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)0x91, depth), 0x00];
        var reader = new CanonicalReader(Nested(CanonicalReader.MaxDepth), 0);
        reader.Skip("value");
        reader.End("value");
        Assert.Throws<TesseraFormatException>(() => new CanonicalReader(Nested(CanonicalReader.MaxDepth + 1), 0).Skip("value"));
    }

    [Theory]
    [InlineData("C0")]
    [InlineData("C3")]
    [InlineData("E0")]
    [InlineData("D0 DF")]
    [InlineData("D1 FF 7F")]
    [InlineData("D2 FF FF 7F FF")]
    [InlineData("D3 FF FF FF FF 7F FF FF FF")]
    [InlineData("82 00 A1 41 A1 42 93 C2 C4 01 00 FF")]
    public void Every_canonical_value_can_be_passed_over(string hex)
    {
        var reader = new CanonicalReader(RawFile.Hex(hex), 0);
        reader.Skip("value");
        reader.End("value");
    }

    [Fact]
    public void Bytes_after_the_value_are_refused()
    {
        var fault = Assert.Throws<TesseraFormatException>(() => new CanonicalReader([0x00], 5).End("value"));
        Assert.Equal(5, fault.Offset);
    }

    private delegate void WriteAction(CanonicalWriter writer);

    private static byte[] Written(WriteAction write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new CanonicalWriter(output));
        return output.WrittenSpan.ToArray();
    }

    private static TesseraFormatException SkipFault(string hex) =>
        Assert.Throws<TesseraFormatException>(() => new CanonicalReader(RawFile.Hex(hex), 100).Skip("value"));
}
