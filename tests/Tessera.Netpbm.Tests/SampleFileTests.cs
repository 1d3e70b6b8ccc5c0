using System.Buffers.Binary;
using System.Globalization;

namespace Tessera.Netpbm.Tests;

/// <summary>Files that Netpbm's own tools wrote, against the samples that went in.</summary>
public class SampleFileTests
{
    private const int Width = 13;
    private const int Height = 7;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Samples");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.p?m").Select(path => Path.GetFileName(path)).Order()];

    internal static byte[] Load(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_are_those_that_went_in(string name)
    {
        Picture read = Picture.Read(Load(name));
        string picture = Path.GetFileNameWithoutExtension(name).Split('-')[0];
        byte[] raw = Load(picture + ".raw");
        int channels = raw.Length / (2 * Width * Height);

        Assert.Equal((Width, Height, channels), (read.Info.Width, read.Info.Height, read.Info.Format.Channels));
        Assert.Equal(picture.Contains('a', StringComparison.Ordinal) ? AlphaKind.Straight : AlphaKind.None, read.Info.Format.Alpha);
        string digits = new([.. picture.Where(char.IsAsciiDigit)]);
        Assert.Equal(digits.Length == 0 ? 1 : int.Parse(digits, CultureInfo.InvariantCulture), read.Info.WhiteLevel);
        Assert.InRange(read.Info.WhiteLevel, (1 << (read.Info.Format.BitDepth - 1)), read.Info.Format.MaxSample);
        for (int i = 0; i < raw.Length / 2; i++)
            Assert.Equal(BinaryPrimitives.ReadUInt16BigEndian(raw.AsSpan(2 * i)), read.Planes[i % channels][i / channels]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Binary_files_are_written_as_they_were(string name)
    {
        byte[] file = Load(name);
        Picture read = Picture.Read(file);
        byte[] written = read.Write(Path.GetExtension(name));

        Picture.Read(written).ShouldEqual(read);
        if (!name.Contains("plain", StringComparison.Ordinal))
            Assert.Equal(Raster(file, read), Raster(written, read));
    }

    [Fact]
    public void The_set_is_complete() => Assert.InRange(Directory.GetFiles(Folder, "*.p?m").Length, 30, 100);

    [Fact]
    public void A_tuple_type_of_another_kind_is_kept()
    {
        Picture cmyk = Picture.Read(Load("cmyk65535.pam"));
        Assert.Equal("CMYK"u8, cmyk.Info.Metadata.Find("netpbm:TUPLTYPE")!.Data.Span);
        Assert.Contains("\nTUPLTYPE CMYK\n", System.Text.Encoding.Latin1.GetString(cmyk.Write(".pam")), StringComparison.Ordinal);
    }

    /// <summary>Where the header ends may differ, the samples at the end may not.</summary>
    private static byte[] Raster(byte[] file, Picture picture)
    {
        int bytes = picture.Info.WhiteLevel > 255 ? 2 : 1;
        int size = file[1] == '4' ? Height * ((Width + 7) / 8) : Width * Height * picture.Planes.Length * bytes;
        return file[^size..];
    }
}
