using System.Text;

namespace Tessera.Netpbm.Tests;

public class BadInputTests
{
    private static readonly string[] Small = ["bits.pbm", "bits-plain.pbm", "grey100.pgm", "grey256.pam", "rgb7-plain.ppm", "rgba255.pam"];

    [Fact]
    public void Every_truncation_is_a_format_error_that_says_where()
    {
        foreach (string name in Small)
        {
            byte[] file = SampleFileTests.Load(name);
            int end = file.Length;

            // The last number of a plain file is whole without its line end, and another one without its last digit.
            if (name.Contains("plain", StringComparison.Ordinal))
                end = file.AsSpan(0, end - 1).LastIndexOfAny((byte)' ', (byte)'\n') + 1;
            for (int length = 0; length < end; length++)
            {
                TesseraFormatException e = Assert.Throws<TesseraFormatException>(() => Picture.Read(file[..length]));
                Assert.Equal(length, e.Offset);
            }
        }
    }

    [Fact]
    public void Random_damage_gives_a_picture_or_a_format_error()
    {
        var random = new Random(7);
        var limits = new RasterLimits { MaxAllocation = 1 << 20, MaxPixels = 1 << 16, MaxMetadata = 1 << 12 };
        foreach (string name in Small)
        {
            byte[] file = SampleFileTests.Load(name);
            for (int round = 0; round < 3000; round++)
            {
                byte[] damaged = [.. file];
                for (int i = random.Next(1, 4); i > 0; i--)
                    damaged[random.Next(2, Math.Min(damaged.Length, round % 2 == 0 ? 80 : int.MaxValue))] = (byte)random.Next(256);
                try
                {
                    Picture.Read(damaged, limits);
                }
                catch (TesseraFormatException)
                {
                    // The one exception that content may cause.
                }
            }
        }
    }

    [Theory]
    [InlineData("none of P1 to P7", 0, "P8 1 1 255 x")]
    [InlineData("width is not a decimal number", 3, "P5 a")]
    [InlineData("width is not a decimal number", 3, "P5 -1 1 255 x")]
    [InlineData("width is 0 or missing", 3, "P5 0 1 255 x")]
    [InlineData("height is above 2147483647", 5, "P5 1 2147483648 255 x")]
    [InlineData("maximum value is above 65535", 7, "P5 1 1 65536 x")]
    [InlineData("maximum value is 0", 7, "P5 1 1 0 x")]
    [InlineData("sample 101 is above the header's maximum of 100", 12, "P5 2 1 100 ae")]
    [InlineData("sample 24930 is above the header's maximum of 256", 11, "P5 1 1 256 ab")]
    [InlineData("sample 10 is above the header's maximum of 9", 11, "P2 2 1 9\n9 10\n")]
    [InlineData("sample is not a decimal number", 9, "P2 1 1 9\nx\n")]
    [InlineData("neither 0 nor 1", 9, "P1 3 1\n002")]
    [InlineData("Something follows the image", 12, "P5 1 1 255 aP5 1 1 255 b")]
    [InlineData("Something follows the image", 9, "P1 1 1\n1 x")]
    [InlineData("more than P7", 2, "P7 WIDTH 1\n")]
    [InlineData("unknown line", 3, "P7\nCOLOR 1\n")]
    [InlineData("WIDTH is not a number", 3, "P7\nWIDTH x\n")]
    [InlineData("WIDTH is not a number", 3, "P7\nWIDTH\n")]
    [InlineData("HEIGHT is not a number", 3, "P7\nHEIGHT 0\n")]
    [InlineData("second WIDTH", 11, "P7\nWIDTH 1\nWIDTH 1\n")]
    [InlineData("no HEIGHT", 18, "P7\nWIDTH 1\nENDHDR\n")]
    [InlineData("DEPTH is 5", 44, "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 1\nENDHDR\n")]
    [InlineData("MAXVAL is 70000", 48, "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 70000\nENDHDR\n")]
    [InlineData("has 3 samples, but DEPTH is 1", 57, "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nTUPLTYPE RGB\nENDHDR\n")]
    [InlineData("has MAXVAL 1, not 9", 67, "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 9\nTUPLTYPE BLACKANDWHITE\nENDHDR\n")]
    public void What_is_wrong_is_said_and_where(string words, int offset, string file)
    {
        TesseraFormatException e = Assert.Throws<TesseraFormatException>(() => Picture.Read(Encoding.Latin1.GetBytes(file)));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Equal(offset, e.Offset);
    }

    [Theory]
    [InlineData("exceeds the limit of 65536 pixels", "P5 65537 1 255 ")]
    [InlineData("A row of 65536 pixels exceeds", "P6 65536 1 65535 ")]
    [InlineData("comments exceed the limit", "P5 #0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n1 1 1\n")]
    [InlineData("comments exceed the limit", "P7\n#0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n")]
    public void Limits_are_checked(string words, string file)
    {
        var limits = new RasterLimits { MaxAllocation = 1 << 17, MaxPixels = 1 << 16, MaxMetadata = 50 };
        TesseraFormatException e = Assert.Throws<TesseraFormatException>(() => Picture.Read(Encoding.Latin1.GetBytes(file), limits));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_the_header_cannot_be_endless()
    {
        byte[] file = Encoding.Latin1.GetBytes("P7\nTUPLTYPE " + new string('x', 5000));
        Assert.Contains("longer than 1024", Assert.Throws<TesseraFormatException>(() => Picture.Read(file)).Message, StringComparison.Ordinal);
    }
}
